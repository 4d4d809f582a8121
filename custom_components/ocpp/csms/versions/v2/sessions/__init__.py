"""Sessions and what is metered."""
