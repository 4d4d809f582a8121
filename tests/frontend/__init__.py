"""Tests of the cards without a browser."""
