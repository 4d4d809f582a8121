"""The server: ports, addresses and certificates."""
