"""Limits: charging profiles, their variants, and compliance with them."""
