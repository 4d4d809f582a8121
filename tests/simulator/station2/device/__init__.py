"""The device model of a station, and the messages about it."""
