"""Plans for departures: forecast, supply, purchases and guidance."""
