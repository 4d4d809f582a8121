"""Merges of what was told before with what is told now."""

from hypothesis import given, strategies as st

from custom_components.ocpp.planning.knowledge import merged, since
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
