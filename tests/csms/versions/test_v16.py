"""Translation of OCPP 1.6 messages."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.ocpp.csms.devices.capabilities import (
    Capabilities,
    Kind,
    PhaseSwitching,
    Purpose,
    Unit,
)
from custom_components.ocpp.csms.devices.settings import Setting, Settings
from custom_components.ocpp.csms.devices.station_info import StationInfo
from custom_components.ocpp.csms.devices.variables import VariableId
from custom_components.ocpp.csms.errors import RejectedError
from custom_components.ocpp.csms.events import (
    Booted,
    TokenShown,
    TransactionEnded,
    TransactionStarted,
)
from custom_components.ocpp.csms.evses.status import ConnectorStatus
from custom_components.ocpp.csms.limits.charging_profile import Profile
from custom_components.ocpp.csms.model import Registration, Snapshot
from custom_components.ocpp.csms.ocppj.framing import Payload
from custom_components.ocpp.csms.ocppj.violations import Fault
from custom_components.ocpp.csms.tokens.authorization import Authorization, TokenStatus
from custom_components.ocpp.csms.tokens.token import Token
from custom_components.ocpp.csms.versions import Context, Handled
from custom_components.ocpp.csms.versions.v16 import VERSION

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ANSWERS = {
    "TAG": Authorization(TokenStatus.ACCEPTED),
    "LOST": Authorization(TokenStatus.BLOCKED),
    "GUEST": Authorization(TokenStatus.EXPIRED, NOW, Token("FAMILY")),
}
BLANK = Snapshot("CP1", registration=Registration.ACCEPTED)


def _handle(
    action: str,
    payload: Payload,
    snapshot: Snapshot = BLANK,
    registration: Registration = Registration.ACCEPTED,
    now: datetime = NOW,
    transaction_number: int = 77,
) -> Handled:
    handled = VERSION.handlers[action](
        payload,
        snapshot,
        Context(
            now,
            registration,
            lambda: transaction_number,
            lambda token, _: ANSWERS[token.value],
        ),
    )
    assert list(VERSION.schemas.responses[action].violations(handled.answer)) == []
    return handled


def _start(connector_id: int = 1, meter_start: int = 1000, **more: Any) -> Payload:
    timestamp = more.pop("timestamp", "2026-06-01T11:59:00Z")
    return {
        "connectorId": connector_id,
        "idTag": "TAG",
        "meterStart": meter_start,
        "timestamp": timestamp,
        **more,
    }


def _stop(transaction_id: int = 77, meter_stop: int = 3000, **more: Any) -> Payload:
    return {
        "transactionId": transaction_id,
        "meterStop": meter_stop,
        "timestamp": "2026-06-01T12:00:00Z",
        **more,
    }


def _values(
    energy_wh: int, transaction_id: int | None = None, connector_id: int = 1
) -> Payload:
    sampled: Any = [{"value": str(energy_wh)}]
    payload: Payload = {
        "connectorId": connector_id,
        "meterValue": [{"timestamp": "2026-06-01T12:00:00Z", "sampledValue": sampled}],
    }
    return (
        payload
        if transaction_id is None
        else {**payload, "transactionId": transaction_id}
    )


def test_boot_tells_who_it_is() -> None:
    boot: Payload = {
        "chargePointVendor": "V",
        "chargePointModel": "M",
        "chargeBoxSerialNumber": "S",
        "firmwareVersion": "1",
    }
    handled = _handle("BootNotification", boot)
    info = StationInfo("V", "M", "S", "1")
    assert handled.snapshot.info == info
    assert handled.events == (Booted("CP1", info),)
    assert handled.answer == {
        "status": "Accepted",
        "currentTime": "2026-06-01T12:00:00Z",
        "interval": 60,
    }


def test_a_stranger_is_told_to_wait() -> None:
    boot: Payload = {"chargePointVendor": "V", "chargePointModel": "M"}
    handled = _handle("BootNotification", boot, registration=Registration.PENDING)
    assert handled.answer["status"] == "Pending"
    assert _handle(
        "Authorize", {"idTag": "TAG"}, registration=Registration.PENDING
    ).answer == {"idTagInfo": {"status": "Invalid"}}
    started = _handle("StartTransaction", _start(), registration=Registration.PENDING)
    assert started.answer["idTagInfo"] == {"status": "Invalid"}
    assert started.snapshot is BLANK


@pytest.mark.parametrize("status", list(ConnectorStatus))
def test_a_status(status: ConnectorStatus) -> None:
    payload: Payload = {
        "connectorId": 2,
        "errorCode": "NoError",
        "status": status.value,
    }
    evse = _handle("StatusNotification", payload).snapshot.evse(2)
    assert evse.status is status
    assert evse.error_code is None


def test_a_fault_keeps_its_code() -> None:
    payload: Payload = {
        "connectorId": 1,
        "errorCode": "GroundFailure",
        "status": "Faulted",
    }
    assert (
        _handle("StatusNotification", payload).snapshot.evse(1).error_code
        == "GroundFailure"
    )


def test_connector_0_is_the_charger() -> None:
    payload: Payload = {"connectorId": 0, "errorCode": "NoError", "status": "Available"}
    snapshot = _handle("StatusNotification", payload).snapshot
    assert snapshot.status is ConnectorStatus.AVAILABLE
    assert snapshot.evses == {}


@pytest.mark.parametrize("connector_id", [-1, 17, 1_634_030_126])
def test_connectors_that_cannot_be_are_passed_over(connector_id: int) -> None:
    status: Payload = {
        "connectorId": connector_id,
        "errorCode": "NoError",
        "status": "Available",
    }
    assert _handle("StatusNotification", status).snapshot == BLANK
    assert (
        _handle("MeterValues", _values(5, connector_id=connector_id)).snapshot == BLANK
    )
    # A session is at one that can be: the only one, as long as no other is known.
    started = _handle("StartTransaction", _start(connector_id)).snapshot
    assert list(started.evses) == [1]


def test_an_unknown_status_changes_nothing() -> None:
    payload: Payload = {"connectorId": 1, "errorCode": "NoError", "status": "Dreaming"}
    assert _handle("StatusNotification", payload).snapshot == BLANK


def test_a_session_from_start_to_stop() -> None:
    started = _handle("StartTransaction", _start())
    assert started.answer == {"transactionId": 77, "idTagInfo": {"status": "Accepted"}}
    transaction = started.snapshot.evse(1).running_transaction
    assert transaction is not None
    shown = TokenShown("CP1", "TAG", TokenStatus.ACCEPTED, 1)
    assert started.events == (shown, TransactionStarted("CP1", transaction))
    assert transaction.started_at == NOW - timedelta(minutes=1)
    metered = _handle("MeterValues", _values(1500, 77), started.snapshot)
    running = metered.snapshot.evse(1).running_transaction
    assert running is not None
    assert running.energy_wh == 500
    stopped = _handle("StopTransaction", _stop(reason="Remote"), metered.snapshot)
    ended = stopped.snapshot.evse(1).transaction
    assert ended is not None
    assert not ended.running
    assert ended.energy_wh == 2000
    assert ended.stop_reason == "Remote"
    assert stopped.events == (TransactionEnded("CP1", ended),)
    assert stopped.snapshot.evse(1).running_transaction is None


def test_closing_values_after_the_stop_start_nothing() -> None:
    started = _handle("StartTransaction", _start())
    stopped = _handle("StopTransaction", _stop(), started.snapshot)
    after = _handle("MeterValues", _values(3000, 77), stopped.snapshot)
    assert after.events == ()
    assert after.snapshot.evse(1).running_transaction is None


@pytest.mark.parametrize("transaction_id", [None, 0, -1, 2**63])
def test_values_without_a_session_start_none(transaction_id: int | None) -> None:
    handled = _handle("MeterValues", _values(5000, transaction_id))
    assert handled.snapshot.evse(1).transaction is None
    assert handled.snapshot.evse(1).meter.energy_wh == 5000


def test_the_stop_of_an_unknown_session_is_acknowledged() -> None:
    handled = _handle("StopTransaction", _stop(4711))
    assert handled.events == ()
    assert handled.faults == (Fault.UNKNOWN_TRANSACTION,)
    assert handled.snapshot is BLANK


def test_a_register_that_counts_the_session_alone_is_understood() -> None:
    """It starts with what the charger has counted in its life, and goes on with what it has in the session."""
    started = _handle("StartTransaction", _start(meter_start=5000))
    metered = _handle("MeterValues", _values(10, 77), started.snapshot)
    evse = metered.snapshot.evse(1)
    assert evse.running_transaction is not None
    assert evse.running_transaction.energy_wh == 10
    assert evse.ledger.total_wh == 5010
    ended = _handle("StopTransaction", _stop(77, 5010), metered.snapshot)
    assert ended.snapshot.evse(1).ledger.total_wh == 5010


@pytest.mark.parametrize(
    ("id_tag", "answer"),
    [
        ("TAG", {"status": "Accepted"}),
        ("LOST", {"status": "Blocked"}),
        (
            "GUEST",
            {
                "status": "Expired",
                "expiryDate": "2026-06-01T12:00:00Z",
                "parentIdTag": "FAMILY",
            },
        ),
    ],
)
def test_whether_a_tag_may_charge(id_tag: str, answer: Payload) -> None:
    assert _handle("Authorize", {"idTag": id_tag}).answer == {"idTagInfo": answer}
    started = _handle("StartTransaction", {**_start(), "idTag": id_tag})
    assert started.answer == {"transactionId": 77, "idTagInfo": answer}
    # The charger decides what to do; what it does is booked all the same.
    assert started.snapshot.evse(1).running_transaction is not None
    stopped = _handle("StopTransaction", {**_stop(), "idTag": id_tag}, started.snapshot)
    assert stopped.answer == {"idTagInfo": answer}
    assert _handle("StopTransaction", _stop(), started.snapshot).answer == {}


def test_a_start_that_is_told_again_is_the_same_session() -> None:
    """The answer to it was lost with the connection."""
    started = _handle("StartTransaction", _start())
    again = _handle(
        "StartTransaction", _start(), started.snapshot, transaction_number=78
    )
    assert again.answer["transactionId"] == started.answer["transactionId"]
    assert again.events == ()
    assert again.snapshot is started.snapshot


@pytest.mark.parametrize(
    "timestamp",
    [
        "1970-01-01T00:00:00",
        "1970-01-01T00:00:00Z",
        "2106-02-07T06:28:15Z",
        "nonsense",
        "",
    ],
)
def test_a_clock_that_cannot_be_is_not_believed(timestamp: str) -> None:
    started = _handle("StartTransaction", _start(timestamp=timestamp))
    transaction = started.snapshot.evse(1).transaction
    assert transaction is not None
    assert transaction.started_at == NOW


def test_nothing_flows_once_the_car_is_paused() -> None:
    sampled: Any = [{"value": "3000", "measurand": "Power.Active.Import", "unit": "W"}]
    values = _values(1)
    values["meterValue"] = [
        {"timestamp": "2026-06-01T12:00:00Z", "sampledValue": sampled}
    ]
    metered = _handle("MeterValues", values)
    assert metered.snapshot.evse(1).meter.power_w == 3000
    paused: Payload = {
        "connectorId": 1,
        "errorCode": "NoError",
        "status": "SuspendedEV",
    }
    after = _handle("StatusNotification", paused, metered.snapshot)
    assert after.snapshot.evse(1).meter.power_w == 0


def test_a_vendor_nobody_knows() -> None:
    assert _handle("DataTransfer", {"vendorId": "x"}).answer == {
        "status": "UnknownVendorId"
    }


def test_every_handled_action_has_schemas() -> None:
    assert VERSION.handlers.keys() <= VERSION.schemas.requests.keys()
    assert VERSION.handlers.keys() <= VERSION.schemas.responses.keys()


def _profile(**changes: Any) -> Profile:
    values = {
        "id": 201,
        "evse_id": 1,
        "purpose": Purpose.TX,
        "kind": Kind.ABSOLUTE,
        "unit": Unit.AMPERE,
        "limit": 10.0,
        "starts_at": NOW,
        "duration": timedelta(minutes=5),
        "transaction_id": "77",
    }
    return Profile(**{**values, **changes})


def test_a_limit_becomes_a_charging_profile() -> None:
    request = VERSION.profiles.set(_profile())
    assert request.payload == {
        "connectorId": 1,
        "csChargingProfiles": {
            "chargingProfileId": 201,
            "transactionId": 77,
            "stackLevel": 0,
            "chargingProfilePurpose": "TxProfile",
            "chargingProfileKind": "Absolute",
            "chargingSchedule": {
                "duration": 300,
                "startSchedule": "2026-06-01T12:00:00Z",
                "chargingRateUnit": "A",
                "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 10.0}],
            },
        },
    }


@pytest.mark.parametrize("tenths", [0, 1, 60, 61, 73, 119, 161, 319, 320])
def test_every_tenth_of_an_ampere_obeys_the_schema(tenths: int) -> None:
    request = VERSION.profiles.set(_profile(limit=tenths / 10))
    assert (
        list(VERSION.schemas.requests[request.action].violations(request.payload)) == []
    )


def test_an_answer_that_says_no_is_raised() -> None:
    request = VERSION.profiles.set(_profile())
    request.read({"status": "Accepted"})
    with pytest.raises(RejectedError, match="NotSupported"):
        request.read({"status": "NotSupported"})
    with pytest.raises(RejectedError):
        request.read({})
    VERSION.profiles.clear(None, None).read({"status": "Unknown"})
    assert VERSION.settings.change(VariableId("a"), "b").read(
        {"status": "RebootRequired"}
    )
    assert not VERSION.settings.change(VariableId("a"), "b").read(
        {"status": "Accepted"}
    )


def _settings(**values: str) -> Settings:
    ids = {VariableId(key): value for key, value in values.items()}
    return {key: Setting(key, value) for key, value in ids.items()}


def _told(settings: Settings) -> Mapping[str, object]:
    return VERSION.settings.traits(settings).known


@pytest.mark.parametrize(
    ("allowed", "units"),
    [
        ("Current", (Unit.AMPERE,)),
        ("Power,Current", (Unit.AMPERE, Unit.WATT)),
        ("A", (Unit.AMPERE,)),
        ("", None),
        ("Power", (Unit.WATT,)),
        ("W", (Unit.WATT,)),
    ],
)
def test_the_units_of_limits(allowed: str, units: tuple[Unit, ...] | None) -> None:
    settings = _settings(ChargingScheduleAllowedChargingRateUnit=allowed)
    assert _told(settings).get("units") == units
    assert not _told({})


@pytest.mark.parametrize(
    ("highest", "levels"), [("8", (0, 8)), ("0", None), ("999", None), ("x", None)]
)
def test_the_stack_levels_of_profiles(
    highest: str, levels: tuple[int, ...] | None
) -> None:
    settings = _settings(ChargeProfileMaxStackLevel=highest)
    assert _told(settings).get("stack_levels") == levels


@pytest.mark.parametrize(
    ("supported", "switching"), [("true", PhaseSwitching.PROFILE), ("false", None)]
)
def test_whether_a_profile_switches_phases(
    supported: str, switching: PhaseSwitching | None
) -> None:
    settings = _settings(ConnectorSwitch3to1PhaseSupported=supported)
    assert _told(settings).get("phase_switching") is switching


@pytest.mark.parametrize(
    ("count", "understood"),
    [("2", 2), ("0", None), ("1634030126", None), ("x", None), ("", None)],
)
def test_the_number_of_connectors_must_be_credible(
    count: str, understood: int | None
) -> None:
    assert (
        VERSION.settings.evse_count(_settings(NumberOfConnectors=count)) == understood
    )
    assert VERSION.settings.evse_count({}) is None


ALL_WANTED = (
    "Energy.Active.Import.Register,Power.Active.Import,Current.Import,"
    "Current.Offered,Voltage,SoC"
)


def _wanted(
    capabilities: Capabilities | None = None, **settings: str
) -> dict[str, Sequence[str]]:
    wanted = VERSION.settings.wanted(
        _settings(**settings), capabilities or Capabilities()
    )
    return {str(variable): values for variable, values in wanted.items()}


def test_what_a_charger_has_already_is_kept() -> None:
    wanted = _wanted(
        MeterValueSampleInterval="60", MeterValuesSampledData="Voltage.L1-N"
    )
    assert wanted["MeterValueSampleInterval"] == ("10",)
    assert wanted["MeterValuesSampledData"][0] == (
        "Voltage.L1-N,Energy.Active.Import.Register,Power.Active.Import,"
        "Current.Import,Current.Offered,SoC"
    )
    assert _wanted(MeterValuesSampledData=ALL_WANTED)["MeterValuesSampledData"][0] == (
        ALL_WANTED
    )


def test_only_what_a_charger_has_and_can_change_is_written() -> None:
    assert _wanted() == {}
    key = "MeterValueSampleInterval"
    variable = VariableId(key)
    fixed = {variable: Setting(variable, "60", readonly=True)}
    assert VERSION.settings.wanted(fixed, Capabilities()) == {}
    frozen = Capabilities(frozen_settings=(variable,))
    assert _wanted(frozen, MeterValueSampleInterval="60") == {}


def test_measurands_are_asked_for_as_many_as_fit() -> None:
    wanted = _wanted(
        MeterValuesSampledData="Frequency", MeterValuesSampledDataMaxLength="3"
    )
    assert wanted["MeterValuesSampledData"][0] == (
        "Energy.Active.Import.Register,Power.Active.Import,Current.Import"
    )


def test_measurands_that_are_refused_are_left_out_from_the_least_important_on() -> None:
    lists = _wanted(MeterValuesSampledData="")["MeterValuesSampledData"]
    assert lists[0] == ALL_WANTED
    assert [len(names.split(",")) for names in lists] == [6, 5, 4, 3, 2, 1]


def test_only_measurands_that_a_charger_is_known_to_have_are_asked_for() -> None:
    lacks = Capabilities(unwanted_measurands=("SoC", "Current.Offered"))
    assert _wanted(lacks, MeterValuesSampledData="")["MeterValuesSampledData"][0] == (
        "Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage"
    )
    has = Capabilities(measurands=("Power.Active.Import",))
    assert list(_wanted(has, MeterValuesSampledData="")["MeterValuesSampledData"]) == [
        "Power.Active.Import"
    ]


@pytest.mark.parametrize(
    ("key", "present", "wanted"),
    [
        ("HeartbeatInterval", "60", "60"),
        ("HeartbeatInterval", "30", "30"),
        ("HeartbeatInterval", "86400", "60"),
        ("WebSocketPingInterval", "0", "60"),
        ("WebSocketPingInterval", "10", "10"),
        ("ClockAlignedDataInterval", "0", "0"),
        ("ClockAlignedDataInterval", "900", "900"),
        ("ClockAlignedDataInterval", "1", "0"),
    ],
)
def test_intervals_are_changed_only_where_they_do_harm(
    key: str, present: str, wanted: str
) -> None:
    settings = {"MeterValueSampleInterval": "10", key: present}
    assert _wanted(None, **settings)[key] == (wanted,)


def test_a_vendor_may_want_settings_of_its_own() -> None:
    knows = Capabilities(settings={VariableId("FreevendEnabled"): "true"})
    assert _wanted(knows, FreevendEnabled="false")["FreevendEnabled"] == ("true",)
    assert _wanted(knows) == {}
