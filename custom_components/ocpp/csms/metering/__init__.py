"""Sampled values: units, readings, phases and the energy register."""
