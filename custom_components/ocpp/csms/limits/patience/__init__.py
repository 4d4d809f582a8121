"""Patience with a charger: for how long it is given time, left alone, or waited for."""
