"""Block K: limits that others impose, and cars that tell their needs."""

from datetime import timedelta
from typing import Any

import pytest

from custom_components.ocpp.csms.evses.external_limit import lowest_a
from custom_components.ocpp.csms.evses.needs import ChargingNeeds
from custom_components.ocpp.csms.model import Limit
from tests.csms.conformance.peer import NOW, Message, text
from tests.waiting import until

from .script import METER_START_WH, METER_STOP_WH, Session, Station, energy

BEGIN = energy(METER_START_WH, "Transaction.Begin")
END = energy(METER_STOP_WH, "Transaction.End")
LIMIT_A = 10.0
DEPARTS_AT = NOW + timedelta(hours=8)


def schedule(limit: float, unit: str = "A", **more: Any) -> Message:
    """Return a schedule of one period."""
    return {
        "id": 1,
        "chargingRateUnit": unit,
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": limit}],
        **more,
    }


async def charging(charger: Station) -> Session:
    """Begin a session with a car that charges."""
    await charger.report("Occupied")
    session = charger.session()
    await session.start("ChargingStateChanged", "Charging", **BEGIN)
    return session


# Limits that others impose.


async def impose(charger: Station, limit_a: float, evse_id: int | None = None) -> None:
    """Tell of the limit of a system operator."""
    place = {} if evse_id is None else {"evseId": evse_id}
    limit = {"chargingLimitSource": "SO", "isGridCritical": True}
    answer = await charger.tell(
        "NotifyChargingLimit",
        chargingLimit=limit,
        chargingSchedule=[schedule(limit_a)],
        **place,
    )
    assert answer == {}


async def release(charger: Station) -> None:
    """Tell that the system operator imposes none any more."""
    assert await charger.tell("ClearedChargingLimit", chargingLimitSource="SO") == {}


def imposed_a(charger: Station, evse_id: int = 1) -> float | None:
    """Return the current that others allow."""
    return lowest_a(charger.station.snapshot.evse(evse_id).external_limits, NOW)


async def test_TC_K_48(charger: Station) -> None:
    for limit_a in (LIMIT_A, 8):
        await impose(charger, limit_a)
        assert imposed_a(charger) == limit_a
        assert imposed_a(charger, 2) == limit_a


@pytest.mark.parametrize(
    "in_session", [pytest.param(False, id="TC_K_50"), pytest.param(True, id="TC_K_51")]
)
async def test_an_external_limit_is_gone_once_it_is_cleared(
    charger: Station, in_session: bool
) -> None:
    session = await charging(charger) if in_session else None
    await impose(charger, LIMIT_A, 1)
    assert imposed_a(charger) == LIMIT_A
    assert imposed_a(charger, 2) is None
    if session is not None:
        await session.update("ChargingRateChanged", "Charging")
    await release(charger)
    assert imposed_a(charger) is None


async def test_a_limit_in_watts_is_one_of_current(charger: Station) -> None:
    limit = {"chargingLimitSource": "EMS"}
    watts = schedule(3 * 230 * LIMIT_A, "W", duration=60)
    await charger.tell(
        "NotifyChargingLimit", chargingLimit=limit, chargingSchedule=[watts]
    )
    assert imposed_a(charger) == LIMIT_A
    over = NOW + timedelta(minutes=1)
    assert lowest_a(charger.evse.external_limits, over) is None


async def test_the_lowest_of_several_limits_counts(charger: Station) -> None:
    await impose(charger, LIMIT_A)
    await charger.tell(
        "NotifyChargingLimit",
        chargingLimit={"chargingLimitSource": "EMS"},
        chargingSchedule=[schedule(7)],
    )
    assert imposed_a(charger) == 7
    # Nobody knows how low a limit is that comes without a schedule.
    unknown = {"chargingLimitSource": "Other"}
    await charger.tell("NotifyChargingLimit", chargingLimit=unknown)
    assert imposed_a(charger) == 7
    await charger.boot()
    assert imposed_a(charger) is None


# Cars that tell their needs.


