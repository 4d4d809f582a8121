"""Actions for automations that address chargers."""

from datetime import datetime, timedelta
import json
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp.const import DOMAIN
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
)
from tests.simulator.charger import SimulatedCharger
from tests.waiting import until

from .actions import act, ask, failed, refused
from .conftest import Connect, charger_subentry, connected, show_grid, state

MAXIMUM = "number.charger_maximum_current"
MODE = "select.charger_charging_mode"

EVERY_ACTION: list[tuple[str, dict[str, Any]]] = [
    ("set_charge_rate", {"limit_amps": 10}),
    ("set_charge_rate", {"limit_watts": 6900}),
    ("set_charge_rate", {"custom_profile": {"chargingProfileId": 8}}),
    ("clear_profile", {}),
    ("get_composite_schedule", {}),
    ("trigger_message", {"requested_message": "MeterValues"}),
    ("configure", {"ocpp_key": "HeartbeatInterval", "value": "30"}),
    ("get_configuration", {}),
    ("data_transfer", {"vendor_id": "org.example"}),
    ("reserve_now", {"id_tag": "TAG"}),
    ("cancel_reservation", {"reservation_id": 1}),
    ("send_local_list", {}),
    ("get_diagnostics", {"protocol": "ftp"}),
    ("update_firmware", {"firmware_url": "https://example.org/firmware.bin"}),
    ("get_diagnostics", {"upload_url": "ftp://192.0.2.1/"}),
    ("clear_cache", {}),
    ("remote_start", {}),
    ("remote_stop", {"conn_id": 1}),
]


@pytest.fixture
def options(options: dict[str, Any]) -> dict[str, Any]:
    """The options, with servers that chargers may use."""
    return {**options, "allowed_addresses": ["example.org", "192.0.2.1"]}


async def _sent(charger: SimulatedCharger) -> list[str]:
    """Return what the charger was asked for, once nothing is on its way any more."""
    await charger.heartbeat()
    return [name for name, _ in charger.received]


def _device_id(hass: HomeAssistant, entry: MockConfigEntry, identifier: str) -> str:
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, identifier), entry.entry_id
    )
    assert device is not None
    return device.id


# Which charger is meant.


async def test_a_charger_by_its_device(
    hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger
) -> None:
    device_id = _device_id(hass, running, "CP1")
    await act(hass, "clear_profile", device_id=[device_id])
    assert await _sent(charger) == ["ClearChargingProfile"]


@pytest.mark.parametrize(
    "entity_id", ["sensor.charger_status", "button.charger_reset", MAXIMUM]
)
async def test_a_charger_by_any_of_its_entities(
    hass: HomeAssistant, charger: SimulatedCharger, entity_id: str
) -> None:
    await act(hass, "clear_profile", entity_id=entity_id)
    assert await _sent(charger) == ["ClearChargingProfile"]


