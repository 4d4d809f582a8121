"""Limits of one charger: what others left behind, and what the charger plans, over a real socket."""

import asyncio

import pytest

from custom_components.ocpp.csms.devices.capabilities import (
    Capabilities,
    PhaseSwitching,
    Purpose,
)
from custom_components.ocpp.csms.errors import RejectedError
from custom_components.ocpp.csms.limits.charging_profile import BelowMinimum
from custom_components.ocpp.csms.model import Evse, Limit
from custom_components.ocpp.csms.tokens.authorization import Authority
from tests.csms.bench import MINUTE, Bench
from tests.simulator.charger import ChargePointStatus, Payload
from tests.waiting import until

TEN, PAUSE = Limit(10), Limit(0)


@pytest.mark.parametrize(
    ("below", "offered_a"), [(BelowMinimum.PAUSE, 0), (BelowMinimum.MINIMUM, 6)]
)
async def test_a_limit_below_the_minimum_becomes_what_the_caller_says(
    bench: Bench, below: BelowMinimum, offered_a: float
) -> None:
    async with bench.in_session() as charger:
        await bench.station.limits.set(1, Limit(4), below)
        assert charger.offered_a() == offered_a


async def test_a_limit_is_sent_before_it_is_shown(bench: Bench) -> None:
    async with bench.in_session():
        await bench.station.limits.set(1, Limit(6))
        sent: list[bool] = []

        def look(evse: Evse) -> None:
            if evse.limit == TEN:
                sent.append(_is_sent(bench, TEN))

        bench.station.subscribe_evse(1, look)
        await bench.station.limits.set(1, TEN)
        assert sent[0]


async def test_a_limit_is_shown_while_the_charger_is_busy(bench: Bench) -> None:
    async with bench.in_session() as charger:
        await bench.station.limits.set(1, Limit(6))
        charger.unanswered.add("TriggerMessage")
        shown: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def look(evse: Evse) -> None:
            if evse.limit == TEN and not shown.done():
                shown.set_result(_is_sent(bench, TEN))

        bench.station.subscribe_evse(1, look)
        async with asyncio.TaskGroup() as tasks:
            busy = tasks.create_task(bench.station.commands.announce())
            limited = tasks.create_task(bench.station.limits.set(1, TEN))
            assert not await shown
            busy.cancel()
            await limited


def _is_sent(bench: Bench, limit: Limit) -> bool:
    """Return whether a limit has been put on the wire."""
    frames = [
        str(entry["frame"])
        for entry in bench.station.message_log.shown(bench.station.version.disclosure)
    ]
    return any(
        "SetChargingProfile" in frame and f"'limit': {limit.current_a}" in frame
        for frame in frames
    )


async def test_phases_are_told_where_they_can_be_switched(bench: Bench) -> None:
    async with bench.in_session() as charger:
        for switching, phases in (
            (PhaseSwitching.NONE, None),
            (PhaseSwitching.PROFILE, 1),
        ):
            bench.configure(phase_switching=switching)
            charger.received.clear()
            await bench.station.limits.set(1, Limit(8 if phases is None else 9, 1))
            sent = await charger.wait_for("SetChargingProfile")
            (period,) = sent["profile"]["charging_schedule"]["charging_schedule_period"]
            assert period.get("number_phases") == phases


async def test_what_an_earlier_system_left_is_cleared_once(bench: Bench) -> None:
    async with bench.connect() as charger:
        leftover = {
            "charging_profile_id": 2001,
            "stack_level": 7,
            "charging_schedule": {
                "charging_rate_unit": "A",
                "charging_schedule_period": [{"start_period": 0, "limit": 32}],
            },
        }
        charger.connectors[1].profiles["TxDefaultProfile", 7] = leftover
        await charger.boot()
        await until(lambda: ("TxDefaultProfile", 0) in charger.connectors[1].profiles)
        assert ("TxDefaultProfile", 7) not in charger.connectors[1].profiles
        await until(lambda: bench.station.memory.learned_compliance.taken_over)
        charger.connectors[1].profiles["TxDefaultProfile", 7] = leftover
        charger.received.clear()
        await charger.boot()
        await charger.wait_for("SetChargingProfile")
        assert "ClearChargingProfile" not in charger.received_names


