"""Tests of available power."""
