"""Joint plan of several cars that share the sun and the grid limit, as a linear program solved by HiGHS.

Each slot offers energy steps of increasing price to all cars together. Each car takes no more than it can draw, in slots
before its departure, up to the energy that it needs; cars behind a bottleneck take no more than that lets through. Missing
energy has a price above all others.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
import math

import highspy
import numpy as np

from .outlook import Outlook, Slot
from .plan import NEGLIGIBLE_WH, ChargingGoal
from .planned_energy import EnergyStep, PlannedEnergy
from .supply import PowerRange, PowerStep, Source, power_steps

TIME_LIMIT_S = 30.0
_LATER_DISCOUNT = 1e-5
"""Discount of grid energy in the last slot, as a share of the highest price: the sun may yield more by then."""
_WAITING_PENALTY = 1e-6
"""Penalty for making the car wait that departs first, as a share of the highest price."""
_CONTINUATION_BONUS = 0.02
"""Bonus for continuing to charge instead of starting again later, as a share of the highest price."""


class UnsolvedError(Exception):
    """Failure of HiGHS to find a plan, which should not happen: charging nothing is one."""


@dataclass(frozen=True, slots=True)
class Demand:
    """Demand of one car: its goal and energy, its horizon, and the end of the slot that it has begun."""

    goal: ChargingGoal
    needed_wh: float
    horizon_s: float
    begun_until_s: float


def plan_jointly(
    demands: Mapping[str, Demand], outlook: Outlook, now_s: float
) -> Mapping[str, PlannedEnergy]:
    """Return the cheapest plan for cars together.

    Raises:
        UnsolvedError: when HiGHS does not find it.
    """
    horizons_s = {demand.horizon_s for demand in demands.values()}
    slots = outlook.slots(now_s, max(horizons_s), horizons_s)
    order = sorted(demands, key=lambda key: demands[key].horizon_s)
    behind = [
        frozenset(car for car, key in enumerate(order) if key in bottleneck.chargers)
        for bottleneck in outlook.bottlenecks
    ]
    program = _LinearProgram(slots, [demands[key] for key in order], behind)
    energy_wh, used = program.solve()
    planned_by_car = _planned_energies(program, energy_wh, used)
    return dict(zip(order, planned_by_car, strict=True))


def _shared_steps(slot: Slot, demands: Sequence[Demand]) -> Sequence[PowerStep]:
    """Return the power steps of a slot for all cars that are still present."""
    power_ranges = [
        demand.goal.power_range for demand in demands if demand.horizon_s >= slot.end_s
    ]
    joint_range = PowerRange(
        min(each.min_w for each in power_ranges),
        math.fsum(each.max_w for each in power_ranges),
    )
    # What single bottlenecks let through is up to the rows of the program.
    return tuple(power_steps(replace(slot, power_limits_w=()), joint_range))


class _LinearProgram:
    """Linear program; its variables are the energy of each step, of each car in each slot, and what is missing.

    `behind` has the cars behind each bottleneck of the outlook.
    """

    def __init__(
        self,
        slots: Sequence[Slot],
        demands: Sequence[Demand],
        behind: Sequence[frozenset[int]],
    ) -> None:
        self.slots = slots
        self.demands = demands
        self.behind = behind
        self.steps = [
            EnergyStep(index, slot, power_step)
            for index, slot in enumerate(slots)
            for power_step in _shared_steps(slot, demands)
        ]
        self.cells = [
            (car, index)
            for car, demand in enumerate(demands)
            for index, slot in enumerate(slots)
            if slot.end_s <= demand.horizon_s
            and self.limit_w(car, slot) >= demand.goal.power_range.min_w
        ]
        self.narrows = [
            _Narrow(number, index, slot.power_limits_w[number] * slot.hours)
            for index, slot in enumerate(slots)
            for number, cars in enumerate(behind)
            if slot.power_limits_w[number]
            < math.fsum(demands[car].goal.power_range.max_w for car in cars)
        ]

    def limit_w(self, car: int, slot: Slot) -> float:
        """Return what the bottlenecks let through to a car if it charges alone."""
        limits_w = zip(self.behind, slot.power_limits_w, strict=True)
        return min((limit for cars, limit in limits_w if car in cars), default=math.inf)

    def solve(
        self,
    ) -> tuple[Mapping[tuple[int, int], float], Mapping[EnergyStep, float]]:
        """Return the energy of each car in each slot, and the used energy of each step, in Wh."""
        highs = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("time_limit", TIME_LIMIT_S),
        ):
            highs.setOptionValue(option, value)
        highs.passModel(self._model())
        highs.run()
        status = highs.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise UnsolvedError(highs.modelStatusToString(status))
        values = highs.getSolution().col_value
        steps, cells = len(self.steps), len(self.cells)
        used = dict(zip(self.steps, values[:steps], strict=True))
        energy_wh = dict(zip(self.cells, values[steps : steps + cells], strict=True))
        return energy_wh, used

    def _model(self) -> highspy.HighsLp:
        """Return the program in HiGHS' form: rows for each slot's balance, each car's energy, and each narrow bottleneck."""
        balances = len(self.slots)
        needed_wh = [demand.needed_wh for demand in self.demands]
        columns = list(self._columns())
        model = highspy.HighsLp()
        model.num_col_ = len(columns)
        model.num_row_ = balances + len(self.demands) + len(self.narrows)
        model.col_cost_ = np.array([column.cost for column in columns])
        model.col_lower_ = np.zeros(len(columns))
        model.col_upper_ = np.array([column.max_wh for column in columns])
        bounds = [0.0] * balances + needed_wh
        most_wh = [narrow.energy_wh for narrow in self.narrows]
        model.row_lower_ = np.array([*bounds, *[0.0] * len(most_wh)])
        model.row_upper_ = np.array([*bounds, *most_wh])
        entries = [entry for column in columns for entry in column.entries]
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = np.cumsum(
            [0, *(len(column.entries) for column in columns)], dtype=np.int32
        )
        model.a_matrix_.index_ = np.array([row for row, _ in entries], dtype=np.int32)
        model.a_matrix_.value_ = np.array([value for _, value in entries])
        return model

    def _columns(self) -> Iterator[_Column]:
        count = len(self.slots)
        rows = self._narrow_rows(count + len(self.demands))
        dearest = max(abs(step.power_step.price_per_kwh) for step in self.steps)
        for step in self.steps:
            cost = step.power_step.price_per_kwh
            if step.power_step.source is Source.GRID:
                cost -= _LATER_DISCOUNT * dearest * step.index / count
            yield _Column(cost, step.energy_wh, ((step.index, 1.0),))
        for car, index in self.cells:
            demand, slot = self.demands[car], self.slots[index]
            cost = (
                _WAITING_PENALTY
                * dearest
                * index
                / count
                * (1 - car / len(self.demands))
            )
            cost -= _bonus(demand, slot, dearest)
            max_wh = demand.goal.power_range.max_w * slot.hours
            narrow = rows.get(index, ())
            yield _Column(
                cost,
                max_wh,
                (
                    (index, -1.0),
                    (count + car, 1.0),
                    *((row, 1.0) for row, cars in narrow if car in cars),
                ),
            )
        for car, demand in enumerate(self.demands):
            yield _Column(10 * dearest + 1, demand.needed_wh, ((count + car, 1.0),))

    def _narrow_rows(
        self, first: int
    ) -> Mapping[int, Sequence[tuple[int, frozenset[int]]]]:
        """Return the rows of narrow bottlenecks in each slot, with the cars behind them."""
        rows: dict[int, list[tuple[int, frozenset[int]]]] = {}
        for row, narrow in enumerate(self.narrows, first):
            cars = self.behind[narrow.bottleneck]
            rows.setdefault(narrow.slot, []).append((row, cars))
        return rows


