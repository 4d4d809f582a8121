"""Files exchanged with chargers: uploads and firmware."""
