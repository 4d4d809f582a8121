"""A Home Assistant with a central system, and chargers that connect to it."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from freezegun import freeze_time
from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.ocpp.chargers.registry import CONNECTORS_SETTLE
from custom_components.ocpp.const import (
    DOMAIN,
    SUBENTRY_CHARGER,
    SUBENTRY_CIRCUIT,
    SUBENTRY_TAG,
    SUBENTRY_VEHICLE,
)
from homeassistant.config_entries import (
    ConfigFlowResult,
    ConfigSubentryData,
    ConfigSubentryDataWithId,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity import Entity
from homeassistant.util import executor
from homeassistant.util.dt import utcnow
from tests.simulator.charger import SimulatedCharger, simulated_charger
from tests.waiting import until

GRID = "sensor.grid_power"

type Connect = Callable[..., AbstractAsyncContextManager[SimulatedCharger]]


_LONG = (
    "test_recorder_rows.py",
    "test_object_ids.py",
    "test_whereabouts.py",
    "test_first_charge.py",
    "test_many_chargers.py",
)
"""The modules with the longest tests, which begin first so that nobody waits for them in the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest tests first."""
    items.sort(key=lambda item: item.path.name not in _LONG)


@pytest.fixture(autouse=True)
def _custom_integration(
    recorder_db_url: str, enable_custom_integrations: None, socket_enabled: None
) -> None:
    """Let Home Assistant find the integration, and chargers reach it.

    A recorder's database, where a test has one, must be prepared before.
    """


@pytest.fixture(autouse=True)
def all_entities(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Enable every entity, as owners may, but for tests that are marked by `as_set_up`."""
    if request.node.get_closest_marker("as_set_up") is None:
        monkeypatch.setattr(Entity, "entity_registry_enabled_default", True)


@pytest.fixture(autouse=True)
def enable_event_loop_debug() -> None:
    """Leave the loop's debug mode off, which the test plugin turns on: it takes a third of the time.

    With `PYTHONASYNCIODEBUG=1` in the environment it is on.
    """


