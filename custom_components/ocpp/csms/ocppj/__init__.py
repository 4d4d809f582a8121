"""OCPP-J: framing, schemas, violations and the log of frames."""
