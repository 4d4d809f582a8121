"""The entities of vehicles."""
