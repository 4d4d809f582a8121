"""Tests of the central system, without Home Assistant."""
