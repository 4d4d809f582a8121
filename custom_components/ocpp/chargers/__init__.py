"""Adopted chargers and the preferences of their owners."""
