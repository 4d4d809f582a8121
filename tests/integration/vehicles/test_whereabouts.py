"""Two vehicles and a guest at a charger in Home Assistant."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util import dt as dt_util
from tests.integration.actions import ask, refused
from tests.integration.conftest import (
    GRID,
    Connect,
    charger_subentry,
    connected,
    state,
    tag_subentry,
    vehicle_subentry,
)
from tests.integration.world import World
from tests.simulator.car import Car
from tests.simulator.charger import SimulatedCharger
from tests.waiting import until

VEHICLE, OTHER = "select.charger_vehicle", "select.carport_vehicle"
SOC = "sensor.charger_vehicle_state_of_charge"
ZOE_PLUG, VAN_PLUG = "binary_sensor.zoe_plug", "sensor.van_charging_state"
ZOE_TRACKER, VAN_TRACKER = "device_tracker.zoe", "person.driver"


@pytest.fixture
def chargers() -> list[ConfigSubentryData]:
    """Two chargers, two vehicles, and a tag."""
    return [
        charger_subentry("CP1", "Charger"),
        charger_subentry("CP2", "Carport"),
        vehicle_subentry(
            "zoe",
            "Zoe",
            soc_entity="sensor.zoe_soc",
            battery_capacity=50,
            charging={"phases": "3"},
            identification={
                "id_tags": ["04A1"],
                "plugged_in_entity": ZOE_PLUG,
                "charging_entity": "binary_sensor.zoe_charging",
                "location_entity": ZOE_TRACKER,
            },
        ),
        vehicle_subentry(
            "van",
            "Van",
            soc_entity="sensor.van_soc",
            battery_capacity=80,
            charging={"phases": "1"},
            identification={
                "evccid": "00:7D:FA:01:02:03",
                "plugged_in_entity": VAN_PLUG,
                "location_entity": VAN_TRACKER,
            },
        ),
        tag_subentry("Anna", "04B2", vehicle_name="Van"),
    ]


@pytest.fixture(autouse=True)
def tell(hass: HomeAssistant) -> Callable[..., None]:
    """Have the vehicles tell something; at first, their charge."""

    def tell(**states: str) -> None:
        for entity_id, value in states.items():
            hass.states.async_set(entity_id.replace("__", "."), value)

    tell(sensor__zoe_soc="40", sensor__van_soc="70")
    return tell


async def choose(hass: HomeAssistant, option: str, entity_id: str = VEHICLE) -> None:
    """Choose a vehicle."""
    await hass.services.async_call(
        "select",
        "select_option",
        {"entity_id": entity_id, "option": option},
        blocking=True,
    )


async def at(hass: HomeAssistant, vehicle: str, means: str | None) -> None:
    """Wait until a vehicle is identified at the first charger by some means."""

    def shown() -> tuple[str, Any]:
        found = hass.states.get(VEHICLE)
        assert found is not None
        return found.state, found.attributes["identified_by"]

    await until(lambda: shown() == (vehicle, means))


async def pass_minutes(
    hass: HomeAssistant, wall_clock: FrozenDateTimeFactory, minutes: int
) -> None:
    """Let some minutes pass."""
    for _ in range(minutes):
        wall_clock.tick(60)
        async_fire_time_changed(hass, dt_util.utcnow())
        await hass.async_block_till_done()


class TestIdentification:
    """Each means by itself."""

    async def test_without_a_clue(
        self, hass: HomeAssistant, charger: SimulatedCharger
    ) -> None:
        options = hass.states.get(VEHICLE)
        assert options is not None
        assert options.attributes["options"] == ["automatic", "Van", "Zoe", "guest"]
        await charger.plug_in()
        await at(hass, "unknown", None)
        assert hass.states.get(SOC) is None

    @pytest.mark.parametrize(
        ("id_tag", "vehicle", "means"),
        [
            ("04A1", "Zoe", "tag"),
            ("04b2", "Van", "tag"),
            ("VID:007DFA010203", "Van", "evccid"),
        ],
    )
    async def test_by_a_tag(
        self,
        hass: HomeAssistant,
        charger: SimulatedCharger,
        id_tag: str,
        vehicle: str,
        means: str,
    ) -> None:
        await charger.plug_in()
        await charger.start_session(id_tag)
        await at(hass, vehicle, means)
        assert float(state(hass, SOC)) == {"Zoe": 40, "Van": 70}[vehicle]

    @pytest.mark.parametrize("comes_first", [True, False])
    async def test_by_data_of_the_vendor(
        self, hass: HomeAssistant, charger: SimulatedCharger, comes_first: bool
    ) -> None:
        data = '{"connectorId": 1, "evccId": "00:7D:FA:01:02:03", "vin": ""}'
        if comes_first:
            await charger.send_data("org.example", "VehicleIdentity", data)
        await charger.plug_in()
        if not comes_first:
            await charger.send_data("org.example", "VehicleIdentity", data)
        await at(hass, "Van", "evccid")

    async def test_by_a_tag_before_the_session(
        self, hass: HomeAssistant, charger: SimulatedCharger
    ) -> None:
        await charger.show_tag("04A1")
        await charger.plug_in()
        await at(hass, "Zoe", "tag")

    async def test_by_its_plug(
        self,
        hass: HomeAssistant,
        charger: SimulatedCharger,
        tell: Callable[..., None],
    ) -> None:
        tell(**{ZOE_PLUG: "off", VAN_PLUG: "Disconnected"})
        await hass.async_block_till_done()
        await charger.plug_in()
        tell(**{VAN_PLUG: "Stopped"})
        await at(hass, "Van", "plugged_in")
        await charger.unplug()
        await at(hass, "unknown", None)
        tell(**{VAN_PLUG: "Disconnected"})
        # This one is quicker than the charger.
        tell(**{ZOE_PLUG: "on"})
        await charger.plug_in()
        await at(hass, "Zoe", "plugged_in")

    async def test_by_charging(
        self,
        hass: HomeAssistant,
        charger: SimulatedCharger,
        tell: Callable[..., None],
        wall_clock: FrozenDateTimeFactory,
    ) -> None:
        tell(binary_sensor__zoe_charging="off")
        await charger.plug_in(Car(wake_up_s=1.0))
        await charger.start_session("ANY")
        await pass_minutes(hass, wall_clock, 3)
        car = charger.connectors[1].car
        assert car is not None
        car.current_a = 10.0
        await charger.meter()
        tell(binary_sensor__zoe_charging="on")
        await pass_minutes(hass, wall_clock, 1)
        await at(hass, "Zoe", "charging")

    @pytest.mark.parametrize(("phases", "vehicle"), [(1, "Van"), (3, "Zoe")])
    async def test_by_its_phases(
        self,
        hass: HomeAssistant,
        charger: SimulatedCharger,
        wall_clock: FrozenDateTimeFactory,
        phases: int,
        vehicle: str,
    ) -> None:
        world = World(hass, charger, wall_clock)
        await world.select("fast")
        await charger.plug_in(Car(phases=phases, wake_up_s=2.0))
        await charger.start_session("ANY")
        await world.pass_time(140, 0)
        await at(hass, vehicle, "draw")

    async def test_by_its_location(
        self,
        hass: HomeAssistant,
        charger: SimulatedCharger,
        tell: Callable[..., None],
        wall_clock: FrozenDateTimeFactory,
    ) -> None:
        tell(**{ZOE_TRACKER: "not_home", VAN_TRACKER: "home"})
        await hass.async_block_till_done()
        await charger.plug_in()
        await at(hass, "Van", "only")
        # Nobody is at home: it is a guest.
        tell(**{VAN_TRACKER: "Work"})
        await pass_minutes(hass, wall_clock, 30)
        await at(hass, "guest", "only")
        assert state(hass, SOC) == "unknown"


async def test_a_vehicle_is_at_one_charger(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    async with (
        connected(hass, connect) as first,
        connected(hass, connect, "CP2") as second,
    ):
        await first.plug_in()
        await second.plug_in()
        await at(hass, "unknown", None)
        await first.start_session("04A1")
        await at(hass, "Zoe", "tag")
        # What is left is the other one.
        await until(lambda: state(hass, OTHER) == "Van")
        # Two chargers cannot both have it: what the owner says counts.
        await choose(hass, "Zoe", OTHER)
        await until(lambda: state(hass, OTHER) == "Zoe")
        await at(hass, "Van", "only")
        await choose(hass, "Zoe")
        await at(hass, "Zoe", "choice")
        await until(lambda: state(hass, OTHER) == "Van")


class TestCorrection:
    """A guess that was wrong."""

    async def test_the_session_follows(
        self,
        hass: HomeAssistant,
        charger: SimulatedCharger,
        wall_clock: FrozenDateTimeFactory,
    ) -> None:
        async def vehicles() -> list[tuple[Any, Any]]:
            sessions = (await ask(hass, "get_sessions"))["sessions"]
            return [(each["vehicle"], each["vehicle_id"]) for each in sessions]

        await charger.plug_in()
        await charger.start_session("04A1")
        await at(hass, "Zoe", "tag")
        charger.connectors[1].energy_wh += 3000
        await charger.meter()
        assert await vehicles() == [("Zoe", "zoe")]
        # Its session has ended already, while the car is still plugged in.
        wall_clock.tick(60)
        await charger.stop_session()
        wall_clock.tick(60)
        await charger.start_session("04A1")
        await until(lambda: state(hass, "sensor.charger_status") == "charging")
        await hass.async_block_till_done()
        assert await vehicles() == [("Zoe", "zoe")] * 2

        await choose(hass, "Van")
        await at(hass, "Van", "choice")
        await hass.async_block_till_done()
        assert float(state(hass, SOC)) == 70
        assert await vehicles() == [("Van", "van")] * 2
        totals = (await ask(hass, "get_sessions", vehicle="van"))["totals"]
        assert totals["vehicles"][0]["energy_kwh"] == pytest.approx(3.0)

        await choose(hass, "guest")
        await at(hass, "guest", "choice")
        await hass.async_block_till_done()
        assert await vehicles() == [("Guest", "guest")] * 2
        assert state(hass, SOC) == "unknown"

        # It ends with the car, whose sessions keep it.
        wall_clock.tick(60)
        await charger.unplug()
        await at(hass, "unknown", None)
        wall_clock.tick(60)
        await charger.plug_in()
        await charger.start_session("04A1")
        await at(hass, "Zoe", "tag")
        await hass.async_block_till_done()
        assert await vehicles() == [("Guest", "guest")] * 2 + [("Zoe", "zoe")]

    async def test_it_can_be_left_to_the_clues_again(
        self, hass: HomeAssistant, charger: SimulatedCharger
    ) -> None:
        await charger.plug_in()
        await charger.start_session("04A1")
        await choose(hass, "Van")
        await at(hass, "Van", "choice")
        await choose(hass, "automatic")
        await at(hass, "Zoe", "tag")

    async def test_it_can_be_chosen_before_the_car_comes(
        self, hass: HomeAssistant, charger: SimulatedCharger
    ) -> None:
        await choose(hass, "Van")
        assert state(hass, VEHICLE) == "Van"
        await charger.plug_in()
        await at(hass, "Van", "choice")
        await charger.unplug()
        await at(hass, "unknown", None)

    async def test_it_survives_a_restart(
        self, hass: HomeAssistant, running: MockConfigEntry, connect: Connect
    ) -> None:
        async with connected(hass, connect) as charger:
            await charger.plug_in()
            await charger.start_session("04A1")
            await choose(hass, "Van")
            await at(hass, "Van", "choice")
            transaction_id = charger.connectors[1].transaction_id
        assert await hass.config_entries.async_reload(running.entry_id)
        await at(hass, "Van", "choice")
        async with connect() as charger:
            charger.connectors[1].transaction_id = transaction_id
            charger.connectors[1].status = "Charging"
            await charger.boot()
            await charger.meter()
            await until(lambda: state(hass, "sensor.charger_status") == "charging")
            await at(hass, "Van", "choice")


class TestCorrectionLater:
    """Sessions of cars that have left long ago are corrected, too."""

    @pytest.fixture
    async def ended(
        self,
        hass: HomeAssistant,
        charger: SimulatedCharger,
        wall_clock: FrozenDateTimeFactory,
    ) -> list[str]:
        """The IDs of two sessions of 2 and 3 kWh with the Zoe's tag, and a day of the same month after them."""
        if (dt_util.now() + timedelta(days=2)).month != dt_util.now().month:
            wall_clock.tick(timedelta(days=2))
        for energy_wh in (2000, 3000):
            await charger.plug_in()
            await charger.start_session("04A1")
            charger.connectors[1].energy_wh += energy_wh
            await charger.meter()
            wall_clock.tick(600)
            await charger.unplug()
            await at(hass, "unknown", None)
            wall_clock.tick(timedelta(hours=12))
        sessions = (await ask(hass, "get_sessions"))["sessions"]
        return [session["transaction_id"] for session in sessions]

    @staticmethod
    async def books_tell(hass: HomeAssistant, zoe: str, van: str) -> None:
        """Wait until the books of both vehicles tell these energies."""
        await until(
            lambda: (
                (state(hass, "sensor.zoe_energy"), state(hass, "sensor.van_energy"))
                == (zoe, van)
            )
        )

    async def test_the_last_session(
        self, hass: HomeAssistant, running: MockConfigEntry, ended: list[str]
    ) -> None:
        await self.books_tell(hass, "5.0", "0.0")
        answer = await ask(hass, "assign_session", vehicle="van")
        assert answer["session"]["transaction_id"] == ended[-1]
        assert answer["session"]["energy_kwh"] == 3
        assert answer["session"]["vehicle"] == "Van"
        await self.books_tell(hass, "2.0", "3.0")
        assert float(state(hass, "sensor.zoe_last_session")) == 2
        assert float(state(hass, "sensor.van_energy_this_month")) == 3
        # After a restart, the last session is written again, and no book tells of nothing meanwhile.
        told: list[str | None] = []
        async_track_state_change_event(
            hass,
            ["sensor.zoe_energy", "sensor.zoe_energy_this_month"],
            lambda event: told.append(
                new.state if (new := event.data["new_state"]) else None
            ),
        )
        assert await hass.config_entries.async_reload(running.entry_id)
        await self.books_tell(hass, "2.0", "3.0")
        assert "0.0" not in told

    async def test_a_session_by_its_id(
        self, hass: HomeAssistant, ended: list[str]
    ) -> None:
        await ask(
            hass,
            "assign_session",
            vehicle="Guest",
            transaction_id=ended[0],
            charger_id="CP1",
        )
        await self.books_tell(hass, "3.0", "0.0")
        await ask(hass, "assign_session", vehicle="VAN", transaction_id=ended[0])
        await self.books_tell(hass, "3.0", "2.0")
        sessions = (await ask(hass, "get_sessions", vehicle="van"))["sessions"]
        assert [each["transaction_id"] for each in sessions] == [ended[0]]

    async def test_one_that_runs(
        self, hass: HomeAssistant, ended: list[str], charger: SimulatedCharger
    ) -> None:
        assert len(ended) == 2
        await charger.plug_in()
        await charger.start_session("04A1")
        await at(hass, "Zoe", "tag")
        await ask(hass, "assign_session", vehicle="van")
        await at(hass, "Van", "choice")
        await self.books_tell(hass, "5.0", "0.0")

    async def test_errors(self, hass: HomeAssistant, ended: list[str]) -> None:
        words = await refused(hass, "assign_session", vehicle="Bus")
        assert "There is no vehicle Bus" in words
        assert "Zoe" in words
        words = await refused(
            hass, "assign_session", vehicle="van", transaction_id="4711"
        )
        assert "4711" in words
        assert ended
        words = await refused(hass, "assign_session", vehicle="van", charger_id="CP2")
        assert "no such session" in words


