"""Knowledge of the future that lasts while its sources are silent."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace

from ..surplus.planning.outlook import DAY_S, Series, Span

KEPT_S = 8 * DAY_S
"""The time for which the past is kept; unknown prices are guessed from those of the week before."""


class Knowledge:
    """The knowledge from several sources."""

    def __init__(self) -> None:
        """Initialize without any."""
        self._subject: Hashable = None
        self._by_source: dict[str, Series] = {}

    def begin(self, subject: Hashable) -> None:
        """Forget everything, unless it is about the same subject."""
        if subject != self._subject:
            self._subject = subject
            self._by_source = {}

    def learn(self, source: str, told: Series, now_s: float) -> Series:
        """Return all that a source has told until now, which may be silent at the moment."""
        known = merged(self._by_source.get(source, Series()), told)
        self._by_source[source] = since(known, now_s - KEPT_S)
        return self._by_source[source]

    def forget_later(self, source: str, at_s: float) -> None:
        """Forget what a source has told about the time after an instant."""
        spans = self._by_source.get(source, Series()).spans
        self._by_source[source] = Series(
            replace(span, end_s=min(span.end_s, at_s)) for span in spans
        )


def merged(known: Series, told: Series) -> Series:
    """Return what is known after something was told: it replaces what was known for the same time, and nothing else."""
    if not told or not known:
        return told or known
    bounds = _joined(told.spans)
    kept = (rest for span in known.spans for rest in _without(span, bounds))
    return Series([*kept, *told.spans])


def since(series: Series, at_s: float) -> Series:
    """Return the part of a series that has not ended before an instant."""
    if not series or series.spans[0].end_s > at_s:
        return series
    return Series(span for span in series.spans if span.end_s > at_s)


def _joined(spans: Sequence[Span]) -> Sequence[tuple[float, float]]:
    """Return the times that spans cover, without gaps where they meet."""
    joined: list[tuple[float, float]] = []
    for span in spans:
        if joined and span.start_s <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], span.end_s))
        else:
            joined.append((span.start_s, span.end_s))
    return joined


def _without(span: Span, bounds: Sequence[tuple[float, float]]) -> Iterator[Span]:
    """Yield the parts of a span outside of some times, which are in order."""
    start_s = span.start_s
    for covered_from_s, covered_to_s in bounds:
        if covered_to_s <= start_s or covered_from_s >= span.end_s:
            continue
        if covered_from_s > start_s:
            yield Span(start_s, covered_from_s, span.value)
        start_s = covered_to_s
    if start_s < span.end_s:
        yield Span(start_s, span.end_s, span.value)
