"""Tests of cars."""
