"""Verification of limits: the car's draw is compared with the limits that the charger has accepted.

Some chargers accept a charging profile and go on as before. No fuse tolerates that, so a limit counts as obeyed
only until the meter shows otherwise.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ..devices.capabilities import Unit
from ..model import Evse
from .charging_profile import NOMINAL_VOLTAGE_V
from .composite_schedule import Schedule

ANSWER_TIME = timedelta(seconds=15)
"""The time for charger and car to follow a limit; the car itself has 5 s (IEC 61851-1)."""
PROOF_TIME = timedelta(seconds=5)
"""The time for which samples must show too much, so that a single odd one proves nothing."""
MARGIN_A = 1.0
MARGIN_SHARE = 0.1
HIGHEST_MINIMUM_A = 7.5
"""Chargers that cannot pause keep to their least current, which is no more than this."""


@dataclass(frozen=True, slots=True)
class Watch:
    """The latest limits of an EVSE, oldest first, and the sample since which it goes by something else."""

    allowed: tuple[tuple[datetime, float], ...] = ()
    odd_since: datetime | None = None
    ignored: bool = False


def allow(watch: Watch, current_a: float, at: datetime) -> Watch:
    """Return the watch after the charger has accepted a limit."""
    recent = [item for item in watch.allowed[:-1] if item[0] >= at - 2 * ANSWER_TIME]
    return replace(
        watch, allowed=(*recent, *watch.allowed[-1:], (at, current_a)), ignored=False
    )


def look(watch: Watch, evse: Evse, default_a: float) -> Watch:
    """Return the watch after the newest sample of an EVSE.

    Args:
        watch: the watch before it.
        evse: the EVSE with its newest sample.
        default_a: the limit that holds in the charger where ours does not.
    """
    meter, at = evse.meter, evse.meter.sampled_at
    # What an earlier message said proves nothing about the limits of now.
    drawn_a = meter.current_a if meter.current_sampled_at == at else None
    offered_a = meter.offered_current_a if meter.offered_sampled_at == at else None
    if at is None or (drawn_a is None and offered_a is None):
        return watch
    if not (in_effect_a := _in_effect_a(watch, at)):
        return watch
    if not _exceeds(drawn_a, max(in_effect_a)) and not _stuck(
        offered_a, min(in_effect_a), default_a
    ):
        return replace(watch, odd_since=None, ignored=False)
    since = watch.odd_since or at
    return replace(watch, odd_since=since, ignored=at - since >= PROOF_TIME)


def _exceeds(drawn_a: float | None, allowed_a: float) -> bool:
    return (drawn_a or 0.0) > allowed_a + _margin_a(allowed_a)


def _stuck(offered_a: float | None, allowed_a: float, default_a: float) -> bool:
    """Return whether the charger goes by its default although it was allowed more."""
    return (
        offered_a is not None
        and default_a > 0
        and abs(offered_a - default_a) < MARGIN_A / 2
        and allowed_a >= default_a + MARGIN_A
    )


def _in_effect_a(watch: Watch, at: datetime) -> list[float]:
    """Return the limits that a car may have been following; none while the first is still to be answered."""
    answered = [item for item in watch.allowed if item[0] <= at - ANSWER_TIME]
    pending = [item for item in watch.allowed if at - ANSWER_TIME < item[0] <= at]
    if not answered:
        return []
    return [current_a for _, current_a in (answered[-1], *pending)]


def _margin_a(allowed_a: float) -> float:
    if allowed_a == 0:
        return HIGHEST_MINIMUM_A
    return max(MARGIN_A, MARGIN_SHARE * allowed_a)


def plans_more(
    plan: Schedule | None, allowed_a: float, phases: int, now: datetime
) -> bool:
    """Return whether a charger's own plan allows a car more than a limit that it has just accepted.

    A plan without a limit proves nothing: some chargers say so of whatever they do.
    """
    period = None if plan is None else plan.at(now)
    if plan is None or period is None or period.limit is None:
        return False
    planned_a = period.limit
    if plan.unit is Unit.WATT:
        planned_a /= (period.phases or phases) * NOMINAL_VOLTAGE_V
    return planned_a > allowed_a + _margin_a(allowed_a)
