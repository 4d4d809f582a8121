"""Conclusions from a charger's behaviour, apart from its limits."""
