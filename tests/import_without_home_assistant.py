"""Imports the modules that the command line names while Home Assistant cannot be imported."""

import importlib
import sys

if __name__ == "__main__":
    sys.modules["homeassistant"] = None  # type: ignore[assignment]
    for name in sys.argv[1:]:
        importlib.import_module(name)
