"""The flows in which the owner sets it up."""
