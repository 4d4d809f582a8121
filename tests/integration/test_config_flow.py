"""Setting it up in the UI."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from decimal import Decimal
from ipaddress import ip_address
from pathlib import Path
import socket
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)
from websockets.asyncio.client import connect as websocket
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from custom_components.ocpp.chargers.discovery import GONE_AFTER_S, MOST_CARDS
from custom_components.ocpp.const import DOMAIN, SUBENTRY_CHARGER, SUBENTRY_TAG
from custom_components.ocpp.site.meters import Sources, told_by
from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    SOURCE_USER,
    ConfigFlowResult,
    SubentryFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.util import dt as dt_util
from tests.pki import authority
from tests.simulator.charger import SimulatedCharger, call, open_socket, served
from tests.simulator.secure_charger import secure_charger
from tests.waiting import until

from .conftest import (
    Connect,
    change_options,
    charger_subentry,
    connected,
    show_grid,
    state,
)
from .flows.steps import add_charger, adoption, automatic, by_hand, fill_in, open_part

NO_METER = {"next_step_id": "no_meter"}
NEW_CHARGER = {
    "identity": "CP2",
    "name": "Carport",
    "max_current": 32,
    "phases": "1",
    "safe_current": 6,
    "connectors": 1,
    "starts_cars": False,
    "security_profile": "0",
}

EXISTING = {
    "name": "Charger",
    "max_current": 16,
    "phases": "1",
    "safe_current": 6,
}


def _server(port: int, **tls: Any) -> dict[str, Any]:
    return {"advanced": {"host": "127.0.0.1", "port": port, **tls}}


async def _start(hass: HomeAssistant) -> ConfigFlowResult:
    flow = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    assert flow["type"] is FlowResultType.FORM
    assert flow["step_id"] == "user"
    return flow


async def _configure(
    hass: HomeAssistant, flow: ConfigFlowResult, user_input: dict[str, Any]
) -> ConfigFlowResult:
    return await hass.config_entries.flow.async_configure(flow["flow_id"], user_input)


@pytest.fixture
async def unloaded(hass: HomeAssistant) -> AsyncIterator[None]:
    """Unload whatever a flow has set up."""
    yield
    for entry in hass.config_entries.async_entries(DOMAIN):
        await hass.config_entries.async_unload(entry.entry_id)


async def test_one_flow_sets_it_up(
    hass: HomeAssistant, port: int, unloaded: None
) -> None:
    flow = await _start(hass)
    flow = await _configure(hass, flow, _server(port))
    assert flow["step_id"] == "energy"
    result = await _configure(hass, flow, NO_METER)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "OCPP"
    assert result["data"] == {"host": "127.0.0.1", "port": port}


async def test_a_port_in_use_is_told_and_another_taken(
    hass: HomeAssistant, port: int, unloaded: None
) -> None:
    flow = await _start(hass)
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        flow = await _configure(hass, flow, _server(port))
        assert flow["errors"] == {"base": "port_in_use"}
    flow = await _configure(hass, flow, _server(port))
    assert flow["step_id"] == "energy"
    result = await _configure(hass, flow, NO_METER)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_an_address_that_is_not_ours(hass: HomeAssistant, port: int) -> None:
    flow = await _start(hass)
    elsewhere = {"advanced": {"host": "192.0.2.1", "port": port}}
    flow = await _configure(hass, flow, elsewhere)
    assert flow["errors"] == {"base": "invalid_host"}
    flow = await _configure(hass, flow, _server(port))
    assert flow["step_id"] == "energy"
    hass.config_entries.flow.async_abort(flow["flow_id"])


@pytest.mark.parametrize(
    ("tls", "problem"),
    [
        ({"certificate": "good"}, "certificate_incomplete"),
        ({"private_key": "good"}, "certificate_incomplete"),
        (
            {"certificate": "good", "private_key": "good", "port": False},
            "tls_port_missing",
        ),
        ({"certificate": "none", "private_key": "good"}, "certificate_unreadable"),
        ({"certificate": "good", "private_key": "none"}, "key_unreadable"),
        ({"certificate": "key", "private_key": "good"}, "certificate_invalid"),
        ({"certificate": "good", "private_key": "certificate"}, "key_invalid"),
        ({"certificate": "good", "private_key": "other"}, "certificate_mismatch"),
        ({"port": "same"}, "same_port"),
    ],
)
async def test_what_is_wrong_with_encryption_is_told(
    hass: HomeAssistant,
    port: int,
    unused_tcp_port_factory: Callable[[], int],
    tls_files: tuple[str, str],
    tmp_path: Path,
    tls: dict[str, Any],
    problem: str,
) -> None:
    certificate, private_key = tls_files
    other = tmp_path / "other.pem"
    other.write_text(authority().key_pem)
    good = {"certificate": certificate, "private_key": private_key}
    tls_port = unused_tcp_port_factory()
    meant = {
        field: {
            "good": good[field],
            "none": "/no/such",
            "key": private_key,
            "certificate": certificate,
            "other": str(other),
        }[value]
        for field, value in tls.items()
        if field in good
    }
    given = {True: {"tls_port": tls_port}, False: {}, "same": {"tls_port": port}}
    flow = await _start(hass)
    wrong = _server(port, **meant, **given[tls.get("port", True)])
    flow = await _configure(hass, flow, wrong)
    assert flow["errors"] == {"base": problem}
    flow = await _configure(hass, flow, _server(port, tls_port=tls_port, **good))
    assert flow["step_id"] == "energy"
    hass.config_entries.flow.async_abort(flow["flow_id"])


async def test_there_must_be_a_port(
    hass: HomeAssistant, port: int, unloaded: None
) -> None:
    flow = await _start(hass)
    flow = await _configure(hass, flow, {"advanced": {"host": "127.0.0.1"}})
    assert flow["errors"] == {"base": "port_missing"}
    only_encrypted = {"advanced": {"host": "127.0.0.1", "tls_port": port}}
    flow = await _configure(hass, flow, only_encrypted)
    result = await _configure(hass, flow, NO_METER)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"] == {
        "host": "127.0.0.1",
        "tls_port": port,
        "key_kind": "ecdsa",
        "oldest_tls": "tls_1_2",
    }


async def test_an_encrypted_port_in_use(hass: HomeAssistant, port: int) -> None:
    flow = await _start(hass)
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        only_encrypted = {"advanced": {"host": "127.0.0.1", "tls_port": port}}
        flow = await _configure(hass, flow, only_encrypted)
        assert flow["errors"] == {"base": "port_in_use"}
    hass.config_entries.flow.async_abort(flow["flow_id"])


async def test_the_same_port_is_not_set_up_twice(
    hass: HomeAssistant, running: MockConfigEntry, port: int
) -> None:
    flow = await _start(hass)
    result = await _configure(hass, flow, _server(port))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


def _advanced(flow: ConfigFlowResult) -> dict[str, Any]:
    """Return the values that are suggested in the section of a form."""
    assert flow["data_schema"] is not None
    (inner,) = (
        value.schema
        for marker, value in flow["data_schema"].schema.items()
        if marker == "advanced"
    )
    return {
        str(marker): marker.description["suggested_value"]
        for marker in inner.schema
        if marker.description and "suggested_value" in marker.description
    }


def _suggested(flow: ConfigFlowResult | SubentryFlowResult) -> dict[str, Any]:
    assert flow["data_schema"] is not None
    return {
        str(marker): marker.description["suggested_value"]
        for marker in flow["data_schema"].schema
        if marker.description and "suggested_value" in marker.description
    }


async def test_listening_elsewhere(
    hass: HomeAssistant,
    running: MockConfigEntry,
    connect: Connect,
    unused_tcp_port_factory: Any,
) -> None:
    new_port = unused_tcp_port_factory()
    flow = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_RECONFIGURE, "entry_id": running.entry_id}
    )
    assert _advanced(flow)["port"] == running.data["port"]
    same = await _configure(hass, flow, _server(running.data["port"], certificate="/x"))
    assert same["errors"] == {"base": "certificate_incomplete"}
    async with connected(hass, connect) as charger:
        result = await _configure(hass, flow, _server(new_port))
        assert result["reason"] == "reconfigure_successful"
        await charger.socket.wait_closed()
    await hass.async_block_till_done()
    assert running.data["port"] == new_port
    with socket.create_connection((str(ip_address("127.0.0.1")), new_port)):
        pass


async def test_each_subject_has_its_own_form(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    before = dict(running.options)
    menu = await hass.config_entries.options.async_init(running.entry_id)
    assert menu["type"] is FlowResultType.MENU
    assert isinstance(menu["menu_options"], list)
    # A single sensor, as it was stored before there could be several.
    show_grid(hass, 0)
    one_sensor = {"next_step_id": "one_sensor"}
    form = await change_options(hass, running, "energy", one_sensor)
    assert _suggested(form)["grid_power"] == [before["grid_power"]]
    wrong = await change_options(
        hass, running, "security", {"allowed_addresses": ["example.org", "file:///etc"]}
    )
    assert wrong["errors"] == {"allowed_addresses": "invalid_address"}
    trusted = {"allowed_addresses": ["example.org", "192.0.2.1"]}
    await change_options(hass, running, "security", trusted)
    assert running.options["allowed_addresses"] == trusted["allowed_addresses"]
    wrong = await change_options(
        hass, running, "contract", {"holiday_dates": ["12-24", "Christmas"]}
    )
    assert wrong["errors"] == {"holiday_dates": "invalid_date"}
    await change_options(hass, running, "contract", {"other_power": 4.6})
    assert running.options["contract"] == {"other_power": 4.6}
    await change_options(hass, running, "access", {"auto_adopt": True})
    await hass.async_block_till_done()
    assert running.options["auto_adopt"]
    assert running.options["grid_power"] == before["grid_power"]


async def test_batteries_are_weighted_by_their_capacities(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    show_grid(hass, 0)
    socs = {"sensor.small": 10, "sensor.large": 70}
    for entity_id, percent in socs.items():
        hass.states.async_set(entity_id, str(percent), {"unit_of_measurement": "%"})
    chosen = {"battery_soc": list(socs)}
    for capacities, error in (
        (["5"], "capacity_for_each"),
        (["5", "much"], "invalid_capacity"),
        (["5", "0"], "invalid_capacity"),
        (["5", "10,0 kWh"], None),
    ):
        result = await change_options(
            hass, running, "battery", {**chosen, "battery_capacities": capacities}
        )
        assert (result.get("errors") or {}).get("battery_capacities") == error
    sources = Sources.of(running.options)
    charge = told_by(hass.states, sources).battery_soc_percent
    assert charge is not None
    assert charge.value == pytest.approx(50)


async def test_prices_are_asked_for_until_they_can_be_used(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    hass.states.async_set("sensor.price", "0.3", {"unit_of_measurement": "EUR/kWh"})
    night = {"price": 0.2, "from": "22:00:00", "to": "06:00:00", "days": "every_day"}
    for tariff, error in (
        ({"price_entities": ["sensor.price"]}, "price_list_missing"),
        ({"price_periods": [night]}, "other_price_missing"),
        ({"price_periods": [night], "other_price": 0.3}, None),
    ):
        result = await change_options(hass, running, "tariff", tariff)
        assert (result.get("errors") or {}).get("base") == error
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert running.options["tariff"]["price_periods"] == [night]


async def test_a_charger_is_added_before_it_ever_connects(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    async with connected(hass, connect) as other:
        flow_id = await by_hand(hass, running)
        result = await fill_in(hass, flow_id, NEW_CHARGER)
        assert result["type"] is FlowResultType.CREATE_ENTRY
        await hass.async_block_till_done()
        assert state(hass, "binary_sensor.carport_connected") == "off"
        assert state(hass, "sensor.carport_status") == "unavailable"
        assert state(hass, "number.carport_maximum_current") == "32.0"
        async with connected(hass, connect, "CP2"):
            assert state(hass, "binary_sensor.carport_connected") == "on"
        await other.heartbeat()


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({"name": "charger"}, {"name": "name_taken"}),
        ({"name": " "}, {"name": "name_missing"}),
        ({"identity": "x" * 200}, {"identity": "invalid_identity"}),
        (
            {"max_current": 5, "safe_current": 6},
            {"max_current": "below_minimum"},
        ),
        ({"safe_current": 3}, {"safe_current": "safe_below_minimum"}),
        ({"safe_current": 40}, {"safe_current": "above_maximum"}),
    ],
)
async def test_what_a_charger_cannot_be(
    hass: HomeAssistant,
    running: MockConfigEntry,
    change: dict[str, Any],
    errors: dict[str, str],
) -> None:
    flow_id = await by_hand(hass, running)
    result = await fill_in(hass, flow_id, {**NEW_CHARGER, **change})
    assert result["errors"] == errors
    result = await fill_in(hass, flow_id, NEW_CHARGER)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_charger_is_not_added_twice(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    flow_id = await by_hand(hass, running)
    result = await fill_in(hass, flow_id, {**NEW_CHARGER, "identity": "CP1"})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def test_a_charger_is_changed_without_being_disconnected(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    (subentry,) = running.subentries.values()
    async with connected(hass, connect) as charger:
        flow = await open_part(hass, running, subentry.subentry_id, "settings")
        result = await hass.config_entries.subentries.async_configure(
            flow["flow_id"],
            {**EXISTING, "max_current": 20, "safe_current": 8},
        )
        assert result["reason"] == "reconfigure_successful"
        await hass.async_block_till_done()
        assert state(hass, "number.charger_maximum_current") == "20.0"
        await charger.heartbeat()


def _first_limit(profile: Any) -> Decimal:
    """Return the limit with which a profile begins, in its unit."""
    (first, *_) = profile["charging_schedule"]["charging_schedule_period"]
    limit: Decimal = first["limit"]
    return limit


async def test_the_owner_knows_best_how_a_charger_takes_limits(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    (subentry,) = running.subentries.values()
    async with connected(hass, connect) as charger:
        flow = await running.start_subentry_reconfigure_flow(hass, subentry.subentry_id)
        assert flow["description_placeholders"] == {"make": "Sunny Wallbox 11"}
        known = {
            "profiles": {
                "purpose": "tx_default",
                "kind": "relative",
                "unit": "watt",
                "stack_level": 3,
                "start_schedule": "no",
                "current_step": "whole_amperes",
            },
            "behavior": {"minimum_current": 7, "pause_by": "least_current"},
        }
        for name, traits in known.items():
            form = await open_part(hass, running, subentry.subentry_id, name)
            result = await hass.config_entries.subentries.async_configure(
                form["flow_id"], traits
            )
            assert result["reason"] == "reconfigure_successful"
        await hass.async_block_till_done()
        charger.received.clear()
        await charger.plug_in()
        await charger.start_session()
        await hass.services.async_call(
            "select",
            "select_option",
            {"entity_id": "select.charger_charging_mode", "option": "fast"},
            blocking=True,
        )
        sent = (await charger.wait_for("SetChargingProfile"))["profile"]
        assert sent["charging_profile_purpose"] == "TxDefaultProfile"
        assert sent["charging_profile_kind"] == "Relative"
        assert sent["stack_level"] == 3
        schedule = sent["charging_schedule"]
        assert schedule["charging_rate_unit"] == "W"
        # The limit of before, with nothing from the sun, may come first.
        while _first_limit(sent) != 3 * 16 * 230:
            sent = (await charger.wait_for("SetChargingProfile"))["profile"]
        # What was filled in is shown again.
        for name, traits in known.items():
            form = await open_part(hass, running, subentry.subentry_id, name)
            assert _suggested(form) == traits
        # What is left to be detected says what that is now, and anything can be again.
        form = await open_part(hass, running, subentry.subentry_id, "profiles")
        assert automatic(form, "obeys_in_session") == "Automatic (now: Yes)"
        assert automatic(form, "purpose") == "Automatic"
        result = await hass.config_entries.subentries.async_configure(
            form["flow_id"], {"purpose": "automatic", "unit": "watt"}
        )
        assert result["reason"] == "reconfigure_successful"
        assert subentry.data["traits"] == {"unit": "watt", **known["behavior"]}
        await hass.async_block_till_done()
        form = await open_part(hass, running, subentry.subentry_id, "profiles")
        assert automatic(form, "purpose").startswith("Automatic (now: ")


async def test_removing_a_charger_removes_its_devices(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    (subentry,) = running.subentries.values()
    async with connected(hass, connect) as charger:
        assert hass.config_entries.async_remove_subentry(running, subentry.subentry_id)
        await charger.socket.wait_closed()
        await hass.async_block_till_done()
    assert hass.states.get("sensor.charger_status") is None
    registry = dr.async_get(hass)
    assert (
        registry.async_get_device_by_identifier((DOMAIN, "CP1"), running.entry_id)
        is None
    )


class TestAdoption:
    """Chargers that nobody knows."""

    @pytest.fixture
    def chargers(self) -> list[Any]:
        """One that is known."""
        return [charger_subentry("CP1", "Charger")]

    async def _discovered(self, hass: HomeAssistant) -> ConfigFlowResult:
        await until(lambda: hass.config_entries.flow.async_progress_by_handler(DOMAIN))
        (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
        return flow

    async def test_a_stranger_is_shown_with_vendor_and_model(
        self, hass: HomeAssistant, running: MockConfigEntry, connect: Connect
    ) -> None:
        async with connect("NEW") as charger:
            assert await charger.boot() == "Pending"
            flow = await self._discovered(hass)
            assert flow["context"]["title_placeholders"] == {
                "name": "Sunny Wallbox 11 (NEW)"
            }
            # Knocking again shows no second card.
            charger.received.clear()
            await charger.boot()
            await charger.wait_for("GetConfiguration")
            assert await self._discovered(hass) == flow
            form = await hass.config_entries.flow.async_configure(flow["flow_id"])
            assert _suggested(form)["name"] == "Charger 2"
            taken = await _configure(hass, form, adoption(name="Charger"))
            assert taken["errors"] == {"name": "name_taken"}
            result = await _configure(hass, form, adoption())
            assert result["type"] is FlowResultType.ABORT
            assert result["reason"] == "adopted"
            # It is accepted on the connection that it has.
            await until(lambda: charger.registration == "Accepted")
            await until(lambda: state(hass, "sensor.carport_status") == "available")
        registry = dr.async_get(hass)
        device = registry.async_get_device_by_identifier(
            (DOMAIN, "NEW"), running.entry_id
        )
        assert device is not None
        assert device.model == "Wallbox 11"
        assert device.manufacturer == "Sunny"
        assert device.sw_version == "1.2.3"

    async def test_its_connectors_are_known_when_it_is_adopted(
        self, hass: HomeAssistant, running: MockConfigEntry, connect: Connect
    ) -> None:
        async with connect("NEW", connectors=2) as charger:
            await charger.boot()
            flow = await self._discovered(hass)
            await _configure(hass, flow, adoption())
            await until(lambda: hass.states.get("sensor.carport_connector_2_status"))

    async def test_ignored_for_good(
        self, hass: HomeAssistant, running: MockConfigEntry, connect: Connect
    ) -> None:
        async with connect("NEW") as charger:
            await charger.boot()
            await self._discovered(hass)
            await hass.config_entries.flow.async_init(
                DOMAIN,
                context={"source": "ignore"},
                data={"unique_id": "NEW", "title": "NEW"},
            )
            charger.received.clear()
            await charger.boot()
            await charger.wait_for("GetConfiguration")
            await charger.heartbeat()
            await hass.async_block_till_done()
            assert hass.config_entries.flow.async_progress_by_handler(DOMAIN) == []

    async def test_a_card_goes_when_its_charger_is_adopted_elsewhere(
        self, hass: HomeAssistant, running: MockConfigEntry, connect: Connect
    ) -> None:
        async with connect("CP2") as charger:
            await charger.boot()
            await self._discovered(hass)
            flow_id = await add_charger(hass, running)
            await fill_in(hass, flow_id, adoption())
            await until(lambda: charger.registration == "Accepted")
            assert hass.config_entries.flow.async_progress_by_handler(DOMAIN) == []

    async def test_the_central_system_is_gone(
        self, hass: HomeAssistant, running: MockConfigEntry, connect: Connect
    ) -> None:
        async with connect("NEW") as charger:
            await charger.boot()
            card = await self._discovered(hass)
            await hass.config_entries.async_unload(running.entry_id)
            result = await hass.config_entries.flow.async_configure(card["flow_id"])
            assert result["reason"] == "not_running"

    async def test_a_card_goes_with_its_charger(
        self, hass: HomeAssistant, running: MockConfigEntry, connect: Connect
    ) -> None:
        async with connect("NEW") as charger:
            await charger.boot()
            card = await self._discovered(hass)
        await until(lambda: "NEW" not in running.runtime_data.central_system.stations)
        gone = await _configure(hass, card, adoption())
        assert gone["errors"] == {"base": "charger_gone"}
        async with connect("NEW") as charger:
            # It has come back in time.
            await charger.boot()
            await charger.wait_for("GetConfiguration")
            await self._pass(hass, GONE_AFTER_S)
            assert await self._discovered(hass)
        await until(lambda: "NEW" not in running.runtime_data.central_system.stations)
        await self._pass(hass, GONE_AFTER_S)
        assert hass.config_entries.flow.async_progress_by_handler(DOMAIN) == []

    async def _pass(self, hass: HomeAssistant, seconds: float) -> None:
        await hass.async_block_till_done()
        later = dt_util.utcnow() + timedelta(seconds=seconds + 1)
        async_fire_time_changed(hass, later)
        await hass.async_block_till_done()

    async def test_only_so_many_cards_are_shown(
        self, hass: HomeAssistant, running: MockConfigEntry, connect: Connect
    ) -> None:
        def cards() -> list[ConfigFlowResult]:
            return list(hass.config_entries.flow.async_progress_by_handler(DOMAIN))

        def repair() -> object:
            issue_id = f"too_many_discovered_{running.entry_id}"
            return ir.async_get(hass).async_get_issue(DOMAIN, issue_id)

        async with AsyncExitStack() as stack:
            for number in range(MOST_CARDS):
                other = await stack.enter_async_context(connect(f"NEW_{number}"))
                await other.boot()
            await until(lambda: len(cards()) == MOST_CARDS)
            assert repair() is None
            async with connect("ONE_MORE") as more:
                await more.boot()
                await until(repair)
                await hass.async_block_till_done()
                assert len(cards()) == MOST_CARDS
                await other.socket.close()
                known = running.runtime_data.central_system.stations
                await until(lambda: other.id not in known)
                await self._pass(hass, GONE_AFTER_S)
                assert repair() is None
                await more.boot()
                await until(lambda: len(cards()) == MOST_CARDS)

    async def test_one_address_cannot_keep_all_cards(
        self,
        hass: HomeAssistant,
        running: MockConfigEntry,
        connect: Connect,
        port: int,
    ) -> None:
        def cards() -> list[str | None]:
            flows = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
            return [flow["context"].get("unique_id") for flow in flows]

        async with AsyncExitStack() as stack:
            for number in range(MOST_CARDS):
                other = await stack.enter_async_context(connect(f"NEW_{number}"))
                await other.boot()
            await until(lambda: len(cards()) == MOST_CARDS)
            link = await stack.enter_async_context(
                websocket(
                    f"ws://127.0.0.1:{port}/ELSEWHERE",
                    subprotocols=[Subprotocol("ocpp1.6")],
                    local_addr=("127.0.0.2", 0),
                )
            )
            elsewhere = SimulatedCharger("ELSEWHERE", link)
            await stack.enter_async_context(served(elsewhere))
            await elsewhere.boot()
            await until(lambda: "ELSEWHERE" in cards())
            assert len(cards()) == MOST_CARDS
            assert other.id not in cards()

    async def test_what_a_stranger_says_is_shown_as_it_is(
        self, hass: HomeAssistant, running: MockConfigEntry, connect: Connect
    ) -> None:
        async with connect("NEW") as charger:
            charger.vendor = "![p](http://a/b)"
            charger.model = "<b>x</b>\n**y**"
            await charger.boot()
            card = await self._discovered(hass)
            form = await hass.config_entries.flow.async_configure(card["flow_id"])
        placeholders = form["description_placeholders"]
        assert placeholders is not None
        title = card["context"]["title_placeholders"]["name"]
        for shown in (title, placeholders["name"]):
            assert shown.isprintable()
            assert not set(shown) & set("[]<>*`")
            assert "://" not in shown

    async def test_another_charger_than_was_shown_is_not_adopted(
        self, hass: HomeAssistant, running: MockConfigEntry, connect: Connect
    ) -> None:
        async with connect("NEW") as charger:
            await charger.boot()
            card = await self._discovered(hass)
            async with connect("NEW") as other:
                other.model = "Other"
                await other.boot()
                changed = await _configure(hass, card, adoption())
                assert changed["errors"] == {"base": "charger_changed"}
                assert changed["description_placeholders"] == {
                    "name": "Sunny Other (NEW)"
                }

    async def test_a_password_is_shown_and_written(
        self, hass: HomeAssistant, running: MockConfigEntry, port: int
    ) -> None:
        url = f"ws://127.0.0.1:{port}"
        async with secure_charger(url, "NEW") as charger:
            await charger.boot()
            card = await self._discovered(hass)
            shown = adoption(advanced={"protection": "password"})
            form = await _configure(hass, card, shown)
            assert form["step_id"] == "new_password"
            assert _suggested(form) == {"write_password": True}
            placeholders = form["description_placeholders"]
            assert placeholders is not None
            password = placeholders["password"]
            result = await _configure(hass, form, {"write_password": True})
            assert result["reason"] == "adopted"
            assert charger.settings["AuthorizationKey"] == password.encode().hex()
            await until(lambda: charger.registration == "Accepted")
        # One that does not use it yet is not locked out, ...
        async with secure_charger(url, "NEW") as charger:
            assert await charger.boot() == "Accepted"
        async with secure_charger(url, "NEW", password=password) as charger:
            assert await charger.boot() == "Accepted"
        await hass.async_block_till_done()
        # ... and with the first use, it is required.
        with pytest.raises(InvalidStatus):
            await open_socket(url, "NEW")

    async def test_a_charger_that_takes_no_password_is_adopted_without(
        self, hass: HomeAssistant, running: MockConfigEntry, connect: Connect
    ) -> None:
        async with connect("NEW") as charger:
            await charger.boot()
            card = await self._discovered(hass)
            shown = adoption(advanced={"protection": "password"})
            form = await _configure(hass, card, shown)
            form = await _configure(hass, form, {"write_password": True})
            assert form["errors"] == {"write_password": "password_refused"}
            result = await _configure(hass, form, {"write_password": False})
            assert result["reason"] == "adopted"
            await until(lambda: charger.registration == "Accepted")


class TestAutoAdoption:
    """Adoption of every charger that connects, without a question."""

    @pytest.fixture
    def options(self) -> dict[str, Any]:
        """Adopt at once."""
        return {"grid_power": "sensor.grid_power", "auto_adopt": True}

    async def test_strangers_are_adopted_at_once(
        self, hass: HomeAssistant, running: MockConfigEntry, connect: Connect
    ) -> None:
        async with connect("NEW") as first, connect("NEWER") as second:
            await first.boot()
            await second.boot()
            await until(lambda: first.registration == second.registration == "Accepted")
            await hass.async_block_till_done()
            assert hass.config_entries.flow.async_progress_by_handler(DOMAIN) == []
            assert hass.states.get("sensor.wallbox_11_status") is not None
            assert hass.states.get("sensor.wallbox_11_newer_status") is not None


class TestPasswords:
    """Chargers that must prove who they are."""

    async def _ask_for_password(
        self, hass: HomeAssistant, entry: MockConfigEntry
    ) -> tuple[str, str]:
        """Start asking for a password, and return the flow's id and the password."""
        charger = entry.get_subentries_of_type(SUBENTRY_CHARGER)[0]
        flow = await open_part(hass, entry, charger.subentry_id, "protection")
        form = await hass.config_entries.subentries.async_configure(
            flow["flow_id"], {"security_profile": "1"}
        )
        assert form["step_id"] == "password"
        placeholders = form["description_placeholders"]
        assert placeholders is not None
        return form["flow_id"], placeholders["password"]

    async def test_a_password_is_shown_once_and_asked_for_from_then_on(
        self, hass: HomeAssistant, running: MockConfigEntry, connect: Connect
    ) -> None:
        flow_id, password = await self._ask_for_password(hass, running)
        result = await hass.config_entries.subentries.async_configure(
            flow_id, {"write_password": False}
        )
        assert result["reason"] == "reconfigure_successful"
        await hass.async_block_till_done()
        (subentry,) = running.subentries.values()
        assert password not in str(subentry.data)
        with pytest.raises(InvalidStatus):
            async with connect():
                pass
        async with connected(hass, connect, password=password):
            assert state(hass, "binary_sensor.charger_connected") == "on"
        # Other settings can be changed without a new password, and it can be given up.
        for profile in ("1", "0"):
            flow = await open_part(hass, running, subentry.subentry_id, "protection")
            assert _suggested(flow)["security_profile"] == "1"
            result = await hass.config_entries.subentries.async_configure(
                flow["flow_id"], {"security_profile": profile}
            )
            assert result["reason"] == "reconfigure_successful"
        await hass.async_block_till_done()
        async with connected(hass, connect):
            pass

    async def test_it_is_written_to_the_charger(
        self, hass: HomeAssistant, running: MockConfigEntry, connect: Connect
    ) -> None:
        settings = {"AuthorizationKey": ""}
        async with connected(hass, connect, settings=settings) as charger:
            flow_id, password = await self._ask_for_password(hass, running)
            await hass.config_entries.subentries.async_configure(
                flow_id, {"write_password": True}
            )
            assert charger.settings["AuthorizationKey"] == password.encode().hex()
        await hass.async_block_till_done()
        async with connected(hass, connect, password=password):
            pass

    async def test_a_charger_that_cannot_keep_it(
        self, hass: HomeAssistant, running: MockConfigEntry, connect: Connect
    ) -> None:
        flow_id, password = await self._ask_for_password(hass, running)
        configure = hass.config_entries.subentries.async_configure
        result = await configure(flow_id, {"write_password": True})
        assert result["errors"] == {"write_password": "not_connected"}
        async with connected(hass, connect):
            result = await configure(flow_id, {"write_password": True})
            assert result["errors"] == {"write_password": "password_refused"}
            # It is still the same password, and nobody has been shut out yet.
            placeholders = result["description_placeholders"]
            assert placeholders is not None
            assert placeholders["password"] == password
        async with connected(hass, connect):
            pass


