"""Fuses in a real Home Assistant: the user's current sensors on one side, the charger's limit on the other."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
import json
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.ocpp.const import DOMAIN, SUBENTRY_CIRCUIT
from custom_components.ocpp.diagnostics import async_get_config_entry_diagnostics
from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.helpers.json import JSONEncoder
from homeassistant.util import dt as dt_util
from tests.integration.conftest import (
    Connect,
    charger_subentry,
    circuit_subentry,
    connected,
    state,
)
from tests.integration.flows.conftest import suggested
from tests.integration.flows.steps import adoption, open_part
from tests.simulator.car import Car
from tests.simulator.charger import SimulatedCharger
from tests.waiting import until

MAIN = [f"sensor.main_l{phase}" for phase in (1, 2, 3)]
METER = {f"current_l{phase}": MAIN[phase - 1] for phase in (1, 2, 3)}
FORM: dict[str, Any] = {"name": "Main fuse", "fuse_current": 25, "phases": "3"}


@pytest.fixture
def chargers() -> list[Any]:
    """A main fuse with a meter, and a charger behind it."""
    wiring = {"circuit": "main", "rotation": "rst"}
    return [
        circuit_subentry("main", "Main fuse", **METER),
        charger_subentry("CP1", "Charger", max_current=32, **wiring),
        # It need not be connected: without any current to fall back to, it takes no room.
        charger_subentry("CP2", "Other", max_current=32, safe_current=0, **wiring),
    ]


@dataclass
class FusedHouse:
    """A house whose main fuse carries what its loads and its cars draw."""

    hass: HomeAssistant
    wall_clock: FrozenDateTimeFactory
    chargers: list[SimulatedCharger] = field(default_factory=list)
    loads_a: tuple[float, float, float] = (2.0, 2.0, 2.0)
    shown: bool = True
    unit: str = "A"
    sensors: list[str] = field(default_factory=lambda: MAIN)
    elapsed_s: int = 0

    @property
    def carried_a(self) -> list[float]:
        """The current on each phase."""
        carried = list(self.loads_a)
        for charger in self.chargers:
            if (car := charger.connectors[1].car) is not None:
                for phase in range(car.phases):
                    carried[phase] += car.current_a
        return carried

    def show(self) -> None:
        """Have the meter show what flows."""
        for entity_id, amps in zip(self.sensors, self.carried_a, strict=True):
            value = amps * 1000 if self.unit == "mA" else amps
            attributes = {"unit_of_measurement": self.unit}
            self.hass.states.async_set(entity_id, f"{value:.2f}", attributes)

    async def pass_time(self, seconds: int) -> None:
        """Let cars draw, and meters tell."""
        for _ in range(seconds):
            self.elapsed_s += 1
            self.wall_clock.tick(1)
            for charger in self.chargers:
                charger.advance(1)
            if self.shown:
                self.show()
            if self.elapsed_s % 10 == 0:
                later = dt_util.utcnow() + timedelta(seconds=10)
                async_fire_time_changed(self.hass, later)
                for charger in self.chargers:
                    await charger.meter()
            for charger in self.chargers:
                await charger.heartbeat()

    async def call(self, action: str, **data: Any) -> None:
        """Call one of the integration's actions, and wait until the chargers know."""
        await self.hass.services.async_call(DOMAIN, action, data, blocking=True)
        for charger in self.chargers:
            await charger.heartbeat()


@pytest.fixture
async def house(
    hass: HomeAssistant,
    running: MockConfigEntry,
    connect: Connect,
    wall_clock: FrozenDateTimeFactory,
) -> AsyncIterator[FusedHouse]:
    """A house with a car that charges as fast as it may."""
    house = FusedHouse(hass, wall_clock)
    house.show()
    async with AsyncExitStack() as stack:
        charger = await stack.enter_async_context(
            connected(hass, connect, max_current_a=32.0)
        )
        house.chargers.append(charger)
        await fast(hass, "charger")
        await charger.plug_in(Car(wake_up_s=2.0, max_current_a=32.0))
        await charger.start_session()
        yield house


