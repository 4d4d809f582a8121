"""Entities: their common base, and those of each subject."""
