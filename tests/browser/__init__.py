"""The cards in a real browser, at a real Home Assistant."""
