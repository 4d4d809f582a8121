"""From a charger that is to connect to one that charges: its address, its settings, its first charge."""
