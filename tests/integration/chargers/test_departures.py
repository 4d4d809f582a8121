"""Departure times, and the energy still to be charged by then."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from custom_components.ocpp.chargers.departures import (
    CHARGING_EFFICIENCY,
    Goal,
    Progress,
    charged_to,
    exchanged,
    is_at_limit,
    needed_wh,
    next_departure,
    own_departure,
    progressed,
    target_percent,
    with_needs,
)
from custom_components.ocpp.config.vehicle import Vehicle
from custom_components.ocpp.csms.evses.needs import ChargingNeeds

BERLIN = ZoneInfo("Europe/Berlin")
WEDNESDAY_NOON = datetime(2026, 6, 10, 12, tzinfo=BERLIN)
COMMUTER = Vehicle(weekly=dict.fromkeys(range(5), time(6, 30)), capacity_wh=50_000)


def test_a_state_of_charge_that_is_away_for_a_while_is_the_last_one() -> None:
    goal, vehicle = Goal(soc_percent=80.0), Vehicle(capacity_wh=60_000)
    progress = charged_to(progressed(Progress(), "1", 0.0, None, WEDNESDAY_NOON), 50.0)
    before_wh = needed_wh(goal, vehicle, progress)
    assert before_wh is not None
    progress = charged_to(progressed(progress, "1", 3000.0, None, WEDNESDAY_NOON), None)
    assert needed_wh(goal, vehicle, progress) == pytest.approx(before_wh - 3000)


def test_the_next_weekly_departure() -> None:
    assert next_departure(Goal(), COMMUTER, None, WEDNESDAY_NOON) == datetime(
        2026, 6, 11, 6, 30, tzinfo=BERLIN
    )
    friday = WEDNESDAY_NOON + timedelta(days=2)
    assert next_departure(Goal(), COMMUTER, None, friday) == datetime(
        2026, 6, 15, 6, 30, tzinfo=BERLIN
    )


def test_a_weekly_departure_keeps_its_time_of_day_when_the_clock_changes() -> None:
    saturday = datetime(2026, 3, 28, 12, tzinfo=BERLIN)
    vehicle = Vehicle(weekly={6: time(8, 0)})
    departure = next_departure(Goal(), vehicle, None, saturday)
    assert departure is not None
    assert departure.timestamp() - saturday.timestamp() == 19 * 3600


def test_a_single_departure_overrules_the_others_until_it_has_passed() -> None:
    once = WEDNESDAY_NOON + timedelta(days=1)
    goal = Goal(departure=once)
    assert next_departure(goal, COMMUTER, None, WEDNESDAY_NOON) == once
    later = once + timedelta(minutes=1)
    assert next_departure(goal, COMMUTER, None, later) == datetime(
        2026, 6, 12, 6, 30, tzinfo=BERLIN
    )


def test_the_calendar_counts_like_the_week() -> None:
    early = datetime(2026, 6, 11, 5, 0, tzinfo=BERLIN)
    assert next_departure(Goal(), COMMUTER, early, WEDNESDAY_NOON) == early
    assert next_departure(Goal(), Vehicle(), None, WEDNESDAY_NOON) is None


def test_energy_is_counted_from_the_departure_before() -> None:
    goal = Goal(energy_wh=10_000)
    departure = WEDNESDAY_NOON + timedelta(hours=1)
    progress = progressed(Progress(), "1", 0.0, departure, WEDNESDAY_NOON)
    assert needed_wh(goal, Vehicle(), progress) == 10_000
    progress = progressed(progress, "1", 7000.0, departure, WEDNESDAY_NOON)
    assert needed_wh(goal, Vehicle(), progress) == 3000
    # The car did not go after all.
    after = departure + timedelta(minutes=1)
    progress = progressed(progress, "1", 8000.0, departure + timedelta(days=1), after)
    assert needed_wh(goal, Vehicle(), progress) == 10_000
    progress = progressed(progress, "1", 9000.0, departure + timedelta(days=1), after)
    assert needed_wh(goal, Vehicle(), progress) == 9000
    progress = progressed(progress, "2", 0.0, departure + timedelta(days=1), after)
    assert needed_wh(goal, Vehicle(), progress) == 10_000


def test_between_two_tellings_of_the_car_its_charge_is_worked_out() -> None:
    goal = Goal(soc_percent=80)
    progress = progressed(Progress(), "1", 2000.0, None, WEDNESDAY_NOON)
    progress = charged_to(progress, 50.0)
    full_wh = 0.3 * 50_000 / CHARGING_EFFICIENCY
    assert needed_wh(goal, COMMUTER, progress) == pytest.approx(full_wh)
    progress = charged_to(progressed(progress, "1", 5000.0, None, WEDNESDAY_NOON), 50.0)
    assert needed_wh(goal, COMMUTER, progress) == pytest.approx(full_wh - 3000)
    progress = charged_to(progress, 56.0)
    assert needed_wh(goal, COMMUTER, progress) == pytest.approx(
        0.24 * 50_000 / CHARGING_EFFICIENCY
    )


def test_a_car_that_does_not_tell_its_charge_gets_the_energy() -> None:
    goal = Goal(energy_wh=6000, soc_percent=80)
    progress = progressed(Progress(), "1", 1000.0, None, WEDNESDAY_NOON)
    # The session has come to some of it already.
    assert needed_wh(goal, COMMUTER, progress) == 5000
    assert needed_wh(goal, Vehicle(), charged_to(progress, 50.0)) == 5000
    assert needed_wh(Goal(), COMMUTER, progress) is None


def test_nothing_is_wanted_of_a_car_that_is_fuller_than_its_target() -> None:
    progress = charged_to(Progress(), 90.0)
    assert needed_wh(Goal(soc_percent=80), COMMUTER, progress) == 0


def test_each_day_may_have_a_target_of_its_own() -> None:
    vehicle = Vehicle(target_percent=60, targets={3: 90, 4: 100}, limit_percent=95)
    thursday = WEDNESDAY_NOON + timedelta(days=1)
    friday = WEDNESDAY_NOON + timedelta(days=2)
    assert target_percent(Goal(), vehicle, WEDNESDAY_NOON) == 60
    assert target_percent(Goal(), vehicle, thursday) == 90
    # The limit holds whatever is wanted.
    assert target_percent(Goal(), vehicle, friday) == 95
    assert target_percent(Goal(soc_percent=70), vehicle, thursday) == 70
    assert target_percent(Goal(), Vehicle(), thursday) is None


def test_the_target_of_the_day_of_departure_counts() -> None:
    vehicle = Vehicle(
        capacity_wh=50_000, weekly={3: time(7)}, target_percent=60, targets={3: 80}
    )
    departure = next_departure(Goal(), vehicle, None, WEDNESDAY_NOON)
    progress = progressed(Progress(), "1", 0.0, departure, WEDNESDAY_NOON)
    progress = charged_to(progress, 50.0)
    wanted_wh = 0.3 * 50_000 / CHARGING_EFFICIENCY
    assert needed_wh(Goal(), vehicle, progress) == pytest.approx(wanted_wh)


def test_the_charge_of_another_vehicle_is_forgotten() -> None:
    progress = progressed(Progress(), "1", 0.0, None, WEDNESDAY_NOON)
    progress = charged_to(progress, 80.0)
    progress = exchanged(progressed(progress, "1", 5000.0, None, WEDNESDAY_NOON))
    assert progress.soc_percent is None
    # It has told that before it was plugged in.
    assert charged_to(progress, 40.0, at_wh=0.0).soc_at_wh == 0
    assert charged_to(progress, 40.0).soc_at_wh == 5000


def test_a_car_that_is_charged_to_its_limit_stays_so_for_a_while() -> None:
    vehicle = Vehicle(limit_percent=80)
    assert not is_at_limit(vehicle, 79.9, was_at_limit=False)
    assert is_at_limit(vehicle, 80, was_at_limit=False)
    assert is_at_limit(vehicle, 79, was_at_limit=True)
    assert not is_at_limit(vehicle, 77, was_at_limit=True)
    assert not is_at_limit(vehicle, None, was_at_limit=True)
    assert not is_at_limit(Vehicle(), 100, was_at_limit=True)


NEEDS = ChargingNeeds(
    WEDNESDAY_NOON.astimezone(UTC),
    20_000,
    (WEDNESDAY_NOON + timedelta(hours=8)).astimezone(UTC),
    charged_wh=500,
)


def test_a_car_that_tells_its_needs_sets_the_goal_itself() -> None:
    goal = with_needs(Goal(), Vehicle(), NEEDS)
    # It wants that from then on, when something was charged already.
    assert goal == Goal(energy_wh=20_500)
    departure = own_departure(NEEDS, WEDNESDAY_NOON)
    assert departure == WEDNESDAY_NOON + timedelta(hours=8)
    assert departure is not None
    assert departure.tzinfo is BERLIN


@pytest.mark.parametrize(
    ("goal", "vehicle"),
    [
        (Goal(energy_wh=5_000), Vehicle()),
        (Goal(soc_percent=80), Vehicle()),
        (Goal(), COMMUTER),
    ],
)
def test_its_owner_has_the_last_word(goal: Goal, vehicle: Vehicle) -> None:
    assert with_needs(goal, vehicle, NEEDS) is goal


def test_a_car_that_tells_nothing_needs_nothing() -> None:
    assert with_needs(Goal(), Vehicle(), None) == Goal()
    assert with_needs(Goal(), Vehicle(), ChargingNeeds(NEEDS.told_at)) == Goal()
    assert own_departure(None, WEDNESDAY_NOON) is None
    late = WEDNESDAY_NOON + timedelta(hours=9)
    assert own_departure(NEEDS, late) is None
