"""Who charges: the least power for as many cars as fit, in the order in which they are served."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
import math

from ..cars.response import Car, wakes
from ..cars.wake_up import Rouse
from ..model import ChargerReading, ChargerSettings, Decision, Estimate, Sharing
from ..modes import SolarPolicy
from ..power.trend import Trend
from . import phases
from .decision_context import Frame
from .sharing import Claim, shares
from .start_stop import Regulator, Verdict, judge

STAYS = 1.1
"""How much greater the hurry of a car must be that waits than that of one that charges to take its place: the turns are long,
since each costs a start."""
HURRY_POWER = 2.0
"""How much more those in a hurry get: with 1 in proportion to it, the higher the more like the most urgent first. That has
more cars ready when they depart."""
ROOM = 1.0
"""How much of what those that charge need at least shall be theirs besides before another joins: a few cars with room
answer clouds that many at the least current cannot. More saves starts and import, and leaves sun when it comes back soon."""
PRESUMED_WH = 50000.0
"""What a car is taken to want in all as long as nobody has said."""
LEAST_WISH_WH = 2000.0
USUAL_STAY_S = 8 * 3600.0
"""How long a car is taken to stay that nobody has said it of."""
SHORTEST_STAY_S = 600.0


@dataclass(frozen=True, slots=True)
class Follower:
    """A charger that follows the sun: what it says, how it can be set for its car, what its owner wants, what it does.

    It may take `allowance_w` from the grid. Its limit was changed last at `decided_s`. `tires` means that its car has been
    paused for as long as it bears; `rouse` is what is being done to wake a car that declines.
    """

    key: str
    reading: ChargerReading
    settings: ChargerSettings
    car: Car
    regulator: Regulator
    policy: SolarPolicy
    allowance_w: float
    decided_s: float = -math.inf
    tires: bool = False
    rouse: Rouse | None = None

    def claim(self, on_phases: int, now_s: float) -> Claim:
        """Return what it claims when it charges on so many phases."""
        settings, car = self.settings, self.car
        most_w = car.expected_w(settings.max_current_a, on_phases)
        least_w = car.expected_w(settings.min_current_a, on_phases)
        return Claim(
            self.key,
            self.reading.priority,
            min(most_w, max(least_w, self.allowance_w)),
            most_w,
            car.expected_w(car.offered_a, on_phases),
            self._weight(most_w, now_s),
            now_s - self.decided_s,
        )

    def _weight(self, most_w: float, now_s: float) -> float:
        """Return how much it pulls: the more, the larger the share of its time that it must charge at full power."""
        return most_w * math.pow(self.hurry(now_s), HURRY_POWER)

    def hurry(self, now_s: float) -> float:
        """Return during which share of its time it would have to charge at full power to be ready, as far as can be told."""
        most_phases = max(phases.choices(self.settings, self.car))
        most_w = self.car.expected_w(self.settings.max_current_a, most_phases)
        return self.pull_w(now_s) / max(1.0, most_w)

    def pull_w(self, now_s: float) -> float:
        """Return with what power on average it would be ready in time, as far as can be told."""
        reading = self.reading
        wish_wh = PRESUMED_WH - reading.charged_wh
        if reading.soc_percent is not None:
            wish_wh = PRESUMED_WH * (1 - reading.soc_percent / 100)
        stay_s = min(USUAL_STAY_S, reading.departs_s - now_s)
        return max(LEAST_WISH_WH, wish_wh) * 3600 / max(SHORTEST_STAY_S, stay_s)


@dataclass(frozen=True, slots=True)
class Admission:
    """What was decided for a charger, on what grounds, what is remembered of that, and what it claims now."""

    follower: Follower
    frame: Frame
    regulator: Regulator
    verdict: Verdict
    claim: Claim

    @property
    def key(self) -> str:
        """The charger's key."""
        return self.follower.key

    @property
    def turns(self) -> bool:
        """Whether it starts or changes phases with this decision."""
        started = not self.follower.regulator.running
        return self.verdict.runs and (started or self._changes_over)

    @property
    def comes(self) -> bool:
        """Whether its car is to charge but does not draw yet, or not on the phases that it is to."""
        car = self.frame.car
        paused = car.roused_s is None and self.follower.rouse is None
        waits = paused or self._changes_over or wakes(car, self.frame.now_s)
        return self.verdict.runs and waits

    @property
    def draws(self) -> bool:
        """Whether its car charges and goes on."""
        return self.verdict.runs and self.frame.car.charging and not self.comes

    @property
    def declines(self) -> bool:
        """Whether its car does not draw although it could, and since long ago."""
        return self.verdict.runs and not self.draws and not self.comes

    @property
    def _changes_over(self) -> bool:
        return self.verdict.phases != self.frame.car.offered_phases

    def decision(self, current_a: float) -> Decision:
        """Return the decision for a current."""
        switches = self.frame.settings.switches_phases
        return Decision(current_a, self.verdict.phases if switches else None)


