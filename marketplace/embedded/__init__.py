"""Everything `run.py` starts: PostgreSQL, Valkey, the site and its jobs, on one machine."""
