"""Reasons for each decision, and their explanation."""
