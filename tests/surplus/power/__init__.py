"""Tests of the power."""
