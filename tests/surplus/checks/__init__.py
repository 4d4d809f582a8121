"""Checks of the site's meters."""