@pytest.fixture(scope="session", autouse=True)
def patient_executor() -> Iterator[None]:
    """Give threads their time to end on a busy machine.

    One that is interrupted instead does not wake the next one, which then stays behind for good.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(executor, "EXECUTOR_SHUTDOWN_TIMEOUT", 300)
        yield


@pytest.fixture
def port(unused_tcp_port: int) -> int:
    """The port that chargers connect to."""
    return unused_tcp_port


def charger_subentry(identity: str, name: str, **data: Any) -> ConfigSubentryData:
    """Return a charger as it is set up."""
    return ConfigSubentryData(
        subentry_type=SUBENTRY_CHARGER, unique_id=identity, title=name, data=data
    )


def tag_subentry(name: str, id_tag: str, **data: Any) -> ConfigSubentryData:
    """Return a tag as it is set up."""
    return ConfigSubentryData(
        subentry_type=SUBENTRY_TAG,
        unique_id=None,
        title=name,
        data={"id_tag": id_tag, "blocked": False, "chargers": [], **data},
    )


def circuit_subentry(
    subentry_id: str, name: str, **data: Any
) -> ConfigSubentryDataWithId:
    """Return a circuit as it is set up."""
    data = {"fuse_current": 25, "phases": 3, "currents_inverted": False, **data}
    return ConfigSubentryDataWithId(
        subentry_id=subentry_id,
        subentry_type=SUBENTRY_CIRCUIT,
        title=name,
        data=data,
        unique_id=None,
    )


def vehicle_subentry(
    subentry_id: str, name: str, **data: Any
) -> ConfigSubentryDataWithId:
    """Return a vehicle as it is set up."""
    return ConfigSubentryDataWithId(
        subentry_id=subentry_id,
        subentry_type=SUBENTRY_VEHICLE,
        title=name,
        data=data,
        unique_id=None,
    )


@pytest.fixture
def chargers() -> list[ConfigSubentryData]:
    """The chargers that are set up; tests have others where they need them."""
    return [charger_subentry("CP1", "Charger")]


@pytest.fixture
def options() -> dict[str, Any]:
    """The options that are set up; tests have others where they need them."""
    return {"grid_power": GRID}


@pytest.fixture
def entry(
    hass: HomeAssistant,
    port: int,
    chargers: list[ConfigSubentryData],
    options: dict[str, Any],
    tmp_path: Path,
) -> MockConfigEntry:
    """A central system that is set up but does not run yet, with a configuration folder of its own."""
    hass.config.config_dir = str(tmp_path)
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="OCPP",
        version=3,
        data={"host": "127.0.0.1", "port": port},
        options=options,
        subentries_data=chargers,
    )
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
async def running(
    hass: HomeAssistant, entry: MockConfigEntry
) -> AsyncIterator[MockConfigEntry]:
    """A central system that runs."""
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    yield entry
    if hass.config_entries.async_get_entry(entry.entry_id) is not None:
        await hass.config_entries.async_unload(entry.entry_id)


async def change_options(
    hass: HomeAssistant, entry: MockConfigEntry, subject: str, *inputs: dict[str, Any]
) -> ConfigFlowResult:
    """Fill in a form of the options, again and again; return the last answer."""
    flow = await hass.config_entries.options.async_init(entry.entry_id)
    result = await hass.config_entries.options.async_configure(
        flow["flow_id"], {"next_step_id": subject}
    )
    for user_input in inputs:
        result = await hass.config_entries.options.async_configure(
            flow["flow_id"], user_input
        )
    return result


async def choose_meters(
    hass: HomeAssistant, entry: MockConfigEntry, way: str, **chosen: Any
) -> ConfigFlowResult:
    """Choose sensors by which the grid is measured in some way, and confirm what they show."""
    inputs = {"next_step_id": way}, chosen, {"next_step_id": "energy_right"}
    return await change_options(hass, entry, "energy", *inputs)


@pytest.fixture
def connect(port: int) -> Connect:
    """Connects simulated chargers to the central system."""

    def connect(
        identity: str = "CP1", **options: Any
    ) -> AbstractAsyncContextManager[SimulatedCharger]:
        return simulated_charger(f"ws://127.0.0.1:{port}", identity, **options)

    return connect


@pytest.fixture
async def charger(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> AsyncIterator[SimulatedCharger]:
    """The charger, connected and set up."""
    async with connected(hass, connect) as charger:
        yield charger


@pytest.fixture
async def wall_clock(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[FrozenDateTimeFactory]:
    """The clock on the wall, which the test moves; the event loop keeps its own."""
    # The loop's clock as Home Assistant's test plugin has it would stand still, too.
    monkeypatch.delattr(hass.loop, "time")
    with freeze_time(real_asyncio=True) as freezer:
        assert isinstance(freezer, FrozenDateTimeFactory)
        yield freezer


@asynccontextmanager
async def connected(
    hass: HomeAssistant, connect: Connect, identity: str = "CP1", **options: Any
) -> AsyncIterator[SimulatedCharger]:
    """Connect a charger, and wait until it has been set up."""
    async with connect(identity, **options) as charger:
        await charger.boot()
        await until(lambda: ("TxDefaultProfile", 0) in charger.connectors[1].profiles)
        charger.received.clear()
        yield charger


def charger_file(entry: MockConfigEntry, identity: str = "CP1") -> str:
    """Return the key of the file in which a charger's record is stored."""
    digest = sha256(identity.encode()).hexdigest()[:16]
    return f"{DOMAIN}.{entry.entry_id}.charger.{digest}"


def show_grid(hass: HomeAssistant, watts: float, **attributes: Any) -> None:
    """Have the grid meter show a value."""
    attributes.setdefault("unit_of_measurement", "W")
    hass.states.async_set(GRID, str(watts), attributes)


def state(hass: HomeAssistant, entity_id: str) -> str:
    """Return an entity's state."""
    found = hass.states.get(entity_id)
    assert found is not None, entity_id
    return found.state


async def settle_connectors(
    hass: HomeAssistant, entry: MockConfigEntry, connectors: int
) -> None:
    """Let the time pass in which a charger reports its connectors, once it has reported that many."""
    station = entry.runtime_data.chargers["CP1"].station
    await until(lambda: len(station.snapshot.evses) == connectors)
    async_fire_time_changed(hass, utcnow() + CONNECTORS_SETTLE)
