"""Triggers and conditions for automations."""
