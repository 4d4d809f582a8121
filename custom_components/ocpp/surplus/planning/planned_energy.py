"""Energy planned for one car: the energy steps that were picked, and the charging times that they make up."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
import math

from .outlook import HOUR_S, Slot
from .plan import NEGLIGIBLE_WH, PlannedSlot
from .supply import PowerStep, Source
from .two_stage import ExpectedMarginalPrice

_FROM_GRID = frozenset({Source.GRID, Source.CHEAP})
_ROUNDING_WH = 1e-6
_SUN_IN_HAND = 1e-9
"""Discount of the present sun against a later one of the same price."""


@dataclass(frozen=True, slots=True)
class EnergyStep:
    """Power step used throughout the slot with an index."""

    index: int
    slot: Slot
    power_step: PowerStep

    @property
    def energy_wh(self) -> float:
        """Energy of the whole step."""
        return self.power_step.power_w * self.slot.hours


class PlannedEnergy:
    """Energy steps picked for one car; `remaining_wh` is what is still needed."""

    def __init__(self, needed_wh: float, *, running: bool) -> None:
        """Initialize empty; with `running`, the car charges from the grid at present."""
        self.remaining_wh = needed_wh
        self._running = running
        self._planned: dict[int, dict[EnergyStep, float]] = {}

    @property
    def is_complete(self) -> bool:
        """True if nothing more is needed, apart from rounding errors."""
        return self.remaining_wh < _ROUNDING_WH

    def add(self, step: EnergyStep) -> None:
        """Add as much of a step as is still needed."""
        if not self.is_complete and not self._has(step):
            self.add_share(step, min(1.0, self.remaining_wh / step.energy_wh))

    def add_share(self, step: EnergyStep, share: float) -> None:
        """Add a share of a step."""
        self.remaining_wh = max(0.0, self.remaining_wh - share * step.energy_wh)
        planned_shares = self._planned.get(step.index, {})
        self._planned[step.index] = planned_shares | {step: share}

    def add_welcome(self, steps: Iterable[EnergyStep]) -> None:
        """Add the steps that the owner wants in any case."""
        for step in steps:
            if step.power_step.is_welcome:
                self.add(step)

    def add_below_expected_price(
        self, steps: Iterable[EnergyStep], expected_price: ExpectedMarginalPrice
    ) -> None:
        """Add the cheapest steps as long as they cost less than is expected later."""
        for step in _cheapest_first(steps):
            price = step.power_step.price_per_kwh
            if step.power_step.source is Source.SUN:
                price -= _SUN_IN_HAND
            benefit_wh = expected_price.worth_buying_wh(self.remaining_wh, price)
            if benefit_wh > _ROUNDING_WH and not self._has(step):
                self.add_share(step, min(1.0, benefit_wh / step.energy_wh))

    def add_cheapest(self, steps: Iterable[EnergyStep]) -> None:
        """Add the cheapest steps; of equal prices the earliest sun, then those with few interruptions, else the latest.

        The latest, since the sun may yield more than expected until then.
        """
        by_price = groupby(
            _cheapest_first(steps), lambda step: step.power_step.price_per_kwh
        )
        for _, equals in by_price:
            group = list(equals)
            while group and not self.is_complete:
                best = max(group, key=self._preference)
                group.remove(best)
                self.add(best)

    def _preference(self, step: EnergyStep) -> tuple[bool, bool, int]:
        """Return the rank of a step among those of the same price; the highest comes first."""
        if step.power_step.source is Source.SUN:
            return True, True, -step.index
        return False, self._adjoins(step), step.index

    def _has(self, step: EnergyStep) -> bool:
        return step in self._planned.get(step.index, ())

    def _adjoins(self, step: EnergyStep) -> bool:
        return self._from_grid(step.index - 1) or self._from_grid(step.index + 1)

    def _from_grid(self, index: int) -> bool:
        """Return True if the grid is used in the slot with an index."""
        if index < 0:
            return self._running
        return any(
            step.power_step.source in _FROM_GRID
            for step in self._planned.get(index, ())
        )

    def slots(self) -> Sequence[PlannedSlot]:
        """Return the charging times."""
        return merged_slots(
            slot
            for index, planned_shares in sorted(self._planned.items())
            for slot in self._times(index, planned_shares)
        )

    def _times(
        self, index: int, planned_shares: dict[EnergyStep, float]
    ) -> Iterator[PlannedSlot]:
        """Yield the charging times of one slot: the grid for a part of it, the sun below it throughout."""
        *beneath, (top, share) = sorted(
            planned_shares.items(), key=lambda item: item[0].power_step.price_per_kwh
        )
        slot, base = top.slot, [step.power_step for step, _ in beneath]
        late = self._is_late(index) and (
            bool(base) or top.power_step.source in _FROM_GRID
        )
        split_s = (slot.end_s - slot.start_s) * share
        if late:
            times = (slot.end_s - split_s, slot.end_s)
            rest = (slot.start_s, slot.end_s - split_s)
        else:
            times = (slot.start_s, slot.start_s + split_s)
            rest = (slot.start_s + split_s, slot.end_s)
        pieces = [planned_slot(slot, times, [*base, top.power_step])]
        if base:
            pieces.append(planned_slot(slot, rest, base))
        yield from sorted(pieces, key=lambda piece: piece.start_s)

    def _is_late(self, index: int) -> bool:
        """Return True if a partly used slot is used at its end, next to what follows."""
        return not self._from_grid(index - 1)


def _cheapest_first(steps: Iterable[EnergyStep]) -> Sequence[EnergyStep]:
    return sorted(steps, key=lambda step: step.power_step.price_per_kwh)


def planned_slot(
    slot: Slot, times: tuple[float, float], stack: Sequence[PowerStep]
) -> PlannedSlot:
    """Return a charging time within a slot, with power steps on top of each other."""
    start_s, end_s = times
    hours = (end_s - start_s) / HOUR_S
    cost = math.fsum(
        power_step.power_w * power_step.price_per_kwh for power_step in stack
    )
    return PlannedSlot(
        start_s,
        end_s,
        source=stack[-1].source,
        power_w=math.fsum(power_step.power_w for power_step in stack),
        sun_w=math.fsum(power_step.sun_w for power_step in stack),
        price_per_kwh=slot.price_per_kwh,
        cost=cost * hours / 1000,
        guessed=slot.guessed,
    )


def merged_slots(slots: Iterable[PlannedSlot]) -> Sequence[PlannedSlot]:
    """Return slots with equal neighbors merged and negligible ones left out."""
    result: list[PlannedSlot] = []
    for slot in slots:
        if slot.energy_wh < NEGLIGIBLE_WH:
            continue
        if result and _alike(result[-1], slot):
            last = result[-1]
            result[-1] = replace(last, end_s=slot.end_s, cost=last.cost + slot.cost)
        else:
            result.append(slot)
    return tuple(result)


def _alike(slot: PlannedSlot, following: PlannedSlot) -> bool:
    moved = replace(following, start_s=slot.start_s, end_s=slot.end_s, cost=slot.cost)
    return slot.end_s == following.start_s and slot == moved
