"""Whole sessions of chargers that are at odds with the specification, or with the truth, in simulated time."""
