"""Runs a module like `python -m`, with the integration's core importable on its own.

The core, `csms` and `surplus`, knows no Home Assistant; but Python would run the integration's `__init__` first,
which does. Here a bare package stands in for it.

    python scripts/headless.py MODULE [ARGUMENT ...]
"""

from pathlib import Path
import runpy
import sys
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Put the stand-in in place and run the module that the command line names."""
    integration = ModuleType("custom_components.ocpp")
    integration.__path__ = [str(ROOT / "custom_components" / "ocpp")]
    sys.modules[integration.__name__] = integration
    sys.path[0] = str(ROOT)
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
