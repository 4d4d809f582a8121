"""Conclusions from what a charger does not report: sessions that go on, or are over, without a word.

Protocol versions differ in what they do about a session that is stale: where the charger cannot be asked about it, its
end is concluded.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from ..evses.status import CHARGING, IDLE
from ..evses.transaction import Transaction
from ..model import Evse, Snapshot
from ..tokens.authorization import Place
from ..tokens.token import Token
from .succession import EvseUpdate, conclude, confirm, is_middle_of, take_up

SETTLES_AFTER = timedelta(seconds=10)
"""The time within which the end of a session is reported whose start was reported late, if it is over."""

STALE_AFTER = timedelta(minutes=1)
"""The time for which a session may go on at a connector that is reported free; after that, its end is lost."""


def settle(identity: str, evse: Evse, now: datetime) -> EvseUpdate:
    """Return an EVSE with the sessions that go on, by all that the charger has not reported."""
    running, superseded = evse.running_transaction, evse.superseded
    if running is None:
        return EvseUpdate(evse)
    may_go_on = evse.status is None or evse.status in CHARGING
    if may_go_on and _has_passed(evse.unsettled_since, SETTLES_AFTER, now):
        return confirm(identity, evse)
    if may_go_on and superseded is not None:
        earlier = superseded.transaction
        if is_middle_of(running, earlier) and _has_passed(
            superseded.told_at, SETTLES_AFTER, now
        ):
            return take_up(identity, evse, earlier, now)
    return EvseUpdate(evse)


def stale_transaction(evse: Evse, now: datetime) -> Transaction | None:
    """Return the session that is most likely over, although its end was not reported."""
    return evse.running_transaction if _is_stale(evse, now) else None


def conclude_stale(
    identity: str, evse: Evse, stale: Transaction, now: datetime
) -> EvseUpdate:
    """Return an EVSE whose stale session has ended, as far as can be told, when the EVSE became idle."""
    ended = replace(stale, ended_at=evse.status_at or now)
    return conclude(identity, evse, ended, now)


def holds_token(evse: Evse, token: Token) -> bool:
    """Return True while an id token cannot be used elsewhere because of a session at an EVSE.

    It can from the moment at which the EVSE is reported idle, even if the end of the session is not reported: with that,
    or at the latest when nothing more is heard of it, the session is over.
    """
    running = evse.running_transaction
    if running is None or not token.is_called(running.id_token or ""):
        return False
    if evse.status_at is None or evse.status not in IDLE:
        return True
    began_idle = evse.heard_at is None or evse.status_at > evse.heard_at
    return not began_idle


def is_in_use_elsewhere(
    token: Token, place: Place, snapshots: Iterable[Snapshot]
) -> bool:
    """Return whether a token has a session at another place than this."""
    return any(
        (snapshot.identity, evse.id) != place and holds_token(evse, token)
        for snapshot in snapshots
        for evse in snapshot.evses.values()
    )


def _is_stale(evse: Evse, now: datetime) -> bool:
    """Return True if an EVSE has been idle for a while, and the charger does not name its session either."""
    if not _has_passed(evse.status_at, STALE_AFTER, now):
        return False
    if evse.status not in IDLE or evse.meter.power_w or evse.meter.current_a:
        return False
    if evse.unsettled_since is not None:
        return _has_passed(evse.unsettled_since, STALE_AFTER, now)
    if evse.heard_at is None:
        return True
    since = evse.status_at or now
    return evse.is_free and evse.heard_at < since


def _has_passed(since: datetime | None, span: timedelta, now: datetime) -> bool:
    return since is not None and now - since >= span
