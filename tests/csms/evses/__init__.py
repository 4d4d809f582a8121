"""Tests of EVSEs."""
