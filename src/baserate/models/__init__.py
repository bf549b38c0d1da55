"""What would happen: parameters, scenario, score law, gallery size, simulation."""
