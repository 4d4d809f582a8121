"""Settings that chargers spell, announce and take in ways of their own, over a real socket."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from custom_components.ocpp.csms.devices.capabilities import Purpose
from custom_components.ocpp.csms.errors import TooManyPeriodsError
from custom_components.ocpp.csms.evses.status import ConnectorStatus
from custom_components.ocpp.csms.model import LastResort, Limit, ResetKind
from custom_components.ocpp.csms.ocppj.framing import Json, Payload
from custom_components.ocpp.csms.station_settings import StationSettings
from tests.csms.bench import Bench
from tests.simulator.charger import SimulatedCharger, reconnected
from tests.waiting import until

INTERVAL, MEASURANDS = "MeterValueSampleInterval", "MeterValuesSampledData"


async def _adopted(bench: Bench, charger: SimulatedCharger) -> None:
    await charger.boot()
    await bench.commissioned(charger)


@pytest.mark.parametrize(
    "tell",
    [
        pytest.param(lambda _: {}, id="does not say what can be written"),
        pytest.param(lambda readonly: {"readonly": int(readonly)}, id="numbers"),
        pytest.param(lambda readonly: {"readonly": str(int(readonly))}, id="digits"),
        pytest.param(lambda readonly: {"readonly": str(readonly)}, id="words"),
    ],
)
async def test_settings_are_used_however_it_is_told_what_can_be_written(
    bench: Bench, tell: Callable[[bool], dict[str, Any]]
) -> None:
    async with bench.connect(connectors=2) as charger:
        charger.tell_setting = lambda name, readonly, value: {
            "key": name,
            "value": value,
            **tell(readonly),
        }
        await _adopted(bench, charger)
        await until(lambda: charger.settings[INTERVAL] == "10")
        assert len(bench.station.snapshot.evses) == 2


@pytest.mark.parametrize("spell", [str.lower, str.upper])
async def test_settings_are_used_in_whatever_capitals(
    bench: Bench, spell: Callable[[str], str]
) -> None:
    async with bench.connect(connectors=2) as charger:
        charger.settings = {
            spell(name): value for name, value in charger.settings.items()
        }
        await _adopted(bench, charger)
        # It knows its settings by its own spelling only.
        await until(lambda: charger.settings[spell(INTERVAL)] == "10")
        assert len(bench.station.snapshot.evses) == 2


async def test_a_number_of_settings_is_kept_to_from_the_first_call_on(
    bench: Bench,
) -> None:
    async with bench.connect(settings={"GetConfigurationMaxKeys": "2"}) as charger:
        bench.system.adopt("CP1")
        bench.configure(reads_all_settings=False)
        await _adopted(bench, charger)
        await charger.boot()
        await charger.wait_for("TriggerMessage")
        asked = [
            payload["key"]
            for action, payload in charger.received
            if action == "GetConfiguration"
        ]
        assert asked
        assert all(keys is not None and len(keys) <= 2 for keys in asked)


async def test_a_charger_that_holds_one_profile_is_sent_no_second_one(
    bench: Bench,
) -> None:
    async with bench.in_session(
        settings={"MaxChargingProfilesInstalled": "1"}
    ) as charger:
        in_force = await bench.station.limits.set(1, Limit(10))
        assert in_force is not None
        assert in_force.variant.purpose is Purpose.TX_DEFAULT
        assert charger.offered_a() == 10


@pytest.mark.parametrize(
    "purposes",
    [
        pytest.param((Purpose.TX_DEFAULT,), id="defaults alone"),
        pytest.param((Purpose.CHARGE_POINT_MAX,), id="one maximum alone"),
        pytest.param((Purpose.TX, Purpose.TX_DEFAULT), id="limits of sessions"),
    ],
)
async def test_a_charger_whose_schedules_have_one_period_is_sent_no_second_one(
    bench: Bench, purposes: tuple[Purpose, ...]
) -> None:
    bench.system.adopt("CP1")
    bench.configure(purposes=purposes)
    settings = {"ChargingScheduleMaxPeriods": "1", "ChargeProfileMaxStackLevel": "0"}
    async with bench.connect(settings=settings) as charger:
        await charger.boot()
        await until(lambda: bench.station.provisioned.complete)
        await charger.plug_in()
        await charger.start_session()
        for current_a in (10, 0, 8):
            await bench.station.limits.set(1, Limit(current_a))
            assert charger.offered_a() == current_a
        sent = [
            payload["profile"]["charging_schedule"]["charging_schedule_period"]
            for action, payload in charger.received
            if action == "SetChargingProfile"
        ]
        assert [len(periods) for periods in sent] == [1] * len(sent)
        assert len(sent) >= 3


async def test_a_profile_of_more_periods_than_a_charger_takes_is_not_sent(
    bench: Bench,
) -> None:
    async with bench.connect(settings={"ChargingScheduleMaxPeriods": "2"}) as charger:
        await _adopted(bench, charger)
        periods: list[Json] = [{"startPeriod": 60 * n, "limit": 10} for n in range(3)]
        profile: Payload = {
            "chargingProfileId": 1,
            "stackLevel": 0,
            "chargingProfilePurpose": "TxDefaultProfile",
            "chargingProfileKind": "Absolute",
            "chargingSchedule": {
                "chargingRateUnit": "A",
                "chargingSchedulePeriod": periods,
            },
        }
        with pytest.raises(TooManyPeriodsError, match="2 periods"):
            await bench.station.limits.set_external_profile(0, profile)
        await charger.heartbeat()
        assert charger.received == []
        periods.pop()
        await bench.station.limits.set_external_profile(0, profile)
        assert charger.received


async def test_resets_by_the_owner_teach_nothing(bench: Bench) -> None:
    async with bench.connect() as charger:
        await _adopted(bench, charger)
        await bench.station.commands.reset(ResetKind.SOFT)
    for _ in range(3):
        async with reconnected(charger, bench.url):
            charger.unanswered.add("TriggerMessage")
            await charger.boot()
            await charger.wait_for("TriggerMessage")
            charger.unanswered.clear()
            bench.timers.elapse(bench.station.capabilities.call_timeout_s)
            await bench.station.commands.reset(ResetKind.SOFT)
            charger.unanswered.add("TriggerMessage")
            await charger.boot()
            await charger.wait_for("TriggerMessage")
            charger.unanswered.clear()
            charger.received.clear()
        bench.clock.ahead += timedelta(seconds=11)
    assert bench.station.provisioned.harmful == frozenset()


async def test_a_charger_that_comes_back_without_booting_is_asked_for_its_status(
    bench: Bench,
) -> None:
    async with bench.connect() as charger:
        await _adopted(bench, charger)
        station = bench.station
        step = "send StatusNotification"
        station.provisioned = station.provisioned.suspecting(step, station.now)
    charger.received.clear()
    async with bench.reconnected(charger):
        await charger.wait_for("TriggerMessage")
        await until(
            lambda: station.snapshot.evse(1).status is ConnectorStatus.AVAILABLE
        )


async def _needing_restart(charger: SimulatedCharger, bench: Bench) -> None:
    """Set up a charger that uses its measurands after a restart only."""
    charger.needs_restart = frozenset({MEASURANDS})
    await charger.boot()
    await until(lambda: bench.station.snapshot.awaits_restart)


async def test_a_setting_that_needs_a_restart_is_not_done(bench: Bench) -> None:
    async with bench.connect() as charger:
        await _needing_restart(charger, bench)
        await bench.housekeeping(charger)
        assert "Reset" not in charger.received_names
        assert bench.station.memory.provisioned.awaits_restart_since is not None
        # That it announces itself again is no restart.
        await charger.boot()
        await charger.wait_for("GetConfiguration")
        assert bench.station.snapshot.awaits_restart
    async with reconnected(charger, bench.url):
        await charger.boot()
        await until(lambda: not bench.station.snapshot.awaits_restart)
        assert bench.station.memory.provisioned.awaits_restart_since is None


async def test_a_charger_is_restarted_while_idle_where_its_owner_allows(
    bench: Bench,
) -> None:
    async with bench.connect() as charger:
        await charger.boot()
        bench.station.configure(
            replace(StationSettings(), last_resort=LastResort.RESET)
        )
        await charger.plug_in()
        await charger.start_session()
        charger.settings[MEASURANDS] = "SoC"
        await _needing_restart(charger, bench)
        await bench.housekeeping(charger)
        assert "Reset" not in charger.received_names
        await charger.unplug()
        await charger.wait_for("Reset")
        charger.received.clear()
        await bench.housekeeping(charger)
        await bench.housekeeping(charger)
        assert "Reset" not in charger.received_names
