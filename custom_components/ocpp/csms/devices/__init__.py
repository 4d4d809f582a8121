"""Makes of chargers: vendor files, capabilities and settings."""