async def fast(hass: HomeAssistant, name: str) -> None:
    """Have a charger charge as fast as it may."""
    await hass.services.async_call(
        "select",
        "select_option",
        {"entity_id": f"select.{name}_charging_mode", "option": "fast"},
        blocking=True,
    )


class TestGuard:
    """The main fuse."""

    async def test_an_oven_cuts_the_car_at_once_and_lets_it_rise_again(
        self, hass: HomeAssistant, house: FusedHouse
    ) -> None:
        await house.pass_time(60)
        assert 22 <= max(house.carried_a) <= 25
        assert state(hass, "binary_sensor.main_fuse_limited") == "on"
        assert state(hass, "sensor.main_fuse_limited_by") == "fuse"
        assert state(hass, "sensor.main_fuse_headroom") in ("0", "1")
        house.loads_a = (12.0, 2.0, 2.0)
        await house.pass_time(1)
        await until(lambda: house.chargers[0].offered_a() <= 14)
        await house.pass_time(8)
        assert max(house.carried_a) <= 25
        house.loads_a = (2.0, 2.0, 2.0)
        await house.pass_time(10)
        assert house.chargers[0].offered_a() <= 14
        await house.pass_time(80)
        assert 22 <= max(house.carried_a) <= 25

    async def test_no_room_is_a_pause(self, house: FusedHouse) -> None:
        await house.pass_time(20)
        house.loads_a = (2.0, 20.0, 2.0)
        await house.pass_time(2)
        await until(lambda: house.chargers[0].offered_a() == 0)

    async def test_two_cars_share(
        self, hass: HomeAssistant, house: FusedHouse, connect: Connect
    ) -> None:
        await house.pass_time(20)
        async with connected(hass, connect, "CP2", max_current_a=32.0) as other:
            house.chargers.append(other)
            await fast(hass, "other")
            await other.plug_in(Car(wake_up_s=2.0, max_current_a=32.0))
            await other.start_session()
            await house.pass_time(150)
            offered = [charger.offered_a() for charger in house.chargers]
            assert all(10 <= amps <= 13 for amps in offered)
            assert max(house.carried_a) <= 25

    async def test_milliamperes_are_amperes_too(self, house: FusedHouse) -> None:
        house.unit = "mA"
        await house.pass_time(30)
        assert 22 <= max(house.carried_a) <= 25

    async def test_phases_that_report_one_after_the_other_are_taken_together(
        self, hass: HomeAssistant, house: FusedHouse
    ) -> None:
        await house.pass_time(30)
        before_a = house.chargers[0].offered_a()
        house.wall_clock.tick(1)
        attributes = {"unit_of_measurement": "A"}
        hass.states.async_set(MAIN[0], "29", attributes)
        # The others may come soon; if they do not, this one counts alone.
        assert house.chargers[0].offered_a() == before_a
        later = dt_util.utcnow() + timedelta(seconds=1)
        async_fire_time_changed(hass, later)
        await until(lambda: house.chargers[0].offered_a() < before_a - 3)


class TestMeter:
    """A meter that says nothing any more."""

    async def test_a_dead_meter_leaves_safe_currents_and_a_repair(
        self, hass: HomeAssistant, house: FusedHouse
    ) -> None:
        issues = ir.async_get(hass)
        await house.pass_time(30)
        house.shown = False
        await house.pass_time(40)
        await until(lambda: house.chargers[0].offered_a() == 6)
        assert state(hass, "sensor.main_fuse_limited_by") == "meter"
        assert state(hass, "sensor.main_fuse_headroom") == "unknown"
        await house.pass_time(70)
        issue = issues.async_get_issue(DOMAIN, "meter_dead_main")
        assert issue is not None
        assert issue.translation_placeholders == {"circuit": "Main fuse"}
        house.shown = True
        await house.pass_time(100)
        assert issues.async_get_issue(DOMAIN, "meter_dead_main") is None
        assert 20 <= max(house.carried_a) <= 25

    async def test_a_sensor_that_is_unavailable_is_a_dead_meter(
        self, hass: HomeAssistant, house: FusedHouse
    ) -> None:
        await house.pass_time(30)
        house.shown = False
        for _ in range(6):
            hass.states.async_set(MAIN[1], "unavailable")
            await house.pass_time(10)
        await until(lambda: house.chargers[0].offered_a() == 6)

    class TestOfTheGrid:
        """A main fuse without sensors of its own."""

        @pytest.fixture
        def chargers(self) -> list[Any]:
            """A main fuse, and a charger behind it."""
            return [
                circuit_subentry("main", "Main fuse"),
                charger_subentry("CP1", "Charger", max_current=32, circuit="main"),
            ]

        @pytest.fixture
        def options(self) -> dict[str, Any]:
            """The grid's currents are known; import is shown as negative."""
            return {
                "grid_power": "sensor.grid_power",
                **{f"grid_current_l{n}": f"sensor.grid_l{n}" for n in (1, 2, 3)},
                "grid_currents_inverted": True,
            }

        async def test_it_is_measured_by_the_grids_currents(
            self, house: FusedHouse
        ) -> None:
            house.sensors = [f"sensor.grid_l{n}" for n in (1, 2, 3)]
            house.unit = "mA"
            for entity_id in house.sensors:
                house.hass.states.async_set(
                    entity_id, "-10000", {"unit_of_measurement": "mA"}
                )
            house.wall_clock.tick(1)
            await house.chargers[0].heartbeat()
            await until(lambda: 14 <= house.chargers[0].offered_a() <= 15.5)


