"""The id tokens that were presented to a charger, and those that it keeps."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .local_list import LocalList
from .reservations import Reservations
from .token import same_token

PRESENTED_FOR = timedelta(minutes=5)
"""The time for which a token that was presented waits for a car to be plugged in."""


@dataclass(frozen=True, slots=True)
class PresentedToken:
    """An id token that somebody has presented, or with `from_here`, that of a session that was asked for.

    `remote_start_id` is then the number of that command, for versions whose commands have one. `transaction_id` is that
    of a session which has begun at no place yet.
    """

    id_token: str
    at: datetime
    from_here: bool = False
    remote_start_id: int | None = None
    transaction_id: str | None = None

    def holds(self, id_token: str, now: datetime) -> bool:
        """Return whether it is this token, and has not been waiting for too long."""
        same = same_token(self.id_token, id_token)
        return same and timedelta() <= now - self.at < PRESENTED_FOR


@dataclass(frozen=True, slots=True)
class TokenState:
    """Everything about id tokens at a charger.

    `presented` is the one that was presented last and has not started a session yet; `local_list`, the list that the
    charger was sent. With `cache_outdated` it may remember answers that are not true any more.
    """

    presented: PresentedToken | None = field(
        default=None, metadata={"stored_as": "showing"}
    )
    reservations: Reservations = ()
    local_list: LocalList | None = None
    cache_outdated: bool = False

    def is_asked_for(self, id_token: str, now: datetime) -> bool:
        """Return whether a session with this id token was just asked for from here."""
        presented = self.presented
        if presented is None or not presented.from_here:
            return False
        return presented.holds(id_token, now)

    def asked_with(self, remote_start_id: int | None) -> str | None:
        """Return the id token that a session was asked for with, by the number of the command."""
        presented = self.presented
        if presented is None or remote_start_id is None:
            return None
        same = presented.remote_start_id == remote_start_id
        return presented.id_token if same else None
