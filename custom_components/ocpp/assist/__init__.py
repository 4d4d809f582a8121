"""Questions and commands in spoken words."""