@pytest.mark.as_set_up
async def test_entities_that_are_disabled_still_name_their_charger(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    entity_id = "sensor.charger_error_code"
    entry = er.async_get(hass).async_get(entity_id)
    assert entry is not None
    assert entry.disabled
    await act(hass, "clear_profile", entity_id=entity_id)
    assert await _sent(charger) == ["ClearChargingProfile"]


async def test_a_charger_by_its_device_and_entities_is_asked_once(
    hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger
) -> None:
    await act(
        hass,
        "clear_profile",
        device_id=_device_id(hass, running, "CP1"),
        entity_id=["sensor.charger_status", MAXIMUM],
    )
    assert await _sent(charger) == ["ClearChargingProfile"]


async def test_a_charger_by_its_area(
    hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger
) -> None:
    area = ar.async_get(hass).async_create("Garage")
    dr.async_get(hass).async_update_device(
        _device_id(hass, running, "CP1"), area_id=area.id
    )
    await act(hass, "clear_profile", area_id=area.id)
    assert await _sent(charger) == ["ClearChargingProfile"]


@pytest.mark.parametrize("devid", ["CP1", "charger", "Charger"])
async def test_a_charger_by_its_identity_or_name(
    hass: HomeAssistant, charger: SimulatedCharger, devid: str
) -> None:
    await act(hass, "clear_profile", devid=devid)
    assert await _sent(charger) == ["ClearChargingProfile"]


async def test_the_only_charger_needs_no_name(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    await act(hass, "clear_profile")
    assert await _sent(charger) == ["ClearChargingProfile"]


async def test_a_charger_that_nobody_knows(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    text = await refused(hass, "clear_profile", devid="garage")
    assert text == "There is no charger garage. Known chargers: CP1"
    assert await _sent(charger) == []


async def test_what_belongs_to_no_charger(
    hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger
) -> None:
    show_grid(hass, 0)
    unknown = await refused(hass, "clear_profile", entity_id="sensor.grid_power")
    assert unknown == "The entity sensor.grid_power does not belong to a charger"
    no_charger = "The target is not a charger. Select the device of a charger"
    of_site = await refused(
        hass, "clear_profile", entity_id="sensor.ocpp_solar_surplus"
    )
    assert of_site.startswith(no_charger)
    site = await refused(
        hass, "clear_profile", device_id=_device_id(hass, running, running.entry_id)
    )
    assert site.startswith(no_charger)
    missing = await refused(hass, "clear_profile", device_id="no such device")
    assert missing.startswith(no_charger)
    assert await _sent(charger) == []


async def test_a_connector_that_is_not_there(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    text = await refused(hass, "clear_profile", conn_id=2)
    assert text == "Charger has no connector 2. Number of connectors: 1"
    assert await _sent(charger) == []


@pytest.mark.parametrize(("action", "data"), EVERY_ACTION)
async def test_a_charger_that_is_away(
    hass: HomeAssistant, running: MockConfigEntry, action: str, data: dict[str, Any]
) -> None:
    text = await refused(hass, action, **data)
    assert text.startswith("Charger is not connected. Check its power")
    assert state(hass, MAXIMUM) == "16.0"


@pytest.mark.parametrize(("action", "data"), EVERY_ACTION)
async def test_no_central_system(
    hass: HomeAssistant, running: MockConfigEntry, action: str, data: dict[str, Any]
) -> None:
    assert await hass.config_entries.async_unload(running.entry_id)
    assert await refused(hass, action, **data) == "No central system is running"


@pytest.mark.parametrize("target", [{"entity_id": []}, {"device_id": "none"}])
async def test_a_target_that_is_empty_means_no_charger(
    hass: HomeAssistant, charger: SimulatedCharger, target: dict[str, Any]
) -> None:
    text = await refused(hass, "clear_profile", **target)
    assert text.startswith("The target is not a charger")
    assert await _sent(charger) == []


class TestNoChargers:
    """A central system that has not met any charger yet."""

    @pytest.fixture
    def chargers(self) -> list[ConfigSubentryData]:
        """None."""
        return []

    async def test_there_is_nothing_to_command(
        self, hass: HomeAssistant, running: MockConfigEntry
    ) -> None:
        text = await refused(hass, "clear_profile")
        assert text == "No charger has been adopted yet"
        text = await refused(hass, "clear_profile", devid="charger")
        assert text == "There is no charger charger. Known chargers: -"


class TestTwoChargers:
    """Two chargers, of which an action must say which it means."""

    @pytest.fixture
    def chargers(self) -> list[ConfigSubentryData]:
        """Two that are set up."""
        return [charger_subentry("CP1", "Charger"), charger_subentry("CP2", "Carport")]

    @pytest.mark.parametrize(("action", "data"), EVERY_ACTION)
    async def test_one_must_be_named(
        self,
        hass: HomeAssistant,
        running: MockConfigEntry,
        charger: SimulatedCharger,
        action: str,
        data: dict[str, Any],
    ) -> None:
        text = await refused(hass, action, **data)
        assert text == ("Specify the charger. It can be one of: Charger, Carport")
        assert await _sent(charger) == []

    async def test_only_the_one_that_is_meant_is_commanded(
        self, hass: HomeAssistant, charger: SimulatedCharger, connect: Connect
    ) -> None:
        async with connected(hass, connect, "CP2") as other:
            await act(hass, "set_charge_rate", devid="carport", limit_amps=10)
            assert other.received_limits == [(1, "TxDefaultProfile", 10)]
            assert await _sent(charger) == []
        assert state(hass, MAXIMUM) == "16.0"
        assert state(hass, "number.carport_maximum_current") == "10.0"

    async def test_several_can_be_meant(
        self, hass: HomeAssistant, charger: SimulatedCharger, connect: Connect
    ) -> None:
        both = [MAXIMUM, "number.carport_maximum_current"]
        async with connected(hass, connect, "CP2") as other:
            await act(hass, "set_charge_rate", entity_id=both, limit_amps=10)
            assert charger.received_limits == [(1, "TxDefaultProfile", 10)]
            assert other.received_limits == [(1, "TxDefaultProfile", 10)]
            text = await refused(hass, "get_configuration", entity_id=both)
            assert "Charger" in text
            assert "Carport" in text

    async def test_one_that_cannot_does_not_keep_the_other_from_it(
        self, hass: HomeAssistant, charger: SimulatedCharger
    ) -> None:
        both = [MAXIMUM, "number.carport_maximum_current"]
        text = await refused(hass, "set_charge_rate", entity_id=both, limit_amps=10)
        assert text.startswith("Carport is not connected")
        assert charger.received_limits == [(1, "TxDefaultProfile", 10)]

    async def test_known_chargers_are_named(
        self, hass: HomeAssistant, running: MockConfigEntry
    ) -> None:
        text = await refused(hass, "clear_profile", devid="garage")
        assert text == "There is no charger garage. Known chargers: CP1, CP2"


class TestSameName:
    """Two chargers that share a name, whatever the UI says to that."""

    @pytest.fixture
    def chargers(self) -> list[ConfigSubentryData]:
        """Two that are set up."""
        return [charger_subentry("CP1", "Charger"), charger_subentry("CP2", "charger")]

    async def test_a_name_that_means_two(
        self, hass: HomeAssistant, charger: SimulatedCharger
    ) -> None:
        text = await refused(hass, "clear_profile", devid="charger")
        assert text.startswith("Specify the charger")
        await act(hass, "clear_profile", devid="CP1")
        assert await _sent(charger) == ["ClearChargingProfile"]


class TestTwoConnectors:
    """A charger for two cars."""

    @pytest.fixture
    def chargers(self) -> list[ConfigSubentryData]:
        """A charger that is set up with both of its connectors."""
        return [charger_subentry("CP1", "Charger", connectors=2)]

    @pytest.fixture
    async def charger(
        self, hass: HomeAssistant, running: MockConfigEntry, connect: Connect
    ) -> Any:
        """The charger, connected and set up with both of its connectors."""
        async with connected(hass, connect, connectors=2) as charger:
            await until(
                lambda: ("TxDefaultProfile", 0) in charger.connectors[2].profiles
            )
            charger.received.clear()
            yield charger

    async def test_the_charger_stands_for_its_connectors(
        self, hass: HomeAssistant, running: MockConfigEntry, charger: SimulatedCharger
    ) -> None:
        device_id = _device_id(hass, running, "CP1")
        await act(hass, "clear_profile", device_id=device_id)
        assert await charger.wait_for("ClearChargingProfile") == {}
        assert await _sent(charger) == []

    async def test_a_connector_by_its_device_or_entity_or_number(
        self, hass: HomeAssistant, charger: SimulatedCharger
    ) -> None:
        second = {"connector_id": 2}
        entity_id = "sensor.charger_connector_2_status"
        entry = er.async_get(hass).async_get(entity_id)
        assert entry is not None
        await act(hass, "clear_profile", device_id=entry.device_id)
        assert await charger.wait_for("ClearChargingProfile") == second
        await act(hass, "clear_profile", entity_id=entity_id)
        assert await charger.wait_for("ClearChargingProfile") == second
        await act(hass, "clear_profile", devid="CP1", conn_id=2)
        assert await charger.wait_for("ClearChargingProfile") == second
        await act(hass, "trigger_message", requested_message="Heartbeat", conn_id=2)
        sent = await charger.wait_for("TriggerMessage")
        assert sent == {"requested_message": "Heartbeat", "connector_id": 2}

    async def test_connector_0_is_the_charger_as_a_whole(
        self, hass: HomeAssistant, charger: SimulatedCharger
    ) -> None:
        await act(hass, "set_charge_rate", limit_amps=10, conn_id=0)
        assert charger.received_limits == [
            (1, "TxDefaultProfile", 10),
            (2, "TxDefaultProfile", 10),
        ]
        assert state(hass, "number.charger_connector_1_maximum_current") == "10.0"
        assert state(hass, "number.charger_connector_2_maximum_current") == "10.0"
        await act(hass, "clear_profile", conn_id=0)
        assert await charger.wait_for("ClearChargingProfile") == {}

    async def test_one_connector_is_limited(
        self, hass: HomeAssistant, charger: SimulatedCharger
    ) -> None:
        await act(hass, "set_charge_rate", limit_amps=10, conn_id=2)
        assert charger.received_limits == [(2, "TxDefaultProfile", 10)]
        assert state(hass, "number.charger_connector_1_maximum_current") == "16.0"
        await act(hass, "clear_profile", conn_id=1)
        assert state(hass, "number.charger_connector_2_maximum_current") == "10.0"

    async def test_a_session_belongs_to_one_connector(
        self, hass: HomeAssistant, charger: SimulatedCharger
    ) -> None:
        await charger.plug_in(connector_id=2)
        text = await refused(hass, "remote_start")
        assert text == ("Charger has several connectors. Specify one")
        await act(hass, "remote_start", conn_id=2)
        sent = await charger.wait_for("RemoteStartTransaction")
        assert sent["connector_id"] == 2
        session = "switch.charger_connector_2_charge_control"
        await until(lambda: state(hass, session) == "on")
        # The session that runs is the one to stop.
        answer = await ask(hass, "remote_stop")
        assert [each["connector"] for each in answer["sessions"]] == [2]
        await until(lambda: state(hass, session) == "off")
        answer = await ask(hass, "remote_stop")
        results = {each["connector"]: each["result"] for each in answer["sessions"]}
        assert results == {1: "not_running", 2: "not_running"}


# Limits.


@pytest.mark.parametrize(
    ("limit", "current_a"),
    [
        ({"limit_amps": 10}, 10),
        ({"limit_amps": "10"}, 10),
        ({"limit_amps": 10.5}, 10.5),
        ({"limit_watts": 6900}, 10),
        ({"limit_amps": 16}, 16),
        ({"limit_amps": 5.9}, 0),
        ({"limit_watts": 1380}, 0),
        ({"limit_amps": 0}, 0),
    ],
)
async def test_a_limit_is_sent_and_shown(
    hass: HomeAssistant,
    charger: SimulatedCharger,
    limit: dict[str, Any],
    current_a: float,
) -> None:
    await act(hass, "set_charge_rate", **limit)
    assert charger.received_limits == [(1, "TxDefaultProfile", current_a)]
    assert float(state(hass, MAXIMUM)) == current_a


async def test_a_limit_holds_in_a_session(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    await _select(hass, "fast")
    await charger.plug_in()
    await charger.start_session()
    await until(lambda: charger.offered_a() == 16)
    await act(hass, "set_charge_rate", limit_amps=10)
    assert charger.offered_a() == 10
    assert charger.received_limits[-1:] == [(1, "TxProfile", 10)]
    # Another mode does not lift it.
    await _select(hass, "off")
    await until(lambda: charger.offered_a() == 0)
    await _select(hass, "fast")
    await until(lambda: charger.offered_a() == 10)


@pytest.mark.parametrize(
    ("given", "came_out"),
    [
        ({"limit_amps": 10}, (10, 10, None)),
        ({"limit_amps": 32}, (32, 16, "above_maximum")),
        ({"limit_watts": 22000}, (31.9, 16, "above_maximum")),
        ({"limit_amps": 0}, (0, 0, None)),
        ({"limit_amps": 4}, (4, 0, "below_minimum")),
        ({"limit_amps": 4, "below_minimum": "minimum"}, (4, 6, "below_minimum")),
    ],
)
async def test_the_answer_tells_what_came_out_of_a_limit(
    hass: HomeAssistant,
    charger: SimulatedCharger,
    given: dict[str, Any],
    came_out: tuple[float, float, str | None],
) -> None:
    answer = await ask(hass, "set_charge_rate", **given)
    asked_a, limit_a, reason = came_out
    assert answer["limits"] == [
        {
            "charger": "CP1",
            "connector": 1,
            "asked_amps": asked_a,
            "limit_amps": limit_a,
            "reason": reason,
            "offered_amps": limit_a,
        }
    ]
    assert charger.received_limits == [(1, "TxDefaultProfile", limit_a)]
    assert float(state(hass, MAXIMUM)) == limit_a


async def test_the_answer_tells_what_a_mode_makes_of_a_limit(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    await _select(hass, "off")
    await charger.plug_in()
    await charger.start_session()
    await until(lambda: charger.offered_a() == 0)
    (limit,) = (await ask(hass, "set_charge_rate", limit_amps=10))["limits"]
    assert (limit["limit_amps"], limit["offered_amps"]) == (10, 0)


@pytest.mark.parametrize(
    ("given", "used", "limit_a"),
    [
        ({"limit_amps": 8, "limit_watts": 6900}, "limit_watts", 10),
        ({"limit_amps": 8, "limit_watts": 6900, "profile": 13}, "custom_profile", 13),
        ({"limit_amps": 8, "profile": 13}, "custom_profile", 13),
    ],
)
async def test_a_profile_overrules_watts_and_watts_overrule_amperes(
    hass: HomeAssistant,
    charger: SimulatedCharger,
    given: dict[str, Any],
    used: str,
    limit_a: float,
) -> None:
    limits = dict(given)
    if "profile" in limits:
        limits["custom_profile"] = _profile(limits.pop("profile"))
    answer = await ask(hass, "set_charge_rate", **limits)
    assert answer["used"] == used
    assert set(answer["ignored"]) == set(limits) - {used}
    assert [limit for _, _, limit in charger.received_limits] == [limit_a]


@pytest.mark.parametrize(
    ("limit", "told"),
    [
        ({"limit_amps": -1}, "limit_amps must be at least 0, not -1"),
        ({"limit_watts": -690}, "limit_watts must be at least 0, not -690"),
        ({"limit_amps": "inf"}, "limit_amps must be a number, not inf"),
        ({"limit_amps": "nan"}, "limit_amps must be a number, not nan"),
    ],
)
async def test_what_is_no_limit(
    hass: HomeAssistant, charger: SimulatedCharger, limit: dict[str, Any], told: str
) -> None:
    assert await refused(hass, "set_charge_rate", **limit) == told
    assert await _sent(charger) == []
    assert state(hass, MAXIMUM) == "16.0"


async def test_nothing_to_set_is_an_error(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    text = await refused(hass, "set_charge_rate")
    assert text.startswith("Specify a limit")
    assert await _sent(charger) == []


async def test_a_limit_that_the_charger_refuses(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    charger.refuse_profile = lambda _: True
    text = await failed(hass, "set_charge_rate", limit_amps=10)
    assert text == "Charger answered SetChargingProfile with Rejected"


async def test_clearing_lifts_the_limit(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    await act(hass, "set_charge_rate", limit_amps=10)
    assert charger.connectors[1].profiles
    await act(hass, "clear_profile")
    assert await charger.wait_for("ClearChargingProfile") == {}
    assert state(hass, MAXIMUM) == "16.0"
    await charger.heartbeat()
    assert charger.connectors[1].profiles == {}


class TestOnePhase:
    """A charger that is wired with one phase."""

    @pytest.fixture
    def chargers(self) -> list[ConfigSubentryData]:
        """A charger that is set up as it is wired."""
        return [charger_subentry("CP1", "Charger", phases=1, max_current=32)]

    async def test_watts_are_those_of_its_phase(
        self, hass: HomeAssistant, charger: SimulatedCharger
    ) -> None:
        await act(hass, "set_charge_rate", limit_watts=6900)
        assert charger.received_limits == [(1, "TxDefaultProfile", 30)]


# Charging profiles that somebody else has composed.


def _profile(limit_a: float, **more: Any) -> dict[str, Any]:
    return {
        "chargingProfileId": 8,
        "stackLevel": 0,
        "chargingProfilePurpose": "TxDefaultProfile",
        "chargingProfileKind": "Relative",
        "chargingSchedule": {
            "chargingRateUnit": "A",
            "chargingSchedulePeriod": [
                {"startPeriod": 0, "limit": limit_a, "numberPhases": 3}
            ],
        },
        **more,
    }


AS_RECEIVED = {
    "charging_profile_id": 8,
    "stack_level": 0,
    "charging_profile_purpose": "TxDefaultProfile",
    "charging_profile_kind": "Relative",
    "charging_schedule": {
        "charging_rate_unit": "A",
        "charging_schedule_period": [
            {"start_period": 0, "limit": 13, "number_phases": 3}
        ],
    },
}


async def _select(hass: HomeAssistant, mode: str) -> None:
    await hass.services.async_call(
        "select", "select_option", {"entity_id": MODE, "option": mode}, blocking=True
    )


@pytest.mark.parametrize(
    "profile",
    [
        _profile(13),
        json.dumps(_profile(13)),
        json.dumps(_profile(13)).replace('"', "'"),
        f"\n  {_profile(13)!s}\n",
    ],
)
async def test_a_profile_is_sent_as_it_is(
    hass: HomeAssistant, charger: SimulatedCharger, profile: str | dict[str, Any]
) -> None:
    await act(hass, "set_charge_rate", custom_profile=profile)
    sent = await charger.wait_for("SetChargingProfile")
    assert sent == {"connector_id": 0, "profile": AS_RECEIVED}
    await act(hass, "set_charge_rate", custom_profile=profile, conn_id=1)
    sent = await charger.wait_for("SetChargingProfile")
    assert sent == {"connector_id": 1, "profile": AS_RECEIVED}
    assert await _sent(charger) == []


async def test_a_profile_of_too_many_periods_is_refused(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    periods = [{"startPeriod": 60 * n, "limit": 10} for n in range(25)]
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": periods}
    profile = _profile(13, chargingSchedule=schedule)
    with pytest.raises(ServiceValidationError, match="at most 24 .* this one has 25"):
        await act(hass, "set_charge_rate", custom_profile=profile)
    assert await _sent(charger) == []


async def test_a_profile_is_left_alone_until_a_mode_is_selected(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    show_grid(hass, -20000)
    await _select(hass, "fast")
    await charger.plug_in()
    transaction_id = await charger.start_session()
    await until(lambda: charger.offered_a() == 16)
    await _select(hass, "pv_only")
    profile = _profile(
        13, chargingProfilePurpose="TxProfile", transactionId=transaction_id
    )
    charger.received.clear()
    await act(hass, "set_charge_rate", custom_profile=profile)
    sent = await charger.wait_for("SetChargingProfile")
    assert sent["connector_id"] == 1
    # The sun would allow less.
    show_grid(hass, 20000)
    assert "SetChargingProfile" not in await _sent(charger)
    assert charger.offered_a() == 13
    await _select(hass, "fast")
    await until(lambda: charger.offered_a() == 16)


@pytest.mark.parametrize(("mode", "offered_a"), [("fast", 16), ("off", 0)])
async def test_a_mode_that_is_selected_again_replaces_a_profile(
    hass: HomeAssistant, charger: SimulatedCharger, mode: str, offered_a: float
) -> None:
    await _select(hass, mode)
    await charger.plug_in()
    transaction_id = await charger.start_session()
    await until(lambda: charger.offered_a() == offered_a)
    profile = _profile(
        13, chargingProfilePurpose="TxProfile", transactionId=transaction_id
    )
    await act(hass, "set_charge_rate", custom_profile=profile)
    assert charger.offered_a() == 13
    await _select(hass, mode)
    await until(lambda: charger.offered_a() == offered_a)


async def test_what_a_profile_replaced_is_safe_again_once_a_mode_is_selected(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    def standing_a() -> float:
        profiles = charger.connectors[1].profiles
        if (standing := profiles.get(("TxDefaultProfile", 0))) is None:
            return 0.0
        period = standing["charging_schedule"]["charging_schedule_period"][0]
        return float(period["limit"])

    assert standing_a() == 6
    await act(hass, "set_charge_rate", custom_profile=_profile(13))
    assert standing_a() == 13
    await _select(hass, "fast")
    await charger.plug_in()
    await charger.start_session()
    await until(lambda: charger.offered_a() == 16)
    await until(lambda: standing_a() == 6)


@pytest.mark.parametrize(("below", "offered_a"), [("pause", 0), ("minimum", 6)])
async def test_a_rate_below_the_minimum_becomes_what_the_caller_says(
    hass: HomeAssistant, charger: SimulatedCharger, below: str, offered_a: float
) -> None:
    await _select(hass, "fast")
    await charger.plug_in()
    await charger.start_session()
    await until(lambda: charger.offered_a() == 16)
    await act(hass, "set_charge_rate", limit_amps=4, below_minimum=below)
    assert charger.offered_a() == offered_a


async def test_a_limit_replaces_a_profile(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    await _select(hass, "fast")
    await charger.plug_in()
    transaction_id = await charger.start_session()
    await until(lambda: charger.offered_a() == 16)
    profile = _profile(
        13, chargingProfilePurpose="TxProfile", transactionId=transaction_id
    )
    await act(hass, "set_charge_rate", custom_profile=profile)
    assert charger.offered_a() == 13
    await act(hass, "set_charge_rate", limit_amps=10)
    assert charger.offered_a() == 10


async def test_a_limit_that_replaces_a_profile_does_not_lift_the_mode(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    await _select(hass, "off")
    await charger.plug_in()
    transaction_id = await charger.start_session()
    await until(lambda: charger.offered_a() == 0)
    profile = _profile(
        13, chargingProfilePurpose="TxProfile", transactionId=transaction_id
    )
    await act(hass, "set_charge_rate", custom_profile=profile)
    assert charger.offered_a() == 13
    charger.received.clear()
    await act(hass, "set_charge_rate", limit_amps=10)
    assert charger.offered_a() == 0
    assert (1, "TxProfile", 10) not in charger.received_limits
    assert state(hass, MAXIMUM) == "10.0"


@pytest.mark.parametrize("text", ["nonsense", "", "[1]", "{'chargingProfileId': 8"])
async def test_a_profile_that_cannot_be_read(
    hass: HomeAssistant, charger: SimulatedCharger, text: str
) -> None:
    told = await refused(hass, "set_charge_rate", custom_profile=text)
    assert told.startswith("custom_profile must be an object, or JSON text of one, not")
    assert await _sent(charger) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"stackLevel": "high"}, "stackLevel must be of type integer"),
        (
            {"chargingProfilePurpose": "Nonsense"},
            "chargingProfilePurpose must be one of ChargePointMaxProfile,"
            " TxDefaultProfile, TxProfile",
        ),
        ({"chargingProfileKind": None}, "chargingProfileKind must be "),
        (
            {"chargingSchedule": {"chargingRateUnit": "A"}},
            "chargingSchedule.chargingSchedulePeriod is missing",
        ),
        ({"colour": "green"}, "OCPP has no field csChargingProfiles.colour"),
        (
            {
                "chargingSchedule": {
                    "chargingRateUnit": "A",
                    "chargingSchedulePeriod": [{"startPeriod": 0, "limit": "much"}],
                }
            },
            "chargingSchedulePeriod[0].limit must be of type number",
        ),
    ],
)
async def test_a_profile_that_ocpp_does_not_allow(
    hass: HomeAssistant,
    charger: SimulatedCharger,
    change: dict[str, Any],
    problem: str,
) -> None:
    profile = _profile(13, **change)
    told = await refused(hass, "set_charge_rate", custom_profile=profile)
    assert told.startswith("SetChargingProfile was not sent to Charger: ")
    assert problem in told
    assert await _sent(charger) == []


@pytest.mark.parametrize(
    ("more", "over"),
    [
        ({"validTo": "2020-01-01T00:00:00Z"}, True),
        ({"validTo": "2199-01-01T00:00:00Z"}, False),
        ({"chargingProfileKind": "Absolute"}, True),
        ({"chargingProfileKind": "Relative"}, False),
    ],
)
async def test_a_profile_that_is_over(
    hass: HomeAssistant, charger: SimulatedCharger, more: dict[str, Any], over: bool
) -> None:
    profile = _profile(13, **more)
    profile["chargingSchedule"] |= {
        "startSchedule": "2020-01-01T00:00:00Z",
        "duration": 86400,
    }
    if over:
        text = await refused(hass, "set_charge_rate", custom_profile=profile)
        assert text.startswith("The charging profile ended at 20")
        assert await _sent(charger) == []
    else:
        await act(hass, "set_charge_rate", custom_profile=profile)
        assert await _sent(charger) == ["SetChargingProfile"]


async def test_a_profile_that_the_charger_refuses(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    charger.refuse_profile = lambda _: True
    text = await failed(hass, "set_charge_rate", custom_profile=_profile(13))
    assert text == "Charger answered SetChargingProfile with Rejected"
    # Nothing of somebody else's is in force, so the site goes on.
    charger.refuse_profile = lambda _: False
    await _select(hass, "fast")
    await charger.plug_in()
    await charger.start_session()
    await until(lambda: charger.offered_a() == 16)


# What comes of all profiles.


async def test_what_a_charger_will_offer(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    answer = await ask(hass, "get_composite_schedule", duration={"minutes": 10})
    schedule = answer["schedule"]
    assert schedule["unit"] == "A"
    period = {"start": schedule["periods"][0]["start"], "limit": 6.0, "phases": None}
    assert schedule["periods"] == [period]
    start, end = (
        datetime.fromisoformat(text) for text in (period["start"], schedule["end"])
    )
    assert end - start == timedelta(minutes=10)
    answer = await ask(hass, "get_composite_schedule", charging_rate_unit="W")
    assert answer["schedule"]["unit"] == "W"
    assert answer["schedule"]["periods"][0]["limit"] == 4140


async def test_what_a_charger_does_not_tell(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    charger.statuses["GetCompositeSchedule"] = "Rejected"
    text = await failed(hass, "get_composite_schedule")
    assert text == "Charger answered GetCompositeSchedule with Rejected"
    charger.lacks.add("GetCompositeSchedule")
    text = await failed(hass, "get_composite_schedule")
    assert text.startswith("Charger could not execute GetCompositeSchedule: NotSupp")


# Messages and settings.


async def test_a_message_is_sent_for(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    charger.connectors[1].energy_wh = 1234.0
    await act(hass, "trigger_message", requested_message="MeterValues", conn_id=1)
    sent = await charger.wait_for("TriggerMessage")
    assert sent == {"requested_message": "MeterValues", "connector_id": 1}
    await until(lambda: state(hass, "sensor.charger_energy") == "1.234")


async def test_a_message_that_the_charger_does_not_have(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    charger.statuses["ExtendedTriggerMessage"] = "NotImplemented"
    text = await failed(
        hass, "trigger_message", requested_message="FirmwareStatusNotification"
    )
    assert text == "Charger answered TriggerMessage with NotImplemented"


async def test_a_message_that_ocpp_does_not_have(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    text = await refused(hass, "trigger_message", requested_message="Nonsense")
    assert text.startswith("requested_message must be one of BootNotification, ")
    assert text.endswith(", not Nonsense")
    text = await refused(hass, "trigger_message")
    assert text == "requested_message is missing"
    assert await _sent(charger) == []


async def test_a_setting_is_changed(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    answer = await ask(hass, "configure", ocpp_key="HeartbeatInterval", value="30")
    assert answer == {"reboot_required": False}
    assert charger.settings["HeartbeatInterval"] == "30"
    # Numbers are written as such in automations; nobody needs to ask for the answer.
    await act(hass, "configure", ocpp_key="HeartbeatInterval", value=40)
    assert charger.settings["HeartbeatInterval"] == "40"


async def test_a_setting_that_cannot_be_changed(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    text = await failed(hass, "configure", ocpp_key="NumberOfConnectors", value="9")
    assert text == "Charger answered ChangeConfiguration with Rejected"
    assert charger.settings["NumberOfConnectors"] == "1"
    text = await failed(hass, "configure", ocpp_key="Nonsense", value="1")
    assert text == "Charger answered ChangeConfiguration with NotSupported"


async def test_a_setting_is_read(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    answer = await ask(hass, "get_configuration", ocpp_key="HeartbeatInterval")
    assert answer == {"value": "60", "readonly": False}
    answer = await ask(hass, "get_configuration", ocpp_key="NumberOfConnectors")
    assert answer == {"value": "1", "readonly": True}


async def test_all_settings_are_read(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    answer = await ask(hass, "get_configuration")
    assert answer == {"configuration": charger.settings}


async def test_a_setting_that_is_not_there(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    text = await refused(hass, "get_configuration", ocpp_key="Nonsense")
    assert text == "Charger has no setting Nonsense"


# Sessions.


async def test_a_session_is_started_and_stopped(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    await charger.plug_in()
    await act(hass, "remote_start", id_tag="GUEST")
    sent = await charger.wait_for("RemoteStartTransaction")
    assert sent == {"id_tag": "GUEST", "connector_id": 1}
    await until(lambda: charger.connectors[1].transaction_id is not None)
    transaction_id = charger.connectors[1].transaction_id
    await until(lambda: state(hass, "switch.charger_charge_control") == "on")
    await act(hass, "remote_stop")
    sent = await charger.wait_for("RemoteStopTransaction")
    assert sent == {"transaction_id": transaction_id}
    await until(lambda: state(hass, "switch.charger_charge_control") == "off")


async def test_whoever_stops_a_session_learns_what_has_become_of_it(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    await charger.plug_in()
    await charger.start_session()
    charger.statuses["RemoteStopTransaction"] = "Rejected"
    paused = {
        "charger": "CP1",
        "connector": 1,
        "result": "paused",
        "refusals": ["RemoteStopTransaction was answered Rejected"],
    }
    assert await ask(hass, "remote_stop") == {"sessions": [paused]}
    assert charger.offered_a() == 0
    del charger.statuses["RemoteStopTransaction"]
    ended = {**paused, "result": "ended", "refusals": []}
    assert await ask(hass, "remote_stop") == {"sessions": [ended]}


async def test_a_session_that_cannot_be_stopped(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    await charger.plug_in()
    await charger.start_session()
    charger.statuses["RemoteStopTransaction"] = "Rejected"
    charger.refuse_profile = lambda _: True
    text = await failed(hass, "remote_stop")
    assert "Charger continues to charge on connector 1: RemoteStopTransaction" in text
    assert "allow" in text


async def test_a_session_needs_no_tag(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    await charger.plug_in()
    await act(hass, "remote_start")
    sent = await charger.wait_for("RemoteStartTransaction")
    assert sent == {"id_tag": "HomeAssistant", "connector_id": 1}


class TestOwnTag:
    """A charger that takes one tag only for sessions that are started from here."""

    @pytest.fixture
    def chargers(self) -> list[ConfigSubentryData]:
        """A charger whose owner has said which."""
        return [charger_subentry("CP1", "Charger", traits={"id_token": "ITS-OWN"})]

    async def test_a_session_is_started_with_its_tag(
        self, hass: HomeAssistant, charger: SimulatedCharger
    ) -> None:
        await charger.plug_in()
        await act(hass, "remote_start")
        sent = await charger.wait_for("RemoteStartTransaction")
        assert sent == {"id_tag": "ITS-OWN", "connector_id": 1}


@pytest.mark.parametrize(
    ("id_tag", "told"),
    [
        ("", "id_tag needs at least 1 characters"),
        ("x" * 37, f"id_tag can have at most 36 characters. {'x' * 37} is longer"),
    ],
)
async def test_a_tag_that_ocpp_does_not_allow(
    hass: HomeAssistant, charger: SimulatedCharger, id_tag: str, told: str
) -> None:
    assert await refused(hass, "remote_start", id_tag=id_tag) == told
    assert await _sent(charger) == []


async def test_no_session_without_a_car(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    text = await failed(hass, "remote_start")
    assert text == "Charger answered RemoteStartTransaction with Rejected"


async def test_no_session_to_stop(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    (session,) = (await ask(hass, "remote_stop"))["sessions"]
    assert session["result"] == "not_running"
    assert await _sent(charger) == []


async def test_a_session_that_runs_already(
    hass: HomeAssistant, charger: SimulatedCharger
) -> None:
    await charger.plug_in()
    (session,) = (await ask(hass, "remote_start"))["sessions"]
    assert session == {"charger": "CP1", "connector": 1, "result": "started"}
    control = "switch.charger_charge_control"
    await until(lambda: state(hass, control) == "on")
    charger.received.clear()
    (session,) = (await ask(hass, "remote_start"))["sessions"]
    assert session["result"] == "running"
    assert "RemoteStartTransaction" not in await _sent(charger)
