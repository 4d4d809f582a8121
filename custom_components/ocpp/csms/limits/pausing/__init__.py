"""Pauses: by a limit of 0 A, or by the end of the session where a charger cannot pause."""