async def tell_needs(charger: Station) -> None:
    """Tell what the car needs, and wait for the profile that must follow."""
    before = len(charger.calls)
    answer = await charger.tell(
        "NotifyEVChargingNeeds",
        evseId=1,
        maxScheduleTuples=3,
        chargingNeeds={
            "requestedEnergyTransfer": "AC_three_phase",
            "departureTime": text(DEPARTS_AT),
            "acChargingParameters": {
                "energyAmount": 20000,
                "evMinCurrent": 6,
                "evMaxCurrent": 16,
                "evMaxVoltage": 400,
            },
        },
    )
    assert answer == {"status": "Accepted"}
    await profile_follows(charger, before)


async def profile_follows(charger: Station, before: int) -> None:
    """Wait for a profile for the session."""
    await until(lambda: charger.called("SetChargingProfile", since=before))
    sent = charger.called("SetChargingProfile", since=before)[0]
    profile = sent["chargingProfile"]
    assert sent["evseId"] == 1
    assert profile["chargingProfilePurpose"] == "TxProfile"
    assert profile["transactionId"] == "tx-1"
    (told,) = profile["chargingSchedule"]
    assert told["chargingSchedulePeriod"][0]["limit"] == LIMIT_A


async def wants(charger: Station, limit: float, unit: str = "A") -> str:
    """Tell how the car wants to charge, and return what it hears."""
    answer = await charger.tell(
        "NotifyEVChargingSchedule",
        timeBase=text(NOW),
        evseId=1,
        chargingSchedule=schedule(limit, unit),
    )
    return str(answer["status"])


@pytest.fixture
async def session(charger: Station) -> Session:
    """A session whose limit is in force."""
    session = await charging(charger)
    await charger.station.limits.set(1, Limit(LIMIT_A))
    return session


async def test_TC_K_53(charger: Station, session: Session) -> None:
    await tell_needs(charger)
    assert charger.evse.needs == ChargingNeeds(NOW, 20000, DEPARTS_AT, 6, 16)
    assert await wants(charger, LIMIT_A) == "Accepted"
    assert await session.update("ChargingRateChanged", "Charging") == {}
    await session.end("EVDeparted", "EVDisconnected", **END)
    assert charger.evse.needs is None


async def test_TC_K_55(charger: Station, session: Session) -> None:
    await tell_needs(charger)
    before = len(charger.calls)
    assert await wants(charger, LIMIT_A + 6) == "Rejected"
    await profile_follows(charger, before)
    assert await wants(charger, LIMIT_A) == "Accepted"
    assert session.is_running


async def test_TC_K_57(charger: Station, session: Session) -> None:
    for _ in range(2):
        await tell_needs(charger)
        assert await wants(charger, LIMIT_A) == "Accepted"
    assert session.is_running


@pytest.mark.parametrize(
    "tells_needs",
    [pytest.param(False, id="TC_K_58"), pytest.param(True, id="TC_K_59")],
)
async def test_a_schedule_is_negotiated_anew_from_here(
    charger: Station, session: Session, tells_needs: bool
) -> None:
    await charger.station.limits.set(1, Limit(LIMIT_A - 2))
    if tells_needs:
        await charger.station.limits.set(1, Limit(LIMIT_A))
        await tell_needs(charger)
    assert await wants(charger, LIMIT_A - 2) == "Accepted"
    assert await session.update("ChargingRateChanged", "Charging") == {}


async def test_a_schedule_in_watts_is_held_against_a_limit_of_current(
    charger: Station, session: Session
) -> None:
    assert session.is_running
    assert await wants(charger, 3 * 230 * LIMIT_A, "W") == "Accepted"
    assert await wants(charger, 3 * 230 * (LIMIT_A + 1), "W") == "Rejected"
    await impose(charger, LIMIT_A - 4)
    assert await wants(charger, LIMIT_A) == "Rejected"


async def test_a_car_without_a_limit_is_told_the_safe_current(charger: Station) -> None:
    await charging(charger)
    before = len(charger.calls)
    needs = {"requestedEnergyTransfer": "AC_single_phase"}
    await charger.tell("NotifyEVChargingNeeds", evseId=1, chargingNeeds=needs)
    await until(lambda: charger.called("SetChargingProfile", since=before))
    sent = charger.called("SetChargingProfile", since=before)[0]
    (told,) = sent["chargingProfile"]["chargingSchedule"]
    assert told["chargingSchedulePeriod"][0]["limit"] == 6
