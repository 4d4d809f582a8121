"""Energy ledger of one connector: posts each counted watt-hour once, and assigns sessions their part of it."""

from dataclasses import dataclass, field, replace

from .accounts import Account, account_for, corrected_to, rounded_wh
from .origins import HISTORY_S, EnergyIncrement, Timeline, portions


@dataclass(frozen=True, slots=True)
class Session:
    """Session as the charger reports it: its energy so far, and its other id if it was renamed."""

    id: str
    energy_wh: float = 0.0
    other_id: str | None = None
    running: bool = True


@dataclass(frozen=True, slots=True)
class Report:
    """State of a connector at an instant.

    Attributes:
        at_s: the instant.
        counted_wh: the energy counter, which only grows; None before anything was counted.
        max_w: the most that any car can draw here.
        drawn_w: the power; None without a measurement.
        idle: the car is known to draw nothing.
        connected_s: since when the charger is connected.
        late: what is reported now happened before the charger connected.
        session: the present or last session.
    """

    at_s: float
    counted_wh: float | None
    max_w: float
    drawn_w: float | None = None
    idle: bool = False
    connected_s: float = 0.0
    late: bool = False
    session: Session | None = None


@dataclass(frozen=True, slots=True)
class SessionEntry:
    """Energy posted for one session."""

    id: str
    account: Account = field(default_factory=Account)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Energy posted for one connector.

    Attributes:
        counted_wh: the energy counter up to which everything is posted.
        since_s: the earliest instant at which the next increment can have been drawn.
        drawn_w: the power that the car is assumed to draw now.
        total: everything posted.
        session: entry of the latest session.
        previous: entry of the session before it, since its end may be reported together with the start of the next.
    """

    counted_wh: float | None = None
    since_s: float = 0.0
    drawn_w: float = 0.0
    total: Account = field(default_factory=Account)
    session: SessionEntry | None = None
    previous: SessionEntry | None = None

    def account_of(self, session_id: str) -> Account | None:
        """Return the energy posted for a session; None if it is neither of the last two."""
        for entry in (self.session, self.previous):
            if entry is not None and entry.id == session_id:
                return entry.account
        return None


_OUTAGE_S = 120.0
"""Shortest outage during which a charger is assumed to have charged without reporting."""


def posted(ledger: Ledger, report: Report, timeline: Timeline) -> Ledger:
    """Return the ledger with a report posted."""
    counted_wh = report.counted_wh
    if counted_wh is None:
        return replace(
            _in_session(ledger, ledger, report, timeline), since_s=report.at_s
        )
    if ledger.counted_wh is None or counted_wh < ledger.counted_wh:
        # The first report, or a counter that was reset: earlier energy has no origin.
        ledger = replace(ledger, counted_wh=rounded_wh(counted_wh), since_s=report.at_s)
    assert ledger.counted_wh is not None
    increment_wh = rounded_wh(counted_wh - ledger.counted_wh)
    after = ledger
    if increment_wh > 0:
        increment = _increment(ledger, report, increment_wh)
        after = replace(
            ledger,
            counted_wh=rounded_wh(counted_wh),
            since_s=report.at_s,
            total=ledger.total
            + account_for(increment_wh, portions(increment, timeline)),
        )
    elif report.idle:
        after = replace(ledger, since_s=report.at_s)
    drawn_w = _drawn_w(ledger, report, increment_wh)
    return _in_session(ledger, replace(after, drawn_w=drawn_w), report, timeline)


def _increment(ledger: Ledger, report: Report, increment_wh: float) -> EnergyIncrement:
    since_s = min(ledger.since_s, report.at_s)
    away = report.connected_s - since_s > _OUTAGE_S
    return EnergyIncrement(
        increment_wh,
        since_s,
        report.at_s,
        report.max_w,
        drawn_w=ledger.drawn_w,
        observed_from_s=max(
            report.at_s - HISTORY_S, report.connected_s if away else since_s
        ),
        late=report.late,
    )


def _drawn_w(ledger: Ledger, report: Report, increment_wh: float) -> float:
    """Return the power that a car draws: as reported, else the mean since the last increment."""
    if report.idle:
        return 0.0
    if report.drawn_w is not None:
        return report.drawn_w
    span_s = report.at_s - ledger.since_s
    if increment_wh > 0 and span_s > 0:
        return min(increment_wh * 3600 / span_s, report.max_w)
    return ledger.drawn_w


def _in_session(
    before: Ledger, after: Ledger, report: Report, timeline: Timeline
) -> Ledger:
    """Return the ledger with the new energy assigned to the session."""
    session = report.session
    if session is None:
        return after
    entry = after.session
    if entry is None or entry.id not in (session.id, session.other_id):
        after = replace(after, previous=entry)
        entry = SessionEntry(session.id)
    account = entry.account
    if rounded_wh(session.energy_wh) != account.energy_wh:
        posted_since = after.total - before.total
        latest = timeline.latest
        tariff = None if latest is None else latest.tariff
        account = corrected_to(account + posted_since, session.energy_wh, tariff)
    return replace(after, session=SessionEntry(session.id, account))
