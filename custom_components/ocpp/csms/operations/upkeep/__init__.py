"""Upkeep of chargers by their owners, beyond charging."""
