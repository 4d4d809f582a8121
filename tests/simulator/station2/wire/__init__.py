"""The connection of a station: frames, schemas, and messages that wait."""
