"""A charger over a real socket: sessions, limits, commands."""

from datetime import timedelta
from typing import Any

import pytest

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.devices.settings import Setting
from custom_components.ocpp.csms.devices.variables import VariableId
from custom_components.ocpp.csms.errors import (
    InvalidLimitError,
    NotConnectedError,
    NoTransactionError,
    RejectedError,
)
from custom_components.ocpp.csms.evses.status import ConnectorStatus
from custom_components.ocpp.csms.limits.profile_variants import PROFILE_LIFETIME
from custom_components.ocpp.csms.model import (
    STATION,
    Address,
    Availability,
    Evse,
    Limit,
    ResetKind,
    Snapshot,
)
from custom_components.ocpp.csms.station_settings import StationSettings
from tests.simulator.charger import SimulatedCharger
from tests.waiting import until

from .bench import MINUTE, Bench

TEN, TWELVE, PAUSE = Limit(10), Limit(12), Limit(0)


def _profiles(charger: SimulatedCharger) -> list[tuple[str, float]]:
    """Return purpose and limit of all profiles that were sent, in order."""
    return [(purpose, limit_a) for _, purpose, limit_a in charger.received_limits]


async def test_setting_up_reads_once_and_writes_only_what_differs(bench: Bench) -> None:
    async with bench.connect() as charger:
        await charger.boot()
        await until(lambda: ("TxDefaultProfile", 0) in charger.connectors[1].profiles)
        names = [name for name, _ in charger.received]
        assert names.count("GetConfiguration") == 1
        changed = {
            p["key"] for name, p in charger.received if name == "ChangeConfiguration"
        }
        assert changed == {"MeterValueSampleInterval", "MeterValuesSampledData"}
        assert "ChangeAvailability" not in names
        assert "Reset" not in names
        charger.received.clear()
        await charger.boot()
        await until(
            lambda: any(name == "TriggerMessage" for name, _ in charger.received)
        )
        assert not any(name == "ChangeConfiguration" for name, _ in charger.received)


async def test_connectors_are_counted(bench: Bench) -> None:
    async with bench.connect(connectors=2) as charger:
        await charger.boot()
        await until(lambda: set(bench.station.snapshot.evses) == {1, 2})


async def test_a_charger_falls_back_to_its_safe_limit(bench: Bench) -> None:
    bench.system.adopt("CP1", StationSettings(safe_current_a=8))
    async with bench.connect() as charger:
        await charger.boot()
        await bench.commissioned(charger)
        await charger.start_session()
        assert charger.offered_a() == 8


async def test_a_session_is_limited_in_memory_over_a_safe_default(bench: Bench) -> None:
    async with bench.in_session() as charger:
        await bench.station.limits.set(1, TEN)
        assert charger.offered_a() == 10
        assert bench.station.snapshot.evse(1).limit == TEN
        # When nobody renews it, the charger falls back by itself.
        bench.clock.ahead += PROFILE_LIFETIME + timedelta(minutes=2)
        bench.station.drop()
        assert charger.offered_a() == 6


async def test_the_same_limit_is_not_sent_twice(bench: Bench) -> None:
    async with bench.in_session() as charger:
        for _ in range(3):
            await bench.station.limits.set(1, TEN)
        assert _profiles(charger) == [("TxProfile", 10)]


async def test_a_limit_is_renewed_before_it_expires(bench: Bench) -> None:
    async with bench.in_session() as charger:
        await bench.station.limits.set(1, TEN)
        bench.clock.ahead += PROFILE_LIFETIME / 2
        await until(lambda: _profiles(charger) == [("TxProfile", 10)] * 2)
        bench.clock.ahead += PROFILE_LIFETIME * 0.9
        assert charger.offered_a() == 10


async def test_zero_pauses_and_the_session_goes_on(bench: Bench) -> None:
    async with bench.in_session() as charger:
        await bench.station.limits.set(1, PAUSE)
        assert charger.offered_a() == 0
        await bench.station.limits.set(1, TEN)
        assert charger.offered_a() == 10
        assert bench.station.snapshot.evse(1).running_transaction is not None


