"""Proofs: what a worker has shown to an operator, and a task may ask for."""
