"""Id tokens: authorisation, local lists and reservations."""
