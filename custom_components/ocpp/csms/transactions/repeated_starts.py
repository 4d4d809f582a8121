"""Starts that are reported again: a charger that got no answer repeats what it has sent, whatever its clock shows.

A clock that was never set begins at the same time whenever the power comes back, and one that is set later makes some
chargers correct the time that they have not got an answer for.
"""

from datetime import timedelta

from ..evses.transaction import Transaction
from ..metering.charger_clock import FIRST_CREDIBLE
from ..tokens.token import same_token
from .reports import UNTOLD_S, Start

_FIRST_CREDIBLE_S = FIRST_CREDIBLE.timestamp()
_SOON = timedelta(minutes=2)
"""The time within which a start without a credible time is taken for the one before, where nothing else tells."""


def is_repeated(start: Start, known: Transaction) -> bool:
    """Return True for a start that was reported before."""
    if known.id == start.transaction_id:
        return not known.joined_midway
    if start.meter_start_wh != known.meter_start_wh:
        return False
    if not same_token(start.id_token, known.id_token):
        return False
    if known.told_s is None or start.told_s is None:
        return start.started_at == known.started_at
    if start.told_s == known.told_s and start.told_s != UNTOLD_S:
        return _has_credible_time(start) or known.stop_reason is None
    return not _has_credible_time(known) and _can_only_be(start, known)


def _has_credible_time(told: Start | Transaction) -> bool:
    return told.told_s is not None and told.told_s >= _FIRST_CREDIBLE_S


def _can_only_be(start: Start, known: Transaction) -> bool:
    """Return True for a start whose time has become credible, or is not told, if there can have been no other since."""
    if not known.running or not (_has_credible_time(start) or start.told_s == UNTOLD_S):
        return False
    # A register that counts more than the session has moved on in every other one.
    return bool(start.meter_start_wh) or start.started_at - known.started_at <= _SOON