async def test_outside_a_session_the_default_stays_safe(bench: Bench) -> None:
    async with bench.connect() as charger:
        await charger.boot()
        await bench.commissioned(charger)
        await bench.station.limits.set(1, TWELVE)
        assert _profiles(charger) == [("TxDefaultProfile", 12)]
        await charger.plug_in()
        await charger.start_session()
        assert charger.offered_a() == 12
        await until(lambda: _profiles(charger)[1:] == [("TxProfile", 12)])
        await charger.stop_session()
        await bench.housekeeping(charger)
        assert _profiles(charger)[1:] == [("TxProfile", 12)]
        await bench.system.stop()
        bench.clock.ahead += 10 * MINUTE
        charger.connectors[1].transaction_id = 4711
        assert charger.offered_a() == 6


async def test_a_new_session_gets_the_limit_anew(bench: Bench) -> None:
    async with bench.in_session() as charger:
        await bench.station.limits.set(1, TEN)
        await charger.stop_session()
        bench.clock.ahead += MINUTE
        await charger.start_session()
        await until(lambda: charger.offered_a() == 10)


async def test_a_limit_survives_a_reboot_of_the_charger(bench: Bench) -> None:
    async with bench.in_session() as charger:
        await bench.station.limits.set(1, TEN)
        charger.connectors[1].profiles.clear()
        await charger.boot()
        await until(lambda: charger.offered_a() == 10)


async def test_a_limit_survives_a_new_connection(bench: Bench) -> None:
    async with bench.in_session() as charger:
        await bench.station.limits.set(1, TEN)
        transaction_id = charger.connectors[1].transaction_id
    async with bench.connect() as charger:
        charger.connectors[1].transaction_id = transaction_id
        await until(lambda: charger.offered_a() == 10)


@pytest.mark.parametrize(
    ("refused", "purpose", "kind"),
    [
        ({"duration"}, "TxProfile", "Absolute"),
        ({"duration", "start_schedule"}, "TxProfile", "Relative"),
        ({"TxProfile"}, "TxDefaultProfile", "Absolute"),
        ({"TxProfile", "start_schedule"}, "TxDefaultProfile", "Relative"),
    ],
)
async def test_ways_are_tried_until_one_is_accepted(
    bench: Bench, refused: set[str], purpose: str, kind: str
) -> None:
    def refuses(profile: dict[str, Any]) -> bool:
        schedule = profile["charging_schedule"]
        return bool(
            refused & {key for key, value in schedule.items() if value is not None}
            or profile["charging_profile_purpose"] in refused
        )

    async with bench.in_session() as charger:
        charger.refuse_profile = refuses
        in_force = await bench.station.limits.set(1, TEN)
        assert in_force is not None
        assert (in_force.variant.purpose, in_force.variant.kind) == (purpose, kind)
        assert charger.offered_a() == 10
        charger.received.clear()
        await bench.station.limits.set(1, TWELVE)
        # What worked is tried first from now on.
        assert _profiles(charger) == [(purpose, 12)]


async def test_a_refusal_in_all_ways_is_raised(bench: Bench) -> None:
    async with bench.in_session() as charger:
        charger.refuse_profile = lambda _: True
        with pytest.raises(RejectedError, match="Rejected"):
            await bench.station.limits.set(1, TEN)
        sent = len(_profiles(charger))
        # It is not bothered again by itself for a minute ...
        await bench.housekeeping(charger)
        assert len(_profiles(charger)) == sent
        charger.refuse_profile = lambda _: False
        bench.clock.ahead += timedelta(minutes=1)
        await until(lambda: charger.offered_a() == 10)


async def test_a_charger_that_only_takes_watts_gets_watts(bench: Bench) -> None:
    settings = {"ChargingScheduleAllowedChargingRateUnit": "Power"}
    async with bench.in_session(settings=settings) as charger:
        await bench.station.limits.set(1, TEN)
        assert _profiles(charger) == [("TxProfile", 6900)]
        assert charger.offered_a() == pytest.approx(10)


async def test_each_connector_has_its_own_limit(bench: Bench) -> None:
    async with bench.in_session(connectors=2) as charger:
        await charger.plug_in(connector_id=2)
        await charger.start_session(connector_id=2)
        await bench.station.limits.set(1, TEN)
        await bench.station.limits.set(2, TWELVE)
        assert (charger.offered_a(1), charger.offered_a(2)) == (10, 12)


