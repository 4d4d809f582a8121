"""Vehicles: their settings and goals, and the connectors that they are plugged in at."""
