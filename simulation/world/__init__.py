"""A simulated market: people as plain data, events on a heap, decisions by the live engine."""
