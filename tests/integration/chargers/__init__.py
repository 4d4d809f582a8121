"""Tests of the chargers."""
