"""The fields of actions: what is read leniently, and what an error says of the rest."""

from typing import Any

import pytest

from custom_components.ocpp.services import ACTIONS
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from tests.simulator.charger import SimulatedCharger
from tests.waiting import until

from .actions import act, ask, refused
from .conftest import charger_subentry, state, tag_subentry


@pytest.fixture
def chargers() -> list[ConfigSubentryData]:
    """A charger, and a tag that YAML reads as a number."""
    return [
        charger_subentry("CP1", "Charger"),
        tag_subentry("Anna", "0123"),
        tag_subentry("Ben", "4711"),
    ]


@pytest.mark.parametrize(
    ("action", "data", "told"),
    [
        (
            "set_charge_rate",
            {"limit_amps": "much"},
            "limit_amps must be a number, not much",
        ),
        (
            "set_charge_rate",
            {"limit_amps": True},
            "limit_amps must be a number, not True",
        ),
        (
            "set_charge_rate",
            {"limit_amps": None},
            "limit_amps must be a number, not None",
        ),
        (
            "set_charge_rate",
            {"limit_watts": "1,000"},
            "limit_watts is 1,000, which can mean any of these: 1000, 1. Use a decimal"
            " point, and no other separators",
        ),
        (
            "set_charge_rate",
            {"limit_amps": 10, "below_minimum": "stop"},
            "below_minimum must be one of pause, minimum, not stop",
        ),
        (
            "set_charge_rate",
            {"limit_amps": 10, "conn_id": 1.5},
            "conn_id must be a whole number, not 1.5",
        ),
        (
            "set_charge_rate",
            {"limit_amps": 10, "conn_id": -1},
            "conn_id must be at least 0, not -1",
        ),
        (
            "set_charge_rate",
            {"limit_ampere": 10},
            "There is no field limit_ampere. Besides the target, this action has:"
            " limit_amps, limit_watts, custom_profile, below_minimum",
        ),
        (
            "get_composite_schedule",
            {"duration": "long"},
            "duration must be a duration, such as 01:30:00 or a number of seconds, not"
            " long",
        ),
        (
            "get_composite_schedule",
            {"duration": "-00:10:00"},
            "duration must be a duration, such as 01:30:00 or a number of seconds, not"
            " -00:10:00",
        ),
        (
            "reserve_now",
            {"id_tag": "ANNA", "expires_at": "tomorrow"},
            "expires_at must be a date and time, such as 2026-06-10 18:00:00, not"
            " tomorrow",
        ),
        (
            "offer_firmware",
            {"version": 1.1, "firmware_url": "https://example.org/f"},
            "version came as 1.1: YAML changes texts without quotes that look like a"
            " number, or like yes or no. Put the text in quotes",
        ),
        ("configure", {"value": "30"}, "ocpp_key is missing"),
        (
            "configure",
            {"ocpp_key": "X", "value": [1]},
            "value must be text, not [1]",
        ),
        ("clear_profile", {"device_id": 5}, "device_id must be an ID or a list of IDs"),
        (
            "data_transfer",
            {"vendor_id": "org.example", "data": None},
            "data must be text, not None",
        ),
        (
            "clear_site_limit",
            {"limit_amps": 5},
            "There is no field limit_amps. Besides the target, this action has: -",
        ),
        (
            "set_tx_profile",
            {"tx_profile": {"schedule": [{"start": "x"}]}},
            "tx_profile.schedule[0]",
        ),
    ],
)
async def test_an_error_names_the_field_and_what_it_may_be(
    hass: HomeAssistant,
    charger: SimulatedCharger,
    action: str,
    data: dict[str, Any],
    told: str,
) -> None:
    assert (await refused(hass, action, **data)).startswith(told)
    await charger.heartbeat()
    assert charger.received == []


@pytest.mark.parametrize(
    ("limit", "current_a"), [("10", 10), ("10,5", 10.5), (" 12.0 ", 12), (7, 7)]
)
async def test_a_number_may_be_text(
    hass: HomeAssistant, charger: SimulatedCharger, limit: str | int, current_a: float
) -> None:
    await act(hass, "set_charge_rate", limit_amps=limit, conn_id="1")
    assert charger.received_limits == [(1, "TxDefaultProfile", current_a)]


@pytest.mark.parametrize(
    ("value", "sent"),
    [(30, "30"), ("30", "30"), (True, "true"), (False, "false"), (0.5, "0.5")],
)
async def test_a_setting_is_sent_in_the_notation_of_ocpp(
    hass: HomeAssistant, charger: SimulatedCharger, value: object, sent: str
) -> None:
    await ask(hass, "configure", ocpp_key="HeartbeatInterval", value=value)
    assert (await charger.wait_for("ChangeConfiguration"))["value"] == sent


async def test_options_may_differ_in_case(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    await act(hass, "trigger_message", requested_message="metervalues")
    sent = await charger.wait_for("TriggerMessage")
    assert sent["requested_message"] == "MeterValues"
    await act(hass, "reset", type="HARD")
    assert await charger.wait_for("Reset") == {"type": "Hard"}


async def test_the_id_of_a_session_may_be_a_number(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    await charger.plug_in()
    transaction_id = await charger.start_session()
    await until(lambda: state(hass, "switch.charger_charge_control") == "on")
    answer = await ask(
        hass, "assign_session", vehicle="guest", transaction_id=transaction_id
    )
    assert answer["session"]["transaction_id"] == str(transaction_id)


@pytest.mark.parametrize(("given", "sent"), [(4711, "4711"), (12, "12"), ("12", "12")])
async def test_a_tag_may_be_a_number(
    hass: HomeAssistant, charger: SimulatedCharger, given: int | str, sent: str
) -> None:
    await charger.plug_in()
    await act(hass, "remote_start", id_tag=given)
    assert (await charger.wait_for("RemoteStartTransaction"))["id_tag"] == sent


@pytest.mark.parametrize(
    ("given", "tag"),
    [
        # Such a tag is known.
        (0o123, "0123"),
        # It has the length of a card's serial number.
        (0o4712356, "04712356"),
    ],
)
@pytest.mark.parametrize("action", ["remote_start", "reserve_now"])
async def test_a_tag_that_has_lost_digits(
    hass: HomeAssistant, charger: SimulatedCharger, action: str, given: int, tag: str
) -> None:
    await charger.plug_in()
    text = await refused(hass, action, id_tag=given)
    assert text == (
        f"The tag came as the number {given}, which YAML makes of {tag} without quotes."
        " Put the tag in quotes"
    )
    await charger.heartbeat()
    assert charger.received == []


async def test_a_tag_that_is_a_fraction(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    text = await refused(hass, "reserve_now", id_tag=1e10)
    assert text.startswith("id_tag came as 10000000000.0")


@pytest.mark.parametrize(
    "action", [action.name for action in ACTIONS], ids=lambda name: name
)
async def test_every_action_refuses_unknown_fields(
    hass: HomeAssistant, charger: SimulatedCharger, action: str
) -> None:
    text = await refused(hass, action, nonsense=1)
    assert text.endswith("is missing") or text.startswith("There is no field nonsense")
