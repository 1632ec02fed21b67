"""The engine and the simulated market against closed forms: expected, measured, pass or fail."""
