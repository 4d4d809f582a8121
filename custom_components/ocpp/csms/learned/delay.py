"""The delay of answers that a charger was found to need."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ..limits.findings import Finding, found

LEARNED_DELAY_S = 1.0
"""The delay of answers that is tried; the makes that fail when they are answered at once get on with it."""

_SIGNS = 3
"""The number of calls that were repeated, after which something is changed."""

_FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LearnedDelay:
    """Knowledge about a charger that notices answers only if they wait.

    `signs` are calls that it repeated although they were answered, the last one at `last_sign`. `waits` is found when
    answers that come at once go unnoticed, `useless` when it does not help that they wait.
    """

    signs: int = 0
    last_sign: datetime | None = None
    waits: Finding | None = None
    useless: Finding | None = None

    def delay_s(self, now: datetime) -> float | None:
        """Return the delay that was found to be needed; None if there is none."""
        if self.waits is None or not self.waits.holds(now):
            return None
        return LEARNED_DELAY_S

    def noticing(self, now: datetime) -> LearnedDelay:
        """Return this after a call was repeated although it was answered."""
        if self.useless is not None and self.useless.holds(now):
            return self
        recent = self.last_sign is not None and now - self.last_sign < _FORGOTTEN_AFTER
        signs = self.signs + 1 if recent else 1
        if signs < _SIGNS:
            return replace(self, signs=signs, last_sign=now)
        if self.delay_s(now) is None:
            return LearnedDelay(waits=found(self.waits, now))
        return LearnedDelay(useless=found(self.useless, now))
