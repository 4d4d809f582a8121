"""Charging profiles at the simulated station."""

from tests.simulator.car import Car
from tests.simulator.station2 import Build, V2xCar, simulated_station

from .conftest import Clock
from .scripted_csms import Payload, ScriptedCsms

SETTLING_S = 40


def profile(
    limit: float,
    purpose: str = "TxDefaultProfile",
    *,
    unit: str = "A",
    number: int = 1,
    level: int = 0,
    kind: str = "Absolute",
    **more: object,
) -> Payload:
    """Return a profile with one period."""
    schedule: Payload = {
        "id": 1,
        "chargingRateUnit": unit,
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": limit}],
    }
    if kind in {"Absolute", "Recurring"}:
        schedule["startSchedule"] = "2026-06-01T08:00:00Z"
    return {
        "id": number,
        "stackLevel": level,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": kind,
        "chargingSchedule": [schedule],
        **more,
    }


async def put(csms: ScriptedCsms, evse_id: int, wanted: Payload) -> str:
    """Set a profile, and return the status, or the reason for which it is rejected."""
    call = {"evseId": evse_id, "chargingProfile": wanted}
    answer = await csms.call("SetChargingProfile", call)
    status: str = answer.get("statusInfo", {}).get("reasonCode", answer["status"])
    return status


async def test_cars_draw_what_profiles_allow(csms: ScriptedCsms, clock: Clock) -> None:
    async with simulated_station(csms.url, "CS1", clock=clock) as station:
        assert await put(csms, 0, profile(10)) == "Accepted"
        transaction_id = await station.start_session(car=Car(offset_a=0.0))
        await station.elapse(SETTLING_S)
        assert station.evses[1].power_w == 10 * 3 * 230
        mine = profile(
            4140, "TxProfile", unit="W", number=2, transactionId=transaction_id
        )
        assert await put(csms, 1, mine) == "Accepted"
        await station.elapse(SETTLING_S)
        assert station.evses[1].power_w == 4140
        ceiling = profile(0, "ChargingStationMaxProfile", number=3)
        assert await put(csms, 0, ceiling) == "Accepted"
        await station.elapse(SETTLING_S)
        assert station.transactions.charging_state(station.evses[1]) == "SuspendedEVSE"


async def test_rejected_profiles(csms: ScriptedCsms, clock: Clock) -> None:
    relative = profile(6, "ChargingStationMaxProfile", kind="Relative")
    no_start = profile(6)
    del no_start["chargingSchedule"][0]["startSchedule"]
    phases = profile(6)
    phases["chargingSchedule"][0]["chargingSchedulePeriod"][0]["numberPhases"] = 1
    cases = [
        (1, profile(6, "TxProfile"), "MissingParam"),
        (1, profile(6, "TxProfile", transactionId="other"), "TxNotFound"),
        (1, profile(6, "ChargingStationMaxProfile"), "InvalidProfile"),
        (0, relative, "InvalidProfile"),
        (0, profile(6, "ChargingStationExternalConstraints"), "InvalidProfile"),
        (9, profile(6), "UnknownEvse"),
        (1, profile(6, level=99), "InvalidStackLevel"),
        (1, no_start, "InvalidSchedule"),
        (1, phases, "PhaseConflict"),
    ]
    async with simulated_station(csms.url, "CS1", clock=clock) as station:
        await station.start_session()
        for evse_id, wanted, reason in cases:
            assert await put(csms, evse_id, wanted) == reason
        assert await put(csms, 1, profile(6)) == "Accepted"
        assert await put(csms, 1, profile(6, number=2)) == "DuplicateProfile"
        assert await put(csms, 1, profile(7)) == "Accepted"


async def test_profiles_can_be_asked_for_and_cleared(
    csms: ScriptedCsms, clock: Clock
) -> None:
    async with simulated_station(csms.url, "CS1", clock=clock) as station:
        await put(csms, 0, profile(10))
        await put(csms, 1, profile(8, number=2, level=1))
        await station.charging.limit_externally(12)
        asked: Payload = {"requestId": 5, "chargingProfile": {}}
        assert await csms.call("GetChargingProfiles", asked) == {"status": "Accepted"}
        reports = await csms.wait("ReportChargingProfiles", 3)
        assert [each["chargingLimitSource"] for each in reports] == [
            "CSO",
            "CSO",
            "EMS",
        ]
        assert [each["tbc"] for each in reports] == [True, True, False]
        plan = await csms.call("GetCompositeSchedule", {"evseId": 1, "duration": 60})
        [period] = plan["schedule"]["chargingSchedulePeriod"]
        assert period["limit"] == 8
        criteria = {"chargingProfileCriteria": {"stackLevel": 1}}
        assert await csms.call("ClearChargingProfile", criteria) == {
            "status": "Accepted"
        }
        assert await csms.call("ClearChargingProfile", criteria) == {
            "status": "Unknown"
        }
        assert [each.id for each in station.charging.profiles.installed][0] == 1


