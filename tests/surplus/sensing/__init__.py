"""Tests of the sensing of the site."""
