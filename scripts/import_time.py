"""Measures what it takes to import integrations of Home Assistant, in turn, each time in a fresh interpreter.

    python -m scripts.import_time [PACKAGE ...]

A package is `custom_components.ocpp`, or another one to compare it with, such as `homeassistant.components.peblar`, whose
requirements have to be there. Home Assistant itself, and the components of the platforms, have been imported before the
clock starts; what counts is the processor time for the integration with all its platforms and flows, and with the
libraries that these import. Bytecode is cached, as it is in a Home Assistant that has been started once before.
"""

from importlib import import_module
import json
import os
from pathlib import Path
from statistics import median
import subprocess
import sys
import tempfile
import time

ROOT = Path(__file__).resolve().parent.parent
OURS = "custom_components.ocpp"
RUNS = 5
ENTITY_PLATFORMS = [
    "binary_sensor",
    "button",
    "datetime",
    "event",
    "number",
    "select",
    "sensor",
    "switch",
    "update",
]
OTHER_PLATFORMS = [
    "backup",
    "condition",
    "config_flow",
    "device_condition",
    "device_trigger",
    "diagnostics",
    "intent",
    "logbook",
    "repairs",
    "services",
    "system_health",
    "trigger",
    "websocket",
]


def main(packages: list[str]) -> None:
    """Measure the packages in turn, and print what each takes."""
    with tempfile.TemporaryDirectory() as cache:
        for package in packages:
            imported(package, cache)
        runs = [[imported(package, cache) for package in packages] for _ in range(RUNS)]
    for package, *measured in zip(packages, *runs, strict=True):
        times = [cpu_ms for cpu_ms, _ in measured]
        each = ", ".join(f"{cpu_ms:.0f}" for cpu_ms in times)
        modules = len(measured[0][1])
        print(f"{package}: {median(times):.0f} ms ({each}), {modules} modules")


def imported(package: str, cache: str) -> tuple[float, list[str]]:
    """Import a package in a fresh interpreter; return the processor time in milliseconds, and the modules that came."""
    environment = os.environ | {
        "PYTHONPYCACHEPREFIX": cache,
        "PYTHONDONTWRITEBYTECODE": "",
    }
    done = subprocess.run(
        [sys.executable, "-m", "scripts.import_time", "--once", package],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    cpu_ms, modules = json.loads(done.stdout)
    return cpu_ms, modules


def import_once(package: str) -> None:
    """Import a package here, and print the processor time and the modules as JSON."""
    import_module("homeassistant.bootstrap")
    for platform in ENTITY_PLATFORMS:
        import_module(f"homeassistant.components.{platform}")
    before = set(sys.modules)
    start = time.process_time()
    folder = Path(str(import_module(package).__file__)).parent
    for platform in (*ENTITY_PLATFORMS, *OTHER_PLATFORMS):
        if (folder / f"{platform}.py").exists() or (folder / platform).is_dir():
            import_module(f"{package}.{platform}")
    cpu_ms = (time.process_time() - start) * 1000
    print(json.dumps([cpu_ms, sorted(sys.modules.keys() - before)]))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--once", package]:
            import_once(package)
        case packages:
            main(packages or [OURS])