class TestSiteLimit:
    """Limits from outside."""

    async def test_an_action_limits_all_chargers_until_it_is_cleared(
        self, hass: HomeAssistant, house: FusedHouse
    ) -> None:
        await house.pass_time(20)
        assert state(hass, "binary_sensor.ocpp_site_limit") == "off"
        await house.call("set_site_limit", limit_watts=6900, limit_amps=12)
        await until(lambda: house.chargers[0].offered_a() == 10)
        limit = hass.states.get("binary_sensor.ocpp_site_limit")
        assert limit is not None
        assert limit.state == "on"
        assert limit.attributes["power"] == 6900
        assert limit.attributes["current"] == 12
        assert limit.attributes["until"] is None
        assert state(hass, "binary_sensor.main_fuse_limited") == "off"
        await house.call("clear_site_limit")
        assert state(hass, "binary_sensor.ocpp_site_limit") == "off"
        await house.pass_time(80)
        assert house.chargers[0].offered_a() >= 20

    async def test_it_ends_by_itself(
        self, hass: HomeAssistant, house: FusedHouse
    ) -> None:
        await house.pass_time(20)
        await house.call("set_site_limit", limit_amps=8, duration={"minutes": 1})
        await until(lambda: house.chargers[0].offered_a() == 8)
        await house.pass_time(50)
        assert house.chargers[0].offered_a() == 8
        await house.pass_time(60)
        assert house.chargers[0].offered_a() > 12
        assert state(hass, "binary_sensor.ocpp_site_limit") == "off"

    async def test_it_survives_a_restart(
        self, hass: HomeAssistant, running: MockConfigEntry
    ) -> None:
        await hass.services.async_call(
            DOMAIN, "set_site_limit", {"limit_watts": 4200}, blocking=True
        )
        assert await hass.config_entries.async_reload(running.entry_id)
        await hass.async_block_till_done()
        limit = hass.states.get("binary_sensor.ocpp_site_limit")
        assert limit is not None
        assert limit.attributes["power"] == 4200
        await hass.services.async_call(DOMAIN, "clear_site_limit", {}, blocking=True)
        assert await hass.config_entries.async_reload(running.entry_id)
        await hass.async_block_till_done()
        assert state(hass, "binary_sensor.ocpp_site_limit") == "off"

    async def test_a_limit_of_nothing_is_refused(
        self, hass: HomeAssistant, running: MockConfigEntry
    ) -> None:
        with pytest.raises(ServiceValidationError, match="Specify a limit"):
            await hass.services.async_call(DOMAIN, "set_site_limit", {}, blocking=True)

    class TestEntity:
        """An entity that is followed."""

        @pytest.fixture
        def options(self) -> dict[str, Any]:
            """A grid operator's limit comes as an entity."""
            return {"grid_power": "sensor.grid_power", "site_limit": "number.eebus"}

        async def test_it_is_followed(
            self, hass: HomeAssistant, house: FusedHouse
        ) -> None:
            async def show(value: str, unit: str | None, offered_a: float) -> None:
                attributes = {} if unit is None else {"unit_of_measurement": unit}
                hass.states.async_set("number.eebus", value, attributes)
                await house.chargers[0].heartbeat()
                await until(lambda: house.chargers[0].offered_a() == offered_a)

            await house.pass_time(20)
            await show("4.2", "kW", 6)
            await show("3000", None, 0)
            await show("unavailable", None, 0)
            hass.states.async_set("number.eebus", "unknown")
            await house.pass_time(100)
            assert house.chargers[0].offered_a() >= 20
            await show("7", "A", 7)


