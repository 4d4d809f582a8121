"""Visits that are not as usual: many cars at once, entities that come and go, and vehicles that do."""

from collections.abc import AsyncIterator, Callable

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.integration.actions import ask
from tests.integration.conftest import (
    Connect,
    charger_subentry,
    connected,
    state,
    vehicle_subentry,
)
from tests.simulator.car import Car
from tests.simulator.charger import SimulatedCharger
from tests.waiting import until

SELECT, OTHER = "select.charger_vehicle", "select.carport_vehicle"
ZOE_PLUG, VAN_PLUG = "binary_sensor.zoe_plug", "binary_sensor.van_plug"


@pytest.fixture
def chargers() -> list[ConfigSubentryData]:
    """Two chargers, and two vehicles whose clouds tell when they are plugged in."""
    return [
        charger_subentry("CP1", "Charger"),
        charger_subentry("CP2", "Carport"),
        vehicle_subentry(
            "zoe",
            "Zoe",
            charging={"phases": "3"},
            identification={"plugged_in_entity": ZOE_PLUG},
        ),
        vehicle_subentry(
            "van",
            "Van",
            charging={"phases": "1"},
            identification={"plugged_in_entity": VAN_PLUG},
        ),
    ]


@pytest.fixture(autouse=True)
async def tell(hass: HomeAssistant) -> Callable[[str, str], None]:
    """Have an entity tell something; at first, that nothing is plugged in."""

    def tell(entity_id: str, value: str) -> None:
        hass.states.async_set(entity_id, value)

    tell(ZOE_PLUG, "off")
    tell(VAN_PLUG, "off")
    return tell


async def pass_minutes(
    hass: HomeAssistant, wall_clock: FrozenDateTimeFactory, minutes: int
) -> None:
    """Let some minutes pass."""
    for _ in range(minutes):
        wall_clock.tick(60)
        async_fire_time_changed(hass, dt_util.utcnow())
        await hass.async_block_till_done()


async def test_two_cars_within_seconds(
    hass: HomeAssistant,
    running: MockConfigEntry,
    connect: Connect,
    tell: Callable[[str, str], None],
    wall_clock: FrozenDateTimeFactory,
) -> None:
    await hass.async_block_till_done()
    async with (
        connected(hass, connect) as first,
        connected(hass, connect, "CP2") as second,
    ):
        await first.plug_in(Car(phases=1))
        wall_clock.tick(5)
        await second.plug_in(Car(phases=3))
        await pass_minutes(hass, wall_clock, 1)
        tell(VAN_PLUG, "on")
        tell(ZOE_PLUG, "on")
        await pass_minutes(hass, wall_clock, 2)
        # Nothing tells one from the other yet, and nothing is made up.
        assert (state(hass, SELECT), state(hass, OTHER)) == ("unknown", "unknown")
        for charger in (first, second):
            await charger.start_session()
            for _ in range(10):
                charger.advance(20)
                wall_clock.tick(20)
                await charger.meter()
        await pass_minutes(hass, wall_clock, 1)
        await until(lambda: (state(hass, SELECT), state(hass, OTHER)) == ("Van", "Zoe"))


async def test_one_car_and_a_guest_within_seconds(
    hass: HomeAssistant,
    running: MockConfigEntry,
    connect: Connect,
    tell: Callable[[str, str], None],
    wall_clock: FrozenDateTimeFactory,
) -> None:
    """Its entity speaks for both connectors, and it is at neither for sure."""
    await hass.async_block_till_done()
    async with (
        connected(hass, connect) as first,
        connected(hass, connect, "CP2") as second,
    ):
        await first.plug_in()
        await second.plug_in()
        tell(ZOE_PLUG, "on")
        tell(VAN_PLUG, "off")
        await pass_minutes(hass, wall_clock, 1)
        shown = {state(hass, SELECT), state(hass, OTHER)}
        assert "Zoe" not in shown
        # One word of the owner settles both.
        await hass.services.async_call(
            "select",
            "select_option",
            {"entity_id": OTHER, "option": "Zoe"},
            blocking=True,
        )
        await until(lambda: state(hass, OTHER) == "Zoe")
        assert state(hass, SELECT) != "Zoe"


