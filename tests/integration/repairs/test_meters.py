"""A meter that is set up wrongly is told of with its figures, and mended; one that is right never is."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
import math
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.ocpp.diagnostics import async_get_config_entry_diagnostics
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from tests.integration.conftest import GRID, Connect, connected, state
from tests.integration.world import World, world

__all__ = ["world"]

BATTERY, EXPORT, IMPORT = "sensor.battery", "sensor.export", "sensor.import"
HOUSE, SUN = "sensor.house", "sensor.sun"
PHASES = {f"grid_power_l{phase}": f"sensor.grid_l{phase}" for phase in (1, 2, 3)}
TEN_MINUTES = 600

type Shown = Mapping[str, float]
"""The sensors with their powers in watts."""
type Meters = Callable[[float], Shown]
"""Returns what sensors show at a power from the grid."""


def _issues(hass: HomeAssistant) -> dict[str, ir.IssueEntry]:
    return {
        issue.translation_key or "": issue
        for issue in ir.async_get(hass).issues.values()
        if issue.domain == "ocpp"
    }


async def _live(
    world: World, meters: Meters, seconds: int, sun_w: float = 2000.0
) -> None:
    """Let time pass with the sun less the base load of the house, and meters of any kind."""
    world.shown = False
    for _ in range(seconds):
        for entity_id, watts in meters(world.car_w - sun_w).items():
            world.hass.states.async_set(
                entity_id, f"{watts:.0f}", {"unit_of_measurement": "W"}
            )
        await world.pass_time(1, 0)


async def _charge_in_turns(
    world: World, meters: Meters, seconds: int = TEN_MINUTES
) -> None:
    """Have the car charge and pause, for a minute each."""
    for begin_s in range(0, seconds, 60):
        await world.select("off" if begin_s // 60 % 2 else "fast")
        await _live(world, meters, 60)


async def _fix(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    issue: ir.IssueEntry,
    **user_input: object,
) -> dict[str, Any]:
    """Go through the flow of a repair; return its last step."""
    assert await async_setup_component(hass, "repairs", {})
    client = await hass_client()
    begun = await client.post(
        "/api/repairs/issues/fix",
        json={"handler": "ocpp", "issue_id": issue.issue_id},
    )
    assert begun.status == HTTPStatus.OK
    shown: dict[str, Any] = await begun.json()
    # The figures and the sensor are shown where the owner decides.
    assert shown["description_placeholders"] == issue.translation_placeholders
    flow = f"/api/repairs/issues/fix/{shown['flow_id']}"
    done: dict[str, Any] = await (await client.post(flow, json=user_input)).json()
    await hass.async_block_till_done()
    return done


def _right(grid_w: float) -> Shown:
    return {GRID: grid_w}


def _inverted(grid_w: float) -> Shown:
    return {GRID: -grid_w}


def _without_import(grid_w: float) -> Shown:
    return {GRID: min(0.0, grid_w)}


def _hung(_: float) -> Shown:
    return {GRID: -750.0}


def _thousandth(grid_w: float) -> Shown:
    return {GRID: grid_w / 1000}


def _one_phase(grid_w: float) -> Shown:
    return {GRID: grid_w / 3}


async def test_a_right_meter_is_not_accused(world: World) -> None:
    await _charge_in_turns(world, _right)
    assert _issues(world.hass) == {}


@pytest.mark.parametrize(
    ("meters", "key"),
    [
        (_without_import, "import_unseen"),
        (_hung, "not_the_grid"),
        (_thousandth, "grid_unit"),
        (_one_phase, "grid_phases"),
    ],
)
async def test_a_meter_that_is_set_up_wrongly_is_replaced(
    world: World,
    running: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    meters: Meters,
    key: str,
) -> None:
    hass = world.hass
    await _charge_in_turns(world, meters)
    issues = _issues(hass)
    assert issues.keys() == {key}
    placeholders = issues[key].translation_placeholders
    assert placeholders is not None
    assert placeholders["entity"] == GRID
    assert placeholders["expected"].startswith("10,")
    missing = await _fix(hass, hass_client, issues[key])
    assert missing["errors"] == {"sensor": "sensor_needed"}
    await _fix(hass, hass_client, issues[key], sensor="sensor.other")
    assert running.options["grid_power"] == ["sensor.other"]
    assert _issues(hass) == {}


async def test_an_inverted_meter_is_mended(
    world: World, running: MockConfigEntry, hass_client: ClientSessionGenerator
) -> None:
    hass = world.hass
    await _charge_in_turns(world, _inverted)
    issues = _issues(hass)
    assert issues.keys() == {"grid_sign"}
    # What looks like sun is not bought.
    await world.select("pv_only")
    await _live(world, _inverted, 60, sun_w=-8000)
    assert world.car_w == 0
    assert state(hass, "sensor.charger_reason") == "meters_doubted"
    done = await _fix(hass, hass_client, issues["grid_sign"])
    assert done["type"] == "create_entry"
    assert running.options["grid_power_inverted"] is True
    assert _issues(hass) == {}
    # From now on the car follows the sun.
    await _live(world, _inverted, 90, sun_w=8000)
    assert 7000 < world.car_w < 8200


async def test_a_repair_goes_with_its_entry(
    world: World, running: MockConfigEntry
) -> None:
    await _charge_in_turns(world, _inverted)
    assert _issues(world.hass)
    await world.hass.config_entries.async_unload(running.entry_id)
    assert _issues(world.hass) == {}


async def test_what_was_found_is_known_after_a_restart(
    world: World, running: MockConfigEntry
) -> None:
    """And forgotten once another sensor is chosen."""
    hass = world.hass
    await world.select("fast")
    await _charge_in_turns(world, _inverted)
    assert _issues(hass).keys() == {"grid_sign"}
    await hass.config_entries.async_unload(running.entry_id)
    assert _issues(hass) == {}
    await hass.config_entries.async_setup(running.entry_id)
    assert _issues(hass).keys() == {"grid_sign"}
    diagnostics = await async_get_config_entry_diagnostics(hass, running)
    assert [each["fault"] for each in diagnostics["meters"]] == ["grid_inverted"]
    others = {**running.options, "grid_power": "sensor.other"}
    hass.config_entries.async_update_entry(running, options=others)
    await hass.async_block_till_done()
    assert _issues(hass) == {}
    await hass.config_entries.async_reload(running.entry_id)
    assert _issues(hass) == {}


class TestFlowsApart:
    """Sensors for import and export."""

    @pytest.fixture
    def options(self) -> dict[str, Any]:
        """Both of them."""
        return {"grid_import_power": IMPORT, "grid_export_power": EXPORT}

    async def test_those_taken_for_each_other_are_swapped(
        self,
        world: World,
        running: MockConfigEntry,
        hass_client: ClientSessionGenerator,
    ) -> None:
        hass = world.hass
        await _charge_in_turns(
            world, lambda watts: {EXPORT: max(0.0, watts), IMPORT: max(0.0, -watts)}
        )
        issues = _issues(hass)
        assert issues.keys() == {"grid_sign"}
        await _fix(hass, hass_client, issues["grid_sign"])
        assert running.options["grid_import_power"] == EXPORT
        assert running.options["grid_export_power"] == IMPORT

    async def test_an_export_that_is_told_as_a_negative_number_is_mended(
        self,
        world: World,
        running: MockConfigEntry,
        hass_client: ClientSessionGenerator,
    ) -> None:
        """The car never starts, and would not until the end of time."""

        def meters(watts: float) -> Shown:
            return {IMPORT: max(0.0, watts), EXPORT: min(0.0, watts)}

        hass = world.hass
        await world.select("pv_only")
        await _live(world, meters, 150, sun_w=8000)
        issues = _issues(hass)
        assert issues.keys() == {"export_negative"}
        placeholders = issues["export_negative"].translation_placeholders
        assert placeholders is not None
        assert placeholders["entity"] == EXPORT
        assert placeholders["told"] == "-8,000"
        await _fix(hass, hass_client, issues["export_negative"])
        await _live(world, meters, 120, sun_w=8000)
        assert 7000 < world.car_w < 8200
        assert _issues(hass) == {}


class TestPhases:
    """A meter that shows the power of each phase, and nothing else."""

    @pytest.fixture
    def options(self) -> dict[str, Any]:
        """Each phase is paid for by itself."""
        return {**PHASES, "phases_apart": True}

    async def test_inverted_ones_are_mended(
        self,
        world: World,
        running: MockConfigEntry,
        hass_client: ClientSessionGenerator,
    ) -> None:
        hass = world.hass
        await _charge_in_turns(
            world, lambda watts: dict.fromkeys(PHASES.values(), -watts / 3)
        )
        issues = _issues(hass)
        assert issues.keys() == {"grid_sign"}
        placeholders = issues["grid_sign"].translation_placeholders
        assert placeholders is not None
        assert placeholders["entity"] == ", ".join(PHASES.values())
        await _fix(hass, hass_client, issues["grid_sign"])
        assert running.options["grid_power_inverted"] is True

    async def test_those_that_show_no_import_are_replaced(
        self,
        world: World,
        running: MockConfigEntry,
        hass_client: ClientSessionGenerator,
    ) -> None:
        hass = world.hass
        await _charge_in_turns(
            world, lambda watts: dict.fromkeys(PHASES.values(), min(0.0, watts / 3))
        )
        issues = _issues(hass)
        assert issues.keys() == {"import_unseen"}
        await _fix(hass, hass_client, issues["import_unseen"], sensor=GRID)
        assert running.options["grid_power"] == [GRID]
        assert "grid_import_power" not in running.options


class TestExportOnly:
    """All that is measured is the export."""

    @pytest.fixture
    def options(self) -> dict[str, Any]:
        """A sensor that stands at zero during import."""
        return {"grid_export_power": EXPORT}

    async def test_the_missing_import_is_asked_for(
        self,
        world: World,
        running: MockConfigEntry,
        hass_client: ClientSessionGenerator,
    ) -> None:
        hass = world.hass
        await _charge_in_turns(world, lambda watts: {EXPORT: max(0.0, -watts)})
        (issue,) = _issues(hass).values()
        assert issue.translation_key in ("import_unseen", "import_unseen_by_flow")
        await _fix(hass, hass_client, issue, sensor=IMPORT)
        assert running.options["grid_import_power"] == [IMPORT]
        assert running.options["grid_export_power"] == EXPORT


class _Batteries:
    """Batteries that hold the grid near zero; a part of them has a sensor."""

    def __init__(self, seen: float) -> None:
        self._seen, self._watts, self._calls = seen, 0.0, 0

    def __call__(self, missing_w: float) -> Shown:
        self._calls += 1
        self._watts += (missing_w - self._watts) / 3 + 25 * math.sin(self._calls / 7)
        return {GRID: missing_w - self._watts, BATTERY: self._watts * self._seen}


class TestBatteries:
    """A grid meter, and a battery."""

    @pytest.fixture
    def options(self) -> dict[str, Any]:
        """One of them."""
        return {"grid_power": GRID, "battery_power": BATTERY}

    async def test_those_that_are_not_set_up_are_asked_for(
        self,
        world: World,
        running: MockConfigEntry,
        hass_client: ClientSessionGenerator,
    ) -> None:
        hass = world.hass
        await _charge_in_turns(world, _Batteries(1 / 3))
        issues = _issues(hass)
        assert issues.keys() == {"battery_unseen"}
        await _fix(hass, hass_client, issues["battery_unseen"], sensor="sensor.second")
        assert running.options["battery_power"] == [BATTERY, "sensor.second"]

    async def test_all_of_them_fit(self, world: World) -> None:
        await _charge_in_turns(world, _Batteries(1.0))
        assert _issues(world.hass) == {}

    async def test_an_inverted_one_is_mended(
        self,
        world: World,
        running: MockConfigEntry,
        hass_client: ClientSessionGenerator,
    ) -> None:
        hass = world.hass
        await _charge_in_turns(world, _Batteries(-1.0))
        issues = _issues(hass)
        assert issues.keys() == {"battery_sign"}
        await _fix(hass, hass_client, issues["battery_sign"])
        assert running.options["battery_power_inverted"] is True


class TestSun:
    """A grid meter and an inverter, and a car that draws the same all the time."""

    @pytest.fixture
    def options(self) -> dict[str, Any]:
        """One battery, and the sun."""
        return {"grid_power": GRID, "battery_power": BATTERY, "pv_power": SUN}

    async def test_a_battery_that_is_not_set_up_is_asked_for(
        self,
        world: World,
        running: MockConfigEntry,
        hass_client: ClientSessionGenerator,
    ) -> None:
        hass, batteries = world.hass, _Batteries(1 / 3)
        await world.select("fast")
        await _pass_clouds(world, lambda grid_w, _: batteries(grid_w), 1700)
        issues = _issues(hass)
        assert issues.keys() == {"battery_unseen_by_sun"}
        issue = issues["battery_unseen_by_sun"]
        await _fix(hass, hass_client, issue, sensor="sensor.second")
        assert running.options["battery_power"] == [BATTERY, "sensor.second"]

    async def test_an_inverter_that_is_not_set_up_is_asked_for(
        self,
        world: World,
        running: MockConfigEntry,
        hass_client: ClientSessionGenerator,
    ) -> None:
        def meters(grid_w: float, sun_w: float) -> Shown:
            return {GRID: grid_w, BATTERY: 0.0, SUN: sun_w / 2}

        hass = world.hass
        for mode in ("off", "fast"):
            await world.select(mode)
            await _pass_clouds(world, meters, 850)
        issues = _issues(hass)
        assert issues.keys() == {"solar_incomplete"}
        issue = issues["solar_incomplete"]
        await _fix(hass, hass_client, issue, sensor="sensor.second")
        assert running.options["pv_power"] == [SUN, "sensor.second"]
        assert _issues(hass) == {}

    async def test_power_from_nowhere_is_told_of_within_ten_minutes(
        self, world: World
    ) -> None:
        """A battery holds the grid near zero, and nobody has set it up."""
        batteries = _Batteries(0.0)
        await world.select("fast")
        await _live(world, batteries, 30, sun_w=8000)
        for second in range(TEN_MINUTES):
            world.hass.states.async_set(
                SUN, str(400 + 10 * (second % 7)), {"unit_of_measurement": "W"}
            )
            await _live(world, batteries, 1, sun_w=400)
        assert _issues(world.hass).keys() == {"battery_unseen_by_flow"}

    async def test_right_meters_are_not_accused(self, world: World) -> None:
        batteries = _Batteries(1.0)
        await world.select("pv_only")
        await _pass_clouds(
            world, lambda grid_w, sun_w: {**batteries(grid_w), SUN: sun_w}, 1700
        )
        assert _issues(world.hass) == {}


async def _pass_clouds(
    world: World, meters: Callable[[float, float], Shown], seconds: int
) -> None:
    """Let time pass under clouds, with meters that know the power of the grid and of the sun."""
    for _ in range(0, seconds, 5):
        sun_w = 4000 + 1500 * math.sin(world.elapsed_s / 230)

        def shown(grid_w: float, sun_w: float = sun_w) -> Shown:
            return {SUN: sun_w, **meters(grid_w, sun_w)}

        await _live(world, shown, 5, sun_w=sun_w - 400)


class TestWithoutGridMeter:
    """The power of the grid is that of the house less the sun."""

    @pytest.fixture
    def options(self) -> dict[str, Any]:
        """A house that is said to include the cars."""
        return {"pv_power": SUN, "house_power": HOUSE}

    async def test_a_house_without_the_cars_is_set_up_as_such(
        self,
        world: World,
        running: MockConfigEntry,
        hass_client: ClientSessionGenerator,
    ) -> None:
        hass = world.hass
        await _charge_in_turns(world, lambda _: {SUN: 2600.0, HOUSE: 600.0})
        issues = _issues(hass)
        assert issues.keys() == {"cars_not_counted"}
        await _fix(hass, hass_client, issues["cars_not_counted"])
        assert running.options["house_includes_cars"] is False


async def _press(hass: HomeAssistant) -> None:
    await hass.services.async_call(
        "button",
        "press",
        {"entity_id": "button.ocpp_check_the_meters"},
        blocking=True,
    )


@pytest.mark.parametrize(
    ("meters", "found"),
    [
        (_right, "fits"),
        (_inverted, "grid_inverted"),
        (_hung, "not_the_grid"),
    ],
)
async def test_the_owner_can_have_the_meters_checked(
    world: World, meters: Meters, found: str
) -> None:
    """In solar-only mode without sun, the car charges at its minimum for about a minute."""
    hass = world.hass
    await world.select("pv_only")
    await _live(world, meters, 60, sun_w=-500)
    await _press(hass)
    # To ask for it again while it runs changes nothing.
    await _press(hass)
    most_w = 0.0
    for _ in range(40):
        await _live(world, meters, 6, sun_w=-500)
        most_w = max(most_w, world.car_w)
        if state(hass, "sensor.ocpp_meter_check") != "running":
            break
        assert state(hass, "sensor.charger_reason") == "meters_checked"
    assert state(hass, "sensor.ocpp_meter_check") == found
    assert most_w == pytest.approx(3 * 5.6 * 230, rel=0.02)
    assert len(_issues(hass)) == (found != "fits")
    await _live(world, meters, 30, sun_w=-500)
    assert world.car_w == 0


async def test_a_repair_offers_a_test_charge_first(
    world: World, hass_client: ClientSessionGenerator
) -> None:
    hass = world.hass
    await _charge_in_turns(world, _inverted)
    await world.select("pv_only")
    await _live(world, _inverted, 60, sun_w=-500)
    issue = _issues(hass)["grid_sign"]
    done = await _fix(hass, hass_client, issue, check_first=True)
    assert done["reason"] == "check_started"
    assert state(hass, "sensor.ocpp_meter_check") == "running"
    await _live(world, _right, 240)
    assert state(hass, "sensor.ocpp_meter_check") == "fits"


async def test_there_is_no_check_without_a_car(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    hass.states.async_set(GRID, "500", {"unit_of_measurement": "W"})
    async with connected(hass, connect):
        with pytest.raises(ServiceValidationError, match="No car is plugged in"):
            await _press(hass)