@dataclass(frozen=True, slots=True)
class _Narrow:
    """Bottleneck that limits cars in a slot, and what it lets through."""

    bottleneck: int
    slot: int
    energy_wh: float


@dataclass(frozen=True, slots=True)
class _Column:
    """Variable of the program: cost of a kWh, upper bound, and coefficients by row."""

    cost: float
    max_wh: float
    entries: tuple[tuple[int, float], ...]


def _bonus(demand: Demand, slot: Slot, dearest: float) -> float:
    """Return the bonus of a slot for a car over slots of equal cost."""
    return _CONTINUATION_BONUS * dearest if slot.end_s <= demand.begun_until_s else 0.0


def _planned_energies(
    program: _LinearProgram,
    energy_wh: Mapping[tuple[int, int], float],
    used: Mapping[EnergyStep, float],
) -> Iterator[PlannedEnergy]:
    """Return the planned energy of each car; a slot's sun goes to cars in the order of departure."""
    sun_wh = dict.fromkeys(range(len(program.slots)), 0.0)
    source = dict.fromkeys(sun_wh, Source.SUN)
    for step, used_wh in used.items():
        if used_wh > NEGLIGIBLE_WH:
            sun_wh[step.index] += (
                used_wh * step.power_step.sun_w / step.power_step.power_w
            )
            source[step.index] = step.power_step.source
    for car, demand in enumerate(program.demands):
        planned = PlannedEnergy(
            demand.needed_wh, running=demand.begun_until_s > program.slots[0].start_s
        )
        for index, slot in enumerate(program.slots):
            car_wh = energy_wh.get((car, index), 0.0)
            if car_wh > NEGLIGIBLE_WH:
                own_wh = min(car_wh, sun_wh[index])
                sun_wh[index] -= own_wh
                planned.add_share(
                    *_car_step(
                        index,
                        slot,
                        _narrowed(demand.goal.power_range, program.limit_w(car, slot)),
                        car_wh,
                        own_wh,
                        source[index],
                    )
                )
        yield planned


def _narrowed(power_range: PowerRange, limit_w: float) -> PowerRange:
    return PowerRange(power_range.min_w, min(power_range.max_w, limit_w))


def _car_step(
    index: int,
    slot: Slot,
    power_range: PowerRange,
    car_wh: float,
    sun_wh: float,
    source: Source,
) -> tuple[EnergyStep, float]:
    """Return the energy step of one car in a slot, and the share of the slot in which it is used."""
    if car_wh - sun_wh <= NEGLIGIBLE_WH:
        source = Source.SUN
    power_w = {
        Source.SUN: car_wh / slot.hours,
        Source.TOP_UP: max(power_range.min_w, car_wh / slot.hours),
    }.get(source, power_range.max_w)
    part = min(1.0, car_wh / (power_w * slot.hours))
    grid_wh = car_wh - sun_wh
    price = (sun_wh * slot.feed_in_per_kwh + grid_wh * slot.price_per_kwh) / car_wh
    power_step = PowerStep(source, power_w, power_w * sun_wh / car_wh, price)
    return EnergyStep(index, slot, power_step), part
