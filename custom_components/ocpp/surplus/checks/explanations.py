"""Explanations of the meters' answers: each is a way in which they may be set up wrongly, or the right one.

An explanation says which answer to a step it expects. Its likelihood is that of the answer that was told, against the one of
anything at all: sun and house change whenever they like, so that a single answer that does not fit says little against it.
"""

from collections.abc import Callable
from dataclasses import dataclass
import math

from .findings import Fault
from .trials import FLOOR_W, Answer, Trial

TOLERANCE = 0.08
"""Deviation of a right answer, as a share of the step: voltages, phases and the errors of meters."""
CHANCE = 0.25
"""Share of the answers that something else has spoilt."""
ANYTHING = 1 / 6
"""Density of an answer that means nothing, in steps."""
DISTINGUISHABLE = 0.6
"""Greatest share of an expected answer that other causes may have, if it is to be told from none."""
SHARE_TOLERANCE = 0.07
"""Deviation from the share of a battery."""
MAX_RESTLESS = 0.3
"""Greatest share of a step by which sun and house may have moved beside an incomplete answer."""
HELD_MAX = 0.75
"""Greatest share of a step that counts as an incomplete answer."""
NEAR_ZERO_W = 150.0
"""Power at which a battery, or the end of a one-way meter, holds the grid."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Explanation by factors: those by which the powers that are told have to be multiplied to be right.

    Attributes:
        faults: the faults that it consists of; none for the right one.
        prior: logarithm of its probability beforehand, against that of the right one.
        grid: the factor of the grid meter.
        battery: the factor of the battery's meter.
        applies: says whether it may explain a trial.
    """

    faults: frozenset[Fault]
    prior: float = 0.0
    grid: float = 1.0
    battery: float = 1.0
    applies: Callable[[Trial], bool] = lambda trial: True

    def log_likelihood(self, trial: Trial, answer: Answer) -> float:
        """Return the logarithm of the likelihood of an answer against that of anything at all."""
        if not self.applies(trial):
            return math.log(CHANCE)
        scale = abs(self.grid)
        missing_w = (
            trial.step_w - self.battery * answer.battery_w
        ) / self.grid - answer.grid_w
        other_w = max(
            FLOOR_W / max(1.0, scale), trial.restless_w, trial.resolution_w, 0.2
        )
        if other_w > DISTINGUISHABLE * abs(trial.step_w) / scale:
            return math.log(CHANCE)
        spread = math.hypot(TOLERANCE / scale, other_w / abs(trial.step_w))
        # An answer that is larger than the step is compared as what it stands for.
        shrunk = min(1.0, scale)
        deviation = missing_w / trial.step_w
        return _log_likelihood(_normal(deviation * shrunk, spread * shrunk))


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Explanation by a meter that does not answer the cars at all."""

    faults: frozenset[Fault]
    prior: float

    def log_likelihood(self, trial: Trial, answer: Answer) -> float:
        """Return the logarithm of the likelihood of an answer against that of anything at all."""
        if _is_held(trial, answer) and not trial.is_frozen:
            return math.log(CHANCE)
        other_w = max(FLOOR_W, trial.restless_w)
        spread = math.hypot(0.02, other_w / abs(trial.step_w))
        share = (answer.grid_w + answer.battery_w) / trial.step_w
        return _log_likelihood(_normal(share, spread))


@dataclass(frozen=True, slots=True)
class OneWay:
    """Explanation by a grid meter that stands at zero while the power flows in the direction that it does not see."""

    faults: frozenset[Fault]
    prior: float

    def log_likelihood(self, trial: Trial, answer: Answer) -> float:
        """Return the logarithm of the likelihood of an answer against that of anything at all."""
        share = (answer.grid_w + answer.battery_w) / trial.step_w
        ends = _is_near_zero(trial.before_w) or _is_near_zero(answer.after_w)
        is_calm = trial.restless_w <= MAX_RESTLESS * abs(trial.step_w)
        if not ends or not is_calm or not -0.1 <= share <= HELD_MAX:
            return math.log(CHANCE)
        return _log_likelihood(1 / (HELD_MAX + 0.1))


@dataclass(frozen=True, slots=True)
class Shared:
    """Explanation by a battery without a sensor, beside which those with one take but a share of each step."""

    faults: frozenset[Fault]
    prior: float
    share: float

    def log_likelihood(self, trial: Trial, answer: Answer) -> float:
        """Return the logarithm of the likelihood of an answer against that of anything at all."""
        if not _is_held(trial, answer):
            return math.log(CHANCE)
        other_w = max(FLOOR_W, trial.restless_w)
        spread = math.hypot(SHARE_TOLERANCE, other_w / abs(trial.step_w))
        share = (answer.grid_w + answer.battery_w) / trial.step_w
        return _log_likelihood(_normal(share - self.share, spread))


type AnyExplanation = Explanation | Unanswered | OneWay | Shared


def _is_near_zero(watts: float) -> bool:
    return abs(watts) <= NEAR_ZERO_W


def _is_held(trial: Trial, answer: Answer) -> bool:
    return _is_near_zero(trial.before_w) and _is_near_zero(answer.after_w)


def _normal(deviation: float, spread: float) -> float:
    return math.exp(-((deviation / spread) ** 2) / 2) / (
        spread * math.sqrt(2 * math.pi)
    )


def _log_likelihood(density: float) -> float:
    return math.log((1 - CHANCE) * density / ANYTHING + CHANCE)


def _has_measured_phases(trial: Trial) -> bool:
    return trial.phases_measured


RIGHT = Explanation(frozenset())
INVERTED_GRID = Explanation(frozenset({Fault.GRID_INVERTED}), -1.0, grid=-1.0)
INVERTED_BATTERY = (
    Explanation(frozenset({Fault.BATTERY_INVERTED}), -1.0, battery=-1.0),
    Explanation(
        frozenset({Fault.GRID_INVERTED, Fault.BATTERY_INVERTED}),
        -2.5,
        grid=-1.0,
        battery=-1.0,
    ),
)
SCALED = (
    Explanation(frozenset({Fault.UNIT}), -2.0, grid=1000.0),
    Explanation(frozenset({Fault.UNIT}), -2.0, grid=0.001),
    Explanation(
        frozenset({Fault.PHASES}), -2.0, grid=3.0, applies=_has_measured_phases
    ),
    Explanation(
        frozenset({Fault.PHASES}), -2.0, grid=1 / 3, applies=_has_measured_phases
    ),
    Explanation(
        frozenset({Fault.GRID_DOUBLED}), -2.0, grid=0.5, applies=_has_measured_phases
    ),
)
NOT_THE_GRID = Unanswered(frozenset({Fault.NOT_THE_GRID}), -1.5)
CARS_COUNTED_TWICE = Explanation(frozenset({Fault.CARS_COUNTED_TWICE}), -1.0, grid=0.5)
IMPORT_UNSEEN = OneWay(frozenset({Fault.IMPORT_UNSEEN}), -1.0)
EXPORT_UNSEEN = OneWay(frozenset({Fault.EXPORT_UNSEEN}), -1.0)
BATTERY_UNSEEN = tuple(
    Shared(frozenset({Fault.BATTERY_UNSEEN}), -2.5, tenths / 10) for tenths in range(8)
)
