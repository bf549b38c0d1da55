"""How a log lies on disk: its files, its text forms, its hash chain, and foreign tables that become ours."""
