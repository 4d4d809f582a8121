"""The examples of the documentation, run in a Home Assistant with a simulated charger."""