class TestGoals:
    """Plans follow the vehicle."""

    @pytest.fixture
    def chargers(self) -> list[ConfigSubentryData]:
        """Two vehicles with different needs."""
        every_day = dict.fromkeys(("monday", "tuesday", "wednesday"), "06:00:00")
        every_day |= dict.fromkeys(
            ("thursday", "friday", "saturday", "sunday"), "06:00:00"
        )
        return [
            charger_subentry("CP1", "Charger"),
            vehicle_subentry(
                "zoe",
                "Zoe",
                soc_entity="sensor.zoe_soc",
                battery_capacity=50,
                identification={"id_tags": ["04A1"]},
                departures=every_day,
                targets={"target": 80},
            ),
            vehicle_subentry(
                "van", "Van", soc_entity="sensor.van_soc", battery_capacity=80
            ),
        ]

    @pytest.fixture
    def options(self) -> dict[str, Any]:
        """A grid meter and a price."""
        return {"grid_power": GRID, "tariff": {"price_entities": ["sensor.price"]}}

    async def test_the_plan_follows(
        self,
        hass: HomeAssistant,
        charger: SimulatedCharger,
        wall_clock: FrozenDateTimeFactory,
    ) -> None:
        hass.states.async_set(GRID, "0", {"unit_of_measurement": "W"})
        hass.states.async_set("sensor.price", "0.3", {"unit_of_measurement": "EUR/kWh"})
        await hass.services.async_call(
            "select",
            "select_option",
            {"entity_id": "select.charger_charging_mode", "option": "eco_plus"},
            blocking=True,
        )
        await charger.plug_in()
        await charger.start_session("04A1")
        await at(hass, "Zoe", "tag")

        def departure() -> Any:
            planned = hass.states.get("sensor.charger_planned_start")
            return None if planned is None else planned.attributes.get("departure")

        await until(departure)
        assert float(state(hass, "number.charger_charge_target")) == 80
        await choose(hass, "Van")
        await until(lambda: departure() is None)
        assert float(state(hass, "number.charger_charge_target")) == 0

        # What is set at the charger now is the van's.
        await hass.services.async_call(
            "number",
            "set_value",
            {"entity_id": "number.charger_charge_target", "value": 90},
            blocking=True,
        )
        tomorrow = dt_util.utcnow() + timedelta(hours=20)
        await hass.services.async_call(
            "datetime",
            "set_value",
            {"entity_id": "datetime.charger_departure", "datetime": tomorrow},
            blocking=True,
        )
        await until(departure)
        await choose(hass, "guest")
        await until(lambda: departure() is None)
        wall_clock.tick(60)
        await charger.unplug()
        wall_clock.tick(60)
        await charger.plug_in()
        await charger.start_session("04A1")
        await at(hass, "Zoe", "tag")
        assert float(state(hass, "number.charger_charge_target")) == 80
        await choose(hass, "Van")
        assert float(state(hass, "number.charger_charge_target")) == 90


async def test_vehicles_come_and_go(
    hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger
) -> None:
    await charger.plug_in()
    await charger.start_session("04A1")
    await at(hass, "Zoe", "tag")
    hass.config_entries.async_remove_subentry(running, "zoe")
    await hass.async_block_till_done()
    await at(hass, "Van", "only")
    hass.config_entries.async_remove_subentry(running, "van")
    await hass.async_block_till_done()
    assert state(hass, VEHICLE) == "unavailable"
    assert state(hass, SOC) == "unknown"
