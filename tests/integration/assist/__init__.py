"""Spoken questions and commands."""
