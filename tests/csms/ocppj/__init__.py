"""Tests of the ocppj."""
