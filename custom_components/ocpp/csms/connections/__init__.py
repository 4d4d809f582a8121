"""Connections: calls and answers in both directions, over one open websocket each."""
