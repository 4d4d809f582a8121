"""Evidence of trials for and against the meters, and what follows from it.

A fault is certain when it explains the recent trials far better than meters that are right, however late these may be; when
no other fault explains them as well; and when steps in both directions say so. Older trials count less, and in time nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
import math
from statistics import median

from .explanations import (
    BATTERY_UNSEEN,
    CARS_COUNTED_TWICE,
    EXPORT_UNSEEN,
    IMPORT_UNSEEN,
    INVERTED_BATTERY,
    INVERTED_GRID,
    NOT_THE_GRID,
    RIGHT,
    SCALED,
    AnyExplanation,
)
from .findings import KEPT_S, Basis, Fault, Finding
from .flows import FlowLog, MeterForm, Meters
from .trials import Answer, Trial

REMEMBERED = 14
"""Number of trials that count."""
FADING = 0.87
"""Weight of a trial against the one after it."""
FORGOTTEN_S = 12 * 3600.0
"""Time in which a trial's weight falls to a third, unless it has settled the matter."""
CERTAIN = 8.0
"""Logarithm of the odds from which a fault is certain."""
MORE_CERTAIN = 11.0
"""The same for a fault whose answer others may give by chance."""
DOUBTFUL = 3.0
"""Logarithm of the odds below which a fault is certain no longer."""
TESTED = 4.0
"""Logarithm of the odds that a test charge must reach, for the meters or against them."""
DISTINCT = 1.0
"""Least logarithm of the odds of a fault against any other one."""
MIN_TRIALS = 3
"""Least number of trials that speak for a fault."""
SPEAKS_FOR = 0.5
"""Logarithm of the odds from which a trial speaks for a fault."""
LATE_S = 22.0
"""Lateness to reckon with before a missing answer is taken for none."""
ANSWERED = 0.2
"""Share of a step by which its answer may be off to be one in full."""
_AFTER_ANSWER_S = 10.0
"""Calm after the answer of a late meter."""
_DELAY_PRIORS = (0.0, -0.3, -1.0, -3.0)
"""Logarithms of the probabilities of the delays of an answer."""
_CALM_WEIGHTS = ((45.0, 1.0), (25.0, 0.7), (0.0, 0.45))
"""Weights of trials by how late meters may be in them: a meter that is later may look like anything."""

_NEVER_LATE = {Fault.GRID_INVERTED, Fault.BATTERY_INVERTED, Fault.CARS_COUNTED_TWICE}
"""Faults with an answer of their own, which no meter gives by being late, but for one that answers the step before."""
_MOST_CALM_S = 30.0
"""Calm to be asked for at most before such a fault, whose own answer may look late."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """Weight of an explanation.

    Attributes:
        explanation: the explanation.
        odds: logarithm of its odds against meters that are right.
        supporters: the trials that speak for it.
    """

    explanation: AnyExplanation
    odds: float
    supporters: tuple[Trial, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Recent trials, newest last, and the faults that were certain by them at an instant."""

    trials: tuple[Trial, ...] = ()
    findings: tuple[Finding, ...] = ()
    judged_s: float = -math.inf

    def with_trial(self, trial: Trial) -> Evidence:
        """Return the evidence with another trial."""
        return replace(self, trials=(*self.trials, trial)[-REMEMBERED:])

    def without_frozen(self) -> Evidence:
        """Return the evidence without trials of a meter that was frozen, since it is so no longer."""
        kept = tuple(trial for trial in self.trials if not trial.is_frozen)
        return self if len(kept) == len(self.trials) else replace(self, trials=kept)


def judged(evidence: Evidence, log: FlowLog, meters: Meters, now_s: float) -> Evidence:
    """Return the evidence with the findings that it allows."""
    trials = evidence.trials
    best, *others = _ranked(trials, log, meters, now_s, FORGOTTEN_S)
    rival = next(
        (each for each in others if each.explanation.faults != best.explanation.faults),
        None,
    )
    distinct = rival is None or best.odds - rival.odds >= DISTINCT
    certain = distinct and _is_certain(best, meters)
    known = {finding.fault for finding in evidence.findings}
    if known and not certain:
        # Time alone mends no meter: a fault that keeps the cars from charging would have no further trials.
        best = _ranked(trials, log, meters, now_s, KEPT_S)[0]
        certain = best.explanation.faults <= known and best.odds >= DOUBTFUL
    findings = tuple(_findings(best)) if certain else ()
    return Evidence(trials, findings, now_s)


def _ranked(
    trials: Sequence[Trial],
    log: FlowLog,
    meters: Meters,
    now_s: float,
    forgotten_s: float,
) -> list[Weighed]:
    """Return the explanations, the likeliest one first."""
    weights = [
        _weight(trial, len(trials) - 1 - number, now_s, forgotten_s)
        for number, trial in enumerate(trials)
    ]
    right = _score(RIGHT, trials, weights)[0]
    return sorted(
        (_weighed(each, trials, weights, right) for each in _possible(log, meters)),
        key=lambda each: each.odds,
        reverse=True,
    )


def _possible(log: FlowLog, meters: Meters) -> Iterable[AnyExplanation]:
    """Yield the explanations that a meter's form, and what has been seen of it, allow."""
    form = meters.form
    if form is MeterForm.BALANCE_WITHOUT_CARS:
        # It follows the cars by itself, and says nothing of them.
        yield CARS_COUNTED_TWICE
        return
    yield NOT_THE_GRID
    yield INVERTED_GRID
    yield from SCALED
    if any(flow.battery_at_s is not None for flow in log.flows):
        yield from INVERTED_BATTERY
    is_net = form is MeterForm.NET
    exports_alone = is_net and log.sees_export and not log.sees_import
    if form is MeterForm.EXPORT_ONLY or exports_alone:
        yield IMPORT_UNSEEN
    elif is_net and log.sees_import and not log.sees_export:
        yield EXPORT_UNSEEN
    elif log.stirs and not meters.is_limited:
        yield from BATTERY_UNSEEN


