"""The books of one connector: what its meter counts is entered once, and each session's part of it is told apart."""

from dataclasses import dataclass, field, replace

from .accounts import Account, entered, exact, fitted
from .origins import LONGEST_S, Gain, Timeline, portions


@dataclass(frozen=True, slots=True)
class Session:
    """A session as the charger tells of it: what was charged so far, and what else it was called if it was renamed."""

    id: str
    energy_wh: float = 0.0
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What is known of a connector at an instant.

    `counted_wh` only ever grows; None while nothing was counted yet. `drawn_w` is the power, None while nobody tells it;
    `idle` means that the car is known to draw nothing. Since `connected_s` the charger can tell what it meters; `late` means
    that what it tells now was before.
    """

    at_s: float
    counted_wh: float | None
    most_w: float
    drawn_w: float | None = None
    idle: bool = False
    connected_s: float = 0.0
    late: bool = False
    session: Session | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What was entered for a session."""

    id: str
    account: Account = field(default_factory=Account)


@dataclass(frozen=True, slots=True)
class Book:
    """What was entered for one connector.

    All up to `counted_wh` is; what is to come was drawn since `since_s` at the earliest. `drawn_w` is what the
    car is taken to draw just now. Two sessions are kept, as the end of one may be told together with the beginning of the next.
    """

    counted_wh: float | None = None
    since_s: float = 0.0
    drawn_w: float = 0.0
    total: Account = field(default_factory=Account)
    session: Entry | None = None
    previous: Entry | None = None

    def account_of(self, session_id: str) -> Account | None:
        """Return what was entered for a session; None if it is none of the two last ones."""
        for entry in (self.session, self.previous):
            if entry is not None and entry.id == session_id:
                return entry.account
        return None


_OUTAGE_S = 120.0
"""A charger that was away for longer may have charged meanwhile, and tells of it now."""


def booked(book: Book, report: Report, timeline: Timeline) -> Book:
    """Return the book after a report has been entered."""
    counted_wh = report.counted_wh
    if counted_wh is None:
        return replace(_in_session(book, book, report, timeline), since_s=report.at_s)
    if book.counted_wh is None or counted_wh < book.counted_wh:
        # What was counted before there was a book is not known any better.
        book = replace(book, counted_wh=exact(counted_wh), since_s=report.at_s)
    assert book.counted_wh is not None
    gained_wh = exact(counted_wh - book.counted_wh)
    after = book
    if gained_wh > 0:
        gain = _gain(book, report, gained_wh)
        after = replace(
            book,
            counted_wh=exact(counted_wh),
            since_s=report.at_s,
            total=book.total + entered(gained_wh, portions(gain, timeline)),
        )
    elif report.idle:
        after = replace(book, since_s=report.at_s)
    drawn_w = _drawn_w(book, report, gained_wh)
    return _in_session(book, replace(after, drawn_w=drawn_w), report, timeline)


def _gain(book: Book, report: Report, gained_wh: float) -> Gain:
    since_s = min(book.since_s, report.at_s)
    away = report.connected_s - since_s > _OUTAGE_S
    return Gain(
        gained_wh,
        since_s,
        report.at_s,
        report.most_w,
        drawn_w=book.drawn_w,
        seen_from_s=max(
            report.at_s - LONGEST_S, report.connected_s if away else since_s
        ),
        late=report.late,
    )


def _drawn_w(book: Book, report: Report, gained_wh: float) -> float:
    """Return what a car draws: as it is told, or else what it drew in the mean."""
    if report.idle:
        return 0.0
    if report.drawn_w is not None:
        return report.drawn_w
    span_s = report.at_s - book.since_s
    if gained_wh > 0 and span_s > 0:
        return min(gained_wh * 3600 / span_s, report.most_w)
    return book.drawn_w


def _in_session(before: Book, after: Book, report: Report, timeline: Timeline) -> Book:
    """Return the book with the session's part of what was entered."""
    session = report.session
    if session is None:
        return after
    entry = after.session
    if entry is None or entry.id not in (session.id, session.alias):
        after = replace(after, previous=entry)
        entry = Entry(session.id)
    account = entry.account
    if exact(session.energy_wh) != account.energy_wh:
        news = after.total - before.total
        latest = timeline.latest
        tariff = None if latest is None else latest.tariff
        account = fitted(account + news, session.energy_wh, tariff)
    return replace(after, session=Entry(session.id, account))
