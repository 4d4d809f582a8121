"""Contracts of vehicles that identify themselves by certificates (Plug and Charge)."""
