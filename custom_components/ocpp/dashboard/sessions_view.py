"""Sessions as their card shows them: the latest ones, and the totals of each month."""

from collections.abc import Sequence
from dataclasses import dataclass

from homeassistant.util import dt as dt_util

from ..sessions.records import Row, SessionRecord, totals

MOST = 500
"""The most sessions in one answer; older ones are in the totals."""


@dataclass(frozen=True, slots=True)
class MonthView:
    """The totals of a month, such as 2026-11: of all sessions, and by charger, tag and vehicle."""

    month: str
    totals: dict[str, Row | list[Row]]


@dataclass(frozen=True, slots=True)
class SessionsView:
    """The latest sessions first, of all that were found, and the totals by month, the latest first."""

    sessions: tuple[Row, ...]
    count: int
    totals: dict[str, Row | list[Row]]
    months: tuple[MonthView, ...]


def sessions_view(records: Sequence[SessionRecord], limit: int) -> SessionsView:
    """Return sessions with the totals of each month, by local time."""
    latest = sorted(records, key=lambda record: record.started_at)[::-1]
    months: dict[str, list[SessionRecord]] = {}
    for record in latest:
        begun = dt_util.as_local(record.started_at)
        months.setdefault(f"{begun:%Y-%m}", []).append(record)
    return SessionsView(
        tuple(record.row for record in latest[: min(limit, MOST)]),
        len(latest),
        totals(latest),
        tuple(MonthView(month, totals(within)) for month, within in months.items()),
    )
