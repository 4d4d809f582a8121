"""Files that chargers upload and download."""
