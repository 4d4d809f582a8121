"""Tests of the versions."""
