"""Limits that others impose on an EVSE, such as the operator of the grid, as its charger reports them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LimitStep:
    """The current per phase that is allowed from an instant on; None for as much as the charger can."""

    starts_at: datetime
    current_a: float | None


@dataclass(frozen=True, slots=True)
class ExternalLimit:
    """A limit that somebody else imposes; without steps, its value is unknown.

    `source` tells who does, in OCPP's words; `steps` are ordered by time.
    """

    source: str
    steps: tuple[LimitStep, ...] = ()
    ends_at: datetime | None = None

    def current_a(self, now: datetime) -> float | None:
        """Return the current per phase that it allows; None if it does not limit that now, or nobody knows."""
        if self.ends_at is not None and now >= self.ends_at:
            return None
        begun = [step for step in self.steps if step.starts_at <= now]
        return begun[-1].current_a if begun else None


def lowest_a(limits: Iterable[ExternalLimit], now: datetime) -> float | None:
    """Return the current per phase that several limits together allow; None without one that is known."""
    currents_a = (limit.current_a(now) for limit in limits)
    return min((each for each in currents_a if each is not None), default=None)


def with_limit(
    limits: Iterable[ExternalLimit], new: ExternalLimit
) -> tuple[ExternalLimit, ...]:
    """Return limits with a new one, which takes the place of the one that the same source has imposed."""
    return (*without_source(limits, new.source), new)


def without_source(
    limits: Iterable[ExternalLimit], source: str
) -> tuple[ExternalLimit, ...]:
    """Return limits without that of a source."""
    return tuple(limit for limit in limits if limit.source != source)
