"""The books of a connector: everything is entered once, and each session gets what is its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.surplus.accounts.ledger import Book, Report, Session, booked
from custom_components.ocpp.surplus.accounts.origins import Flows, Tariff, Timeline

from .test_origins import FLOWS, is_sound, timeline

MOST_W = 11_040.0
TARIFF = Tariff(0.30, 0.08)
SUNNY = Flows(0.0, grid_w=-1000, cars_w=6000, tariff=TARIFF)


def sunshine(until_s: float) -> Timeline:
    """Return flows of a day on which the sun always suffices."""
    steps = range(0, int(until_s) + 1, 10)
    return timeline(*[replace(SUNNY, at_s=float(at_s)) for at_s in steps])


def report(at_s: float, counted_wh: float | None, **changes: object) -> Report:
    """Return what is known of a connector that charges."""
    told = Report(at_s, counted_wh, MOST_W, drawn_w=6000.0)
    return replace(told, **changes)  # type: ignore[arg-type]


def test_what_was_counted_before_there_was_a_book_is_not_entered() -> None:
    book = booked(Book(), report(0.0, 123_456.0), Timeline())
    assert (book.counted_wh, book.total.energy_wh) == (123_456.0, 0)
    book = booked(book, report(60.0, 123_556.0), sunshine(60))
    assert (book.total.energy_wh, book.total.sun_wh) == (100, 100)


def test_nothing_is_entered_twice() -> None:
    book = booked(Book(), report(0.0, 0.0), sunshine(60))
    for _ in range(3):
        book = booked(book, report(60.0, 100.0), sunshine(60))
    assert book.total.energy_wh == 100


@pytest.mark.parametrize("drawn_w", [6000.0, None])
def test_a_coarse_register_is_spread_over_the_time_since_it_last_moved(
    drawn_w: float | None,
) -> None:
    """It counts whole kilowatt-hours, which take ten minutes each, and is read each minute."""
    book, line = booked(Book(), report(0.0, 5000.0), Timeline()), sunshine(600)
    for at_s in range(60, 600, 60):
        book = booked(book, report(at_s, 5000.0, drawn_w=drawn_w), line)
    book = booked(book, report(600.0, 6000.0, drawn_w=drawn_w), line)
    assert (book.total.sun_wh, book.total.unknown_wh) == (1000, 0)


def test_a_pause_is_no_time_in_which_a_car_has_charged() -> None:
    """Only while it paused did the house import."""
    line = timeline(
        *[Flows(float(at_s), 6000.0) for at_s in range(0, 540, 10)],
        *[replace(SUNNY, at_s=float(at_s)) for at_s in range(540, 601, 10)],
    )
    book = booked(Book(), report(0.0, 0.0), line)
    book = booked(book, report(540.0, 0.0, idle=True), line)
    book = booked(book, report(600.0, 100.0), line)
    assert book.total.sun_wh == 100


def test_a_charger_that_tells_no_power_is_known_by_its_energy() -> None:
    book, line = booked(Book(), report(0.0, 0.0), Timeline()), sunshine(60)
    book = booked(book, report(60.0, 100.0, drawn_w=None), line)
    assert book.drawn_w == pytest.approx(6000)
    assert booked(book, report(70.0, 100.0, drawn_w=None), line).drawn_w == book.drawn_w
    assert booked(book, report(80.0, 100.0, idle=True), line).drawn_w == 0


# Late.


def test_what_was_charged_while_the_charger_was_away_is_unknown() -> None:
    """It was away for ten minutes, of which it tells value by value."""
    line = sunshine(700)
    book = booked(Book(), report(0.0, 0.0), line)
    book = booked(book, report(10.0, 17.0), line)
    for number in range(60):
        told = report(
            610.0 + number / 20, 17.0 * (number + 2), connected_s=610.0 + number / 100
        )
        book = booked(book, told, line)
    assert book.total.energy_wh == 17.0 * 61
    assert book.total.sun_wh == pytest.approx(17.0, abs=1.0)
    # From then on, it is there.
    book = booked(book, report(623.0, 1054.0, connected_s=610.0), line)
    assert book.total.sun_wh == pytest.approx(34.0, abs=1.0)


def test_a_connection_that_was_lost_for_a_moment_costs_nothing() -> None:
    book = booked(Book(), report(0.0, 0.0), Timeline())
    book = booked(book, report(60.0, 100.0, connected_s=55.0), sunshine(60))
    assert book.total.sun_wh == 100


def test_what_was_before_is_not_the_suns_of_now() -> None:
    book = booked(Book(), report(0.0, 0.0), Timeline())
    book = booked(book, report(60.0, 100.0, late=True), sunshine(60))
    assert (book.total.sun_wh, book.total.unknown_wh) == (0, 100)


def test_a_restart_is_a_time_of_which_nothing_is_known() -> None:
    book = booked(Book(), report(0.0, 0.0), Timeline())
    # For half a minute, nobody looked at the meters.
    line = timeline(*[replace(SUNNY, at_s=float(at_s)) for at_s in range(30, 61, 10)])
    book = booked(book, report(60.0, 100.0, connected_s=35.0), line)
    assert (book.total.sun_wh, book.total.unknown_wh) == (50, 50)


def test_a_count_that_was_lost_begins_anew() -> None:
    book = booked(Book(), report(0.0, 900.0), Timeline())
    book = booked(book, report(60.0, 5.0), sunshine(60))
    assert (book.counted_wh, book.total.energy_wh) == (5.0, 0)


# Sessions.


def test_sessions_are_told_apart() -> None:
    line = sunshine(400)
    first, second = Session("1", 0.0), Session("2", 0.0)
    book = booked(Book(), report(0.0, 0.0, session=first), line)
    told = report(60.0, 100.0, session=replace(first, energy_wh=100.0))
    book = booked(book, told, line)
    book = booked(book, report(300.0, 100.0, idle=True, session=second), line)
    told = report(330.0, 150.0, session=replace(second, energy_wh=50.0))
    book = booked(book, told, line)
    one, two = book.account_of("1"), book.account_of("2")
    assert one is not None
    assert two is not None
    assert (one.energy_wh, two.energy_wh) == (100, 50)
    assert one + two == book.total
    assert book.account_of("3") is None


def test_what_a_session_was_before_it_was_known_is_unknown() -> None:
    adopted = Session("7", 2500.0)
    book = booked(Book(), report(0.0, 9000.0, session=adopted), sunshine(0))
    account = book.account_of("7")
    assert account is not None
    assert (account.energy_wh, account.unknown_wh) == (2500, 2500)
    assert account.known_cost == pytest.approx(2.5 * 0.30)
    assert book.total.energy_wh == 0


def test_a_session_that_gets_another_number_is_the_same() -> None:
    line = sunshine(120)
    book = booked(Book(), report(0.0, 0.0, session=Session("7")), line)
    book = booked(book, report(60.0, 100.0, session=Session("7", 100.0)), line)
    told = report(120.0, 200.0, session=Session("8", 200.0, alias="7"))
    account = booked(book, told, line).account_of("8")
    assert account is not None
    assert (account.energy_wh, account.sun_wh) == (200, 200)


def test_the_end_of_a_session_may_say_that_it_was_less() -> None:
    line = sunshine(60)
    book = booked(Book(), report(0.0, 0.0, session=Session("1")), line)
    book = booked(book, report(60.0, 100.0, session=Session("1", 100.0)), line)
    told = report(61.0, 100.0, idle=True, session=Session("1", 90.0))
    account = booked(book, told, line).account_of("1")
    assert account is not None
    assert (account.energy_wh, account.sun_wh) == (90, 90)
    assert account.cost == pytest.approx(0.09 * 0.08)


def test_what_is_counted_after_a_session_is_not_its_own() -> None:
    line = sunshine(120)
    ended = Session("1", 100.0)
    book = booked(Book(), report(0.0, 0.0, session=Session("1")), line)
    book = booked(book, report(60.0, 100.0, session=ended), line)
    book = booked(book, report(120.0, 105.0, session=ended), line)
    account = book.account_of("1")
    assert account is not None
    assert account.energy_wh == 100
    assert book.total.energy_wh == 105


@dataclass(frozen=True)
class Turn:
    """Something that happens at a connector, some time after what was before."""

    after_s: float
    gained_wh: float
    idle: bool
    late: bool
    begins: bool
    restarts: bool


TURNS = st.lists(
    st.builds(
        Turn,
        st.floats(0, 2000),
        st.floats(0, 5000) | st.just(0.0),
        st.booleans(),
        st.booleans(),
        st.booleans(),
        st.booleans(),
    ),
    max_size=20,
)


@given(TURNS, FLOWS)
def test_whatever_happens_the_books_are_right(
    turns: Sequence[Turn], flows: Sequence[Flows]
) -> None:
    line = timeline(*sorted(flows, key=lambda each: each.at_s))
    book = booked(Book(), report(0.0, 1000.0), line)
    at_s, counted_wh, number, session_wh = 0.0, 1000.0, 0, 0.0
    for turn in turns:
        at_s += turn.after_s
        counted_wh += turn.gained_wh
        session_wh += turn.gained_wh
        if turn.begins:
            number, session_wh = number + 1, turn.gained_wh
        if turn.restarts:
            line = Timeline()
        told = report(
            at_s,
            counted_wh,
            idle=turn.idle,
            late=turn.late,
            session=Session(str(number), session_wh),
        )
        before, book = book, booked(book, told, line)
        assert is_sound(book.total)
        assert book.total.energy_wh == pytest.approx(counted_wh - 1000.0, abs=1e-3)
        assert book.total.sun_wh >= before.total.sun_wh
        assert book.total.battery_wh >= before.total.battery_wh
        assert book.total.grid_wh >= before.total.grid_wh
        account = book.account_of(str(number))
        assert account is not None
        assert is_sound(account)
        assert account.energy_wh == round(session_wh, 3)
