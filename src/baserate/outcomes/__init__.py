"""What it means: the outcomes of a scenario, their names, and the files they are written to."""
