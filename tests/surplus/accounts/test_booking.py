"""Books of a connector: a steady session is posted once a minute, and whatever is not steady at once."""

from dataclasses import replace

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.surplus.accounts.booking import Books, balanced, entered
from custom_components.ocpp.surplus.accounts.ledger import (
    Ledger,
    Report,
    Session,
    posted,
)
from custom_components.ocpp.surplus.accounts.origins import Timeline

from .test_ledger import MAX_W, sunshine

SESSION = Session("1")


def report(at_s: float, **changes: object) -> Report:
    """Return the report of a car that has charged with 6 kW since the beginning."""
    counted_wh = at_s * 6000 / 3600
    session = replace(SESSION, energy_wh=counted_wh)
    reported = Report(at_s, counted_wh, MAX_W, 6000.0, session=session)
    return replace(reported, **changes)  # type: ignore[arg-type]


def reported(*reports: Report) -> Books:
    """Return the books after reports."""
    books = Books()
    for each in reports:
        books = entered(books, each, sunshine(600))
    return books


def test_a_steady_session_is_posted_once_a_minute() -> None:
    books, postings = Books(), 0
    for at_s in range(600):
        before = books.posted
        books = entered(books, report(float(at_s)), sunshine(600))
        postings += books.posted is not before
    assert postings == 10


@pytest.mark.parametrize(
    "changes",
    [
        {"drawn_w": 5600.0},
        {"drawn_w": 6400.0},
        {"drawn_w": None},
        {"idle": True},
        {"late": True},
        {"connected_s": 5.0},
        {"session": None},
        {"session": Session("2")},
        {"session": replace(SESSION, running=False)},
        {"counted_wh": 900.0},
        {"counted_wh": 1.0},
        {"counted_wh": None},
        {"at_s": 4.0},
    ],
)
def test_whatever_is_not_steady_is_posted_at_once_after_what_was(
    changes: dict[str, object],
) -> None:
    start, steady = report(5.0), report(10.0)
    other = replace(report(20.0), **changes)  # type: ignore[arg-type]
    books = reported(start, steady, other)
    one_by_one = Ledger()
    for each in (start, steady, other):
        one_by_one = posted(one_by_one, each, sunshine(600))
    assert books == Books(one_by_one, other)


def test_a_session_that_goes_on_after_its_end_is_posted_at_once() -> None:
    """Its end was assumed, and the charger reports more of it."""
    ended = replace(SESSION, energy_wh=report(10.0).counted_wh or 0.0, running=False)
    books = reported(report(0.0), report(10.0, session=ended), report(20.0))
    assert (books.posted, books.waiting) == (report(20.0), None)


def test_a_power_that_creeps_is_posted_as_soon_as_it_has_gone_far() -> None:
    books = reported(*(report(at_s, drawn_w=6000.0 + 50 * at_s) for at_s in range(7)))
    assert books.waiting is not None
    assert entered(books, report(7.0, drawn_w=6350.0), Timeline()).waiting is None


def test_what_waits_is_posted_when_the_books_are_balanced() -> None:
    books = reported(report(0.0), report(30.0))
    assert (books.ledger.total.energy_wh, balanced(books, sunshine(60)).waiting) == (
        0,
        None,
    )
    assert balanced(books, sunshine(60)).ledger.total.energy_wh == 50
    assert reported(report(0.0)) == balanced(reported(report(0.0)), Timeline())


@given(st.lists(st.tuples(st.floats(0.0, 90.0), st.floats(0.0, 11_000.0))))
def test_all_energy_is_posted_in_the_end(
    stretches: list[tuple[float, float]],
) -> None:
    books = entered(Books(), report(0.0), Timeline())
    at_s, counted_wh = 0.0, 0.0
    for seconds, power_w in stretches:
        at_s, counted_wh = at_s + seconds, counted_wh + power_w * seconds / 3600
        session = replace(SESSION, energy_wh=counted_wh)
        told = Report(at_s, counted_wh, MAX_W, power_w, session=session)
        books = entered(books, told, Timeline())
    ledger = balanced(books, Timeline()).ledger
    assert ledger.total.energy_wh == pytest.approx(counted_wh, abs=0.001)
    assert ledger.account_of("1") is not None
    assert ledger.session is not None
    assert ledger.session.account.energy_wh == pytest.approx(counted_wh, abs=0.001)
