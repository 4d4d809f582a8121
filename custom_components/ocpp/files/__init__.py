"""Files exchanged with chargers: uploads, firmware, and the servers that they may use."""
