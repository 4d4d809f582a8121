"""Verification of limits: the car's draw is compared with the limits that the charger has accepted.

Some chargers accept a charging profile and go on as before. No fuse tolerates that, so a limit counts as obeyed
only until the meter shows otherwise. But meters are odd, too: what might be their fault, or the car's, proves less.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from ..devices.capabilities import Unit
from .charging_profile import NOMINAL_VOLTAGE_V, Electrics
from .composite_schedule import Schedule
from .draw import Draw

ANSWER_TIME = timedelta(seconds=15)
"""The time for charger and car to follow a limit; the car itself has 5 s (IEC 61851-1)."""
PROOF_TIME = timedelta(seconds=5)
"""The time for which samples must show too much, so that a single odd one proves nothing."""
DOUBTFUL_PROOF_TIME = timedelta(seconds=30)
"""The same where it may be the sum of all phases that is too much."""
_REMEMBERED = timedelta(minutes=3)
"""The time for which earlier limits are remembered: a power may be the mean of some minutes."""
MARGIN_A = 1.0
MARGIN_SHARE = 0.1
HIGHEST_MINIMUM_A = 7.5
"""Chargers that cannot pause keep to their least current, and almost all cars to theirs, which is no more than this."""
HIGHEST_MINIMUM_OF_CARS_A = 10.5
"""Some cars do not go below 8 or 10 A, and meters err; a draw that also stands still above that is no least current."""
_LEAST_DRAW_A = 1.0
_STILL_A = 0.5
"""The change of a draw up to which it stands still."""
_FOLLOWS_SHARE = 0.5
"""The part of a change of the limit by which a draw has to change to follow it."""
_LEAST_CHANGE_A = 0.5
"""The least change of a limit that a change of the draw is held against."""
_SUM_SLOPE = (1.8, 3.3)
"""The change of a sum of phases, in changes of the limit."""
_SUM_OF_LIMITS = (1.4, 3.2)
"""The current, in limits, that may be a sum of phases."""
_GOOD_USE = (0.85, 1.05)
"""The share of its limit that a car usually draws."""
_SUM_SHARE = 1.25
"""The current, in greatest currents of the charger, that only a sum of phases can be."""
_NEAR_A = 0.3


@dataclass(frozen=True, slots=True)
class Settled:
    """A limit, and the draw that a car has settled at under it."""

    allowed_a: float
    drawn_a: float


@dataclass(frozen=True, slots=True)
class Watch:
    """The latest limits of an EVSE, oldest first, and the sample since which it goes by something else.

    That sample may be a mean: then it has gone by something else since `exceeded_since`. `follows` means that the draw
    was seen to change with the limit; `stands_still`, that it was the same under limits above and below it;
    `sums_phases`, that the current is that of all phases together; `misstates_offer`, that the car draws more than the
    charger says that it offers; `obeyed`, that the latest sample that could tell was no more than the limit.
    """

    allowed: tuple[tuple[datetime, float], ...] = ()
    odd_since: datetime | None = None
    exceeded_since: datetime | None = None
    ignored: bool = False
    settled: Settled | None = None
    follows: bool = False
    stands_still: bool = False
    sums_phases: bool = False
    misstates_offer: bool = False
    obeyed: bool = False


def allow(watch: Watch, current_a: float, at: datetime) -> Watch:
    """Return the watch after the charger has accepted a limit."""
    recent = [item for item in watch.allowed[:-1] if item[0] >= at - _REMEMBERED]
    return replace(
        watch, allowed=(*recent, *watch.allowed[-1:], (at, current_a)), ignored=False
    )


def look(watch: Watch, draw: Draw | None, electrics: Electrics) -> Watch:
    """Return the watch after the newest sample of an EVSE.

    Args:
        watch: the watch before it.
        draw: what the sample tells.
        electrics: the wiring, and the current that holds in the charger where our limit does not.
    """
    if draw is None or not (
        in_effect_a := _in_effect_a(watch, draw.since or draw.at, draw.at)
    ):
        return watch
    watch = _learned(watch, draw, in_effect_a, electrics)
    bearable_a = _mean_bearable_a(watch, draw, electrics.safe_current_a)
    proof_time = PROOF_TIME
    if watch.sums_phases and draw.may_be_sum:
        bearable_a *= electrics.phases
    elif _looks_like_sum(draw, max(in_effect_a), electrics.phases):
        proof_time = DOUBTFUL_PROOF_TIME
    exceeds = (draw.least_a or 0.0) > bearable_a
    if not exceeds and not _stuck(watch, draw, min(in_effect_a), electrics):
        return replace(
            watch, odd_since=None, exceeded_since=None, ignored=False, obeyed=True
        )
    since = watch.odd_since or draw.at
    return replace(
        watch,
        odd_since=since,
        exceeded_since=watch.exceeded_since or draw.since or draw.at,
        ignored=draw.at - since >= proof_time,
        obeyed=False,
    )


def _learned(
    watch: Watch, draw: Draw, in_effect_a: list[float], electrics: Electrics
) -> Watch:
    """Return the watch with what a sample tells of the car and of the meter."""
    drawn_a = draw.least_a
    if drawn_a is None:
        return watch
    least_a = drawn_a / electrics.phases if draw.may_be_sum else drawn_a
    if draw.offered_a is not None and least_a > max(
        draw.offered_a + MARGIN_A, HIGHEST_MINIMUM_OF_CARS_A
    ):
        watch = replace(watch, misstates_offer=True)
    if draw.may_be_sum and drawn_a > _SUM_SHARE * electrics.max_current_a:
        watch = replace(watch, sums_phases=True)
    if len(set(in_effect_a)) > 1 or drawn_a < _LEAST_DRAW_A:
        return watch
    settled, before = Settled(in_effect_a[0], drawn_a), watch.settled
    if before is not None:
        stands_still = _stands_still(before, settled, watch.stands_still)
        watch = replace(watch, stands_still=stands_still)
    slope = None if before is None else _slope(before, settled)
    if slope is not None and before is not None:
        watch = replace(watch, follows=slope >= _FOLLOWS_SHARE)
        if draw.may_be_sum and watch.follows:
            is_sum = _is_sum(slope, before, settled)
            watch = replace(watch, sums_phases=is_sum)
    return replace(watch, settled=settled)


def _looks_like_sum(draw: Draw, allowed_a: float, wired: int) -> bool:
    """Return whether a current is about what several phases together carry that make good use of a limit."""
    if not draw.may_be_sum or draw.current_a is None or allowed_a == 0:
        return False
    least, most = _GOOD_USE
    shares = (draw.current_a / (allowed_a * count) for count in range(2, wired + 1))
    return any(least <= share <= most for share in shares)


def _is_sum(slope: float, before: Settled, after: Settled) -> bool:
    """Return whether a current that follows the limit does so as the sum of several phases."""
    least, most = _SUM_OF_LIMITS
    return _SUM_SLOPE[0] <= slope <= _SUM_SLOPE[1] and all(
        least * each.allowed_a <= each.drawn_a <= most * each.allowed_a
        for each in (before, after)
    )


def _slope(before: Settled, after: Settled) -> float | None:
    """Return the change of the draw in changes of the limit; None where that tells nothing.

    A car that draws less than it may need not draw more when it may, and none goes below its least current.
    """
    allowed_a = after.allowed_a - before.allowed_a
    drawn_a = after.drawn_a - before.drawn_a
    least = before.drawn_a <= HIGHEST_MINIMUM_OF_CARS_A and abs(drawn_a) <= _STILL_A
    had_to_change = after.allowed_a < before.drawn_a - MARGIN_A and not least
    if abs(allowed_a) < _LEAST_CHANGE_A or not (had_to_change or drawn_a > MARGIN_A):
        return None
    return drawn_a / allowed_a


def _stands_still(before: Settled, after: Settled, known: bool) -> bool:
    """Return whether a draw stands still, whether it may be more or has to be less."""
    if abs(after.drawn_a - before.drawn_a) > _STILL_A:
        return False
    lower_a, higher_a = sorted((before.allowed_a, after.allowed_a))
    crossed = lower_a < after.drawn_a - MARGIN_A < after.drawn_a + MARGIN_A < higher_a
    return known or crossed


def _stuck(watch: Watch, draw: Draw, allowed_a: float, electrics: Electrics) -> bool:
    """Return whether the charger goes by its default although it was allowed more.

    What it says that it offers is believed only while the car draws no more than that.
    """
    default_a, offered_a, drawn_a = (
        electrics.safe_current_a,
        draw.offered_a,
        draw.least_a,
    )
    highest_a = max(default_a + _NEAR_A, min(HIGHEST_MINIMUM_A, allowed_a - _NEAR_A))
    return (
        offered_a is not None
        and not watch.misstates_offer
        and default_a > 0
        and abs(offered_a - default_a) < MARGIN_A / 2
        and allowed_a >= default_a + MARGIN_A
        and (drawn_a is None or _LEAST_DRAW_A <= drawn_a <= highest_a)
    )


def _in_effect_a(watch: Watch, since: datetime, at: datetime) -> list[float]:
    """Return the limits that a car may have been following; none while the first is still to be answered."""
    answered = [item for item in watch.allowed if item[0] <= since - ANSWER_TIME]
    pending = [item for item in watch.allowed if since - ANSWER_TIME < item[0] <= at]
    if not answered:
        return []
    return [current_a for _, current_a in (answered[-1], *pending)]


def _mean_bearable_a(watch: Watch, draw: Draw, default_a: float) -> float:
    """Return the most that may be drawn, on average over the time that a draw is the mean of.

    A draw of one instant may follow any limit that is still to be answered.
    """

    def bearable_a(at: datetime) -> float:
        return _bearable_a(max(_in_effect_a(watch, at, at)), watch, draw, default_a)

    since, until = draw.since, draw.until
    if since is None or until is None or since >= until:
        return bearable_a(draw.at)
    changes = {
        change
        for begins, _ in watch.allowed
        for change in (begins, begins + ANSWER_TIME)
    }
    between = (each for each in changes if since < each < until)
    total_as = sum(
        (ends - begins).total_seconds() * bearable_a(begins)
        for begins, ends in pairwise(sorted({since, until, *between}))
    )
    return total_as / (until - since).total_seconds()


def _bearable_a(allowed_a: float, watch: Watch, draw: Draw, default_a: float) -> float:
    """Return the most that may be drawn under a limit: chargers and cars have a least current of their own.

    What stands still at any limit is none, nor what may as well be the default that the charger goes by.
    """
    drawn_a = draw.least_a or 0.0
    by_default = default_a - MARGIN_A <= drawn_a <= default_a + _NEAR_A
    may_be_least = watch.follows or not (watch.stands_still or by_default)
    least_a = HIGHEST_MINIMUM_A
    if allowed_a > 0 and may_be_least:
        least_a = HIGHEST_MINIMUM_OF_CARS_A
    return max(allowed_a + _margin_a(allowed_a), least_a)


def _margin_a(allowed_a: float) -> float:
    return 0.0 if allowed_a == 0 else max(MARGIN_A, MARGIN_SHARE * allowed_a)


def planned_a(plan: Schedule | None, phases: int, now: datetime) -> float | None:
    """Return the current that a charger's own plan allows; None if that names no limit."""
    period = None if plan is None else plan.at(now)
    if plan is None or period is None or period.limit is None:
        return None
    if plan.unit is Unit.WATT:
        return period.limit / ((period.phases or phases) * NOMINAL_VOLTAGE_V)
    return period.limit


def plans_more(
    plan: Schedule | None, allowed_a: float, phases: int, now: datetime
) -> bool:
    """Return whether a charger's own plan allows a car more than a limit that it has just accepted.

    A plan without a limit proves nothing: some chargers say so of whatever they do.
    """
    by_plan_a = planned_a(plan, phases, now)
    if by_plan_a is None:
        return False
    bearable_a = allowed_a + _margin_a(allowed_a)
    return by_plan_a > (bearable_a if allowed_a > 0 else HIGHEST_MINIMUM_A)