async def test_a_plan_with_a_daily_profile(csms: ScriptedCsms, clock: Clock) -> None:
    daily = profile(6, kind="Recurring", level=1, recurrencyKind="Daily")
    daily["chargingSchedule"][0]["duration"] = 2 * 3600 + 60
    async with simulated_station(csms.url, "CS1", clock=clock):
        await put(csms, 1, daily)
        asked = {"evseId": 1, "duration": 24 * 3600, "chargingRateUnit": "W"}
        plan = await csms.call("GetCompositeSchedule", asked)
    assert plan["schedule"]["chargingSchedulePeriod"] == [
        {"startPeriod": 0, "limit": 4140.0},
        {"startPeriod": 60, "limit": 11040.0},
        {"startPeriod": 22 * 3600, "limit": 4140.0},
    ]


async def test_the_profile_of_a_remote_start(csms: ScriptedCsms, clock: Clock) -> None:
    request = {
        "evseId": 1,
        "idToken": {"idToken": "HA", "type": "Central"},
        "remoteStartId": 1,
        "chargingProfile": profile(9, "TxProfile", kind="Relative"),
    }
    async with simulated_station(csms.url, "CS1", clock=clock) as station:
        await station.plug_in()
        await csms.call("RequestStartTransaction", request)
        await csms.wait("TransactionEvent", 2)
        assert station.offered_a() == 9
        await station.unplug()
        assert station.charging.profiles.installed == []


async def test_discharging(csms: ScriptedCsms, clock: Clock) -> None:
    build = Build(bidirectional=True)
    async with simulated_station(
        csms.url, "CS1", "2.1", build=build, clock=clock
    ) as station:
        transaction_id = await station.start_session(car=V2xCar())
        wanted = profile(
            11040, "TxProfile", unit="W", kind="Dynamic", transactionId=transaction_id
        )
        [period] = wanted["chargingSchedule"][0]["chargingSchedulePeriod"]
        period |= {"operationMode": "CentralSetpoint", "setpoint": -3450}
        assert await put(csms, 1, wanted) == "Accepted"
        await station.elapse(SETTLING_S)
        evse = station.evses[1]
        assert round(evse.power_w) == -3450
        assert evse.exported_wh > 0 and evse.energy_wh == 0
        update = {"chargingProfileId": 1, "scheduleUpdate": {"setpoint": 6900}}
        await csms.call("UpdateDynamicSchedule", update)
        await station.elapse(SETTLING_S)
        assert round(evse.power_w) == 6900


async def test_the_plan_of_the_whole_station(csms: ScriptedCsms, clock: Clock) -> None:
    async with simulated_station(
        csms.url, "CS1", build=Build(2), clock=clock
    ) as station:
        asked = {"evseId": 0, "duration": 60}
        plan = await csms.call("GetCompositeSchedule", asked)
        assert plan["schedule"]["chargingSchedulePeriod"][0]["limit"] == 32
        await put(csms, 1, profile(8, number=9))
        plan = await csms.call("GetCompositeSchedule", asked)
        assert plan["schedule"]["chargingSchedulePeriod"][0]["limit"] == 24
        await csms.call("ClearChargingProfile", {"chargingProfileId": 9})
        ceiling = profile(20, "ChargingStationMaxProfile")
        assert await put(csms, 0, ceiling) == "Accepted"
        plan = await csms.call("GetCompositeSchedule", asked)
        assert plan["schedule"]["chargingSchedulePeriod"][0]["limit"] == 20
        for evse_id in (1, 2):
            await station.start_session(evse_id=evse_id)
            await station.elapse(1)
        assert station.offered_a(1) == station.offered_a(2) == 10
    assert ("Updated", "ChargingRateChanged") in csms.events()
