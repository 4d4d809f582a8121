"""The device model: components with variables, which are settings here."""
