"""Smart charging: profiles, limits that others impose, and the needs of cars."""