async def test_a_profile_of_somebody_elses_is_not_fought(bench: Bench) -> None:
    async with bench.in_session() as charger:
        await bench.station.limits.set(1, TEN)
        period: dict[str, Any] = {"startPeriod": 0, "limit": 13}
        await bench.station.limits.set_external_profile(
            1,
            {
                "chargingProfileId": 1,
                "transactionId": charger.connectors[1].transaction_id,
                "stackLevel": 0,
                "chargingProfilePurpose": "TxProfile",
                "chargingProfileKind": "Relative",
                "chargingSchedule": {
                    "chargingRateUnit": "A",
                    "chargingSchedulePeriod": [period],
                },
            },
        )
        assert bench.station.snapshot.evse(1).external_profile
        bench.clock.ahead += PROFILE_LIFETIME
        await bench.housekeeping(charger)
        assert charger.offered_a() == 13
        await bench.station.limits.set(1, TEN)
        assert charger.offered_a() == 10
        assert not bench.station.snapshot.evse(1).external_profile


async def test_clearing_leaves_nothing_in_force(bench: Bench) -> None:
    async with bench.in_session() as charger:
        await bench.station.limits.set(1, TEN)
        await bench.station.limits.clear()
        assert charger.connectors[1].profiles == {}
        assert bench.station.snapshot.evse(1).limit is None


@pytest.mark.parametrize("amps", [-1, 501])
async def test_a_limit_that_means_nothing_is_not_sent(
    bench: Bench, amps: float
) -> None:
    async with bench.in_session() as charger:
        with pytest.raises(InvalidLimitError):
            await bench.station.limits.set(1, Limit(amps))
        assert _profiles(charger) == []
        assert bench.station.snapshot.evse(1).limit is None


async def test_what_is_away_cannot_be_commanded(bench: Bench) -> None:
    station = bench.system.adopt("CP1")
    with pytest.raises(NotConnectedError):
        await station.limits.set(1, TEN)
    with pytest.raises(NotConnectedError):
        await station.commands.reset(ResetKind.SOFT)
    with pytest.raises(NoTransactionError):
        await station.commands.stop_transaction(1)


async def test_commands_reach_the_charger(bench: Bench) -> None:
    async with bench.connect() as charger:
        await charger.boot()
        await bench.commissioned(charger)
        station = bench.station
        await station.commands.reset(ResetKind.HARD)
        assert await charger.wait_for("Reset") == {"type": "Hard"}
        await station.commands.unlock(Address(1))
        assert await charger.wait_for("UnlockConnector") == {"connector_id": 1}
        await station.commands.change_availability(STATION, Availability.INOPERATIVE)
        sent = await charger.wait_for("ChangeAvailability")
        assert sent == {"connector_id": 0, "type": "Inoperative"}
        await until(
            lambda: station.snapshot.evse(1).status is ConnectorStatus.UNAVAILABLE
        )
        heartbeat = VariableId("HeartbeatInterval")
        assert not await station.commands.change_setting(heartbeat, "30")
        settings = await station.commands.get_settings(heartbeat)
        assert settings == {heartbeat: Setting(heartbeat, "30")}
        with pytest.raises(RejectedError, match="NotSupported"):
            await station.commands.change_setting(VariableId("Nonsense"), "1")


async def test_a_session_is_started_and_stopped_from_here(bench: Bench) -> None:
    async with bench.connect() as charger:
        await charger.boot()
        with pytest.raises(RejectedError):
            await bench.station.commands.start_transaction(1)
        await charger.plug_in()
        await bench.station.commands.start_transaction(1)
        await until(lambda: bench.station.snapshot.evse(1).running_transaction)
        await bench.station.commands.stop_transaction(1)
        await until(lambda: bench.station.snapshot.evse(1).running_transaction is None)
        transaction = bench.station.snapshot.evse(1).transaction
        assert transaction is not None
        assert transaction.stop_reason == "Remote"


async def test_observers_are_told_of_what_concerns_them(bench: Bench) -> None:
    station = bench.system.adopt("CP1")
    snapshots: list[Snapshot] = []
    first: list[Evse] = []
    second: list[Evse] = []
    station.subscribe(snapshots.append)
    station.subscribe_evse(1, first.append)
    unsubscribe = station.subscribe_evse(2, second.append)
    async with bench.connect(connectors=2) as charger:
        await charger.boot()
        await bench.commissioned(charger)
        for told in (snapshots, first, second):
            told.clear()
        await charger.meter([{"measurand": "Voltage", "value": "231"}], connector_id=2)
        await until(lambda: second)
        assert second[-1].meter.voltage_v == 231
        assert (snapshots, first) == ([], [])
        unsubscribe()
        second.clear()
        await charger.meter([{"measurand": "Voltage", "value": "232"}], connector_id=2)
        await charger.heartbeat()
        assert second == []


