"""What the owner has set up, read from the config entry and its subentries."""
