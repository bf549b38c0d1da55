"""What it means: outcomes of a scenario, from expected or from simulated counts alike, with their ranges."""
