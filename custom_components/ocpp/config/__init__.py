"""The configuration of the owner, read from the config entry and its subentries."""
