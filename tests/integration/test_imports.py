"""The imports at Home Assistant's start: nothing that only a charger or a plan needs."""

from pathlib import Path

import pytest

from scripts.import_time import OURS, imported


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The modules that come with the integration, its platforms and its flows."""
    cache: Path = tmp_path_factory.mktemp("bytecode")
    return imported(OURS, str(cache))[1]


@pytest.mark.parametrize(
    "late",
    [
        pytest.param("ocpp", id="the messages of all versions"),
        pytest.param(f"{OURS}.csms.versions.v16", id="a version that nobody speaks"),
        pytest.param("jsonschema", id="validation by the library"),
        pytest.param("jsonschema_rs", id="validation of messages"),
        pytest.param("highspy", id="the solver"),
        pytest.param("numpy", id="what the solver needs"),
        pytest.param(f"{OURS}.surplus.planning.joint", id="the problem to solve"),
        pytest.param("homeassistant.components.calendar", id="calendars"),
        pytest.param("homeassistant.components.schedule", id="schedules"),
    ],
)
def test_what_is_needed_later_is_imported_later(modules: list[str], late: str) -> None:
    early = [name for name in modules if name == late or name.startswith(f"{late}.")]
    assert early == []


def test_what_is_imported_is_the_integration(modules: list[str]) -> None:
    assert f"{OURS}.sensor" in modules
    assert f"{OURS}.config_flow" in modules
    assert f"{OURS}.diagnostics" in modules
