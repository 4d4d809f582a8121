"""Sensing of the site: the values that its sources tell, and their common reading."""
