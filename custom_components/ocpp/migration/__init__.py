"""Moving in from the community integration, which has the same domain: its entry, its registries, and the way back."""
