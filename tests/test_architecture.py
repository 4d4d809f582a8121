"""The rules of the house: what may know what."""

import ast
from collections.abc import Iterator
from pathlib import Path
import subprocess
import sys

import pytest

ROOT = Path(__file__).resolve().parent.parent
INTEGRATION = ROOT / "custom_components" / "ocpp"
CORE = ("csms", "surplus")


def _files(package: str) -> list[Path]:
    return sorted((INTEGRATION / package).rglob("*.py"))


def _module(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(
        ".__init__"
    )


def _imports(file: Path) -> Iterator[str]:
    """Return the absolute names of the modules that a file imports."""
    package = _module(file).split(".")
    if file.name != "__init__.py":
        package = package[:-1]
    for node in ast.walk(ast.parse(file.read_text())):
        match node:
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom(level=0, module=str(module)):
                yield module
            case ast.ImportFrom(level=level, module=module):
                yield ".".join(
                    [
                        *package[: len(package) - level + 1],
                        *([module] if module else []),
                    ]
                )


ROOMS = {
    "custom_components.ocpp": (
        "csms surplus const quantities issues following config",
        "chargers errors storage repairs tags planning site server sessions",
        "hub",
        "files actions entities flows",
        "config_flow services backup diagnostics",
        "binary_sensor button datetime event number select sensor switch update",
    ),
    "custom_components.ocpp.surplus": (
        "modes model accounts",
        "cars power control circuits",
        "controller planning explain",
    ),
}
"""The rooms of a package, from the lowest to the highest: each knows only those before it."""


def _room(name: str, package: str) -> str | None:
    """Return the room of a package that a module belongs to, if any."""
    head, _, rest = name.partition(f"{package}.")
    return None if head or not rest else rest.split(".")[0]


@pytest.mark.parametrize("package", ROOMS)
def test_rooms_know_only_those_below(package: str) -> None:
    order = " ".join(ROOMS[package]).split()
    for file in sorted((ROOT / package.replace(".", "/")).rglob("*.py")):
        room = _room(_module(file), package)
        for name in _imports(file) if room else ():
            other = _room(name, package)
            assert other is None or order.index(other) <= order.index(str(room)), (
                f"{_module(file)} imports {name}"
            )


@pytest.mark.parametrize("package", ROOMS)
def test_every_room_has_its_place(package: str) -> None:
    files = (ROOT / package.replace(".", "/")).rglob("*.py")
    rooms = {_room(_module(file), package) for file in files}
    assert rooms - {None} == set(" ".join(ROOMS[package]).split())


@pytest.mark.parametrize("package", CORE)
def test_the_core_knows_neither_home_assistant_nor_its_other_half(package: str) -> None:
    own = f"custom_components.ocpp.{package}"
    for file in _files(package):
        for name in _imports(file):
            assert not name.startswith("homeassistant"), file
            assert not name.startswith("custom_components") or name.startswith(own), (
                file
            )


@pytest.mark.parametrize("package", CORE)
def test_the_core_runs_without_home_assistant(package: str) -> None:
    modules = [_module(file) for file in _files(package)]
    headless = str(ROOT / "scripts" / "headless.py")
    command = [
        sys.executable,
        headless,
        "tests.import_without_home_assistant",
        *modules,
    ]
    subprocess.run(command, check=True, cwd=ROOT, timeout=60)


@pytest.mark.parametrize("package", CORE)
def test_the_core_imports_make_no_circle(package: str) -> None:
    prefix = f"custom_components.ocpp.{package}"
    graph = {
        _module(file): {name for name in _imports(file) if name.startswith(prefix)}
        for file in _files(package)
        if file.name != "__init__.py"
    }
    done: set[str] = set()

    def visit(module: str, above: tuple[str, ...]) -> None:
        assert module not in above, f"{' -> '.join(above)} -> {module}"
        if module in done:
            return
        for name in graph.get(module, set()) & graph.keys():
            visit(name, (*above, module))
        done.add(module)

    for module in graph:
        visit(module, ())


def test_nobody_above_the_versions_asks_which_one_it_is() -> None:
    versions = INTEGRATION / "csms" / "versions"
    for file in INTEGRATION.rglob("*.py"):
        if versions not in file.parents:
            names = set(_imports(file))
            assert not any(name.endswith(".v16") for name in names), file
