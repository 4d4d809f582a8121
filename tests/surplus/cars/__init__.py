"""Tests of the cars."""
