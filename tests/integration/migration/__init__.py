"""Moving in from the community integration."""
