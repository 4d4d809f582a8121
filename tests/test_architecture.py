"""The rules of the house: what may know what."""

import ast
from collections import Counter
from collections.abc import Iterator
from importlib import resources
import json
from pathlib import Path
import re
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
    """Return the absolute names of the modules that a file imports, and of what it imports from them."""
    package = _module(file).split(".")
    if file.name != "__init__.py":
        package = package[:-1]
    for node in ast.walk(ast.parse(file.read_text())):
        match node:
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom(level=level, module=module):
                above = package[: len(package) - level + 1] if level else []
                source = ".".join([*above, *([module] if module else [])])
                yield source
                # It may be a module, too.
                yield from (f"{source}.{alias.name}" for alias in node.names)


ROOMS = {
    "custom_components.ocpp": (
        "csms surplus const texts numerals quantities chapters issues following pauses config",
        "chargers errors storage migration files repairs tags planning site server sessions vehicles",
        "hub",
        "actions entities flows dashboard automation assist",
        "config_flow services backup diagnostics system_health",
        "binary_sensor button condition datetime event intent logbook number select sensor switch trigger update device_trigger",
    ),
    "custom_components.ocpp.csms": (
        "errors timeouts numbering records link ocppj texts files metering pki tokens devices evses",
        "model events allowances transactions limits versions",
        "connections learned memory observers claims commands token_sync station_settings surroundings intake station",
        "server operations background housekeeping central_system",
    ),
    "custom_components.ocpp.surplus": (
        "modes model accounts",
        "cars sensing power checks control circuits",
        "state planning",
        "controller explain",
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


def test_imports_make_no_circle() -> None:
    graph = {
        _module(file): set(_imports(file))
        for file in INTEGRATION.rglob("*.py")
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


def test_only_the_config_flow_imports_forms() -> None:
    flows = INTEGRATION / "flows"
    for file in INTEGRATION.rglob("*.py"):
        if flows not in file.parents and file != INTEGRATION / "config_flow.py":
            for name in _imports(file):
                assert not name.startswith("custom_components.ocpp.flows"), file


def test_no_module_is_long() -> None:
    lengths = {
        file: len(file.read_text().splitlines()) for file in INTEGRATION.rglob("*.py")
    }
    assert {file: length for file, length in lengths.items() if length > 400} == {}


def test_no_folder_is_crowded() -> None:
    modules = Counter(file.parent for file in INTEGRATION.rglob("*.py"))
    # Home Assistant wants its platforms at the top.
    assert modules.pop(INTEGRATION) <= 30
    assert {folder: count for folder, count in modules.items() if count > 20} == {}


def test_nobody_above_the_versions_asks_which_one_it_is() -> None:
    versions = INTEGRATION / "csms" / "versions"
    for file in INTEGRATION.rglob("*.py"):
        if versions not in file.parents:
            names = set(_imports(file))
            assert not any(
                name.endswith((".v16", ".v2", ".v201", ".v21")) for name in names
            ), file


SCHEMAS = ("ocpp.v16", "ocpp.v201", "ocpp.v21")
WIRE_NAMES_ALLOWED = {
    # A charger that is known to take no limits is not asked; the refusal is that of a message of all versions.
    "csms/limits/profile_sender.py": {"SetChargingProfile"},
    # The names are those of transparency software, too.
    "sessions/transparency.py": {"publicKey", "transactionId"},
}
"""Names of OCPP outside the versions, by file, each with its reason."""


@pytest.fixture(scope="module")
def wire_names() -> set[str]:
    """The names of all messages, and those of fields that are no plain words."""
    names = set()
    for package in SCHEMAS:
        for file in (resources.files(package) / "schemas").iterdir():
            name = file.name.removesuffix(".json")
            names.add(name.removesuffix("Request").removesuffix("Response"))
            fields = _field_names(json.loads(file.read_text("utf-8-sig")))
            names |= {name for name in fields if re.search("[a-z][A-Z]", name)}
    return names


def _field_names(schema: object) -> Iterator[str]:
    match schema:
        case dict():
            properties = schema.get("properties")
            yield from properties if isinstance(properties, dict) else ()
            for item in schema.values():
                yield from _field_names(item)
        case list():
            for item in schema:
                yield from _field_names(item)


def _texts(file: Path) -> Iterator[str]:
    """Return the strings of a file that are no docstrings."""
    tree = ast.parse(file.read_text())
    documentation = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)
    }
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in documentation:
                yield text


def _named(text: str, wire_names: set[str]) -> set[str]:
    """Return the names of OCPP in a text; a single word counts only where it is all of it."""
    compound = {
        word
        for word in re.findall("[A-Za-z0-9]+", text)
        if re.search("[a-z][A-Z]", word)
    }
    return ({text} | compound) & wire_names


def test_wire_names_stay_within_the_versions(wire_names: set[str]) -> None:
    found: dict[str, set[str]] = {}
    for file in sorted(INTEGRATION.rglob("*.py")):
        if INTEGRATION / "csms" / "versions" not in file.parents:
            named = {name for text in _texts(file) for name in _named(text, wire_names)}
            if named:
                found[str(file.relative_to(INTEGRATION))] = named
    assert found == WIRE_NAMES_ALLOWED


@pytest.mark.parametrize(
    "text",
    ["idTag", "Heartbeat", "MeterValues", "it sent MeterValues in vain", "tbc.seqNo"],
)
def test_wire_names_are_recognised(text: str, wire_names: set[str]) -> None:
    assert _named(text, wire_names)


@pytest.mark.parametrize("text", ["status", "Reset the charger", "connector_id", ""])
def test_plain_words_are_no_wire_names(text: str, wire_names: set[str]) -> None:
    assert not _named(text, wire_names)
