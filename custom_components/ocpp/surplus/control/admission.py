"""Who charges: the least power for as many cars as fit, in the order in which they are served."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
import math

from ..cars.response import Car, is_waking
from ..cars.wake_up import WakeUp
from ..model import ChargerReading, ChargerSettings, Decision, Estimate, Sharing
from ..modes import SolarPolicy
from ..power.trend import Trend
from . import phases
from .decision_context import DecisionContext
from .sharing import PowerRequest, shares
from .start_stop import StartStopState, Verdict, judge

ORDER_HYSTERESIS = 1.1
"""How much greater the hurry of a car must be that waits than that of one that charges to take its place: the turns are long,
since each costs a start."""
URGENCY_EXPONENT = 2.0
"""How much more those in a hurry get: with 1 in proportion to it, the higher the more like the most urgent first. That has
more cars ready when they depart."""
HEADROOM_SHARE = 1.0
"""How much of what those that charge need at least shall be theirs besides before another joins: a few cars with room
answer clouds that many at the least current cannot. More saves starts and import, and leaves sun when it comes back soon."""
DEFAULT_NEED_WH = 50000.0
"""What a car is taken to want in all as long as nobody has said."""
MIN_NEED_WH = 2000.0
DEFAULT_STAY_S = 8 * 3600.0
"""How long a car is taken to stay that nobody has said it of."""
MIN_STAY_S = 600.0


@dataclass(frozen=True, slots=True)
class SolarCharger:
    """A charger that follows the sun: what it says, how it can be set for its car, what its owner wants, what it does.

    It may take `allowance_w` from the grid. Its limit was changed last at `decided_s`. `needs_pulse` means that its car has been
    paused for as long as it bears; `wake_up` is what is being done to wake a car that declines.
    """

    key: str
    reading: ChargerReading
    settings: ChargerSettings
    car: Car
    start_stop: StartStopState
    policy: SolarPolicy
    allowance_w: float
    decided_s: float = -math.inf
    needs_pulse: bool = False
    wake_up: WakeUp | None = None

    def request(self, on_phases: int, now_s: float) -> PowerRequest:
        """Return what it claims when it charges on so many phases."""
        settings, car = self.settings, self.car
        max_w = car.expected_w(settings.max_current_a, on_phases)
        min_w = car.expected_w(settings.min_current_a, on_phases)
        return PowerRequest(
            self.key,
            self.reading.priority,
            min(max_w, max(min_w, self.allowance_w)),
            max_w,
            car.expected_w(car.offered_a, on_phases),
            self._weight(max_w, now_s),
            now_s - self.decided_s,
        )

    def _weight(self, max_w: float, now_s: float) -> float:
        """Return how much it pulls: the more, the larger the share of its time that it must charge at full power."""
        return max_w * math.pow(self.urgency(now_s), URGENCY_EXPONENT)

    def urgency(self, now_s: float) -> float:
        """Return during which share of its time it would have to charge at full power to be ready, as far as can be told."""
        max_phases = max(phases.phase_options(self.settings, self.car))
        max_w = self.car.expected_w(self.settings.max_current_a, max_phases)
        return self.mean_power_w(now_s) / max(1.0, max_w)

    def mean_power_w(self, now_s: float) -> float:
        """Return with what power on average it would be ready in time, as far as can be told."""
        reading = self.reading
        needed_wh = DEFAULT_NEED_WH - reading.charged_wh
        if reading.soc_percent is not None:
            needed_wh = DEFAULT_NEED_WH * (1 - reading.soc_percent / 100)
        stay_s = min(DEFAULT_STAY_S, reading.departs_s - now_s)
        return max(MIN_NEED_WH, needed_wh) * 3600 / max(MIN_STAY_S, stay_s)


@dataclass(frozen=True, slots=True)
class Admission:
    """What was decided for a charger, on what grounds, what is remembered of that, and what it claims now."""

    charger: SolarCharger
    context: DecisionContext
    start_stop: StartStopState
    verdict: Verdict
    request: PowerRequest

    @property
    def key(self) -> str:
        """The charger's key."""
        return self.charger.key

    @property
    def starts_or_switches(self) -> bool:
        """Whether it starts or changes phases with this decision."""
        started = not self.charger.start_stop.running
        return self.verdict.runs and (started or self._switches_phases)

    @property
    def is_pending(self) -> bool:
        """Whether its car is to charge but does not draw yet, or not on the phases that it is to."""
        car = self.context.car
        paused = car.offered_since_s is None and self.charger.wake_up is None
        waits = paused or self._switches_phases or is_waking(car, self.context.now_s)
        return self.verdict.runs and waits

    @property
    def is_drawing(self) -> bool:
        """Whether its car charges and goes on."""
        return self.verdict.runs and self.context.car.charging and not self.is_pending

    @property
    def is_declining(self) -> bool:
        """Whether its car does not draw although it could, and since long ago."""
        return self.verdict.runs and not self.is_drawing and not self.is_pending

    @property
    def _switches_phases(self) -> bool:
        return self.verdict.phases != self.context.car.offered_phases

    def decision(self, current_a: float) -> Decision:
        """Return the decision for a current."""
        switches = self.context.settings.switches_phases
        return Decision(current_a, self.verdict.phases if switches else None)


