"""Surplus where each phase is paid for by itself: what one phase exports does not make up for what another one imports.

A car can draw as much more as the least of its phases exports, on each of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..cars.response import Car, drawn_w
from ..model import NOTHING, Estimate, PhasePowers, PhaseRotation

PHASES = 3

type Reach = Mapping[int, Estimate]
"""Power that a car could draw without import on any of its phases, by the number of phases that it is offered."""


@dataclass(frozen=True, slots=True)
class PhaseLoad:
    """Car that follows the sun.

    Attributes:
        car: the car.
        rotation: phases of the grid at the charger's phases.
        options: numbers of phases that it can be offered.
        drawn_w: its draw.
    """

    car: Car
    rotation: PhaseRotation
    options: tuple[int, ...]
    drawn_w: Estimate

    @property
    def draws(self) -> bool:
        """True if it may draw."""
        return self.drawn_w.high > 0

    def on(self, offered: int) -> tuple[int, ...]:
        """Return the phases of the grid that it uses, or may use, on a number of offered phases."""
        return self._grid_phases(min(offered, self.car.max_phases))

    @property
    def present(self) -> tuple[int, ...]:
        """Phases of the grid on which it draws, or may draw."""
        return self._grid_phases(self.car.phases)

    def _grid_phases(self, count: int) -> tuple[int, ...]:
        known = self.rotation.grid_phases
        return known[:count] if known else tuple(range(PHASES))


def load_of(
    car: Car, rotation: PhaseRotation, options: tuple[int, ...], at_s: float
) -> PhaseLoad:
    """Return a car with its draw at an instant."""
    return PhaseLoad(car, rotation, options, drawn_w(car, at_s))


def reaches(
    loads: Mapping[str, PhaseLoad], grid_w: PhasePowers | None, battery_w: float
) -> dict[str, Reach]:
    """Return how much each car could draw if the others went on as they do; nothing while the phases are unknown.

    Cars that draw on the same phase share what it exports. The battery is taken to use all phases alike.
    """
    if grid_w is None:
        return {
            key: dict.fromkeys(load.options, NOTHING) for key, load in loads.items()
        }
    exported_w = [-watts - battery_w / PHASES for watts in grid_w]
    sharing = [
        sum(load.draws and phase in load.present for load in loads.values())
        for phase in range(PHASES)
    ]
    return {
        key: {
            offered: _reach_w(load, offered, exported_w, sharing)
            for offered in load.options
        }
        for key, load in loads.items()
    }


def _reach_w(
    load: PhaseLoad, offered: int, exported_w: Sequence[float], sharing: Sequence[int]
) -> Estimate:
    used = min(offered, load.car.max_phases)
    own = load.present if load.draws else ()
    certain = len(own) == load.car.phases

    def at(drawn_w: float) -> float:
        free_w = [
            exported_w[phase] / (sharing[phase] if phase in own else 1)
            + (drawn_w / len(own) if phase in own and certain else 0.0)
            for phase in load.on(offered)
        ]
        unplaced_w = drawn_w if own and not certain else 0.0
        return used * min(free_w) + unplaced_w

    drawn = load.drawn_w
    return Estimate(at(drawn.low), at(drawn.likely), at(drawn.high))


def together_w(loads: Mapping[str, PhaseLoad], reach: Mapping[str, Reach]) -> Estimate:
    """Return the power that the cars can count on together: of those that draw, and of one more."""
    drawing = [_most(reach[key]) for key, load in loads.items() if load.draws]
    waiting = [_most(reach[key]) for key, load in loads.items() if not load.draws]
    if waiting:
        best = max(waiting, key=lambda estimate: estimate.likely)
        if best.likely > 0 or not drawing:
            drawing.append(best)
    return _sum(drawing)


def _most(reach: Reach) -> Estimate:
    return max(reach.values(), key=lambda estimate: estimate.likely)


def _sum(estimates: Iterable[Estimate]) -> Estimate:
    total = NOTHING
    for estimate in estimates:
        total += estimate
    return total


def bounded(power_w: Estimate, most: Estimate) -> Estimate:
    """Return a power that is within reach."""
    return Estimate(
        min(power_w.low, most.low),
        min(power_w.likely, most.likely),
        min(power_w.high, most.high),
    )