class TestForms:
    """Setting circuits up."""

    @pytest.fixture
    def chargers(self) -> list[Any]:
        """A charger, and no circuit yet."""
        return [charger_subentry("CP1", "Charger", max_current=32)]

    async def _add(
        self,
        hass: HomeAssistant,
        entry: MockConfigEntry,
        fuse: dict[str, Any],
        meter: dict[str, Any] | None = None,
    ) -> Any:
        flow = await hass.config_entries.subentries.async_init(
            (entry.entry_id, SUBENTRY_CIRCUIT), context={"source": SOURCE_USER}
        )
        assert flow["type"] is FlowResultType.FORM
        return await self._answer(hass, flow["flow_id"], fuse, meter or {})

    async def _answer(
        self, hass: HomeAssistant, flow_id: str, *forms: dict[str, Any]
    ) -> Any:
        """Fill in the forms of a flow until one is refused."""
        for form in forms:
            result = await hass.config_entries.subentries.async_configure(flow_id, form)
            if result.get("errors"):
                break
        return result

    async def _change(
        self, hass: HomeAssistant, entry: MockConfigEntry, id_: str, **fuse: Any
    ) -> Any:
        flow = await entry.start_subentry_reconfigure_flow(hass, id_)
        return await self._answer(hass, flow["flow_id"], {**FORM, **fuse}, {})

    def _circuits(self, entry: MockConfigEntry) -> dict[str, str]:
        circuits = entry.get_subentries_of_type(SUBENTRY_CIRCUIT)
        return {circuit.title: circuit.subentry_id for circuit in circuits}

    async def test_a_circuit_is_added_and_a_charger_put_on_it(
        self, hass: HomeAssistant, running: MockConfigEntry, connect: Connect
    ) -> None:
        result = await self._add(hass, running, FORM)
        assert result["type"] is FlowResultType.CREATE_ENTRY
        await hass.async_block_till_done()
        main = self._circuits(running)["Main fuse"]
        assert state(hass, "binary_sensor.main_fuse_limited") == "off"
        registry = er.async_get(hass)
        entity = registry.async_get("sensor.main_fuse_headroom")
        assert entity is not None
        assert entity.config_subentry_id == main
        (charger,) = running.get_subentries_of_type("charger")
        async with connected(hass, connect, max_current_a=32.0) as simulated:
            await fast(hass, "charger")
            await simulated.plug_in(Car(max_current_a=32.0))
            await simulated.start_session()
            await until(lambda: simulated.offered_a() == 32)
            flow = await open_part(hass, running, charger.subentry_id, "settings")
            form = {
                "name": "Charger",
                "max_current": 32,
                "phases": "3",
                "safe_current": 6,
                "rotation": "str",
            }
            result = await hass.config_entries.subentries.async_configure(
                flow["flow_id"], {**form, "circuit": main}
            )
            assert result["reason"] == "reconfigure_successful"
            await hass.async_block_till_done()
            await until(lambda: simulated.offered_a() == 25)
            flow = await open_part(hass, running, charger.subentry_id, "settings")
            await hass.config_entries.subentries.async_configure(flow["flow_id"], form)
            (charger,) = running.get_subentries_of_type("charger")
            assert charger.data["rotation"] == "str"
            assert charger.data["circuit"] is None
            await hass.async_block_till_done()
            await until(lambda: simulated.offered_a() == 32)

    @pytest.mark.parametrize(
        ("change", "errors"),
        [
            ({"name": " "}, {"name": "name_missing"}),
            ({"fuse_current": None}, {"fuse_current": "fuse_missing"}),
            ({"fuse_current": 5}, {"fuse_current": "number_out_of_range"}),
            ({"peak_power": 3e6}, {"peak_power": "number_out_of_range"}),
        ],
    )
    async def test_what_is_wrong_with_a_fuse(
        self,
        hass: HomeAssistant,
        running: MockConfigEntry,
        change: dict[str, Any],
        errors: dict[str, str],
    ) -> None:
        form = {k: v for k, v in {**FORM, **change}.items() if v is not None}
        result = await self._add(hass, running, form)
        assert result["errors"] == errors
        result = await self._answer(hass, result["flow_id"], FORM, {})
        assert result["type"] is FlowResultType.CREATE_ENTRY
        again = await self._add(hass, running, FORM)
        assert again["errors"] == {"name": "name_taken"}

    @pytest.mark.parametrize(
        ("change", "errors"),
        [
            ({"current_l1": "sensor.nowhere"}, {"current_l1": "unknown_entity"}),
            ({"current_l2": "sensor.power"}, {"current_l2": "no_current"}),
            ({"current_l3": None}, {"base": "currents_incomplete"}),
            ({"meter_patience": 1}, {"meter_patience": "number_out_of_range"}),
        ],
    )
    async def test_what_is_wrong_with_its_meter(
        self,
        hass: HomeAssistant,
        running: MockConfigEntry,
        change: dict[str, Any],
        errors: dict[str, str],
    ) -> None:
        for entity_id in MAIN:
            hass.states.async_set(entity_id, "1")
        hass.states.async_set("sensor.power", "1", {"unit_of_measurement": "W"})
        meter = {k: v for k, v in {**METER, **change}.items() if v is not None}
        result = await self._add(hass, running, FORM, meter)
        assert result["errors"] == errors
        if errors == {"meter_patience": "number_out_of_range"}:
            limits = {"minimum": "5 s", "maximum": "600 s"}
            assert result["description_placeholders"] == limits
        result = await self._answer(hass, result["flow_id"], METER)
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert result["data"]["current_l1"] == MAIN[0]

    async def test_circuits_that_feed_each_other_are_refused(
        self, hass: HomeAssistant, running: MockConfigEntry
    ) -> None:
        await self._add(hass, running, FORM)
        main = self._circuits(running)["Main fuse"]
        garage = {**FORM, "name": "Garage", "feeding_circuit": main}
        result = await self._add(hass, running, garage)
        assert result["type"] is FlowResultType.CREATE_ENTRY
        fed_by = self._circuits(running)["Garage"]
        result = await self._change(hass, running, main, feeding_circuit=fed_by)
        assert result["errors"] == {"feeding_circuit": "circuit_cycle"}
        result = await self._change(hass, running, main, fuse_current=35)
        assert result["reason"] == "reconfigure_successful"
        assert running.subentries[main].data["fuse_current"] == 35

    async def test_the_first_circuit_takes_all_chargers(
        self, hass: HomeAssistant, running: MockConfigEntry
    ) -> None:
        flow = await hass.config_entries.subentries.async_init(
            (running.entry_id, SUBENTRY_CIRCUIT), context={"source": SOURCE_USER}
        )
        assert suggested(flow)["chargers"] == ["CP1"]
        await self._answer(hass, flow["flow_id"], {**FORM, "chargers": ["CP1"]}, {})
        await hass.async_block_till_done()
        main = self._circuits(running)["Main fuse"]
        (charger,) = running.get_subentries_of_type("charger")
        assert charger.data["circuit"] == main
        assert "chargers" not in running.subentries[main].data
        # Further ones do not take them away.
        flow = await hass.config_entries.subentries.async_init(
            (running.entry_id, SUBENTRY_CIRCUIT), context={"source": SOURCE_USER}
        )
        assert "chargers" not in suggested(flow)
        flow = await running.start_subentry_reconfigure_flow(hass, main)
        assert suggested(flow)["chargers"] == ["CP1"]
        issues = ir.async_get(hass)
        issue_id = f"circuit_without_chargers_{main}"
        assert issues.async_get_issue(DOMAIN, issue_id) is None
        await self._change(hass, running, main)
        await hass.async_block_till_done()
        (charger,) = running.get_subentries_of_type("charger")
        assert charger.data["circuit"] is None
        issue = issues.async_get_issue(DOMAIN, issue_id)
        assert issue is not None
        assert issue.translation_placeholders == {"circuit": "Main fuse"}

    async def test_germany_has_its_limit_of_unbalance(
        self, hass: HomeAssistant, running: MockConfigEntry
    ) -> None:
        hass.config.country = "DE"
        flow = await hass.config_entries.subentries.async_init(
            (running.entry_id, SUBENTRY_CIRCUIT), context={"source": SOURCE_USER}
        )
        schema = flow["data_schema"]
        assert schema is not None
        (field,) = (key for key in schema.schema if key == "unbalance_current")
        assert field.description == {"suggested_value": 20}


