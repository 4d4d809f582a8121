"""Tags that may charge: configured ones and those of Home Assistant."""
