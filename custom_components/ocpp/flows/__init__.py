"""Forms and flows of the configuration, by subject."""
