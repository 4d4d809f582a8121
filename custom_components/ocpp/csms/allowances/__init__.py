"""Allowances: how much of everything one charger may have."""
