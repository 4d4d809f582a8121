"""Tests of the product as its users have it: a Home Assistant of its own process, and a charger."""
