"""Merges of what was told before with what is told now."""

from hypothesis import given, strategies as st

from custom_components.ocpp.planning.knowledge import (
    KEPT_S,
    STORED_AHEAD_S,
    STORED_SPANS,
    Knowledge,
    Known,
    merged,
    since,
)
from custom_components.ocpp.surplus.planning.outlook import Series, Span

_SERIES = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 8), st.integers(-5, 5)), max_size=12
).map(
    lambda spans: Series(
        Span(float(start), float(start + length), float(value))
        for start, length, value in spans
    )
)


@given(_SERIES, _SERIES, st.integers(0, 99))
def test_what_is_told_now_counts_and_the_rest_stays(
    known: Series, told: Series, half: int
) -> None:
    at_s = half / 2
    expected = known.at(at_s) if told.at(at_s) is None else told.at(at_s)
    assert merged(known, told).at(at_s) == expected


@given(_SERIES)
def test_the_same_once_more_changes_nothing(known: Series) -> None:
    assert merged(known, known) == known


def test_the_past_is_forgotten() -> None:
    series = Series([Span(0, 10, 1), Span(10, 20, 2), Span(20, 30, 3)])
    assert since(series, 10).spans == series.spans[1:]
    assert since(series, 5) == series
    assert not since(series, 30)


def _restored(known: Known, subject: object) -> Knowledge:
    knowledge = Knowledge()
    knowledge.restore(known)
    knowledge.begin(subject)
    return knowledge


def test_a_restart_forgets_nothing_about_the_same_sources() -> None:
    told, knowledge = Series([Span(0, 10, 1), Span(10, 20, 2)]), Knowledge()
    knowledge.begin(("sensor.price",))
    knowledge.learn("sensor.price", told, 0.0)
    known = knowledge.stored(0.0)
    same = _restored(known, ("sensor.price",))
    assert same.learn("sensor.price", Series(), 0.0) == told
    others = _restored(known, ("sensor.other",))
    assert not others.learn("sensor.price", Series(), 0.0)


def test_what_is_stored_is_bounded() -> None:
    knowledge = Knowledge()
    often = [Span(float(at_s), at_s + 1.0, 0.0) for at_s in range(2 * STORED_SPANS)]
    knowledge.learn("often", Series(often), 0.0)
    knowledge.learn("gone", Series([Span(0, 10, 1)]), 0.0)
    knowledge.learn("far", Series([Span(KEPT_S + STORED_AHEAD_S + 20, 1e9, 1)]), 0.0)
    stored = knowledge.stored(20.0).by_source
    assert stored["often"] == tuple(often[-STORED_SPANS:])
    assert "far" not in stored
    assert knowledge.stored(KEPT_S + 3 * STORED_SPANS).by_source.keys() == {"far"}
