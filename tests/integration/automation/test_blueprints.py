"""The blueprints, each used by an automation."""

from collections.abc import AsyncIterator
from datetime import timedelta
import json
from pathlib import Path
from shutil import copy
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from homeassistant.util.yaml import load_yaml_dict
from tests.integration.conftest import state
from tests.integration.planning.test_planner import NIGHT, Evening, evening
from tests.integration.world import World, world
from tests.simulator.charger import SimulatedCharger
from tests.waiting import until

from .listening import device_of

__all__ = ["evening", "world"]

DOCS = Path(__file__).parents[3] / "docs"
TRANSLATIONS = DOCS.parent / "custom_components" / "ocpp" / "translations"
BLUEPRINTS = sorted((DOCS / "blueprints").glob("*.yaml"))
STATUS, MODE = "sensor.charger_status", "select.charger_charging_mode"
NOTE = {"event": "test_note", "event_data": {"message": "{{ message }}"}}


async def use(hass: HomeAssistant, name: str, **inputs: Any) -> None:
    """Use a blueprint for an automation."""
    folder = Path(hass.config.path("blueprints", "automation", "ocpp"))
    folder.mkdir(parents=True)
    copy(DOCS / "blueprints" / f"{name}.yaml", folder)
    for component in ("homeassistant", "persistent_notification"):
        assert await async_setup_component(hass, component, {})
    used = {"path": f"ocpp/{name}.yaml", "input": inputs}
    automation = {"alias": "Used", "use_blueprint": used}
    assert await async_setup_component(hass, "automation", {"automation": automation})
    await hass.async_block_till_done()
    assert state(hass, "automation.used") == "on"


@pytest.fixture
def notes(hass: HomeAssistant) -> list[str]:
    """The messages that automations have given to the owner's actions."""
    heard: list[str] = []
    hass.bus.async_listen(
        "test_note", lambda event: heard.append(event.data["message"])
    )
    return heard


@pytest.fixture(autouse=True)
async def _turned_off(hass: HomeAssistant) -> AsyncIterator[None]:
    """No automation waits for anything after its test."""
    yield
    if hass.states.get("automation.used") is not None:
        await hass.services.async_call(
            "automation", "turn_off", {"entity_id": "all"}, blocking=True
        )


async def _toggle(hass: HomeAssistant, name: str) -> str:
    assert await async_setup_component(
        hass, "input_boolean", {"input_boolean": {name: None}}
    )
    return f"input_boolean.{name}"


async def _turn(hass: HomeAssistant, entity_id: str, to: str) -> None:
    await hass.services.async_call(
        "input_boolean", f"turn_{to}", {"entity_id": entity_id}, blocking=True
    )
    await hass.async_block_till_done()


@pytest.mark.parametrize("file", BLUEPRINTS, ids=lambda file: file.stem)
def test_each_can_be_imported_from_the_documentation(file: Path) -> None:
    source = load_yaml_dict(str(file))["blueprint"]["source_url"]
    assert source.endswith(f"/docs/blueprints/{file.name}")
    text = (DOCS / "automations.md").read_text()
    encoded = source.replace(":", "%3A").replace("/", "%2F")
    assert f"blueprint_import/?blueprint_url={encoded})" in text


@pytest.mark.parametrize("file", BLUEPRINTS, ids=lambda file: file.stem)
def test_whoever_chooses_reads_labels(file: Path) -> None:
    inputs = load_yaml_dict(str(file))["blueprint"]["input"].values()
    options = [
        option
        for each in inputs
        for option in (each["selector"].get("select") or {}).get("options", ())
    ]
    assert all(isinstance(option, dict) for option in options)
    labels = {option["value"]: option["label"] for option in options}
    shown = json.loads((TRANSLATIONS / "en.json").read_text())["entity"]["select"]
    modes = shown["charging_mode"]["state"]
    # Modes are called as in the charger's own select.
    assert {key: labels[key] for key in labels.keys() & modes.keys()} == {
        key: modes[key] for key in labels.keys() & modes.keys()
    }


async def test_notify_when_full(
    hass: HomeAssistant, evening: Evening, notes: list[str]
) -> None:
    await use(
        hass, "notify_when_full", chargers=device_of(hass, STATUS), actions=[NOTE]
    )
    await evening.wish(1.0, NIGHT + timedelta(hours=2))
    while state(hass, "sensor.charger_reason") != "target_reached":
        await evening.minute()
    assert notes == []
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=3))
    await hass.async_block_till_done()
    assert notes == ["The car at Charger has finished charging."]


