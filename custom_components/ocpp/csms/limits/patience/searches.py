"""Searches for a variant that a charger takes: one that found none is not repeated with each new limit.

Some chargers refuse all of them, or answer with an error and obey. Some variants are kept in flash, which is spared.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=30)
"""The shortest and the longest time until all variants are tried again; it doubles each time."""


@dataclass(frozen=True, slots=True)
class _Search:
    """A search that found nothing, as did those before it; the next one waits."""

    ended_at: datetime
    wait: timedelta = FIRST_WAIT


class VariantSearches:
    """The searches at one charger that found nothing, by EVSE, in sessions and outside of them."""

    def __init__(self) -> None:
        """Initialize; everything was found so far."""
        self._vain: dict[tuple[int, bool], _Search] = {}
        self._left_a: dict[tuple[int, bool], float] = {}

    def is_early(self, place: tuple[int, bool], now: datetime) -> bool:
        """Return whether it is too early to try more than the first variant.

        Args:
            place: the EVSE, and whether a session is limited.
            now: the time.
        """
        last = self._vain.get(place)
        # A clock that was set back says nothing about the time that has passed.
        return last is not None and timedelta() <= now - last.ended_at < last.wait

    def note_vain(self, place: tuple[int, bool], limit_a: float, now: datetime) -> None:
        """Take note that the charger has refused a limit in all variants; it may obey it nevertheless."""
        last = self._vain.get(place)
        wait = FIRST_WAIT if last is None else min(2 * last.wait, LONGEST_WAIT)
        self._vain[place] = _Search(now, wait)
        self._left_a[place] = limit_a

    def left_a(self, place: tuple[int, bool]) -> float | None:
        """Return the limit that the last search may have left in force; None if that is cleared."""
        return self._left_a.get(place)

    def note_cleared(self, place: tuple[int, bool]) -> None:
        """Take note that nothing is left in force of the last search."""
        self._left_a.pop(place, None)

    def note_found(self, place: tuple[int, bool]) -> None:
        """Take note that the charger has taken one."""
        self._vain.pop(place, None)
        self.note_cleared(place)

    def begin_anew(self) -> None:
        """Forget all that was refused: the charger may be another one by now."""
        self._vain.clear()
        self._left_a.clear()
