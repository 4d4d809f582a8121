"""Entities: the common base and descriptions by subject."""