async def test_a_charger_that_does_not_plan_what_it_accepts_is_told_another_way(
    bench: Bench,
) -> None:
    async with bench.in_session() as charger:
        charger.ignore_profile = lambda profile: (
            profile["charging_profile_purpose"] == "TxProfile"
        )
        # Without a profile that it obeys, it plans its maximum.
        charger.connectors[1].profiles.clear()
        in_force = await bench.station.limits.set(1, TEN)
        assert in_force is not None
        assert in_force.variant.purpose is Purpose.TX_DEFAULT
        assert charger.offered_a() == 10
        ignored = bench.station.memory.learned_compliance.ignored
        assert {variant.purpose for variant in ignored} == {Purpose.TX}


async def test_with_nobody_in_control_a_charger_falls_back_to_its_safe_limit(
    bench: Bench,
) -> None:
    """Acceptance case N17: what holds in a session lapses by itself, and below it lies what is safe."""
    async with bench.in_session() as charger:
        await bench.station.limits.set(1, TEN)
        assert charger.offered_a() == 10
        await bench.system.stop()
        bench.clock.ahead += 5 * MINUTE
        assert charger.offered_a() == 6


async def test_what_was_learned_holds_for_one_firmware(bench: Bench) -> None:
    async with bench.in_session() as charger:
        charger.refuse_profile = lambda profile: bool(
            profile["charging_schedule"].get("duration")
        )
        await bench.station.limits.set(1, TEN)
        assert bench.station.memory.learned_compliance.refused
        charger.firmware_version = "2.0"
        await charger.boot()
        await until(lambda: not bench.station.memory.learned_compliance.refused)
        info = bench.station.memory.info
        assert info is not None
        assert info.firmware_version == "2.0"


async def test_the_vendors_file_is_found_by_what_a_charger_says_of_itself(
    bench: Bench,
) -> None:
    async with bench.connect() as charger:
        charger.vendor, charger.model = "Autel", "MaxiCharger AC"
        await charger.boot()
        known = bench.station.known_model
        assert known is not None
        assert bench.station.capabilities != Capabilities()
        # The owner knows better.
        bench.configure(kinds=Capabilities().kinds)
        assert bench.station.capabilities.kinds == Capabilities().kinds


async def test_a_profile_that_is_sent_raw_is_not_taken_for_ours(bench: Bench) -> None:
    async with bench.in_session() as charger:
        await bench.station.limits.set(1, TEN)
        await bench.station.call("ClearChargingProfile", {})
        assert bench.station.limits.in_force(1) is None
        await until(lambda: charger.offered_a() == 10)


async def test_a_charger_that_ignores_changes_in_a_session_gets_its_limit_before(
    bench: Bench,
) -> None:
    async with bench.in_session() as charger:
        bench.configure(obeys_in_session=False)
        charger.received.clear()
        await bench.station.limits.set(1, TEN)
        assert "SetChargingProfile" not in charger.received_names
        await charger.stop_session()
        await until(lambda: bench.station.snapshot.evse(1).transaction is not None)
        await until(lambda: (1, "TxDefaultProfile", 10) in charger.received_limits)
        await charger.start_session()
        assert charger.offered_a() == 10


