"""Tests of the scripts, run as commands."""
