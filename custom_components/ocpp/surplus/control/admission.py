"""Admission: minimum power for as many cars as fit, in their order."""

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
"""Factor by which a waiting car must be more urgent than a charging one to take its place, since each change costs a start."""
URGENCY_EXPONENT = 2.0
"""Exponent of the urgency in a car's weight: 1 shares in proportion to it, higher values prefer the most urgent, so that more
cars are ready at their departure."""
HEADROOM_SHARE = 1.0
"""Power that charging cars keep beyond their minimum before another one joins, as a share of that minimum: a few cars with
headroom respond to clouds that many cars at their minimum cannot. More saves starts and import, and wastes sun that
returns soon."""
DEFAULT_NEED_WH = 50000.0
"""Assumed energy need of a car."""
MIN_NEED_WH = 2000.0
DEFAULT_STAY_S = 8 * 3600.0
"""Assumed stay of a car without a departure."""
MIN_STAY_S = 600.0


@dataclass(frozen=True, slots=True)
class SolarCharger:
    """Charger that follows the sun.

    Attributes:
        key: key of the charger.
        reading: its reading.
        settings: its settings, limited to what its car and its circuits allow.
        car: its car.
        start_stop: memory of starts, stops and phases.
        policy: weight of the sun against the grid.
        allowance_w: power that it may draw from the grid.
        decided_s: the instant of the last change of its limit.
        needs_pulse: the car needs a pulse to stay awake.
        wake_up: wake-up in progress.
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
        """Return the power request on a number of phases."""
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
        """Return the weight in the sharing: higher for large cars and for urgent ones."""
        return max_w * math.pow(self.urgency(now_s), URGENCY_EXPONENT)

    def urgency(self, now_s: float) -> float:
        """Return the share of its stay during which the car would have to charge at full power."""
        max_phases = max(phases.phase_options(self.settings, self.car))
        max_w = self.car.expected_w(self.settings.max_current_a, max_phases)
        return self.mean_power_w(now_s) / max(1.0, max_w)

    def mean_power_w(self, now_s: float) -> float:
        """Return the mean power with which the car would be ready at its departure."""
        reading = self.reading
        needed_wh = DEFAULT_NEED_WH - reading.charged_wh
        if reading.soc_percent is not None:
            needed_wh = DEFAULT_NEED_WH * (1 - reading.soc_percent / 100)
        stay_s = min(DEFAULT_STAY_S, reading.departs_s - now_s)
        return max(MIN_NEED_WH, needed_wh) * 3600 / max(MIN_STAY_S, stay_s)


@dataclass(frozen=True, slots=True)
class Admission:
    """Admission of a charger: the verdict, its context, the memory and the power request that follow from it."""

    charger: SolarCharger
    context: DecisionContext
    start_stop: StartStopState
    verdict: Verdict
    request: PowerRequest

    @property
    def key(self) -> str:
        """Key of the charger."""
        return self.charger.key

    @property
    def starts_or_switches(self) -> bool:
        """True if it starts or switches phases with this verdict."""
        started = not self.charger.start_stop.running
        return self.verdict.runs and (started or self._switches_phases)

    @property
    def is_pending(self) -> bool:
        """True if its car is to charge but does not draw yet, or not yet on the phases that it is to."""
        car = self.context.car
        paused = car.offered_since_s is None and self.charger.wake_up is None
        waits = paused or self._switches_phases or is_waking(car, self.context.now_s)
        return self.verdict.runs and waits

    @property
    def is_drawing(self) -> bool:
        """True if its car draws and continues."""
        return self.verdict.runs and self.context.car.charging and not self.is_pending

    @property
    def is_declining(self) -> bool:
        """True if its car does not draw although it has been offered current for long."""
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
    """Return the chargers in the order in which they are served.

    With strict sharing that is by priority, departure, state of charge and arrival; with fair sharing by priority and urgency.
    A charging car stays ahead of waiting ones unless they are much more urgent.
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
    """Return the admission of each charger, decided on the power that those before it leave.

    Args:
        chargers: the chargers in their order.
        sun_w: power for all of them.
        trend: averages of that power.
        sharing: sharing of the power.
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
    """Return True if a charger needs power now or soon, so that the next one must not count on it."""
    context = admission.context
    if admission.verdict.runs:
        return not admission.is_declining
    return context.average_w >= context.start_w(admission.verdict.phases)


def _possible_shares(
    chargers: Sequence[SolarCharger], total_w: float, sharing: Sharing, now_s: float
) -> Mapping[str, float]:
    """Return the share of each charging car if all charged on as many phases as they can."""
    requests = []
    for charger in chargers:
        options = phases.phase_options(charger.settings, charger.car)
        if charger.start_stop.running:
            fewest = charger.request(min(options), now_s)
            most = charger.request(max(options), now_s)
            requests.append(replace(fewest, max_w=most.max_w))
            total_w += min(charger.allowance_w, most.max_w)
    return shares(total_w, requests, sharing)
