"""The quality of the connection to a charger."""
