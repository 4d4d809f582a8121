"""Trials of the meters: steps of the cars, and what grid and battery answered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from .draw import Step
from .flows import Flow, FlowLog

MIN_STEP_W = 700.0
"""Least step that stands out from what else changes in a house."""
BEFORE_S = 60.0
"""Time before a step whose restlessness is expected to go on after it."""
DELAYS_S = (0.0, 15.0, 35.0, 65.0, 130.0)
"""Bounds of the delays at which an answer is looked for, since meters are late; a delay is that of all trials, or of none."""
FLOOR_W = 60.0
"""Restlessness of a house that seems to be at rest."""
MIN_CALM_S = 15.0
"""Least time before and after a step, beyond the interval of the meters."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Change of the flows some time after a step, and the power of the grid then."""

    grid_w: float
    battery_w: float
    after_w: float


@dataclass(frozen=True, slots=True)
class Trial:
    """Step of the cars with the answers to it.

    Attributes:
        at_s: the instant of the step.
        step_w: the step.
        calm_s: the time by which a meter may have been late without an influence of other steps.
        restless_w: change of the flows within such a time that has other causes.
        resolution_w: the least change that the meters told.
        before_w: power of the grid before.
        answers: the answer at each delay; None where no meter has spoken.
        is_frozen: the grid meter told one and the same number, which is not zero.
        phases_measured: the number of phases of each car was measured.
    """

    at_s: float
    step_w: float
    calm_s: float
    restless_w: float
    resolution_w: float
    before_w: float
    answers: tuple[Answer | None, ...]
    is_frozen: bool
    phases_measured: bool

    @property
    def upwards(self) -> bool:
        """True if the cars drew more."""
        return self.step_w > 0

    @property
    def last_answer(self) -> Answer | None:
        """Answer at the longest delay."""
        return next((each for each in reversed(self.answers) if each), None)


def trial_of(step: Step, log: FlowLog) -> Trial | None:
    """Return the trial that a step makes; None if it is too small or too short, or the meters said too little."""
    calm_s = step.calm_s - log.interval_s
    if abs(step.watts) < MIN_STEP_W or calm_s < MIN_CALM_S:
        return None
    begin_s = max(step.before.since_s, step.commanded_s - BEFORE_S)
    before = log.between(begin_s, step.commanded_s) or _last(log, step.commanded_s)
    if not before:
        return None
    start = _start(step, before, log)
    answers = tuple(
        _answer(step, start, log, begin_s, end_s)
        for begin_s, end_s in pairwise(DELAYS_S)
    )
    if not any(answers):
        return None
    seen = [*before, *log.between(step.after.since_s, step.left_s)]
    told_w = {flow.grid_w for flow in seen}
    solar_w = [flow.solar_w for flow in seen if flow.solar_w is not None]
    return Trial(
        step.commanded_s,
        step.watts,
        calm_s,
        _range(before[:-1] or before, lambda flow: flow.total_w) / 2
        + max(solar_w, default=0.0)
        - min(solar_w, default=0.0),
        _resolution_w(seen),
        start.grid_w,
        answers,
        len(told_w) == 1 and 0.0 not in told_w,
        step.before.phases_measured and step.after.phases_measured,
    )


def _last(log: FlowLog, at_s: float) -> Sequence[Flow]:
    """Return the last flow before an instant, which holds until the next one."""
    return [flow for flow in log.flows if flow.at_s <= at_s][-1:]


def _start(step: Step, before: Sequence[Flow], log: FlowLog) -> Flow:
    """Return the flow that the answers are compared with.

    The sample that called for a limit shows its cause, unless the car was under way by itself; right meters have the
    benefit of the doubt.
    """
    after = log.between(step.after.since_s, step.left_s)
    if before[-1].at_s < step.commanded_s or not after:
        return before[-1]
    after_w = median(flow.total_w for flow in after)
    return min(before[-2:], key=lambda flow: abs(after_w - flow.total_w - step.watts))


def _answer(
    step: Step, before: Flow, log: FlowLog, begin_s: float, end_s: float
) -> Answer | None:
    """Return the answer between two delays; None unless all meters have told something since the step."""
    since_s = step.after.since_s + begin_s
    until_s = min(step.after.since_s + end_s, step.left_s)
    flows = [
        flow
        for flow in log.between(since_s, until_s)
        if flow.battery_at_s is None or flow.battery_at_s > step.after.since_s
    ]
    if not flows:
        return None
    grid_w = median(flow.grid_w for flow in flows)
    battery_w = median(flow.battery_w for flow in flows)
    return Answer(grid_w - before.grid_w, battery_w - before.battery_w, grid_w)


def _range(flows: Sequence[Flow], power_w: Callable[[Flow], float]) -> float:
    values_w = [power_w(flow) for flow in flows]
    return max(values_w) - min(values_w)


def _resolution_w(flows: Sequence[Flow]) -> float:
    """Return half the typical change from one report to the next."""
    changes_w = [
        abs(later.grid_w - earlier.grid_w) for earlier, later in pairwise(flows)
    ]
    return median(changes_w) / 2 if changes_w else 0.0