class TestAdoption:
    """Chargers that are adopted where circuits are set up already."""

    async def test_it_hangs_on_a_circuit_from_the_beginning(
        self, hass: HomeAssistant, running: MockConfigEntry, connect: Connect
    ) -> None:
        async with connect("NEW") as charger:
            await charger.boot()
            await until(
                lambda: hass.config_entries.flow.async_progress_by_handler(DOMAIN)
            )
            (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
            settings = adoption(circuit="main", advanced={"rotation": "s"})
            await hass.config_entries.flow.async_configure(flow["flow_id"], settings)
            await until(lambda: charger.registration == "Accepted")
            await hass.async_block_till_done()
        (adopted,) = (
            subentry
            for subentry in running.subentries.values()
            if subentry.unique_id == "NEW"
        )
        assert adopted.data["circuit"] == "main"
        assert adopted.data["rotation"] == "s"


class TestRepairs:
    """Repairs for settings that contradict each other."""

    @pytest.fixture
    def chargers(self) -> list[Any]:
        """Chargers whose safe currents do not fit beside each other."""
        return [
            circuit_subentry("main", "Main fuse", fuse_current=35),
            circuit_subentry("group", "Group", fuse_current=16, feeding_circuit="main"),
            charger_subentry("CP1", "Charger", safe_current=10, circuit="group"),
            charger_subentry("CP2", "Other", safe_current=10, circuit="group"),
        ]

    async def test_they_are_raised_and_taken_back(
        self, hass: HomeAssistant, running: MockConfigEntry
    ) -> None:
        issues = ir.async_get(hass)
        issue = issues.async_get_issue(DOMAIN, "safe_currents_group")
        assert issue is not None
        assert issue.translation_placeholders == {
            "circuit": "Group",
            "total": "20",
            "fuse": "16",
        }
        assert issues.async_get_issue(DOMAIN, "safe_currents_main") is None
        charger = next(iter(running.get_subentries_of_type("charger")))
        hass.config_entries.async_update_subentry(
            running, charger, data={**charger.data, "safe_current": 6}
        )
        await hass.async_block_till_done()
        assert issues.async_get_issue(DOMAIN, "safe_currents_group") is None

        hass.config_entries.async_remove_subentry(running, "main")
        await hass.async_block_till_done()
        assert issues.async_get_issue(DOMAIN, "circuit_unfed_group") is not None
        assert hass.states.get("sensor.main_fuse_headroom") is None
        hass.config_entries.async_remove_subentry(running, "group")
        await hass.async_block_till_done()
        assert issues.async_get_issue(DOMAIN, "circuit_unfed_group") is None
        issue_id = f"charger_without_circuit_{charger.subentry_id}"
        assert issues.async_get_issue(DOMAIN, issue_id) is not None


async def test_diagnostics_tell_of_circuits(
    hass: HomeAssistant, running: MockConfigEntry, house: FusedHouse
) -> None:
    await house.pass_time(20)
    diagnostics = await async_get_config_entry_diagnostics(hass, running)
    told = json.loads(json.dumps(diagnostics, cls=JSONEncoder))["circuits"]
    assert told["circuits"]["main"]["fuse_a"] == 25
    assert told["status"]["main"]["limiting"] == "fuse"
    assert len(told["readings"]["main"]["current_a"]) == 3
    assert told["limited_by"]["CP1/1"]["circuit"] == "main"
