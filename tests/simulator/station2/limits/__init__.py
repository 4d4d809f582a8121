"""Charging profiles, and what they allow."""
