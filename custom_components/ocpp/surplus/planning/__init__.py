"""Plans for departures: outlook, supply, cheapest charging times, and guidance for the present."""