def ranked(
    chargers: Iterable[SolarCharger], sharing: Sharing, now_s: float
) -> list[SolarCharger]:
    """Return the followers in the order in which they are served.

    That is by priority, departure, state of charge and time of plug-in, where sharing is strict; where it is fair, by
    priority and hurry. Who charges already stays ahead of those who wait unless they are in much more of a hurry.
    """

    def place(charger: SolarCharger) -> tuple[float, ...]:
        reading = charger.reading
        running = charger.start_stop.running
        soc_percent = math.inf if reading.soc_percent is None else reading.soc_percent
        if sharing is Sharing.FAIR:
            urgency = charger.urgency(now_s) * (ORDER_HYSTERESIS if running else 1.0)
            return (-reading.priority, -urgency, soc_percent, reading.plugged_in_s)
        return (
            -reading.priority,
            0 if running else 1,
            reading.departs_s,
            soc_percent,
            reading.plugged_in_s,
        )

    return sorted(chargers, key=place)


def admitted(
    chargers: Sequence[SolarCharger],
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
    share_w = _possible_shares(chargers, sun_w.likely, sharing, now_s)
    steady_share_w = _possible_shares(chargers, trend.average_w, sharing, now_s)
    admissions = []
    taken_w = spare_w = 0.0
    for charger in chargers:
        own_w = charger.allowance_w - taken_w
        context = DecisionContext(
            settings=charger.settings,
            car=charger.car,
            policy=charger.policy,
            available_w=sun_w + Estimate.exactly(own_w),
            average_w=trend.average_w + own_w,
            slow_w=trend.slow_w + own_w,
            long_w=trend.long_w + own_w,
            share_w=share_w.get(charger.key, 0.0),
            average_share_w=steady_share_w.get(charger.key, 0.0),
            seconds=trend.seconds,
            now_s=now_s,
            needs_pulse=charger.needs_pulse,
            headroom_w=min(spare_w, HEADROOM_SHARE * taken_w),
        )
        start_stop, verdict = judge(charger.start_stop, context)
        request = charger.request(verdict.phases, now_s)
        admission = Admission(charger, context, start_stop, verdict, request)
        admissions.append(admission)
        if _reserves_power(admission):
            taken_w += max(0.0, context.min_w(verdict.phases) - charger.allowance_w)
        if admission.is_drawing:
            spare_w += request.max_w - request.min_w
    return admissions


def _reserves_power(admission: Admission) -> bool:
    """Whether a charger needs power now, or is about to: then the next must not count on it."""
    context = admission.context
    if admission.verdict.runs:
        return not admission.is_declining
    return context.average_w >= context.start_w(admission.verdict.phases)


def _possible_shares(
    chargers: Sequence[SolarCharger], total_w: float, sharing: Sharing, now_s: float
) -> Mapping[str, float]:
    """Return what each car that charges would get if all did so on as many phases as it takes."""
    requests = []
    for charger in chargers:
        options = phases.phase_options(charger.settings, charger.car)
        if charger.start_stop.running:
            fewest = charger.request(min(options), now_s)
            most = charger.request(max(options), now_s)
            requests.append(replace(fewest, max_w=most.max_w))
            total_w += min(charger.allowance_w, most.max_w)
    return shares(total_w, requests, sharing)
