"""Knowledge of the future that lasts while its sources are silent, and over restarts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from ..surplus.planning.outlook import DAY_S, Series, Span

KEPT_S = 8 * DAY_S
"""The time for which the past is kept; unknown prices are guessed from those of the week before."""
STORED_AHEAD_S = 8 * DAY_S
STORED_SPANS = 5000
"""The time ahead that is stored, and the number of values of each source: enough for one each five minutes."""


@dataclass(frozen=True, slots=True)
class Known:
    """Knowledge as it is stored: a digest of its subject, and what each source has told."""

    subject: str = ""
    by_source: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)


class Knowledge:
    """The knowledge from several sources."""

    def __init__(self) -> None:
        """Initialize without any."""
        self._subject = ""
        self._by_source: dict[str, Series] = {}

    def begin(self, subject: object) -> None:
        """Forget everything, unless it is about the same subject."""
        digest = sha256(repr(subject).encode()).hexdigest()
        if digest != self._subject:
            self._subject = digest
            self._by_source = {}

    def restore(self, known: Known) -> None:
        """Know what was stored before a restart."""
        self._subject = known.subject
        self._by_source = {
            source: Series(spans) for source, spans in known.by_source.items()
        }

    def stored(self, now_s: float) -> Known:
        """Return what is worth storing: what is neither long past nor far ahead."""
        near = {
            source: tuple(
                span
                for span in since(series, now_s - KEPT_S).spans
                if span.start_s < now_s + STORED_AHEAD_S
            )[-STORED_SPANS:]
            for source, series in self._by_source.items()
        }
        return Known(
            self._subject, {key: spans for key, spans in near.items() if spans}
        )

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
