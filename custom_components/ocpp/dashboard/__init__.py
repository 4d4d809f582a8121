"""The dashboard: what its cards show, as websocket commands, and the cards themselves."""
