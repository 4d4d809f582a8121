"""Ledger of a connector: everything is posted once, and each session gets its part."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.surplus.accounts.ledger import (
    Ledger,
    Report,
    Session,
    posted,
)
from custom_components.ocpp.surplus.accounts.origins import Flows, Tariff, Timeline

from .test_origins import FLOWS, is_sound, timeline_of

MAX_W = 11_040.0
TARIFF = Tariff(0.30, 0.08)
SUNNY = Flows(0.0, grid_w=-1000, cars_w=6000, tariff=TARIFF)


def sunshine(until_s: float) -> Timeline:
    """Return the power flows of a day with enough sun at any time."""
    steps = range(0, int(until_s) + 1, 10)
    return timeline_of(*[replace(SUNNY, at_s=float(at_s)) for at_s in steps])


def report(at_s: float, counted_wh: float | None, **changes: object) -> Report:
    """Return the report of a connector that charges."""
    reported = Report(at_s, counted_wh, MAX_W, drawn_w=6000.0)
    return replace(reported, **changes)  # type: ignore[arg-type]


def test_energy_counted_before_the_first_report_is_not_posted() -> None:
    ledger = posted(Ledger(), report(0.0, 123_456.0), Timeline())
    assert (ledger.counted_wh, ledger.total.energy_wh) == (123_456.0, 0)
    ledger = posted(ledger, report(60.0, 123_556.0), sunshine(60))
    assert (ledger.total.energy_wh, ledger.total.sun_wh) == (100, 100)


def test_nothing_is_posted_twice() -> None:
    ledger = posted(Ledger(), report(0.0, 0.0), sunshine(60))
    for _ in range(3):
        ledger = posted(ledger, report(60.0, 100.0), sunshine(60))
    assert ledger.total.energy_wh == 100


@pytest.mark.parametrize("drawn_w", [6000.0, None])
def test_a_coarse_register_is_spread_over_the_time_since_it_last_moved(
    drawn_w: float | None,
) -> None:
    """A register of whole kilowatt-hours, each of which takes ten minutes, read once a minute."""
    ledger, timeline = posted(Ledger(), report(0.0, 5000.0), Timeline()), sunshine(600)
    for at_s in range(60, 600, 60):
        ledger = posted(ledger, report(at_s, 5000.0, drawn_w=drawn_w), timeline)
    ledger = posted(ledger, report(600.0, 6000.0, drawn_w=drawn_w), timeline)
    assert (ledger.total.sun_wh, ledger.total.unknown_wh) == (1000, 0)


def test_a_pause_is_no_time_in_which_a_car_has_charged() -> None:
    """The house imports only during the pause."""
    timeline = timeline_of(
        *[Flows(float(at_s), 6000.0) for at_s in range(0, 540, 10)],
        *[replace(SUNNY, at_s=float(at_s)) for at_s in range(540, 601, 10)],
    )
    ledger = posted(Ledger(), report(0.0, 0.0), timeline)
    ledger = posted(ledger, report(540.0, 0.0, idle=True), timeline)
    ledger = posted(ledger, report(600.0, 100.0), timeline)
    assert ledger.total.sun_wh == 100


def test_a_charger_that_tells_no_power_is_known_by_its_energy() -> None:
    ledger, timeline = posted(Ledger(), report(0.0, 0.0), Timeline()), sunshine(60)
    ledger = posted(ledger, report(60.0, 100.0, drawn_w=None), timeline)
    assert ledger.drawn_w == pytest.approx(6000)
    assert (
        posted(ledger, report(70.0, 100.0, drawn_w=None), timeline).drawn_w
        == ledger.drawn_w
    )
    assert posted(ledger, report(80.0, 100.0, idle=True), timeline).drawn_w == 0


# Late reports.


def test_energy_charged_during_an_outage_is_of_unknown_origin() -> None:
    """After an outage of ten minutes, the charger reports value by value."""
    timeline = sunshine(700)
    ledger = posted(Ledger(), report(0.0, 0.0), timeline)
    ledger = posted(ledger, report(10.0, 17.0), timeline)
    for number in range(60):
        reported = report(
            610.0 + number / 20, 17.0 * (number + 2), connected_s=610.0 + number / 100
        )
        ledger = posted(ledger, reported, timeline)
    assert ledger.total.energy_wh == 17.0 * 61
    assert ledger.total.sun_wh == pytest.approx(17.0, abs=1.0)
    # From now on it is connected.
    ledger = posted(ledger, report(623.0, 1054.0, connected_s=610.0), timeline)
    assert ledger.total.sun_wh == pytest.approx(34.0, abs=1.0)


def test_a_connection_that_was_lost_for_a_moment_costs_nothing() -> None:
    ledger = posted(Ledger(), report(0.0, 0.0), Timeline())
    ledger = posted(ledger, report(60.0, 100.0, connected_s=55.0), sunshine(60))
    assert ledger.total.sun_wh == 100


def test_late_energy_is_not_solar_energy_of_now() -> None:
    ledger = posted(Ledger(), report(0.0, 0.0), Timeline())
    ledger = posted(ledger, report(60.0, 100.0, late=True), sunshine(60))
    assert (ledger.total.sun_wh, ledger.total.unknown_wh) == (0, 100)


def test_a_restart_is_a_time_of_which_nothing_is_known() -> None:
    ledger = posted(Ledger(), report(0.0, 0.0), Timeline())
    # The meters are not observed for half a minute.
    timeline = timeline_of(
        *[replace(SUNNY, at_s=float(at_s)) for at_s in range(30, 61, 10)]
    )
    ledger = posted(ledger, report(60.0, 100.0, connected_s=35.0), timeline)
    assert (ledger.total.sun_wh, ledger.total.unknown_wh) == (50, 50)


def test_a_count_that_was_lost_begins_anew() -> None:
    ledger = posted(Ledger(), report(0.0, 900.0), Timeline())
    ledger = posted(ledger, report(60.0, 5.0), sunshine(60))
    assert (ledger.counted_wh, ledger.total.energy_wh) == (5.0, 0)


# Sessions.


def test_sessions_are_told_apart() -> None:
    timeline = sunshine(400)
    first, second = Session("1", 0.0), Session("2", 0.0)
    ledger = posted(Ledger(), report(0.0, 0.0, session=first), timeline)
    reported = report(60.0, 100.0, session=replace(first, energy_wh=100.0))
    ledger = posted(ledger, reported, timeline)
    ledger = posted(ledger, report(300.0, 100.0, idle=True, session=second), timeline)
    reported = report(330.0, 150.0, session=replace(second, energy_wh=50.0))
    ledger = posted(ledger, reported, timeline)
    one, two = ledger.account_of("1"), ledger.account_of("2")
    assert one is not None
    assert two is not None
    assert (one.energy_wh, two.energy_wh) == (100, 50)
    assert one + two == ledger.total
    assert ledger.account_of("3") is None


def test_energy_of_a_session_from_before_it_was_known_is_of_unknown_origin() -> None:
    adopted = Session("7", 2500.0)
    ledger = posted(Ledger(), report(0.0, 9000.0, session=adopted), sunshine(0))
    account = ledger.account_of("7")
    assert account is not None
    assert (account.energy_wh, account.unknown_wh) == (2500, 2500)
    assert account.known_cost == pytest.approx(2.5 * 0.30)
    assert ledger.total.energy_wh == 0


def test_a_session_that_gets_another_number_is_the_same() -> None:
    timeline = sunshine(120)
    ledger = posted(Ledger(), report(0.0, 0.0, session=Session("7")), timeline)
    ledger = posted(ledger, report(60.0, 100.0, session=Session("7", 100.0)), timeline)
    reported = report(120.0, 200.0, session=Session("8", 200.0, other_id="7"))
    account = posted(ledger, reported, timeline).account_of("8")
    assert account is not None
    assert (account.energy_wh, account.sun_wh) == (200, 200)


def test_the_end_of_a_session_may_say_that_it_was_less() -> None:
    timeline = sunshine(60)
    ledger = posted(Ledger(), report(0.0, 0.0, session=Session("1")), timeline)
    ledger = posted(ledger, report(60.0, 100.0, session=Session("1", 100.0)), timeline)
    reported = report(61.0, 100.0, idle=True, session=Session("1", 90.0))
    account = posted(ledger, reported, timeline).account_of("1")
    assert account is not None
    assert (account.energy_wh, account.sun_wh) == (90, 90)
    assert account.cost == pytest.approx(0.09 * 0.08)


def test_energy_counted_after_a_session_is_not_its_own() -> None:
    timeline = sunshine(120)
    ended = Session("1", 100.0)
    ledger = posted(Ledger(), report(0.0, 0.0, session=Session("1")), timeline)
    ledger = posted(ledger, report(60.0, 100.0, session=ended), timeline)
    ledger = posted(ledger, report(120.0, 105.0, session=ended), timeline)
    account = ledger.account_of("1")
    assert account is not None
    assert account.energy_wh == 100
    assert ledger.total.energy_wh == 105


@dataclass(frozen=True)
class Change:
    """Event at a connector, some time after the previous one."""

    after_s: float
    increment_wh: float
    idle: bool
    late: bool
    begins: bool
    restarts: bool


CHANGES = st.lists(
    st.builds(
        Change,
        st.floats(0, 2000),
        st.floats(0, 5000) | st.just(0.0),
        st.booleans(),
        st.booleans(),
        st.booleans(),
        st.booleans(),
    ),
    max_size=20,
)


@given(CHANGES, FLOWS)
def test_the_ledger_is_right_after_any_sequence_of_events(
    changes: Sequence[Change], flows: Sequence[Flows]
) -> None:
    timeline = timeline_of(*sorted(flows, key=lambda each: each.at_s))
    ledger = posted(Ledger(), report(0.0, 1000.0), timeline)
    at_s, counted_wh, number, session_wh = 0.0, 1000.0, 0, 0.0
    for change in changes:
        at_s += change.after_s
        counted_wh += change.increment_wh
        session_wh += change.increment_wh
        if change.begins:
            number, session_wh = number + 1, change.increment_wh
        if change.restarts:
            timeline = Timeline()
        reported = report(
            at_s,
            counted_wh,
            idle=change.idle,
            late=change.late,
            session=Session(str(number), session_wh),
        )
        before, ledger = ledger, posted(ledger, reported, timeline)
        assert is_sound(ledger.total)
        assert ledger.total.energy_wh == pytest.approx(counted_wh - 1000.0, abs=1e-3)
        assert ledger.total.sun_wh >= before.total.sun_wh
        assert ledger.total.battery_wh >= before.total.battery_wh
        assert ledger.total.grid_wh >= before.total.grid_wh
        account = ledger.account_of(str(number))
        assert account is not None
        assert is_sound(account)
        assert account.energy_wh == round(session_wh, 3)
