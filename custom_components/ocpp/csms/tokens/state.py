"""The id tokens that a charger has been shown, and those that it keeps."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .local_list import LocalList
from .reservations import Reservations

PRESENTED_FOR = timedelta(minutes=5)
"""For how long a token that was presented may wait for a car to be plugged in."""


@dataclass(frozen=True, slots=True)
class PresentedToken:
    """An id token that somebody has presented; or `from_here`, one that a session was asked for with."""

    id_token: str
    at: datetime
    from_here: bool = False

    def holds(self, id_token: str, now: datetime) -> bool:
        """Return whether it is this token, and has not been waiting for too long."""
        same = self.id_token.casefold() == id_token.casefold()
        return same and now - self.at < PRESENTED_FOR


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
