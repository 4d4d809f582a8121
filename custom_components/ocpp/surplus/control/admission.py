"""Admission: minimum power for as many cars as fit, in their order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..cars.response import is_waking
from ..model import Decision, Estimate, Sharing
from ..power.trend import Trend
from . import phases
from .decision_context import DecisionContext
from .sharing import PowerRequest, shares
from .solar_charger import SolarCharger
from .start_stop import StartStopState, Verdict, judge

HEADROOM_SHARE = 1.0
"""Power that charging cars keep beyond their minimum before another one joins, as a share of that minimum: a few cars with
headroom respond to clouds that many cars at their minimum cannot. More saves starts and import, and wastes sun that
returns soon."""


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
            # Cars on other phases leave it no headroom.
            headroom_w=min(spare_w, HEADROOM_SHARE * taken_w)
            if charger.reach is None
            else 0.0,
            reach=charger.reach,
            allowance_w=charger.allowance_w,
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
    phases = admission.verdict.phases
    steady_w = context.within_reach_w(context.average_w, phases)
    return steady_w >= context.start_w(phases)


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