async def test_a_session_is_remembered_across_a_restart(bench: Bench) -> None:
    async with bench.in_session() as charger:
        transaction_id = charger.connectors[1].transaction_id
        memory = bench.station.memory
    later = CentralSystem()
    station = later.adopt("CP1", memory=memory)
    running = station.snapshot.evse(1).running_transaction
    assert running is not None
    assert running.id == str(transaction_id)


async def _meter_too_much(
    bench: Bench, charger: SimulatedCharger, amps: float, seconds: int = 60
) -> None:
    """Let the charger show a current, sample after sample."""
    for _ in range(0, seconds, 10):
        bench.clock.ahead += timedelta(seconds=10)
        await charger.meter(
            [{"measurand": "Current.Import", "value": f"{amps}", "unit": "A"}]
        )
        # As housekeeping does.
        bench.station.limits.verify()
        await bench.station.limits.uphold()


async def test_a_limit_that_is_accepted_and_ignored_is_told_another_way(
    bench: Bench,
) -> None:
    async with bench.in_session() as charger:
        charger.ignore_profile = lambda profile: (
            profile["charging_profile_purpose"] == "TxProfile"
        )
        await bench.station.limits.set(1, TEN)
        # Each of the three variants in a transaction has less than its minute.
        for _ in range(3 * 6):
            if ("TxDefaultProfile", 10) in _profiles(charger):
                break
            await _meter_too_much(bench, charger, 16, seconds=10)
        assert charger.offered_a() == 10
        assert not bench.station.snapshot.evse(1).ignores_limits
        # What was learned is remembered.
        ignored = bench.station.memory.learned_compliance.ignored
        assert {variant.purpose for variant in ignored} == {"TxProfile"}


async def test_the_first_way_that_is_ignored_is_found_out_within_a_minute(
    bench: Bench,
) -> None:
    async with bench.in_session() as charger:
        charger.ignore_profile = lambda profile: (
            profile["charging_profile_purpose"] == "TxProfile"
        )
        await bench.station.limits.set(1, TEN)
        await _meter_too_much(bench, charger, 16, seconds=50)
        assert bench.station.memory.learned_compliance.ignored


async def test_a_limit_that_is_ignored_is_told_within_two_minutes(
    bench: Bench,
) -> None:
    """Other ways to set it go on being tried, and one that works takes it back."""
    async with bench.in_session() as charger:
        charger.ignore_profile = lambda profile: (
            profile["charging_profile_purpose"] != "ChargePointMaxProfile"
        )
        await bench.station.limits.set(1, TEN)
        await _meter_too_much(bench, charger, 16, seconds=120)
        assert bench.station.snapshot.evse(1).ignores_limits
        for _ in range(30):
            if charger.offered_a() == 10:
                break
            await _meter_too_much(bench, charger, 16, seconds=10)
        assert charger.offered_a() == 10
        await _meter_too_much(bench, charger, 9.6, seconds=60)
        assert not bench.station.snapshot.evse(1).ignores_limits


async def test_a_charger_that_ignores_everything_is_said_to(bench: Bench) -> None:
    async with bench.in_session() as charger:
        charger.ignore_profile = lambda _: True
        await bench.station.limits.set(1, TEN)
        for _ in range(7):
            await _meter_too_much(bench, charger, 16)
        assert bench.station.snapshot.evse(1).ignores_limits
        # It is left alone then, and gets another chance in the next session.
        charger.received.clear()
        await _meter_too_much(bench, charger, 16)
        assert len(_profiles(charger)) <= 1
        await charger.stop_session()
        await until(lambda: not bench.station.snapshot.evse(1).ignores_limits)


async def test_a_charger_that_obeys_is_not_suspected(bench: Bench) -> None:
    async with bench.in_session() as charger:
        await bench.station.limits.set(1, TEN)
        await _meter_too_much(bench, charger, 9.6)
        await bench.station.limits.set(1, Limit(6))
        await _meter_too_much(bench, charger, 9.6, seconds=10)
        await _meter_too_much(bench, charger, 5.7)
        assert not bench.station.memory.learned_compliance.ignored
