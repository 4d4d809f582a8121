"""Energy charged from the sun, the battery and the grid, as Home Assistant shows and keeps it."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
    do_adhoc_statistics,
    get_start_time,
    statistics_during_period,
)

from custom_components.ocpp.const import DOMAIN
from custom_components.ocpp.storage.store import SAVE_INTERVAL
from homeassistant.components.backup import async_get_manager
from homeassistant.components.recorder import get_instance
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.const import EVENT_STATE_CHANGED, EVENT_STATE_REPORTED
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from tests.integration.actions import act, ask, failed, refused
from tests.integration.conftest import (
    Connect,
    charger_file,
    charger_subentry,
    connected,
    show_grid,
    state,
    tag_subentry,
)
from tests.integration.world import World
from tests.simulator.car import Car
from tests.simulator.charger import SimulatedCharger, reconnected
from tests.waiting import until

SOLAR, GRID = "sensor.charger_solar_energy", "sensor.charger_grid_energy"
ENERGY, SESSION_ENERGY = "sensor.charger_energy", "sensor.charger_session_energy"
SHARE = "sensor.charger_solar_share"


@pytest.fixture
def chargers() -> list[ConfigSubentryData]:
    """Two chargers, and a tag with a name."""
    return [
        charger_subentry("CP1", "Charger"),
        charger_subentry("CP2", "Carport"),
        tag_subentry("Anna", "04A1B2", vehicle_name="Van"),
    ]


@pytest.fixture
async def world(
    hass: HomeAssistant, charger: SimulatedCharger, wall_clock: FrozenDateTimeFactory
) -> World:
    """A house with a car whose session has just begun."""
    world = World(hass, charger, wall_clock)
    await charger.plug_in(Car(wake_up_s=2.0))
    await charger.start_session("04A1B2")
    return world


def kwh(hass: HomeAssistant, entity_id: str) -> float:
    """Return what an energy sensor shows."""
    return float(state(hass, entity_id))


def shown(hass: HomeAssistant) -> dict[str, str]:
    """Return the states of all sensors of accounts."""
    return {
        entity_id: state(hass, entity_id)
        for entity_id in (SOLAR, GRID, SHARE, "sensor.ocpp_solar_energy")
    }


async def settled(world: World) -> None:
    """Wait for what the charger has told to be shown."""
    wh = world.charger.connectors[1].energy_wh
    await world.charger.heartbeat()
    # Its last digits are shown within a minute.
    async_fire_time_changed(world.hass, dt_util.utcnow() + timedelta(seconds=61))
    await until(lambda: abs(kwh(world.hass, ENERGY) - wh / 1000) < 0.002)


async def posted(hass: HomeAssistant) -> None:
    """Have all that was reported posted: whoever asks for the sessions sees them up to now."""
    await ask(hass, "get_sessions")
    await hass.async_block_till_done()


# What is shown.


async def test_on_surplus_alone_all_of_it_is_the_suns(
    hass: HomeAssistant, world: World
) -> None:
    await world.pass_time(300, 9000)
    await world.charger.meter()
    await settled(world)
    assert kwh(hass, SOLAR) > 0.5
    assert kwh(hass, SOLAR) + kwh(hass, GRID) == pytest.approx(
        kwh(hass, SESSION_ENERGY)
    )
    assert float(state(hass, SHARE)) > 95


async def test_what_the_sun_does_not_give_is_the_grids(
    hass: HomeAssistant, world: World
) -> None:
    await world.select("fast")
    await world.pass_time(60, 5000)
    before = (kwh(hass, SOLAR), kwh(hass, GRID))
    await world.pass_time(300, 5000)
    solar_kwh, grid_kwh = kwh(hass, SOLAR) - before[0], kwh(hass, GRID) - before[1]
    assert solar_kwh == pytest.approx(5.0 * 300 / 3600, rel=0.05)
    assert grid_kwh == pytest.approx(5.76 * 300 / 3600, rel=0.1)
    assert kwh(hass, "sensor.ocpp_solar_energy") == kwh(hass, SOLAR)
    assert kwh(hass, "sensor.ocpp_grid_energy") == kwh(hass, GRID)


class TestWithSun:
    """A site whose inverter is known, too."""

    @pytest.fixture
    def options(self) -> dict[str, Any]:
        """A grid meter and an inverter."""
        return {"grid_power": "sensor.grid_power", "pv_power": "sensor.sun"}

    async def _shares(
        self, world: World, seconds: int, tells: Callable[[int, float, float], bool]
    ) -> tuple[float, float]:
        """Return the energy from the sun, and that from the grid, while the meter tells only what it is made to."""
        hass, told_w = world.hass, 0.0
        before = kwh(hass, SOLAR), kwh(hass, GRID)
        world.shown = False
        for second in range(seconds):
            sun = {"unit_of_measurement": "W"}
            hass.states.async_set("sensor.sun", "8500", sun, force_update=True)
            grid_w = world.car_w - 8000.0
            if tells(second, grid_w, told_w):
                told_w = grid_w
                world.show(grid_w)
            await world.pass_time(1, 0)
        await world.charger.meter()
        await settled(world)
        return kwh(hass, SOLAR) - before[0], kwh(hass, GRID) - before[1]

    async def test_silence_that_means_unchanged_is_booked_as_what_was_told(
        self, world: World
    ) -> None:
        solar_kwh, grid_kwh = await self._shares(
            world, 900, lambda _, now_w, told_w: abs(now_w - told_w) > 100
        )
        assert solar_kwh > 1.2
        assert grid_kwh < 0.03 * solar_kwh

    async def test_the_value_of_a_slow_meter_holds_until_the_next(
        self, world: World
    ) -> None:
        solar_kwh, grid_kwh = await self._shares(
            world, 2400, lambda second, *_: second % 240 == 0
        )
        assert solar_kwh > 2
        assert grid_kwh < 0.1 * solar_kwh


class TestWithBattery:
    """A site with a home battery, whose sensor says so by another sign."""

    @pytest.fixture
    def options(self) -> dict[str, Any]:
        """A grid meter and a battery."""
        return {
            "grid_power": "sensor.grid_power",
            "battery_power": "sensor.battery",
            "battery_power_inverted": True,
        }

    async def test_what_the_battery_gives_is_told_apart(
        self, hass: HomeAssistant, world: World
    ) -> None:
        watts = {"unit_of_measurement": "W"}
        hass.states.async_set("sensor.battery", "-3000", watts)
        await world.select("fast")
        # The car draws 10.8 kW: 2 kW come from the grid, 3 kW from the battery.
        await world.pass_time(60, 8760)
        await posted(hass)
        await world.charger.meter()
        battery = "sensor.charger_home_battery_energy"
        await until(lambda: hass.states.get(battery) is not None)
        names = ("solar", "home_battery", "grid")
        before = [kwh(hass, f"sensor.charger_{name}_energy") for name in names]
        await world.pass_time(300, 8760)
        after = [kwh(hass, f"sensor.charger_{name}_energy") for name in names]
        gained = [now - then for now, then in zip(after, before, strict=True)]
        total_kwh = sum(gained)
        assert gained[1] == pytest.approx(3.0 * 300 / 3600, rel=0.05)
        assert gained[2] == pytest.approx(total_kwh - 8.76 * 300 / 3600, rel=0.1)


PRICE = "sensor.price"


class TestWithPrices:
    """A site where energy costs something."""

    @pytest.fixture
    def options(self) -> dict[str, Any]:
        """A grid meter and a tariff, with fees and tax on top."""
        tariff = {
            "price_entities": [PRICE],
            "price_fees": 0.05,
            "price_vat": 20.0,
            "feed_in_tariff": 0.08,
        }
        return {"grid_power": "sensor.grid_power", "tariff": tariff}

    @pytest.fixture(autouse=True)
    def price(self, hass: HomeAssistant, options: dict[str, Any]) -> float:
        """Set the price, and return the final cost of a kWh."""
        unit = {"unit_of_measurement": "EUR/kWh"}
        hass.states.async_set(PRICE, "0.20", unit)
        return (0.20 + 0.05) * 1.2

    @pytest.fixture
    def chargers(self) -> list[ConfigSubentryData]:
        """A charger that has a car of its own, and another one."""
        vehicle = {"vehicle_name": "Van"}
        return [
            charger_subentry("CP1", "Charger", vehicle=vehicle),
            charger_subentry("CP2", "Carport"),
        ]

    async def test_costs_and_savings(
        self, hass: HomeAssistant, world: World, price: float
    ) -> None:
        await world.select("fast")
        await world.pass_time(120, 5000)
        await settled(world)
        solar_kwh, grid_kwh = kwh(hass, SOLAR), kwh(hass, GRID)
        cost = solar_kwh * 0.08 + grid_kwh * price
        savings = solar_kwh * (price - 0.08)
        for name in ("session_cost", "energy_cost"):
            shown = float(state(hass, f"sensor.charger_{name}"))
            assert shown == pytest.approx(cost, abs=1e-4)
        for place in ("charger", "ocpp"):
            shown = float(state(hass, f"sensor.{place}_savings"))
            assert shown == pytest.approx(savings, abs=1e-4)
        (session,) = (await ask(hass, "get_sessions"))["sessions"]
        assert session["cost"] == pytest.approx(cost, abs=1e-3)
        assert session["savings"] == pytest.approx(savings, abs=1e-3)
        assert session["price_per_kwh"] == pytest.approx(
            cost / (solar_kwh + grid_kwh), abs=1e-3
        )
        assert (session["currency"], session["vehicle"]) == ("EUR", "Van")

    async def test_each_price_counts_for_its_time(
        self, hass: HomeAssistant, world: World, price: float
    ) -> None:
        await world.select("fast")
        await world.pass_time(60, -5000)
        await posted(hass)
        cost, grid_kwh = (
            float(state(hass, "sensor.charger_energy_cost")),
            kwh(hass, GRID),
        )
        hass.states.async_set(PRICE, "0.95", {"unit_of_measurement": "EUR/kWh"})
        await world.pass_time(60, -5000)
        await posted(hass)
        more = float(state(hass, "sensor.charger_energy_cost")) - cost
        # (0.95 + 0.05) * 1.2
        assert more == pytest.approx((kwh(hass, GRID) - grid_kwh) * 1.2, rel=0.03)

    async def test_costs_begin_anew_with_each_session(
        self, hass: HomeAssistant, world: World
    ) -> None:
        await world.select("fast")
        await world.pass_time(60, 5000)
        await settled(world)
        await world.charger.unplug()
        before = hass.states.get("sensor.charger_session_cost")
        assert before is not None
        assert float(before.state) > 0
        total = state(hass, "sensor.charger_energy_cost")
        world.wall_clock.tick(60)
        await world.charger.plug_in(Car())
        await world.charger.start_session()
        await until(lambda: state(hass, "sensor.charger_session_cost") == "unknown")
        await world.pass_time(30, 5000)
        after = hass.states.get("sensor.charger_session_cost")
        assert after is not None
        assert float(after.state) < float(before.state)
        assert after.attributes["last_reset"] > before.attributes["last_reset"]
        assert after.attributes["device_class"] == "monetary"
        assert after.attributes["state_class"] == "total"
        assert after.attributes["unit_of_measurement"] == "EUR"
        assert float(state(hass, "sensor.charger_energy_cost")) > float(total)


async def test_statistics_can_be_kept(hass: HomeAssistant, world: World) -> None:
    await world.pass_time(60, 9000)

    def kind(entity_id: str) -> tuple[Any, ...]:
        found = hass.states.get(entity_id)
        assert found is not None
        keys = ("device_class", "state_class", "unit_of_measurement")
        return tuple(found.attributes.get(key) for key in keys)

    energy = ("energy", "total_increasing", "kWh")
    for entity_id in (SOLAR, GRID, "sensor.ocpp_solar_energy"):
        assert kind(entity_id) == energy
    assert kind(SHARE) == (None, "measurement", "%")


@pytest.mark.parametrize(
    "options",
    [{"grid_power": "sensor.grid_power", "tariff": {"price_entities": [PRICE]}}],
)
async def test_home_assistant_keeps_them_as_long_term_statistics(
    recorder_mock: Any, hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    hass.states.async_set(PRICE, "0.50", {"unit_of_measurement": "EUR/kWh"})
    show_grid(hass, 3864)
    await charger.plug_in()
    await charger.start_session()
    start = get_start_time(dt_util.utcnow())
    for _ in range(2):
        charger.advance(1800)
        await charger.meter()
        await hass.async_block_till_done()
    await until(lambda: kwh(hass, GRID) == 3.864)
    await async_wait_recording_done(hass)
    do_adhoc_statistics(hass, start=start)
    await async_wait_recording_done(hass)
    wanted = {GRID, SOLAR, "sensor.charger_energy_cost", "sensor.ocpp_grid_energy"}
    found = await get_instance(hass).async_add_executor_job(
        statistics_during_period, hass, start, None, wanted, "5minute"
    )
    assert {name: rows[-1]["state"] for name, rows in found.items()} == {
        GRID: 3.864,
        SOLAR: 0.0,
        "sensor.charger_energy_cost": 1.932,
        "sensor.ocpp_grid_energy": 3.864,
    }
    assert found[GRID][-1]["sum"] == pytest.approx(3.864)


@pytest.mark.as_set_up
async def test_without_a_price_and_a_battery_nobody_is_bothered_with_either(
    hass: HomeAssistant, world: World
) -> None:
    await world.pass_time(60, 9000)
    await settled(world)
    registry = er.async_get(hass)
    for name in ("session_cost", "energy_cost", "savings"):
        assert registry.async_get(f"sensor.charger_{name}") is None
        assert registry.async_get(f"sensor.ocpp_{name}") is None
    assert registry.async_get("sensor.charger_home_battery_energy") is None


async def test_only_what_has_changed_is_written(
    hass: HomeAssistant, world: World
) -> None:
    await world.pass_time(60, 9000)
    await settled(world)
    written: list[str] = []

    @callback
    def is_ours(data: Mapping[str, Any]) -> bool:
        return data["entity_id"] in {SOLAR, GRID, SHARE, "sensor.ocpp_solar_energy"}

    @callback
    def note(event: Event[Any]) -> None:
        written.append(event.data["entity_id"])

    hass.bus.async_listen(EVENT_STATE_CHANGED, note, is_ours)
    hass.bus.async_listen(EVENT_STATE_REPORTED, note, is_ours)
    await world.charger.meter()
    world.show(-500)
    await world.charger.heartbeat()
    await hass.async_block_till_done()
    assert written == []
    await world.pass_time(10, 9000)
    await posted(hass)
    # All of it was the sun's, so the grid's has not changed.
    assert {SOLAR, "sensor.ocpp_solar_energy"} <= set(written)
    assert len(written) == len(set(written))
    assert GRID not in written


async def test_a_steady_charge_is_posted_once_a_minute(
    hass: HomeAssistant, world: World
) -> None:
    await world.select("fast")
    await world.pass_time(60, 20_000)
    await posted(hass)
    written: list[str] = []

    @callback
    def note(event: Event[Any]) -> None:
        written.append(event.data["entity_id"])

    hass.bus.async_listen(
        EVENT_STATE_CHANGED, note, callback(lambda data: data["entity_id"] == SOLAR)
    )
    before_kwh = kwh(hass, SOLAR)
    await world.pass_time(120, 20_000)
    assert 1 <= len(written) <= 2
    await posted(hass)
    assert kwh(hass, SOLAR) - before_kwh == pytest.approx(11.04 * 120 / 3600, rel=0.05)


# What survives.


async def test_a_restart_in_mid_session_loses_nothing(
    hass: HomeAssistant, running: MockConfigEntry, world: World, port: int
) -> None:
    await world.pass_time(120, 9000)
    await settled(world)
    before = shown(hass)
    await hass.config_entries.async_reload(running.entry_id)
    assert shown(hass) == before
    async with reconnected(world.charger, f"ws://127.0.0.1:{port}"):
        await until(lambda: state(hass, "binary_sensor.charger_connected") == "on")
        await world.pass_time(120, 9000)
        await settled(world)
        assert kwh(hass, SOLAR) > float(before[SOLAR]) + 0.1
        assert kwh(hass, SOLAR) + kwh(hass, GRID) == pytest.approx(
            kwh(hass, SESSION_ENERGY)
        )
        await world.charger.stop_session()
        await until(lambda: state(hass, "sensor.charger_status") == "finishing")
        (session,) = (await ask(hass, "get_sessions"))["sessions"]
        assert session["energy_kwh"] == pytest.approx(kwh(hass, SESSION_ENERGY))
        assert session["solar_kwh"] == pytest.approx(kwh(hass, SOLAR))


async def test_a_power_cut_costs_no_energy_but_the_knowledge_of_some(
    hass: HomeAssistant,
    running: MockConfigEntry,
    world: World,
    port: int,
    hass_storage: dict[str, Any],
) -> None:
    """Restore the accounts from a record that is some time old."""
    await world.pass_time(60, 9000)
    await settled(world)
    key, before_kwh = charger_file(running), kwh(hass, ENERGY)
    async_fire_time_changed(hass, dt_util.utcnow() + SAVE_INTERVAL)

    def book() -> Any:
        return hass_storage[key]["data"]["record"]["books"]["1"]

    await until(lambda: book()["total"]["energy_wh"] / 1000 == before_kwh)
    stored = deepcopy(hass_storage[key])
    await world.pass_time(60, 9000)
    await settled(world)
    assert kwh(hass, ENERGY) > before_kwh + 0.1
    await hass.config_entries.async_unload(running.entry_id)
    hass_storage[key] = stored
    assert await hass.config_entries.async_setup(running.entry_id)
    assert kwh(hass, SOLAR) + kwh(hass, GRID) == pytest.approx(before_kwh)
    async with reconnected(world.charger, f"ws://127.0.0.1:{port}"):
        await world.charger.meter()
        await settled(world)
        gained_kwh = kwh(hass, ENERGY) - before_kwh
        assert gained_kwh > 0.1
        assert kwh(hass, SOLAR) + kwh(hass, GRID) == pytest.approx(kwh(hass, ENERGY))
        (session,) = (await ask(hass, "get_sessions"))["sessions"]
        assert session["unknown_kwh"] == pytest.approx(gained_kwh, abs=0.02)


async def test_what_is_told_late_is_not_the_suns_of_now(
    hass: HomeAssistant, world: World, port: int
) -> None:
    """The charger is without a network for half an hour at night, and tells of it in sunshine."""
    await world.pass_time(60, 9000)
    await settled(world)
    solar_kwh, charger = kwh(hass, SOLAR), world.charger
    await charger.socket.close()
    await until(lambda: state(hass, "binary_sensor.charger_connected") == "off")
    backlog = []
    for _ in range(30):
        world.wall_clock.tick(60)
        charger.connectors[1].energy_wh += 180
        wh = f"{charger.connectors[1].energy_wh:.0f}"
        register = {"measurand": "Energy.Active.Import.Register", "value": wh}
        backlog.append(charger.metered([register]))
    world.show(-9000)
    async with reconnected(charger, f"ws://127.0.0.1:{port}"):
        for metered in backlog:
            await charger.report([metered])
        await settled(world)
        assert kwh(hass, SOLAR) == pytest.approx(solar_kwh, abs=0.02)
        (session,) = (await ask(hass, "get_sessions"))["sessions"]
        assert session["unknown_kwh"] == pytest.approx(30 * 0.18, abs=0.1)
        # From now on, it is seen where it comes from.
        await world.pass_time(120, 9000)
        await settled(world)
        assert kwh(hass, SOLAR) > solar_kwh + 0.1


async def test_a_session_that_is_over_before_it_is_told_of_is_listed_all_the_same(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    shift = timedelta(hours=-5)
    async with connected(
        hass, connect, clock=lambda: datetime.now(dt_util.UTC) + shift
    ) as charger:
        await charger.start_session("04A1B2")
        charger.connectors[1].energy_wh = 2000.0
        await charger.stop_session("PowerLoss")
        await until(lambda: kwh(hass, GRID) == 2.0)
    (session,) = (await ask(hass, "get_sessions"))["sessions"]
    assert (session["energy_kwh"], session["unknown_kwh"]) == (2.0, 2.0)
    assert (session["tag"], session["reason"]) == ("Anna", "PowerLoss")


# Sessions.


@pytest.fixture
async def sessions(
    hass: HomeAssistant,
    running: MockConfigEntry,
    connect: Connect,
    wall_clock: FrozenDateTimeFactory,
) -> None:
    """Three sessions that are over, of two tags at two chargers, an hour each; and one that runs."""
    async with (
        connected(hass, connect) as first,
        connected(hass, connect, "CP2") as second,
    ):
        for charger, id_tag in (
            (first, "04A1B2"),
            (first, "=CMD()"),
            (second, "04A1B2"),
        ):
            await charger.plug_in()
            await charger.start_session(id_tag)
            wall_clock.tick(3600)
            charger.connectors[1].energy_wh += 3000
            await charger.meter()
            await charger.unplug()
        await second.plug_in()
        await second.start_session("OTHER")


async def listed(hass: HomeAssistant, **wanted: Any) -> list[tuple[str, str]]:
    """Return the chargers and tags of the sessions that are wanted."""
    answer = await ask(hass, "get_sessions", **wanted)
    return [
        (session["charger_id"], session["tag"] or session["id_tag"])
        for session in answer["sessions"]
    ]


@pytest.mark.usefixtures("sessions")
async def test_sessions_are_listed(hass: HomeAssistant) -> None:
    everything = [("CP1", "Anna"), ("CP1", "=CMD()"), ("CP2", "Anna"), ("CP2", "OTHER")]
    assert await listed(hass) == everything
    assert await listed(hass, charger_id="CP1") == everything[:2]
    assert await listed(hass, entity_id="sensor.carport_status") == everything[2:]
    assert await listed(hass, devid="CP2", conn_id=1) == everything[2:]
    assert await listed(hass, tag="anna") == [everything[0], everything[2]]
    assert await listed(hass, tag="04a1b2") == [everything[0], everything[2]]
    assert await listed(hass, vehicle="van") == [everything[0], everything[2]]
    assert await listed(hass, vehicle="Bus") == []
    first, second, *_ = (await ask(hass, "get_sessions"))["sessions"]
    assert await listed(hass, start=second["started_at"]) == everything[1:]
    assert await listed(hass, end=second["started_at"]) == everything[:1]
    assert first["duration_minutes"] == 60
    assert first["reason"] == "EVDisconnected"
    assert first["charger"] == "Charger"


@pytest.mark.usefixtures("sessions")
async def test_sessions_are_summed_up(hass: HomeAssistant) -> None:
    totals = (await ask(hass, "get_sessions"))["totals"]
    assert (totals["all"]["sessions"], totals["all"]["energy_kwh"]) == (4, 9.0)
    assert totals["all"]["cost"] is None

    def sums(kind: str, key: str) -> dict[str, tuple[int, float]]:
        return {row[key]: (row["sessions"], row["energy_kwh"]) for row in totals[kind]}

    assert sums("chargers", "charger") == {"Charger": (2, 6.0), "Carport": (2, 3.0)}
    assert sums("tags", "tag") == {
        "Anna": (2, 6.0),
        "=CMD()": (1, 3.0),
        "OTHER": (1, 0),
    }
    assert sums("vehicles", "vehicle") == {"Van": (2, 6.0)}


@pytest.mark.usefixtures("sessions")
async def test_a_table_is_no_program(hass: HomeAssistant, tmp_path: Path) -> None:
    answer = await ask(hass, "get_sessions", format="csv")
    head, *rows = answer["csv"].splitlines()
    assert answer["count"] == len(rows) == 4
    assert head.startswith("charger,charger_id,connector,transaction_id,started_at,")
    assert "energy_kwh,solar_kwh,battery_kwh,grid_kwh" in head
    assert ",'=CMD()," in rows[1]
    assert ",3.0," in rows[1]
    written = await ask(hass, "get_sessions", filename="june.csv")
    path = tmp_path / "ocpp" / "sessions" / "june.csv"
    assert written == {"path": str(path), "count": 4}
    assert path.read_bytes().decode() == answer["csv"]
    # Once more, and without anybody who asks for an answer.
    await act(hass, "get_sessions", filename="june.csv", tag="anna")
    assert len(path.read_text().splitlines()) == 3


async def test_tables_are_written_only_where_they_may_be(
    hass: HomeAssistant, running: MockConfigEntry, tmp_path: Path
) -> None:
    outside = tmp_path / "elsewhere" / "june.csv"
    assert "not allowed" in await refused(hass, "get_sessions", filename=str(outside))
    assert "not allowed" in await refused(hass, "get_sessions", filename="../june.csv")
    assert ".csv" in await refused(hass, "get_sessions", filename="june.txt")
    assert ".csv" in await refused(hass, "get_sessions", filename=".csv")
    assert not outside.exists()
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    await act(hass, "get_sessions", filename=str(outside))
    assert outside.read_text().startswith("charger,")
    # What Home Assistant shows to everybody without a login, however it is written.
    (tmp_path / "www").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "www")
    for public in ("www/x.csv", "www/a/x.csv", "elsewhere/../www/x.csv", "link/x.csv"):
        text = await refused(hass, "get_sessions", filename=public)
        assert "without a login" in text
    assert list((tmp_path / "www").iterdir()) == []
    (tmp_path / "file").touch()
    blocked = str(tmp_path / "file" / "june.csv")
    assert "cannot be written" in await failed(hass, "get_sessions", filename=blocked)


async def test_an_end_before_the_start_is_refused(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    noon = "2026-06-01 12:00:00"
    text = await refused(hass, "get_sessions", start=noon, end=noon)
    assert text == "The end must be after the start"


async def test_a_session_that_began_before_the_clock_was_set_is_listed(
    hass: HomeAssistant,
    running: MockConfigEntry,
    connect: Connect,
    wall_clock: FrozenDateTimeFactory,
) -> None:
    today = datetime.now(dt_util.UTC)
    wall_clock.move_to(datetime(1970, 1, 1, 0, 3, tzinfo=dt_util.UTC))
    async with connected(hass, connect) as charger:
        await charger.plug_in()
        await charger.start_session("04A1B2")
        wall_clock.move_to(today)
        await charger.unplug()
        await until(lambda: state(hass, "sensor.charger_status") == "available")
    since = (today - timedelta(days=1)).isoformat()
    (session,) = (await ask(hass, "get_sessions", start=since))["sessions"]
    assert session["tag"] == "Anna"
    assert session["duration_minutes"] == 0


async def test_a_damaged_database_is_put_aside(
    hass: HomeAssistant,
    running: MockConfigEntry,
    charger: SimulatedCharger,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = tmp_path / ".storage" / f"{DOMAIN}.{running.entry_id}.sessions"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"This is no database. " * 100)
    await charger.plug_in()
    await charger.start_session()
    await charger.unplug()
    assert await listed(hass) == [("CP1", "TAG")]
    assert "cannot be read and is moved" in caplog.text
    assert path.with_name(f"{path.name}.corrupt").exists()


async def test_a_store_that_cannot_be_written_costs_no_sessions(
    hass: HomeAssistant,
    running: MockConfigEntry,
    charger: SimulatedCharger,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (tmp_path / ".storage").write_text("in the way")
    await charger.plug_in()
    await charger.start_session()
    await charger.unplug()
    await until(lambda: "Sessions cannot be written" in caplog.text)
    assert await listed(hass) == [("CP1", "TAG")]
    (tmp_path / ".storage").unlink()
    assert await listed(hass) == [("CP1", "TAG")]
    assert len(list((tmp_path / ".storage").glob("*.sessions"))) == 1


async def test_a_store_that_cannot_be_read_says_so(
    hass: HomeAssistant, running: MockConfigEntry, tmp_path: Path
) -> None:
    file = tmp_path / ".storage" / f"{DOMAIN}.{running.entry_id}.sessions"
    file.mkdir(parents=True)
    text = await failed(hass, "get_sessions")
    assert text.startswith("The sessions cannot be read: ")


async def test_a_backup_finds_a_database_that_nobody_writes_to(
    hass: HomeAssistant,
    running: MockConfigEntry,
    charger: SimulatedCharger,
    tmp_path: Path,
) -> None:
    assert await async_setup_component(hass, "backup", {})
    await hass.async_block_till_done()
    manager = async_get_manager(hass)
    await manager.async_pre_backup_actions()
    await charger.plug_in()
    await charger.start_session()
    await charger.unplug()
    assert await listed(hass) == [("CP1", "TAG")]
    assert list(tmp_path.rglob("*.sessions")) == []
    await manager.async_post_backup_actions()
    assert len(list(tmp_path.rglob("*.sessions"))) == 1
    assert await listed(hass) == [("CP1", "TAG")]


async def test_a_session_that_was_not_kept_before_the_power_went_is_kept_then(
    hass: HomeAssistant,
    running: MockConfigEntry,
    charger: SimulatedCharger,
    tmp_path: Path,
) -> None:
    await charger.plug_in()
    await charger.start_session()
    charger.connectors[1].energy_wh = 700.0
    await charger.unplug()
    (before,) = (await ask(hass, "get_sessions"))["sessions"]
    (file,) = (tmp_path / ".storage").glob("*.sessions")
    file.unlink()
    await hass.config_entries.async_reload(running.entry_id)
    assert (await ask(hass, "get_sessions"))["sessions"] == [before]


async def test_sessions_are_forgotten_with_the_central_system(
    hass: HomeAssistant,
    running: MockConfigEntry,
    charger: SimulatedCharger,
    tmp_path: Path,
) -> None:
    await charger.plug_in()
    await charger.start_session()
    await charger.unplug()
    assert await listed(hass) == [("CP1", "TAG")]
    await hass.config_entries.async_remove(running.entry_id)
    assert list((tmp_path / ".storage").glob("*.sessions")) == []


async def test_sessions_that_are_told_all_at_once_have_their_own_energy(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    """A charger tells what it has kept while it was away, faster than changes are told of one by one."""
    connector, expected = charger.connectors[1], dict[str, float]()
    await charger.plug_in()
    for number in range(100):
        transaction_id = await charger.start_session()
        connector.energy_wh += 100 + number
        await charger.meter()
        await charger.stop_session()
        expected[str(transaction_id)] = 100 + number
    listed = (await ask(hass, "get_sessions"))["sessions"]
    energies = {each["transaction_id"]: each["energy_kwh"] * 1000 for each in listed}
    assert energies == pytest.approx(expected)
