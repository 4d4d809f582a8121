"""Charging sessions: recording, records and the database."""
