"""What all tests share."""

# Imported first: once Home Assistant has started, `custom_components` would mean the test plugin's own folder.
import custom_components.ocpp  # noqa: F401
