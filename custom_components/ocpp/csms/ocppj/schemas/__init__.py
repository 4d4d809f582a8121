"""The JSON schemas of messages, and what is made of messages that violate theirs."""
