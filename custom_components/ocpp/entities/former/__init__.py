"""Entities as the community integration had them, only for chargers that moved in with them."""
