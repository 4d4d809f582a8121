"""Tests of the control."""