@pytest.mark.parametrize("free_vend", [True, False])
async def test_a_session_is_started_where_the_charger_does_not_by_itself(
    bench: Bench, free_vend: bool
) -> None:
    bench.system.authority = Authority(free_vend=free_vend)
    async with bench.connect() as charger:
        await charger.boot()
        await bench.commissioned(charger)
        bench.configure(remote_start=True, id_token="PLUG")
        await charger.plug_in()
        if not free_vend:
            # Here somebody has to show a tag.
            await bench.housekeeping(charger)
            assert "RemoteStartTransaction" not in charger.received_names
            return
        started = await charger.wait_for("RemoteStartTransaction")
        assert started == {"id_tag": "PLUG", "connector_id": 1}
        await until(lambda: charger.connectors[1].transaction_id is not None)
        # It is asked once for each car.
        await charger.stop_session()
        await charger.change_status(ChargePointStatus.preparing)
        await bench.housekeeping(charger)
        assert charger.received_names.count("RemoteStartTransaction") <= 1


async def test_a_charger_that_takes_no_limits_is_sent_none_and_the_caller_told(
    bench: Bench,
) -> None:
    async with bench.in_session() as charger:
        bench.configure(purposes=())
        with pytest.raises(RejectedError):
            await bench.station.limits.set(1, TEN)
        assert not bench.station.limits.pending
    assert "SetChargingProfile" not in charger.received_names


async def test_a_limit_that_was_refused_is_sent_when_it_is_requested_again(
    quiet_bench: Bench,
) -> None:
    async with quiet_bench.in_session() as charger:
        limits = quiet_bench.station.limits
        await limits.set(1, TEN)
        charger.refuse_profile = lambda _: True
        with pytest.raises(RejectedError):
            await limits.set(1, Limit(12))
        charger.refuse_profile = lambda _: False
        assert not limits.pending
        await limits.set(1, Limit(12))
        assert charger.offered_a() == 12


async def test_no_limit_of_ours_follows_an_external_profile(quiet_bench: Bench) -> None:
    async with quiet_bench.in_session() as charger:
        limits = quiet_bench.station.limits
        external: Payload = {
            "chargingProfileId": 7,
            "stackLevel": 1,
            "chargingProfilePurpose": "TxDefaultProfile",
            "chargingProfileKind": "Absolute",
            "chargingSchedule": {
                "chargingRateUnit": "A",
                "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 8}],
            },
        }
        await asyncio.gather(
            limits.set(1, TEN), limits.set_external_profile(1, external)
        )
        assert charger.received_limits[-1] == (1, "TxDefaultProfile", 8.0)
        assert charger.received_names[-1] == "SetChargingProfile"
        assert not limits.pending


async def test_upkeep_that_had_to_wait_does_not_repeat_a_refusal(
    quiet_bench: Bench,
) -> None:
    async with quiet_bench.in_session() as charger:
        limits = quiet_bench.station.limits
        await limits.set(1, TEN)
        charger.refuse_profile = lambda _: True
        counts: list[int] = []
        for _ in range(2):
            charger.received.clear()
            limits.forget()
            results = await asyncio.gather(
                *(limits.uphold() for _ in range(1 + len(counts))),
                return_exceptions=True,
            )
            assert isinstance(results[0], RejectedError)
            counts.append(charger.received_names.count("SetChargingProfile"))
        assert counts[0] == counts[1] > 0


async def test_a_limit_says_after_a_restart_all_that_it_said_before(
    bench: Bench,
) -> None:
    settings = {"ConnectorSwitch3to1PhaseSupported": "true"}
    on_one_phase = Limit(8, 1)
    async with bench.in_session(settings=settings) as charger:
        await bench.station.limits.set(1, on_one_phase)
        transaction_id = charger.connectors[1].transaction_id
        memory = bench.station.memory
        bench.system.release("CP1")
        bench.system.adopt("CP1", memory=memory)
    async with bench.connect(settings=settings) as charger:
        charger.connectors[1].transaction_id = transaction_id
        await until(lambda: bench.station.connected)
        await bench.station.limits.set(1, on_one_phase)
        sent = await charger.wait_for("SetChargingProfile")
        (period,) = sent["profile"]["charging_schedule"]["charging_schedule_period"]
        assert period["number_phases"] == 1
