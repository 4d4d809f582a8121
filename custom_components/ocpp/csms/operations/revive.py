"""Reviving of chargers that are alive and answer no calls any more: their connection is cut, so that they connect anew.

Some answer again after that. Those that do not are cut more and more seldom, and their owners are told.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
import logging

from ..connections.exchanges import Hearing
from ..errors import CallFailedError, CallTimeoutError, RejectedError
from ..station import ChargingStation

_LOGGER = logging.getLogger(__name__)

ENOUGH_UNANSWERED = 3
"""The calls in a row without an answer after which a charger counts as mute."""
FIRST_INTERVAL = timedelta(minutes=10)
LONGEST_INTERVAL = timedelta(days=1)
"""The shortest and the longest time until the next connection is cut; it doubles each time."""


class Revival:
    """The connections of one charger that were cut since it was mute."""

    def __init__(self, station: ChargingStation) -> None:
        """Initialize; nothing was cut."""
        self._station = station
        self._cut_at: datetime | None = None
        self._times = 0

    def note(self, hearing: Hearing) -> None:
        """Take note of what a charger makes of calls: one that answers is not mute."""
        if hearing.answers and not _is_mute(hearing.unanswered):
            self._times = 0
            self._tell(is_mute=False)

    def needs_proof(self, hearing: Hearing) -> bool:
        """Return whether to ask for something else, since calls of one kind alone were not answered."""
        unanswered = hearing.unanswered
        return len(unanswered) >= ENOUGH_UNANSWERED and len(set(unanswered)) == 1

    async def ask(self) -> None:
        """Ask for what any charger can answer."""
        settings = self._station.version.settings
        try:
            await self._station.commands.get_settings(settings.needed[0])
        except (RejectedError, CallFailedError, CallTimeoutError) as err:
            _LOGGER.debug("Charger %s: %s", self._station.identity, err)

    def must_cut(self, hearing: Hearing) -> bool:
        """Return whether to cut the connection now; the next one is then left alone for a while."""
        now = self._station.now
        if not _is_mute(hearing.unanswered):
            return False
        if self._cut_at is not None and timedelta() <= now - self._cut_at < self._waits:
            return False
        self._cut_at, self._times = now, self._times + 1
        _LOGGER.warning(
            "Charger %s answers no calls: its connection is cut, so that it connects anew",
            self._station.identity,
        )
        self._tell(is_mute=True)
        return True

    @property
    def _waits(self) -> timedelta:
        doublings = min(max(self._times - 1, 0), 10)
        return min(FIRST_INTERVAL * (1 << doublings), LONGEST_INTERVAL)

    def _tell(self, *, is_mute: bool) -> None:
        snapshot = self._station.snapshot
        if snapshot.is_mute is not is_mute:
            self._station.change(replace(snapshot, is_mute=is_mute))


def _is_mute(unanswered: Sequence[str]) -> bool:
    """Return whether so many calls of more than one kind were not answered."""
    return len(unanswered) >= ENOUGH_UNANSWERED and len(set(unanswered)) > 1
