"""The safe current: put beneath all limits, and put back where a charger loses it."""