async def test_remind_to_plug_in(
    hass: HomeAssistant,
    charger: SimulatedCharger,
    wall_clock: FrozenDateTimeFactory,
    notes: list[str],
) -> None:
    await hass.config.async_set_time_zone("UTC")
    wall_clock.move_to("2026-06-10T20:59:50Z")
    await charger.report_status()
    await until(lambda: state(hass, "binary_sensor.charger_plugged_in") == "off")
    await use(
        hass, "remind_to_plug_in", chargers=device_of(hass, STATUS), actions=[NOTE]
    )

    async def evening_comes() -> None:
        await charger.heartbeat()
        wall_clock.tick(20)
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=20))
        await hass.async_block_till_done()

    await evening_comes()
    assert notes == ["No car is plugged in."]
    wall_clock.move_to("2026-06-11T20:59:50Z")
    await charger.plug_in()
    await until(lambda: state(hass, "binary_sensor.charger_plugged_in") == "on")
    await evening_comes()
    assert len(notes) == 1


async def test_guest_mode(hass: HomeAssistant, charger: SimulatedCharger) -> None:
    guest = await _toggle(hass, "guest")
    await charger.plug_in()
    await until(lambda: state(hass, "binary_sensor.charger_plugged_in") == "on")
    await use(
        hass,
        "guest_mode",
        guest=guest,
        chargers=device_of(hass, STATUS),
        charging_mode=MODE,
        usual_mode="pv_only",
    )
    await _turn(hass, guest, "on")
    assert state(hass, MODE) == "fast"
    await charger.unplug()
    await until(lambda: state(hass, guest) == "off")
    await until(lambda: state(hass, MODE) == "pv_only")


async def test_price_alert(
    hass: HomeAssistant, charger: SimulatedCharger, notes: list[str]
) -> None:
    def show(price: float) -> None:
        unit = {"unit_of_measurement": "EUR/kWh"}
        hass.states.async_set("sensor.price", str(price), unit)

    show(0.3)
    await use(
        hass,
        "price_alert",
        price="sensor.price",
        limit=0.1,
        chargers=device_of(hass, STATUS),
        actions=[NOTE],
    )
    show(0.05)
    await hass.async_block_till_done()
    assert notes == []
    await charger.plug_in()
    await until(lambda: state(hass, "binary_sensor.charger_plugged_in") == "on")
    show(0.2)
    await hass.async_block_till_done()
    show(0.08)
    await hass.async_block_till_done()
    assert notes == ["Electricity costs 0.08 EUR/kWh, and the car is not charging."]


async def test_surplus_to_boiler(hass: HomeAssistant, world: World) -> None:
    boiler = await _toggle(hass, "boiler")
    await world.charger.unplug()
    await world.pass_time(20, 500)
    await use(
        hass,
        "surplus_to_boiler",
        chargers=device_of(hass, STATUS),
        surplus={"entity_id": "sensor.ocpp_solar_surplus"},
        boiler=boiler,
        wait={"seconds": 5},
    )
    await world.pass_time(30, 3000)
    assert state(hass, boiler) == "on"
    await world.pass_time(30, -500)
    assert state(hass, boiler) == "off"
    await world.pass_time(30, 3000)
    assert state(hass, boiler) == "on"
    # The car comes first.
    await world.charger.plug_in()
    await until(lambda: state(hass, boiler) == "off")


async def test_emhass_day_plan(hass: HomeAssistant, charger: SimulatedCharger) -> None:
    await charger.plug_in()
    await charger.start_session()
    device_id = device_of(hass, STATUS)["device_id"]
    await use(hass, "emhass_day_plan", plan="sensor.p_deferrable0", charger=device_id)
    now = dt_util.now()
    plan = [
        {"date": (now - timedelta(minutes=30)).isoformat(), "p_deferrable0": "6900.0"},
        {"date": (now + timedelta(minutes=30)).isoformat(), "p_deferrable0": "0.0"},
    ]
    hass.states.async_set(
        "sensor.p_deferrable0", "6900.0", {"deferrables_schedule": plan}
    )
    await until(lambda: charger.offered_a() == 10)
    assert state(hass, "sensor.charger_reason") == "schedule"


async def test_grid_operator_limit(
    hass: HomeAssistant, charger: SimulatedCharger, running: MockConfigEntry
) -> None:
    contact = await _toggle(hass, "contact")
    await charger.plug_in()
    await charger.start_session()
    await hass.services.async_call(
        "select", "select_option", {"entity_id": MODE, "option": "fast"}, blocking=True
    )
    await until(lambda: charger.offered_a() == 16)
    await use(hass, "grid_operator_limit", contact=contact)
    await _turn(hass, contact, "on")
    await until(lambda: charger.offered_a() < 7)
    assert charger.offered_a() * 3 * 230 <= 4200
    await _turn(hass, contact, "off")
    await until(lambda: charger.offered_a() == 16)
