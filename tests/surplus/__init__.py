"""Tests of the coordinator, without Home Assistant."""
