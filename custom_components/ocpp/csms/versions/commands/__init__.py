"""Commands to chargers in groups by subject, as every protocol version has them."""