@pytest.mark.parametrize("gone", ["unavailable", "unknown", None])
async def test_entities_that_are_gone_for_a_minute(
    hass: HomeAssistant,
    charger: SimulatedCharger,
    tell: Callable[[str, str], None],
    wall_clock: FrozenDateTimeFactory,
    gone: str | None,
) -> None:
    await hass.async_block_till_done()
    await charger.plug_in()
    tell(ZOE_PLUG, "on")
    await until(lambda: state(hass, SELECT) == "Zoe")
    if gone is None:
        hass.states.async_remove(ZOE_PLUG)
    else:
        tell(ZOE_PLUG, gone)
    await pass_minutes(hass, wall_clock, 1)
    assert state(hass, SELECT) == "Zoe"
    tell(ZOE_PLUG, "on")
    await pass_minutes(hass, wall_clock, 30)
    assert state(hass, SELECT) == "Zoe"


async def test_a_vehicle_that_is_removed_while_it_charges(
    hass: HomeAssistant,
    running: MockConfigEntry,
    charger: SimulatedCharger,
    tell: Callable[[str, str], None],
    wall_clock: FrozenDateTimeFactory,
) -> None:
    await hass.async_block_till_done()
    await charger.plug_in()
    tell(ZOE_PLUG, "on")
    await charger.start_session()
    await until(lambda: state(hass, SELECT) == "Zoe")
    charger.connectors[1].energy_wh += 2000
    await charger.meter()
    hass.config_entries.async_remove_subentry(running, "zoe")
    await hass.async_block_till_done()
    assert state(hass, SELECT) != "Zoe"
    wall_clock.tick(600)
    await charger.unplug()
    await hass.async_block_till_done()
    (session,) = (await ask(hass, "get_sessions"))["sessions"]
    assert session["energy_kwh"] == pytest.approx(2)


class TestMarks:
    """A vehicle that tells who it is, at a charger with two connectors."""

    @pytest.fixture
    def chargers(self) -> list[ConfigSubentryData]:
        """Two vehicles, one of which can tell."""
        evccid = {"evccid": "00:7D:FA:01:02:03"}
        return [
            charger_subentry("CP1", "Charger", connectors=2),
            vehicle_subentry("zoe", "Zoe"),
            vehicle_subentry("van", "Van", identification=evccid),
        ]

    @pytest.fixture
    async def charger(
        self, hass: HomeAssistant, running: MockConfigEntry, connect: Connect
    ) -> AsyncIterator[SimulatedCharger]:
        """A charger with two connectors."""
        async with connected(hass, connect, connectors=2) as charger:
            yield charger

    async def test_data_without_a_connector(
        self, hass: HomeAssistant, charger: SimulatedCharger
    ) -> None:
        await charger.send_data("org.example", "EVCCID", "00:7D:FA:01:02:03")
        await charger.plug_in(connector_id=2)
        await hass.async_block_till_done()
        assert state(hass, "select.charger_connector_2_vehicle") == "unknown"
        await charger.send_data("org.example", "EVCCID", "00:7D:FA:01:02:03")
        await until(lambda: state(hass, "select.charger_connector_2_vehicle") == "Van")

    async def test_a_session_that_was_started_with_it(
        self, hass: HomeAssistant, charger: SimulatedCharger
    ) -> None:
        await charger.plug_in(connector_id=2)
        await charger.start_session("VID:007DFA010203", connector_id=2)
        await charger.unplug(connector_id=2)
        await hass.async_block_till_done()
        (session,) = (await ask(hass, "get_sessions"))["sessions"]
        assert session["vehicle"] == "Van"
