"""Automations with this integration's triggers and conditions."""