def _weight(trial: Trial, newer: int, now_s: float, forgotten_s: float) -> float:
    calm = next(weight for calm_s, weight in _CALM_WEIGHTS if trial.calm_s >= calm_s)
    age_s = max(0.0, now_s - trial.at_s)
    return calm * FADING**newer * math.exp(-age_s / forgotten_s)


def _score(
    explanation: AnyExplanation, trials: Sequence[Trial], weights: Sequence[float]
) -> tuple[float, int]:
    """Return the likelihood of all trials at the delay that suits best, and that delay's number."""
    scores = [
        prior
        + math.fsum(
            weight * explanation.log_likelihood(trial, answer)
            for trial, weight in zip(trials, weights, strict=True)
            if (answer := trial.answers[number]) is not None
        )
        for number, prior in enumerate(_DELAY_PRIORS)
    ]
    best = max(range(len(scores)), key=lambda number: scores[number])
    return scores[best], best


def _weighed(
    explanation: AnyExplanation,
    trials: Sequence[Trial],
    weights: Sequence[float],
    right: float,
) -> Weighed:
    score, delay = _score(explanation, trials, weights)
    supporters = tuple(
        trial
        for trial in trials
        if _speaks_for(explanation, trial, trial.answers[delay])
    )
    return Weighed(explanation, explanation.prior + score - right, supporters)


def _speaks_for(
    explanation: AnyExplanation, trial: Trial, answer: Answer | None
) -> bool:
    if answer is None:
        return False
    against_right = RIGHT.log_likelihood(trial, answer)
    return explanation.log_likelihood(trial, answer) - against_right > SPEAKS_FOR


def _lasts(best: Weighed) -> bool:
    """Return True if most of what speaks for a fault did so until the next step; the answer to the step before goes by."""
    lasting = [
        trial
        for trial in best.supporters
        if _speaks_for(best.explanation, trial, trial.last_answer)
    ]
    return 2 * len(lasting) >= len(best.supporters)


def _is_certain(best: Weighed, meters: Meters) -> bool:
    faults = best.explanation.faults
    if meters.form is MeterForm.EXPORT_ONLY and faults == {Fault.IMPORT_UNSEEN}:
        # It is known to tell nothing else.
        return best.odds >= DOUBTFUL
    least_s = meters.late_s + _AFTER_ANSWER_S
    if faults & _NEVER_LATE:
        if not _lasts(best):
            return False
        least_s = min(least_s, _MOST_CALM_S)
    else:
        least_s = max(least_s, LATE_S)
    calm = tuple(each for each in best.supporters if each.calm_s >= least_s)
    least = MORE_CERTAIN if faults == {Fault.PHASES} else CERTAIN
    return (
        best.odds >= least
        and len(best.supporters) >= MIN_TRIALS
        and len({trial.upwards for trial in calm}) == 2
        and not _is_answered(best.supporters)
    )


def _is_answered(trials: Sequence[Trial]) -> bool:
    """Return True if steps were typically answered in full in the end, if late."""
    step_w = _step_w(trials)
    return abs(_told_w(trials) - step_w) <= ANSWERED * step_w


def _findings(best: Weighed) -> Iterable[Finding]:
    """Yield the findings of an explanation, with typical figures."""
    supporters = best.supporters
    if not supporters:
        return
    step_w, told_w = _step_w(supporters), _told_w(supporters)
    for fault in sorted(best.explanation.faults):
        yield Finding(fault, Basis.STEPS, step_w, told_w, len(supporters))


def _step_w(trials: Sequence[Trial]) -> float:
    """Return the size of a typical step."""
    return median(abs(trial.step_w) for trial in trials)


def _told_w(trials: Sequence[Trial]) -> float:
    """Return the typical answer to a step; negative if it went the other way."""
    return median(
        (answer.grid_w + answer.battery_w) * math.copysign(1, trial.step_w)
        for trial in trials
        if (answer := trial.last_answer)
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    """Verdict of a test charge.

    Attributes:
        fits: the meters answered as they should.
        findings: what they did instead, as far as that is certain.
        step_w: the typical step of the car; 0 if none could be compared.
        told_w: the typical answer.
    """

    fits: bool
    findings: tuple[Finding, ...]
    step_w: float = 0.0
    told_w: float = 0.0


def verdict(trials: Sequence[Trial], log: FlowLog, meters: Meters) -> Verdict:
    """Return the verdict of trials that were made on purpose: two are enough, one in each direction."""
    if not trials:
        return Verdict(False, ())
    weights = [_weight(trial, 0, trial.at_s, FORGOTTEN_S) for trial in trials]
    right, _ = _score(RIGHT, trials, weights)
    weighed = sorted(
        (_weighed(each, trials, weights, right) for each in _possible(log, meters)),
        key=lambda each: each.odds,
        reverse=True,
    )
    best, step_w, told_w = weighed[0], _step_w(trials), _told_w(trials)
    both_ways = len({trial.upwards for trial in trials}) == 2
    if both_ways and best.odds >= TESTED and len(best.supporters) == len(trials):
        return Verdict(False, tuple(_findings(best)), step_w, told_w)
    return Verdict(both_ways and right >= TESTED, (), step_w, told_w)