class TestTags:
    """Tags that may start a session."""

    TAG = {"name": "Anna", "id_tag": " 04AB12 ", "blocked": False, "chargers": []}

    async def _add(
        self, hass: HomeAssistant, entry: MockConfigEntry, **change: Any
    ) -> Any:
        flow = await hass.config_entries.subentries.async_init(
            (entry.entry_id, SUBENTRY_TAG), context={"source": SOURCE_USER}
        )
        return await hass.config_entries.subentries.async_configure(
            flow["flow_id"], {**self.TAG, **change}
        )

    async def _status(self, charger: SimulatedCharger, id_tag: str) -> str:
        answer = await charger.call(call.Authorize(id_tag))
        return str(answer.id_tag_info["status"])

    async def test_a_tag_that_is_lost_may_not_charge(
        self, hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger
    ) -> None:
        assert await self._status(charger, "04AB12") == "Accepted"
        result = await self._add(hass, running)
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert result["data"]["id_tag"] == "04AB12"
        await hass.async_block_till_done()
        assert await self._status(charger, "04ab12") == "Accepted"
        tag = running.get_subentries_of_type(SUBENTRY_TAG)[0]
        flow = await running.start_subentry_reconfigure_flow(hass, tag.subentry_id)
        assert _suggested(flow)["name"] == "Anna"
        result = await hass.config_entries.subentries.async_configure(
            flow["flow_id"], {**self.TAG, "blocked": True}
        )
        assert result["reason"] == "reconfigure_successful"
        await hass.async_block_till_done()
        assert await self._status(charger, "04AB12") == "Blocked"
        # Nobody was disconnected for that, nor turned away.
        assert await self._status(charger, "OTHER") == "Accepted"

    async def test_only_tags_that_are_set_up(
        self, hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger
    ) -> None:
        await self._add(hass, running)
        await self._add(hass, running, id_tag="OLD", expires_on="2026-01-31")
        await self._add(hass, running, id_tag="THERE", chargers=["CP1"], parent="US")
        options = {"grid_power": "sensor.grid_power", "free_vend": False}
        hass.config_entries.async_update_entry(running, options=options)
        await hass.async_block_till_done()
        assert await self._status(charger, "04AB12") == "Accepted"
        assert await self._status(charger, "OLD") == "Expired"
        assert await self._status(charger, "THERE") == "Accepted"
        assert await self._status(charger, "OTHER") == "Invalid"
        # A session from here needs no tag.
        assert await self._status(charger, "HomeAssistant") == "Accepted"

    async def test_the_tag_that_was_shown_last_is_filled_in(
        self, hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger
    ) -> None:
        await self._status(charger, "SCANNED")
        flow = await hass.config_entries.subentries.async_init(
            (running.entry_id, SUBENTRY_TAG), context={"source": SOURCE_USER}
        )
        assert _suggested(flow) == {"id_tag": "SCANNED"}

    @pytest.mark.parametrize(
        ("change", "errors"),
        [
            ({"id_tag": "x" * 37}, {"id_tag": "invalid_tag"}),
            ({"id_tag": " "}, {"id_tag": "invalid_tag"}),
            ({"parent": "x" * 37}, {"parent": "invalid_tag"}),
            ({"name": ""}, {"name": "name_missing"}),
        ],
    )
    async def test_what_a_tag_cannot_be(
        self,
        hass: HomeAssistant,
        running: MockConfigEntry,
        change: dict[str, Any],
        errors: dict[str, str],
    ) -> None:
        assert (await self._add(hass, running, **change))["errors"] == errors

    async def test_a_tag_is_not_added_twice(
        self, hass: HomeAssistant, running: MockConfigEntry
    ) -> None:
        await self._add(hass, running)
        result = await self._add(hass, running, id_tag="04ab12")
        assert result["reason"] == "already_configured"
