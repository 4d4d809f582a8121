"""A storm of chargers, strangers and faults, on this machine alone, and a table of what it costs."""
