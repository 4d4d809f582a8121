"""Circuits: fuses, headroom, distribution among chargers, and demand peaks."""
