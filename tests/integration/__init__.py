"""Tests of the integration: entities and actions on one side, a charger on a real socket on the other."""
