"""From the first flow to a charger that is adopted."""

import asyncio
from datetime import timedelta
import socket
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.ocpp.const import DOMAIN
from custom_components.ocpp.csms.devices.vendor_files import load
from custom_components.ocpp.flows.adoption import adopted, waiting
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import area_registry as ar, device_registry as dr
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import dt as dt_util, slugify
from tests.integration.conftest import (
    Connect,
    charger_subentry,
    circuit_subentry,
    state,
)
from tests.simulator.charger import simulated_charger
from tests.simulator.secure_charger import secure_charger
from tests.waiting import until

from .conftest import step
from .steps import (
    BY_HAND,
    add_charger,
    adoption,
    at_step,
    begin,
    by_hand,
    choose,
    fill_in,
    open_part,
    server,
    suggested,
)


async def test_the_first_flow_leads_to_the_address(
    hass: HomeAssistant, port: int, unloaded: None
) -> None:
    flow = await begin(hass)
    await step(hass, flow["flow_id"], server(port))
    result = await step(hass, flow["flow_id"], "no_meter")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    kind, flow_id = result["next_flow"]
    assert kind == "config_subentries_flow"
    menu = await at_step(hass, flow_id, "address")
    assert menu["description_placeholders"] == {"url": f"ws://127.0.0.1:{port}/"}
    # Without a meter nobody knows of the sun, so that the car charges at once.
    async with simulated_charger(f"ws://127.0.0.1:{port}", "NEW") as charger:
        await charger.boot()
        form = await at_step(hass, flow_id, "adopt")
        assert suggested(form) == {"name": "Charger"}
        await fill_in(hass, flow_id, adoption(name="Charger"))
        await at_step(hass, flow_id, "unplugged")
        assert state(hass, "select.charger_charging_mode") == "fast"


async def test_no_charger_is_waited_for_where_the_port_cannot_be_opened(
    hass: HomeAssistant, port: int, unloaded: None
) -> None:
    flow = await begin(hass)
    await step(hass, flow["flow_id"], server(port))
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        result = await step(hass, flow["flow_id"], "no_meter")
    assert "next_flow" not in result
    assert result["result"].state is ConfigEntryState.SETUP_RETRY


async def test_a_charger_that_waits_is_adopted_at_once(
    hass: HomeAssistant,
    running: MockConfigEntry,
    connect: Connect,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Its status ends the waiting, not the time.
    monkeypatch.setattr(adopted, "SETTLES_WITHIN_S", 3600.0)
    area = ar.async_get(hass).async_create("Garage")
    async with connect("NEW") as charger:
        await charger.boot()
        await until(lambda: hass.config_entries.flow.async_progress_by_handler(DOMAIN))
        flow_id = await add_charger(hass, running)
        form = await at_step(hass, flow_id, "adopt")
        assert suggested(form) == {"name": "Charger 2"}
        await fill_in(hass, flow_id, adoption(area=area.id))
        await at_step(hass, flow_id, "unplugged")
        # The area is no part of the ids of its entities.
        assert state(hass, "sensor.carport_status") == "available"
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, "NEW"), running.entry_id
    )
    assert device is not None
    assert device.area_id == area.id


