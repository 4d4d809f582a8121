"""Tests of the surplus controller, without Home Assistant."""