def ranked(
    followers: Iterable[Follower], sharing: Sharing, now_s: float
) -> list[Follower]:
    """Return the followers in the order in which they are served.

    That is by priority, departure, state of charge and time of plug-in, where sharing is strict; where it is fair, by
    priority and hurry. Who charges already stays ahead of those who wait unless they are in much more of a hurry.
    """

    def place(follower: Follower) -> tuple[float, ...]:
        reading = follower.reading
        running = follower.regulator.running
        soc_percent = math.inf if reading.soc_percent is None else reading.soc_percent
        if sharing is Sharing.FAIR:
            hurry = follower.hurry(now_s) * (STAYS if running else 1.0)
            return (-reading.priority, -hurry, soc_percent, reading.plugged_in_s)
        return (
            -reading.priority,
            0 if running else 1,
            reading.departs_s,
            soc_percent,
            reading.plugged_in_s,
        )

    return sorted(followers, key=place)


def admitted(
    followers: Sequence[Follower],
    sun_w: Estimate,
    trend: Trend,
    sharing: Sharing,
    now_s: float,
) -> list[Admission]:
    """Decide for each in turn whether it charges, on what those before it leave.

    Args:
        followers: in the order in which they are served.
        sun_w: what all of them may draw.
        trend: the same, averaged.
        sharing: how they share it.
        now_s: the present instant.
    """
    share_w = _possible_shares(followers, sun_w.likely, sharing, now_s)
    steady_w = _possible_shares(followers, trend.average_w, sharing, now_s)
    admissions = []
    taken_w = spare_w = 0.0
    for follower in followers:
        own_w = follower.allowance_w - taken_w
        frame = Frame(
            settings=follower.settings,
            car=follower.car,
            policy=follower.policy,
            available_w=sun_w + Estimate.exactly(own_w),
            average_w=trend.average_w + own_w,
            slow_w=trend.slow_w + own_w,
            long_w=trend.long_w + own_w,
            share_w=share_w.get(follower.key, 0.0),
            average_share_w=steady_w.get(follower.key, 0.0),
            seconds=trend.seconds,
            now_s=now_s,
            tires=follower.tires,
            room_w=min(spare_w, ROOM * taken_w),
        )
        regulator, verdict = judge(follower.regulator, frame)
        claim = follower.claim(verdict.phases, now_s)
        admission = Admission(follower, frame, regulator, verdict, claim)
        admissions.append(admission)
        if _needs(admission):
            taken_w += max(0.0, frame.least_w(verdict.phases) - follower.allowance_w)
        if admission.draws:
            spare_w += claim.most_w - claim.least_w
    return admissions


def _needs(admission: Admission) -> bool:
    """Whether a charger needs power now, or is about to: then the next must not count on it."""
    frame = admission.frame
    if admission.verdict.runs:
        return not admission.declines
    return frame.average_w >= frame.start_w(admission.verdict.phases)


def _possible_shares(
    followers: Sequence[Follower], total_w: float, sharing: Sharing, now_s: float
) -> Mapping[str, float]:
    """Return what each car that charges would get if all did so on as many phases as it takes."""
    claims = []
    for follower in followers:
        options = phases.choices(follower.settings, follower.car)
        if follower.regulator.running:
            fewest = follower.claim(min(options), now_s)
            most = follower.claim(max(options), now_s)
            claims.append(replace(fewest, most_w=most.most_w))
            total_w += min(follower.allowance_w, most.most_w)
    return shares(total_w, claims, sharing)
