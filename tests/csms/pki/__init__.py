"""Tests of the pki."""
