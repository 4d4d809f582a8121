"""Tests of the planning."""