async def test_a_charger_that_connects_meanwhile_is_noticed(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    told: list[Any] = []
    hass.bus.async_listen("data_entry_flow_progressed", told.append)
    flow_id = await add_charger(hass, running)
    await at_step(hass, flow_id, "address")
    form = await choose(hass, flow_id, "make")
    assert form["step_id"] == "make"
    await hass.async_block_till_done()
    told.clear()
    async with connect("NEW") as charger:
        await charger.boot()
        # The frontend looks at the flow anew, and finds the charger.
        await until(lambda: told)
        form = await at_step(hass, flow_id, "make", "adopt")
        assert form["step_id"] == "adopt"
        told.clear()
        async with connect("NEWER") as other:
            await other.boot()
            flows = hass.config_entries.flow
            await until(lambda: len(flows.async_progress_by_handler(DOMAIN)) == 2)
            await hass.async_block_till_done()
        # Nobody is disturbed who fills in a form.
        assert told == []
        assert (await fill_in(hass, flow_id, adoption()))["type"] in (
            FlowResultType.SHOW_PROGRESS,
            FlowResultType.MENU,
        )
    hass.config_entries.subentries.async_abort(flow_id)


async def test_it_waits_and_says_where_the_address_is_entered(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect, port: int
) -> None:
    flow_id = await add_charger(hass, running)
    looking = await hass.config_entries.subentries.async_configure(flow_id)
    assert looking["progress_action"] == "looking"
    await at_step(hass, flow_id, "address")
    await choose(hass, flow_id, "make")
    waiting = await fill_in(hass, flow_id, {"make": "go-e Charger"})
    assert waiting["type"] is FlowResultType.SHOW_PROGRESS
    assert waiting["progress_action"] == "waiting_at_go_e"
    url = f"ws://127.0.0.1:{port}/"
    assert waiting["description_placeholders"] == {"url": url}
    async with connect("NEW") as charger:
        await charger.boot()
        await at_step(hass, flow_id, "adopt")
    hass.config_entries.subentries.async_abort(flow_id)


async def test_the_place_of_each_make_has_a_text(hass: HomeAssistant) -> None:
    texts = await async_get_translations(hass, "en", "config_subentries", [DOMAIN])
    beginning = f"component.{DOMAIN}.config_subentries.charger.progress.waiting_at_"
    told = {
        key.removeprefix(beginning): text
        for key, text in texts.items()
        if key.startswith(beginning)
    }
    known = {
        slugify(vendor.name): model.set_url
        for vendor in load().all
        for model in vendor.models
        if model.set_url is not None
    }
    assert told.keys() == known.keys()
    assert [key for key, place in known.items() if place not in told[key]] == []


async def test_it_waits_without_a_make(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    flow_id = await add_charger(hass, running)
    await at_step(hass, flow_id, "address")
    waiting = await choose(hass, flow_id, "wait")
    assert waiting["progress_action"] == "waiting"
    hass.config_entries.subentries.async_abort(flow_id)


async def test_a_dialog_that_opens_late_follows_the_flow(
    hass: HomeAssistant, running: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The frontend follows a flow only once it has seen a progress of it.
    monkeypatch.setattr(waiting, "LOOKS_S", 0.0)
    flow_id = await add_charger(hass, running)
    for _ in range(100):
        await asyncio.sleep(0)
    shown = await hass.config_entries.subentries.async_configure(flow_id)
    assert shown["type"] is FlowResultType.SHOW_PROGRESS
    await at_step(hass, flow_id, "address")
    hass.config_entries.subentries.async_abort(flow_id)


@pytest.mark.parametrize("choice", [None, "wait"])
async def test_a_dialog_that_is_closed_leaves_nothing_behind(
    hass: HomeAssistant, running: MockConfigEntry, choice: str | None
) -> None:
    flow_id = await add_charger(hass, running)
    await at_step(hass, flow_id, "address")
    if choice is not None:
        await choose(hass, flow_id, choice)
    hass.config_entries.subentries.async_abort(flow_id)
    await until(lambda: not _waiting_tasks())


async def test_a_dialog_that_was_forgotten_is_ended(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    flow_id = await add_charger(hass, running)
    await at_step(hass, flow_id, "address")
    # The frontend does not end a flow to which another one has led.
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(days=1, minutes=1))
    flows = hass.config_entries.subentries
    await until(lambda: not flows.async_progress())
    assert _waiting_tasks() == []


def _waiting_tasks() -> list[str]:
    names = (task.get_name() for task in asyncio.all_tasks())
    return [name for name in names if name == "ocpp waiting for a charger"]


async def test_by_hand_a_charger_that_waits_is_adopted(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    flow_id = await add_charger(hass, running)
    await at_step(hass, flow_id, "address")
    async with connect("NEW") as charger:
        await charger.boot()
        await until(lambda: hass.config_entries.flow.async_progress_by_handler(DOMAIN))
        # It has come just when this was chosen.
        form = await choose(hass, flow_id, "by_hand")
        assert form["step_id"] == "adopt"
        await fill_in(hass, flow_id, adoption())
        await at_step(hass, flow_id, "unplugged")
    assert [each.unique_id for each in running.subentries.values()].count("NEW") == 1


async def test_a_charger_that_comes_while_it_is_entered_by_hand_is_the_same(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    flow_id = await by_hand(hass, running)
    async with connect("NEW") as charger:
        await charger.boot()
        await until(lambda: hass.config_entries.flow.async_progress_by_handler(DOMAIN))
        entered = {**BY_HAND, "identity": "NEW"}
        result = await fill_in(hass, flow_id, entered)
        assert result["type"] is FlowResultType.CREATE_ENTRY
        # No card is left of it, and it is in charge at once.
        flows = hass.config_entries.flow
        await until(lambda: not flows.async_progress_by_handler(DOMAIN))
        await until(lambda: charger.registration == "Accepted")


async def test_later_is_a_choice(
    hass: HomeAssistant, running: MockConfigEntry, port: int
) -> None:
    flow_id = await add_charger(hass, running)
    await at_step(hass, flow_id, "address")
    result = await choose(hass, flow_id, "later")
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "later"
    assert result["description_placeholders"] == {"url": f"ws://127.0.0.1:{port}/"}


async def test_by_hand_it_says_the_address_too(
    hass: HomeAssistant, running: MockConfigEntry, port: int
) -> None:
    flow_id = await by_hand(hass, running)
    form = await at_step(hass, flow_id, "by_hand")
    assert form["description_placeholders"] == {"url": f"ws://127.0.0.1:{port}/"}


async def test_the_central_system_stops_meanwhile(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    async with connect("NEW") as charger:
        await charger.boot()
        await until(lambda: hass.config_entries.flow.async_progress_by_handler(DOMAIN))
        flow_id = await add_charger(hass, running)
        await hass.config_entries.async_unload(running.entry_id)
        result = await fill_in(hass, flow_id, adoption())
        assert result["reason"] == "not_running"


async def test_the_central_system_stops_while_a_password_is_shown(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    async with connect("NEW") as charger:
        await charger.boot()
        await until(lambda: hass.config_entries.flow.async_progress_by_handler(DOMAIN))
        flow_id = await add_charger(hass, running)
        secured = adoption(advanced={"protection": "password"})
        assert (await fill_in(hass, flow_id, secured))["step_id"] == "new_password"
        await hass.config_entries.async_unload(running.entry_id)
        result = await fill_in(hass, flow_id, {"write_password": False})
        assert result["reason"] == "not_running"


async def test_a_charger_is_adopted_elsewhere_while_its_form_is_open(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    async with connect("NEW") as charger:
        await charger.boot()
        await until(lambda: hass.config_entries.flow.async_progress_by_handler(DOMAIN))
        late, early = [await add_charger(hass, running) for _ in range(2)]
        await fill_in(hass, early, adoption())
        result = await fill_in(hass, late, adoption(name="Garage"))
        assert result["reason"] == "already_adopted"
        await at_step(hass, early, "unplugged")


async def test_a_charger_is_adopted_elsewhere_while_a_password_is_shown(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    async with connect("NEW") as charger:
        await charger.boot()
        await until(lambda: hass.config_entries.flow.async_progress_by_handler(DOMAIN))
        flow_id = await add_charger(hass, running)
        secured = adoption(advanced={"protection": "password"})
        assert (await fill_in(hass, flow_id, secured))["step_id"] == "new_password"
        other = await add_charger(hass, running)
        await fill_in(hass, other, adoption(name="Garage"))
        result = await fill_in(hass, flow_id, {"write_password": False})
        assert result["reason"] == "already_adopted"
        await at_step(hass, other, "unplugged")


async def test_a_charger_with_fixed_currents_may_draw_the_highest_of_them(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    async with connect("NEW") as charger:
        charger.vendor, charger.model = "NEcharge", "Pro"
        await charger.boot()
        await until(lambda: hass.config_entries.flow.async_progress_by_handler(DOMAIN))
        flow_id = await add_charger(hass, running)
        form = await at_step(hass, flow_id, "adopt")
        assert suggested(form)["max_current"] == 16


# Adoption.


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({"name": " "}, {"name": "name_missing"}),
        ({"max_current": 5}, {"max_current": "below_minimum"}),
        ({"advanced": {"safe_current": 3}}, {"base": "safe_below_minimum"}),
        ({"advanced": {"safe_current": 20}}, {"base": "above_maximum"}),
    ],
)
async def test_what_a_charger_cannot_be(
    hass: HomeAssistant,
    running: MockConfigEntry,
    connect: Connect,
    change: dict[str, Any],
    errors: dict[str, str],
) -> None:
    async with connect("NEW") as charger:
        await charger.boot()
        await until(lambda: hass.config_entries.flow.async_progress_by_handler(DOMAIN))
        flow_id = await add_charger(hass, running)
        form = await fill_in(hass, flow_id, adoption(**change))
        assert form["errors"] == errors
        await fill_in(hass, flow_id, adoption())
        await at_step(hass, flow_id, "unplugged")


class TestCircuits:
    """A site with a circuit."""

    @pytest.fixture
    def chargers(self) -> list[Any]:
        """No charger yet."""
        return [circuit_subentry("main", "Main fuse")]

    async def test_the_only_circuit_is_suggested(
        self, hass: HomeAssistant, running: MockConfigEntry, connect: Connect
    ) -> None:
        async with connect("NEW") as charger:
            await charger.boot()
            cards = hass.config_entries.flow
            await until(lambda: cards.async_progress_by_handler(DOMAIN))
            flow_id = await add_charger(hass, running)
            form = await at_step(hass, flow_id, "adopt")
            assert suggested(form)["circuit"] == "main"
            rotated = {"rotation": "rst"}
            await fill_in(hass, flow_id, adoption(circuit="main", advanced=rotated))
            await at_step(hass, flow_id, "unplugged")
        (charger_data,) = (
            subentry.data
            for subentry in running.subentries.values()
            if subentry.unique_id == "NEW"
        )
        assert charger_data["circuit"] == "main"
        assert charger_data["rotation"] == "rst"


async def test_a_password_is_given_without_being_shown(
    hass: HomeAssistant, running: MockConfigEntry, port: int
) -> None:
    url = f"ws://127.0.0.1:{port}"
    async with secure_charger(url, "NEW") as charger:
        await charger.boot()
        await until(lambda: hass.config_entries.flow.async_progress_by_handler(DOMAIN))
        flow_id = await add_charger(hass, running)
        protected = {"protection": "automatic"}
        await fill_in(hass, flow_id, adoption(advanced=protected))
        await at_step(hass, flow_id, "unplugged")
        password = bytes.fromhex(charger.settings["AuthorizationKey"]).decode()
    async with secure_charger(url, "NEW", password=password) as charger:
        assert await charger.boot() == "Accepted"
    await until(
        lambda: any(
            subentry.data.get("security_profile") == 1
            for subentry in running.subentries.values()
        )
    )


async def test_a_charger_that_takes_no_password_stays_without(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    async with connect("NEW") as charger:
        await charger.boot()
        await until(lambda: hass.config_entries.flow.async_progress_by_handler(DOMAIN))
        flow_id = await add_charger(hass, running)
        protected = {"protection": "automatic"}
        await fill_in(hass, flow_id, adoption(advanced=protected))
        await at_step(hass, flow_id, "unplugged")
    async with connect("NEW") as charger:
        assert await charger.boot() == "Accepted"


async def test_it_settles_even_if_nobody_looks_on(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    area = ar.async_get(hass).async_create("Garage")
    async with connect("NEW") as charger:
        await charger.boot()
        await until(lambda: hass.config_entries.flow.async_progress_by_handler(DOMAIN))
        flow_id = await add_charger(hass, running)
        await fill_in(hass, flow_id, adoption(area=area.id))
        hass.config_entries.subentries.async_abort(flow_id)
        devices = dr.async_get(hass)
        await until(lambda: dr.async_entries_for_area(devices, area.id))


class TestEdited:
    """A charger that was set up before cars were started."""

    @pytest.fixture
    def chargers(self) -> list[Any]:
        """One without a decision."""
        return [charger_subentry("CP1", "Charger")]

    async def test_what_is_done_for_its_make_is_shown(
        self, hass: HomeAssistant, running: MockConfigEntry, connect: Connect
    ) -> None:
        (subentry,) = running.subentries.values()
        form = await open_part(hass, running, subentry.subentry_id, "settings")
        assert suggested(form)["starts_cars"] is False
