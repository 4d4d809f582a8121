"""The conformance cases for OCPP 1.6 central systems, by their ids, over a real socket.

The charger here follows a script. Whatever the central system sends it, call or answer, is held against the
schemas of the `ocpp` library. Most cases are an operator's command and what follows from it, so they stand in a
table; sessions have tests of their own.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from custom_components.ocpp.csms.devices.capabilities import Traits
from custom_components.ocpp.csms.devices.settings import Setting
from custom_components.ocpp.csms.devices.variables import VariableId
from custom_components.ocpp.csms.errors import NoTransactionError
from custom_components.ocpp.csms.limits.charging_profile import Unit
from custom_components.ocpp.csms.limits.composite_schedule import Period, Schedule
from custom_components.ocpp.csms.model import Address, Availability, Limit, ResetKind
from custom_components.ocpp.csms.operations import reserve as reserving
from custom_components.ocpp.csms.station_settings import StationSettings
from custom_components.ocpp.csms.tokens.authorization import (
    REMOTE_ID_TOKEN,
    Authority,
    KnownToken,
    TokenStatus,
)
from custom_components.ocpp.csms.tokens.local_list import ListEntry, LocalList
from custom_components.ocpp.csms.tokens.reservations import Reservation, next_id
from custom_components.ocpp.csms.versions import TRIGGERS
from tests.waiting import until

from .peer import ACCEPTED, NOW, REJECTED, Ask, Message, Tell, relay, text
from .script import (
    BOOT,
    CONNECTORS,
    METER_START_WH,
    STARTED,
    Charger,
    Report,
    ScriptedSystem,
    Step,
    running,
)


@pytest.fixture
async def bench() -> AsyncIterator[ScriptedSystem]:
    async with running() as bench:
        yield bench


@pytest.fixture
async def charger(bench: ScriptedSystem) -> AsyncIterator[Charger]:
    """A charger that has booted and is set up."""
    async with bench.in_service() as charger:
        yield charger


def trigger(message: str, evse_id: int | None, status: str = "Accepted") -> Ask:
    """Return the command to have the charger send a message."""
    connector = {} if evse_id is None else {"connectorId": evse_id}
    return Ask(
        lambda station: station.commands.trigger(TRIGGERS[message], Address(evse_id)),
        "TriggerMessage",
        {"requestedMessage": message, **connector},
        {"status": status},
        None if status == "Accepted" else status,
    )


def unlock(connector_id: int, status: str) -> Ask:
    """Return the command to release a cable."""
    return Ask(
        lambda station: station.commands.unlock(Address(connector_id)),
        "UnlockConnector",
        {"connectorId": connector_id},
        {"status": status},
        None if status == "Unlocked" else status,
    )


def change(key: str, value: str, status: str, heard: object) -> Ask:
    """Return the command to change a setting."""
    return Ask(
        lambda station: station.commands.change_setting(VariableId(key), value),
        "ChangeConfiguration",
        {"key": key, "value": value},
        {"status": status},
        heard,
    )


def start_remotely(status: str = "Accepted") -> Ask:
    """Return the command to start a session."""
    return Ask(
        lambda station: station.commands.start_transaction(1),
        "RemoteStartTransaction",
        {"connectorId": 1, "idTag": REMOTE_ID_TOKEN},
        {"status": status},
        None if status == "Accepted" else status,
    )


def stop_remotely(transaction_id: int, status: str = "Accepted") -> Ask:
    """Return the command to stop the session of the first connector."""
    return Ask(
        lambda station: station.commands.stop_transaction(1),
        "RemoteStopTransaction",
        {"transactionId": transaction_id},
        {"status": status},
        None if status == "Accepted" else status,
    )


RESERVATION = Reservation(next_id((), NOW), 1, "TAG", NOW + timedelta(minutes=5))


def reserve(status: str = "Accepted", connector_id: int = 1) -> Ask:
    """Return the command to keep a connector free for somebody."""
    expires_at = RESERVATION.expires_at
    return Ask(
        lambda station: reserving.reserve(station, connector_id, "TAG", expires_at),
        "ReserveNow",
        {
            "connectorId": connector_id,
            "expiryDate": text(expires_at),
            "idTag": "TAG",
            "reservationId": RESERVATION.id,
        },
        {"status": status},
        replace(RESERVATION, evse_id=connector_id) if status == "Accepted" else status,
    )


def cancel_reservation(reservation_id: int, status: str) -> Ask:
    """Return the command to keep it free no longer."""
    return Ask(
        lambda station: reserving.cancel(station, reservation_id),
        "CancelReservation",
        {"reservationId": reservation_id},
        {"status": status},
        None if status == "Accepted" else status,
    )


def list_version(version: int) -> Ask:
    """Return the command to ask for the version of the list of those who may charge."""
    return Ask(
        lambda station: station.request(
            lambda version: version.tokens.get_list_version()
        ),
        "GetLocalListVersion",
        {},
        {"listVersion": version},
        "NotSupported" if version < 0 else version,
    )


def send_list(status: str) -> Ask:
    """Return the command to send a list of those who may charge."""
    tags = (REMOTE_ID_TOKEN, "TAG", "OTHER")
    entries = [{"idTag": tag, "idTagInfo": ACCEPTED} for tag in tags]
    authority = Authority.of(map(KnownToken, tags[1:]), free_vend=False)
    sent = LocalList(1, tuple(map(ListEntry, tags)))
    return Ask(
        lambda station: station.tokens.send_list(authority),
        "SendLocalList",
        {
            "listVersion": 1,
            "updateType": "Full",
            "localAuthorizationList": entries,
        },
        {"status": status},
        sent if status == "Accepted" else status,
    )


def charging_profile(purpose: str = "TxDefaultProfile", **more: Any) -> Message:
    """Return a charging profile with everything that one may have."""
    return {
        "chargingProfileId": 1,
        "stackLevel": 0,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": "Absolute",
        "validFrom": text(NOW - timedelta(days=1)),
        "validTo": text(NOW + timedelta(days=1)),
        "chargingSchedule": {
            "duration": 86400,
            "startSchedule": text(NOW - timedelta(hours=1)),
            "chargingRateUnit": "A",
            "chargingSchedulePeriod": [
                {"startPeriod": 0, "limit": 6.0, "numberPhases": 3}
            ],
        },
        **more,
    }


def set_profile(profile: Message, status: str = "Accepted") -> Ask:
    """Return the command to set a charging profile as it is."""
    return Ask(
        lambda station: station.limits.set_external_profile(1, profile),
        "SetChargingProfile",
        {"connectorId": 1, "csChargingProfiles": profile},
        {"status": status},
        None if status == "Accepted" else status,
    )


HEARTBEAT = VariableId("HeartbeatInterval")
PROFILES = "SupportedFeatureProfiles"

SCRIPTS: dict[str, Sequence[Step]] = {
    "TC_004_2 nobody plugs in": [
        Tell("Authorize", {"idTag": "TAG"}),
        Report("Preparing"),
        Report("Available"),
    ],
    "TC_011_2 nobody plugs in after a remote start": [
        start_remotely(),
        Tell("Authorize", {"idTag": REMOTE_ID_TOKEN}),
        Report("Preparing"),
        Report("Available"),
    ],
    "TC_017_1 unlock": [unlock(1, "Unlocked")],
    "TC_017_2 unlock what stays locked": [unlock(1, "UnlockFailed")],
    "TC_017_2 unlock a cable that is fixed": [unlock(1, "NotSupported")],
    "TC_019_1 read all settings": [
        Ask(
            lambda station: station.commands.get_settings(),
            "GetConfiguration",
            {},
            {
                "configurationKey": [
                    {"key": "HeartbeatInterval", "readonly": False, "value": "60"},
                    {"key": PROFILES, "readonly": True, "value": "Core"},
                ]
            },
            {
                HEARTBEAT: Setting(HEARTBEAT, "60", False),
                VariableId(PROFILES): Setting(VariableId(PROFILES), "Core", True),
            },
        )
    ],
    "TC_019_2 read one setting": [
        Ask(
            lambda station: station.commands.get_settings(VariableId(PROFILES)),
            "GetConfiguration",
            {"key": [PROFILES]},
            {
                "configurationKey": [
                    {"key": PROFILES, "readonly": True, "value": "Core"}
                ]
            },
            {VariableId(PROFILES): Setting(VariableId(PROFILES), "Core", True)},
        )
    ],
    "TC_021 change a setting": [
        change("MeterValueSampleInterval", "60", "Accepted", heard=False)
    ],
    "TC_021 change a setting that needs a reboot": [
        change("MeterValueSampleInterval", "60", "RebootRequired", heard=True)
    ],
    "TC_024 the lock fails": [
        Report("Preparing"),
        Report("Faulted", error_code="ConnectorLockFailure"),
    ],
    "TC_026 a remote start is refused": [start_remotely("Rejected")],
    "TC_030 the cable cannot be released": [unlock(1, "UnlockFailed")],
    "TC_031 unlock a connector that is not there": [
        unlock(CONNECTORS + 1, "NotSupported")
    ],
    "TC_040_1 change a setting that is not there": [
        change("Nonsense", "1", "NotSupported", heard="NotSupported")
    ],
    "TC_040_2 a setting is given an impossible value": [
        change("MeterValueSampleInterval", "-1", "Rejected", heard="Rejected")
    ],
    "TC_042_1 there is no list": [list_version(-1)],
    "TC_042_2 the list is empty": [list_version(0)],
    "TC_043_1 a list is sent in vain": [list_version(0), send_list("NotSupported")],
    "TC_043_3 a list fails and is sent again": [
        list_version(0),
        send_list("Failed"),
        send_list("Accepted"),
    ],
    "TC_043_4 a list is sent": [list_version(0), send_list("Accepted")],
    "TC_047 a reservation runs out": [
        reserve(),
        Report("Reserved"),
        Report("Available"),
    ],
    "TC_048_1 reserve what is broken": [
        Report("Faulted", error_code="OtherError"),
        reserve("Faulted"),
    ],
    "TC_048_2 reserve what is in use": [Report("Preparing"), reserve("Occupied")],
    "TC_048_3 reserve what is out of service": [
        Ask(
            lambda station: station.commands.change_availability(
                Address(1), Availability.INOPERATIVE
            ),
            "ChangeAvailability",
            {"connectorId": 1, "type": "Inoperative"},
            ACCEPTED,
        ),
        Report("Unavailable"),
        reserve("Unavailable"),
    ],
    "TC_048_4 a reservation is refused": [reserve("Rejected")],
    "TC_049 reserve the whole charger": [
        reserve(connector_id=0),
        Report("Reserved", 1),
        Report("Reserved", 2),
    ],
    "TC_051 cancel a reservation": [
        reserve(),
        Report("Reserved"),
        cancel_reservation(RESERVATION.id, "Accepted"),
        Report("Available"),
    ],
    "TC_052 cancel what was never reserved": [cancel_reservation(99, "Rejected")],
    "TC_054 trigger messages": [
        trigger("MeterValues", 1),
        Tell(
            "MeterValues",
            {
                "connectorId": 1,
                "meterValue": [
                    {
                        "timestamp": text(NOW),
                        "sampledValue": [{"value": "1000", "context": "Trigger"}],
                    }
                ],
            },
        ),
        trigger("Heartbeat", None),
        Tell("Heartbeat", {}),
        trigger("StatusNotification", 1),
        Report("Available"),
        trigger("DiagnosticsStatusNotification", None),
        Tell("DiagnosticsStatusNotification", {"status": "Idle"}),
        trigger("FirmwareStatusNotification", None),
        Tell("FirmwareStatusNotification", {"status": "Idle"}),
        trigger("BootNotification", None),
        Tell("BootNotification", BOOT),
    ],
    "TC_055 trigger a connector that is not there": [
        trigger("MeterValues", CONNECTORS + 1, "Rejected")
    ],
    "TC_056 a profile for every session": [set_profile(charging_profile())],
    "TC_061 clear the cache": [
        Ask(lambda station: station.tokens.clear_cache(), "ClearCache", {}, ACCEPTED)
    ],
    "TC_066 ask for the resulting schedule": [
        Ask(
            lambda station: station.commands.get_composite_schedule(
                1, timedelta(minutes=5), Unit.AMPERE
            ),
            "GetCompositeSchedule",
            {"connectorId": 1, "duration": 300, "chargingRateUnit": "A"},
            {
                "status": "Accepted",
                "connectorId": 1,
                "scheduleStart": text(NOW),
                "chargingSchedule": {
                    "duration": 300,
                    "chargingRateUnit": "A",
                    "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 6.0}],
                },
            },
            Schedule(
                Unit.AMPERE,
                NOW,
                (Period(timedelta(), 6.0),),
                timedelta(minutes=5),
            ),
        )
    ],
    "TC_067 clear profiles": [
        *(
            set_profile(charging_profile(chargingProfileId=item, stackLevel=item))
            for item in (1, 2, 3)
        ),
        relay("ClearChargingProfile", {"id": 1}, ACCEPTED),
        relay(
            "ClearChargingProfile",
            {
                "connectorId": 1,
                "chargingProfilePurpose": "TxDefaultProfile",
                "stackLevel": 2,
            },
            ACCEPTED,
        ),
        Ask(
            lambda station: station.limits.clear(),
            "ClearChargingProfile",
            {},
            {"status": "Unknown"},
        ),
    ],
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS.keys())
async def test_a_case_goes_by_its_script(
    charger: Charger, script: Sequence[Step]
) -> None:
    for step in script:
        await step.play(charger)
    evses = charger.station.snapshot.evses.values()
    assert all(evse.transaction is None for evse in evses)


# A charger's life.


async def test_tc_001_a_charger_boots(bench: ScriptedSystem) -> None:
    async with bench.connected() as charger:
        await charger.boot()
        answer = await charger.tell("Heartbeat")
        assert datetime.fromisoformat(answer["currentTime"]) == NOW
        info = bench.station.snapshot.info
        assert info is not None
        assert (info.vendor, info.model) == ("Sunny", "Wallbox 11")
        assert bench.station.snapshot.evses.keys() == {1, 2}


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(ResetKind.HARD, id="TC_013 hard"),
        pytest.param(ResetKind.SOFT, id="TC_014 soft"),
    ],
)
async def test_a_charger_is_reset_and_comes_back(
    bench: ScriptedSystem, kind: ResetKind
) -> None:
    async with bench.in_service() as charger:
        await Ask(
            lambda station: station.commands.reset(kind),
            "Reset",
            {"type": kind.value},
            ACCEPTED,
        ).play(charger)
    async with bench.in_service():
        assert bench.station.connected


async def test_tc_064_data_for_an_unknown_vendor_is_declined(charger: Charger) -> None:
    answer = await charger.tell(
        "DataTransfer", vendorId="org.example", messageId="Hello", data="x"
    )
    assert answer["status"] in {"Rejected", "UnknownVendorId", "UnknownMessageId"}


# Sessions that begin at the charger.


async def test_tc_003_a_session_plugged_in_first(charger: Charger) -> None:
    await charger.report("Preparing")
    await charger.authorize()
    transaction_id = await charger.start()
    await charger.report("Charging")
    await charger.finish(transaction_id, "Local")


async def test_tc_004_1_a_session_identified_first(charger: Charger) -> None:
    await charger.authorize()
    await charger.report("Preparing")
    transaction_id = await charger.start()
    await charger.report("Charging")
    await charger.finish(transaction_id, "Local")


async def test_tc_005_1_the_car_is_unplugged(charger: Charger) -> None:
    transaction_id = await charger.start()
    await charger.report("Charging")
    await charger.report("SuspendedEV")
    await charger.finish(transaction_id, "EVDisconnected")


async def test_tc_007_a_session_by_a_tag_the_charger_remembers(
    charger: Charger,
) -> None:
    await charger.report("Preparing")
    await charger.start()
    await charger.report("Charging")


# Sessions that are started or ended from here.


async def test_tc_010_a_remote_start_with_the_car_plugged_in(charger: Charger) -> None:
    await charger.report("Preparing")
    await start_remotely().play(charger)
    await charger.authorize(REMOTE_ID_TOKEN)
    await charger.start(REMOTE_ID_TOKEN)
    await charger.report("Charging")


async def test_tc_011_1_a_remote_start_before_the_car_is_plugged_in(
    charger: Charger,
) -> None:
    await start_remotely().play(charger)
    await charger.authorize(REMOTE_ID_TOKEN)
    await charger.report("Preparing")
    await charger.start(REMOTE_ID_TOKEN)
    await charger.report("Charging")


async def test_tc_012_a_remote_stop(charger: Charger) -> None:
    transaction_id = await charger.start()
    await charger.report("Charging")
    await stop_remotely(transaction_id).play(charger)
    await charger.finish(transaction_id, "Remote")


async def test_tc_018_1_a_cable_is_released_in_a_session(charger: Charger) -> None:
    transaction_id = await charger.start()
    await charger.report("Charging")
    await unlock(1, "Unlocked").play(charger)
    await charger.finish(transaction_id, "UnlockCommand")


async def test_tc_028_a_remote_stop_is_refused(charger: Charger) -> None:
    transaction_id = await charger.start()
    await stop_remotely(transaction_id, "Rejected").play(charger)
    assert charger.evse.running_transaction is not None


async def test_tc_028_a_session_that_has_ended_cannot_be_stopped(
    charger: Charger,
) -> None:
    transaction_id = await charger.start()
    await charger.stop(transaction_id, "Local")
    with pytest.raises(NoTransactionError):
        await charger.station.commands.stop_transaction(1)
    payload = {"transactionId": transaction_id}
    await relay("RemoteStopTransaction", payload, REJECTED).play(charger)


KNOWN_TAGS = Authority.of(
    [
        KnownToken("LOST", TokenStatus.BLOCKED),
        KnownToken("GUEST", expires_at=NOW - timedelta(days=1)),
        KnownToken("CHILD", group="FAMILY"),
    ],
    free_vend=False,
)


@pytest.mark.parametrize(
    ("id_tag", "status"),
    [
        pytest.param("STRANGER", "Invalid", id="TC_023_1_CSMS"),
        pytest.param("GUEST", "Expired", id="TC_023_2_CSMS"),
        pytest.param("LOST", "Blocked", id="TC_023_3_CSMS"),
    ],
)
async def test_who_may_not_charge_is_told(
    bench: ScriptedSystem, charger: Charger, id_tag: str, status: str
) -> None:
    bench.system.authority = KNOWN_TAGS
    answer = await charger.tell("Authorize", idTag=id_tag)
    assert answer["idTagInfo"]["status"] == status


async def test_tc_037_3_a_session_that_began_offline_with_an_invalid_tag(
    bench: ScriptedSystem, charger: Charger
) -> None:
    bench.system.authority = KNOWN_TAGS
    answer = await charger.tell(
        "StartTransaction",
        connectorId=1,
        idTag="STRANGER",
        meterStart=METER_START_WH,
        timestamp=text(STARTED),
    )
    assert answer["idTagInfo"]["status"] == "Invalid"
    await charger.stop(answer["transactionId"], "DeAuthorized")


async def test_tc_053_a_tag_of_the_family_uses_a_reserved_connector(
    bench: ScriptedSystem, charger: Charger
) -> None:
    bench.system.authority = KNOWN_TAGS
    expires_at = NOW + timedelta(hours=1)
    charger.answers["ReserveNow"] = ACCEPTED
    reservation = await reserving.reserve(
        charger.station, 1, "PARENT", expires_at, "FAMILY"
    )
    assert charger.called("ReserveNow") == [
        {
            "connectorId": 1,
            "expiryDate": text(expires_at),
            "idTag": "PARENT",
            "parentIdTag": "FAMILY",
            "reservationId": reservation.id,
        }
    ]
    await charger.report("Reserved")
    answer = await charger.tell("Authorize", idTag="CHILD")
    assert answer["idTagInfo"] == {"status": "Accepted", "parentIdTag": "FAMILY"}
    transaction_id = await charger.start("CHILD", reservationId=reservation.id)
    assert charger.station.snapshot.tokens.reservations == ()
    await charger.finish(transaction_id, "Local")


async def test_tc_043_5_a_list_is_amended(bench: ScriptedSystem) -> None:
    def know(*tags: str) -> None:
        bench.system.authority = Authority.of(map(KnownToken, tags), free_vend=False)

    know("TAG")
    bench.system.adopt("CP1", StationSettings(local_list=True))
    async with bench.connected() as charger:
        charger.answers["GetLocalListVersion"] = {"listVersion": 0}
        charger.answers["SendLocalList"] = ACCEPTED
        await charger.boot()
        await until(lambda: charger.called("SendLocalList"))
        await until(lambda: charger.station.snapshot.tokens.local_list)
        charger.answers["GetLocalListVersion"] = {"listVersion": 1}
        know("TAG", "OTHER")
        await until(lambda: len(charger.called("SendLocalList")) == 2)
    tags = (REMOTE_ID_TOKEN, "TAG")
    known = [{"idTag": tag, "idTagInfo": ACCEPTED} for tag in tags]
    assert charger.called("SendLocalList") == [
        {"listVersion": 1, "updateType": "Full", "localAuthorizationList": known},
        {
            "listVersion": 2,
            "updateType": "Differential",
            "localAuthorizationList": [{"idTag": "OTHER", "idTagInfo": ACCEPTED}],
        },
    ]


async def test_tc_046_a_reserved_connector_is_used(charger: Charger) -> None:
    await reserve().play(charger)
    await charger.report("Reserved")
    await charger.authorize()
    await charger.report("Preparing")
    transaction_id = await charger.start(reservationId=RESERVATION.id)
    assert charger.station.snapshot.tokens.reservations == ()
    await charger.report("Charging")
    await charger.finish(transaction_id, "Local")


# Sessions of which we learn late.


async def test_tc_032_1_a_session_ends_in_a_power_failure(
    bench: ScriptedSystem,
) -> None:
    async with bench.in_service() as charger:
        transaction_id = await charger.start()
        await charger.report("Charging")
    async with bench.in_service() as charger:
        assert charger.evse.running_transaction is not None
        await charger.stop(transaction_id, "PowerLoss")


async def test_tc_037_1_a_session_began_offline(bench: ScriptedSystem) -> None:
    async with bench.in_service():
        pass
    async with bench.connected() as charger:
        await charger.start(at=NOW - timedelta(days=2))
        await charger.report("Charging")


async def test_tc_039_a_whole_session_happened_offline(bench: ScriptedSystem) -> None:
    async with bench.in_service():
        pass
    async with bench.connected() as charger:
        began = NOW - timedelta(days=2)
        transaction_id = await charger.start(at=began)
        await charger.stop(transaction_id, "Local", at=began + timedelta(hours=1))
        assert charger.evse.running_transaction is None


# Charging profiles.


async def test_tc_056_a_limit_outside_a_session_is_a_default(charger: Charger) -> None:
    # It lies above the safe current, which is another one.
    levels = Traits.of(stack_levels=(0, 1))
    charger.station.configure(StationSettings(traits=levels))
    await charger.station.limits.set(1, Limit(10))
    sent = charger.called("SetChargingProfile")[-1]
    profile = sent["csChargingProfiles"]
    assert sent["connectorId"] == 1
    assert profile["chargingProfilePurpose"] == "TxDefaultProfile"
    assert profile["chargingProfileKind"] == "Absolute"
    assert "transactionId" not in profile
    assert datetime.fromisoformat(profile["chargingSchedule"]["startSchedule"]) <= NOW
    assert profile["chargingSchedule"]["chargingRateUnit"] == "A"
    assert profile["chargingSchedule"]["chargingSchedulePeriod"] == [
        {"startPeriod": 0, "limit": 10.0}
    ]


async def test_tc_056_a_refused_profile_is_told(charger: Charger) -> None:
    await set_profile(charging_profile(), "Rejected").play(charger)
    assert not charger.evse.external_profile


async def test_tc_057_a_profile_for_the_running_session(charger: Charger) -> None:
    transaction_id = await charger.start()
    profile = charging_profile("TxProfile", transactionId=transaction_id)
    await set_profile(profile).play(charger)
    assert charger.evse.external_profile


async def test_tc_057_a_limit_in_a_session_is_for_that_session(
    charger: Charger,
) -> None:
    transaction_id = await charger.start()
    before = len(charger.calls)
    await charger.station.limits.set(1, Limit(10))
    profile = charger.called("SetChargingProfile", since=before)[0][
        "csChargingProfiles"
    ]
    assert profile["chargingProfilePurpose"] == "TxProfile"
    assert profile["transactionId"] == transaction_id
    assert profile["chargingSchedule"]["chargingSchedulePeriod"] == [
        {"startPeriod": 0, "limit": 10.0}
    ]


async def test_tc_059_a_remote_start_brings_its_profile(charger: Charger) -> None:
    profile = charging_profile(
        "TxProfile",
        chargingProfileKind="Relative",
        chargingSchedule={
            "chargingRateUnit": "A",
            "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 6.0}],
        },
    )
    request = {"connectorId": 1, "idTag": "TAG", "chargingProfile": profile}
    await charger.report("Preparing")
    await relay("RemoteStartTransaction", request, ACCEPTED).play(charger)
    await charger.authorize()
    await charger.start()
    await charger.report("Charging")
