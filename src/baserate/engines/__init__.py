"""Where rows are read and counted: DuckDB, in the process; knows tables, nothing of biometrics."""
