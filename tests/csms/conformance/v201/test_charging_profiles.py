"""Block K: charging profiles."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from custom_components.ocpp.csms.devices.capabilities import Purpose, Traits, Unit
from custom_components.ocpp.csms.errors import CallFailedError
from custom_components.ocpp.csms.limits.composite_schedule import Period, Schedule
from custom_components.ocpp.csms.limits.held_profiles import HeldProfile, ProfileFilter
from custom_components.ocpp.csms.model import Limit
from custom_components.ocpp.csms.operations.start_transaction import Started, start
from custom_components.ocpp.csms.station import StationSettings
from custom_components.ocpp.csms.tokens.authorization import REMOTE_ID_TOKEN
from tests.csms.conformance.peer import ACCEPTED, NOW, Ask, Message, relay, text

from .script import METER_START_WH, Session, Station, energy

STATION = 0
BEGIN = energy(METER_START_WH, "Transaction.Begin")
REMOTE: Message = {"idToken": REMOTE_ID_TOKEN, "type": "Central"}


def schedule(limit_a: float = 6.0, **more: Any) -> Message:
    """Return a schedule of one period."""
    return {
        "id": 1,
        "chargingRateUnit": "A",
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": limit_a}],
        **more,
    }


def profile(purpose: str, id_: int = 1, **more: Any) -> Message:
    """Return a charging profile."""
    lasting = schedule(startSchedule=text(NOW - timedelta(hours=1)), duration=86400)
    return {
        "id": id_,
        "stackLevel": 0,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": "Absolute",
        "chargingSchedule": [lasting],
        **more,
    }


def set_profile(evse_id: int, sent: Message, answer: str = "Accepted") -> Ask:
    """Return the command to set a charging profile as it is."""
    return Ask(
        lambda station: station.limits.set_external_profile(evse_id, sent),
        "SetChargingProfile",
        {"evseId": evse_id, "chargingProfile": sent},
        {"status": answer},
        None if answer == "Accepted" else answer,
    )


async def charging(charger: Station) -> Session:
    """Begin a session with a car that charges."""
    await charger.report("Occupied")
    session = charger.session()
    await session.start("ChargingStateChanged", "Charging", **BEGIN)
    return session


async def limited(charger: Station, current_a: float) -> Message:
    """Limit the first EVSE, and return the profile that was sent first for it."""
    before = len(charger.calls)
    await charger.station.limits.set(1, Limit(current_a))
    sent: Message = charger.called("SetChargingProfile", since=before)[0]
    return sent


def limit_in(sent: Message) -> float:
    """Return the limit of a profile that was sent."""
    (schedule,) = sent["chargingProfile"]["chargingSchedule"]
    limit: float = schedule["chargingSchedulePeriod"][0]["limit"]
    return limit


# Setting profiles.


@pytest.mark.parametrize(
    ("evse_id", "sent", "answer"),
    [
        pytest.param(1, profile("TxDefaultProfile"), "Accepted", id="TC_K_01"),
        pytest.param(
            1, profile("TxProfile", transactionId="tx-0"), "Rejected", id="TC_K_02"
        ),
        pytest.param(
            STATION, profile("ChargingStationMaxProfile"), "Accepted", id="TC_K_03"
        ),
        pytest.param(STATION, profile("TxDefaultProfile"), "Accepted", id="TC_K_10"),
        pytest.param(
            1,
            profile(
                "TxDefaultProfile",
                chargingProfileKind="Recurring",
                recurrencyKind="Daily",
            ),
            "Accepted",
            id="TC_K_19",
        ),
    ],
)
async def test_a_profile_is_set(
    charger: Station, evse_id: int, sent: Message, answer: str
) -> None:
    await set_profile(evse_id, sent, answer).play(charger)
    assert charger.evse.external_profile is (answer == "Accepted")


async def test_TC_K_01_a_limit_outside_a_session_is_a_default(charger: Station) -> None:
    levels = Traits.of(stack_levels=(0, 1))
    charger.station.configure(StationSettings(traits=levels))
    sent = await limited(charger, 10)
    assert sent["evseId"] == 1
    assert sent["chargingProfile"]["chargingProfilePurpose"] == "TxDefaultProfile"
    assert "transactionId" not in sent["chargingProfile"]
    assert limit_in(sent) == 10


async def test_TC_K_03_a_limit_of_the_whole_station_has_a_start(
    charger: Station,
) -> None:
    only = Traits.of(purposes=(Purpose.CHARGE_POINT_MAX,))
    charger.station.configure(StationSettings(traits=only))
    await charging(charger)
    sent = await limited(charger, 10)
    assert sent["evseId"] == STATION
    assert (
        sent["chargingProfile"]["chargingProfilePurpose"] == "ChargingStationMaxProfile"
    )
    # Without a session, it cannot be relative to the start of one.
    assert sent["chargingProfile"]["chargingProfileKind"] == "Absolute"


async def test_TC_K_04(charger: Station) -> None:
    await charging(charger)
    first, second = await limited(charger, 10), await limited(charger, 8)
    assert first["chargingProfile"]["id"] == second["chargingProfile"]["id"]
    assert (limit_in(first), limit_in(second)) == (10, 8)


async def test_TC_K_15(charger: Station) -> None:
    del charger.answers["SetChargingProfile"]
    with pytest.raises(CallFailedError):
        await charger.station.limits.set_external_profile(
            1, profile("TxDefaultProfile")
        )
    assert not charger.evse.external_profile


async def test_TC_K_37(charger: Station) -> None:
    await charger.report("Occupied")
    # It is known before there is a session.
    await charger.station.limits.set(1, Limit(10))
    charger.answers["RequestStartTransaction"] = ACCEPTED
    assert await start(charger.station, 1) is Started.STARTED
    (request,) = charger.called("RequestStartTransaction")
    assert request["chargingProfile"]["chargingProfilePurpose"] == "TxProfile"
    assert "transactionId" not in request["chargingProfile"]
    assert limit_in(request) == 10
    session = charger.session()
    answer = await session.start(
        "RemoteStart",
        "Charging",
        idToken=REMOTE,
        transactionInfo={"remoteStartId": request["remoteStartId"]},
        **BEGIN,
    )
    assert answer["idTokenInfo"]["status"] == "Accepted"
    assert session.is_running


async def test_a_station_that_starts_with_no_profile_starts_without_one(
    charger: Station,
) -> None:
    await charger.report("Occupied")
    await charger.station.limits.set(1, Limit(10))
    charger.answers["RequestStartTransaction"] = lambda payload: {
        "status": "Rejected" if "chargingProfile" in payload else "Accepted"
    }
    assert await start(charger.station, 1) is Started.STARTED
    assert "chargingProfile" not in charger.called("RequestStartTransaction")[-1]


async def test_TC_K_60(charger: Station) -> None:
    session = await charging(charger)
    sent = await limited(charger, 10)
    assert sent["evseId"] == 1
    assert sent["chargingProfile"]["chargingProfilePurpose"] == "TxProfile"
    assert sent["chargingProfile"]["transactionId"] == session.transaction_id
    assert limit_in(sent) == 10


async def test_TC_K_70(charger: Station) -> None:
    session = await charging(charger)
    belongs = {"transactionId": session.transaction_id}
    for evse_id, sent in (
        (STATION, profile("ChargingStationMaxProfile", 1)),
        (1, profile("TxDefaultProfile", 2)),
        (1, profile("TxProfile", 3, **belongs)),
    ):
        request = {"evseId": evse_id, "chargingProfile": sent}
        await relay("SetChargingProfile", request, ACCEPTED).play(charger)


# Clearing them.


@pytest.mark.parametrize(
    ("criteria", "answer"),
    [
        pytest.param({"chargingProfileId": 1}, "Accepted", id="TC_K_05"),
        pytest.param(
            {
                "chargingProfileCriteria": {
                    "evseId": 1,
                    "stackLevel": 0,
                    "chargingProfilePurpose": "TxDefaultProfile",
                }
            },
            "Accepted",
            id="TC_K_06",
        ),
        pytest.param({"chargingProfileId": 1}, "Unknown", id="TC_K_08"),
    ],
)
async def test_a_profile_is_cleared(
    charger: Station, criteria: Message, answer: str
) -> None:
    await relay("ClearChargingProfile", criteria, {"status": answer}).play(charger)


async def test_TC_K_08_nothing_to_clear_is_what_was_wanted(charger: Station) -> None:
    charger.answers["ClearChargingProfile"] = {"status": "Unknown"}
    await charger.station.limits.clear(1)
    cleared = charger.called("ClearChargingProfile")[-1]
    assert cleared == {"chargingProfileCriteria": {"evseId": 1}}


# Asking for them.

HELD = [
    ("CSO", 1, profile("TxDefaultProfile", 7)),
    ("CSO", 1, profile("TxDefaultProfile", 8)),
    ("SO", 0, profile("ChargingStationExternalConstraints", 9)),
]


def reports(payload: Message) -> Iterator[tuple[str, Message]]:
    """Yield the reports on what the station holds."""
    for number, (source, evse_id, held) in enumerate(HELD, start=1):
        yield (
            "ReportChargingProfiles",
            {
                "requestId": payload["requestId"],
                "chargingLimitSource": source,
                "evseId": evse_id,
                "chargingProfile": [held],
                "tbc": number < len(HELD),
            },
        )


@pytest.mark.parametrize(
    ("wanted", "criterion", "place"),
    [
        pytest.param(ProfileFilter(evse_id=0), {}, {"evseId": 0}, id="TC_K_29"),
        pytest.param(ProfileFilter(evse_id=1), {}, {"evseId": 1}, id="TC_K_30"),
        pytest.param(ProfileFilter(), {}, {}, id="TC_K_31"),
        pytest.param(
            ProfileFilter(ids=(7,)), {"chargingProfileId": [7]}, {}, id="TC_K_32"
        ),
        pytest.param(
            ProfileFilter(1, stack_level=0),
            {"stackLevel": 0},
            {"evseId": 1},
            id="TC_K_33",
        ),
        pytest.param(
            ProfileFilter(1, sources=("CSO",)),
            {"chargingLimitSource": ["CSO"]},
            {"evseId": 1},
            id="TC_K_34",
        ),
        pytest.param(
            ProfileFilter(1, purpose=Purpose.TX_DEFAULT),
            {"chargingProfilePurpose": "TxDefaultProfile"},
            {"evseId": 1},
            id="TC_K_35",
        ),
        pytest.param(
            ProfileFilter(1, purpose=Purpose.TX_DEFAULT, stack_level=0),
            {"chargingProfilePurpose": "TxDefaultProfile", "stackLevel": 0},
            {"evseId": 1},
            id="TC_K_36",
        ),
        pytest.param(
            ProfileFilter(sources=("SO",)),
            {"chargingLimitSource": ["SO"]},
            {},
            id="TC_K_52",
        ),
    ],
)
async def test_profiles_are_read(
    charger: Station, wanted: ProfileFilter, criterion: Message, place: Message
) -> None:
    charger.answers["GetChargingProfiles"] = ACCEPTED
    charger.follow_ups["GetChargingProfiles"] = reports
    told = await charger.station.commands.get_profiles(wanted)
    (request,) = charger.called("GetChargingProfiles")
    number = request["requestId"]
    assert request == {"requestId": number, "chargingProfile": criterion, **place}
    assert told == tuple(
        HeldProfile(evse_id, source, held) for source, evse_id, held in HELD
    )


async def test_a_station_without_profiles_says_so(charger: Station) -> None:
    charger.answers["GetChargingProfiles"] = {"status": "NoProfiles"}
    assert await charger.station.commands.get_profiles(ProfileFilter()) == ()


@pytest.mark.parametrize(
    "evse_id", [pytest.param(1, id="TC_K_43"), pytest.param(STATION, id="TC_K_44")]
)
async def test_the_resulting_schedule_is_told(charger: Station, evse_id: int) -> None:
    composite = {
        "evseId": evse_id,
        "duration": 300,
        "scheduleStart": text(NOW),
        "chargingRateUnit": "A",
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 6.0, "numberPhases": 3}],
    }
    ask = Ask(
        lambda station: station.commands.get_composite_schedule(
            evse_id, timedelta(minutes=5), Unit.AMPERE
        ),
        "GetCompositeSchedule",
        {"evseId": evse_id, "duration": 300, "chargingRateUnit": "A"},
        {"status": "Accepted", "schedule": composite},
        Schedule(
            Unit.AMPERE,
            datetime.fromisoformat(text(NOW)),
            (Period(timedelta(), 6.0, 3),),
            timedelta(minutes=5),
        ),
    )
    await ask.play(charger)
