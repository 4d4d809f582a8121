"""The steps that are bought for one car, and the times that they make up."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
import math

from .outlook import HOUR_S, Slot
from .plan import NEGLIGIBLE_WH, PlannedSlot
from .supply import Source, Step
from .two_stage import Later

_CRUMB_WH = 1e-6


@dataclass(frozen=True, slots=True)
class Offer:
    """A step of the slot with an index."""

    index: int
    slot: Slot
    step: Step

    @property
    def energy_wh(self) -> float:
        """What all of it gives."""
        return self.step.power_w * self.slot.hours


class Basket:
    """What is bought for one car; `left_wh` is what is needed still."""

    def __init__(self, needed_wh: float, *, running: bool) -> None:
        """Initialize empty; `running` tells that the car charges from the grid now."""
        self.left_wh = needed_wh
        self._running = running
        self._bought: dict[int, dict[Offer, float]] = {}

    @property
    def satisfied(self) -> bool:
        """Whether nothing is needed any more, but for what rounding left."""
        return self.left_wh < _CRUMB_WH

    def buy(self, offer: Offer) -> None:
        """Buy as much of an offer as is needed still."""
        if not self.satisfied and not self._has(offer):
            self.put(offer, min(1.0, self.left_wh / offer.energy_wh))

    def put(self, offer: Offer, share: float) -> None:
        """Put a share of an offer into it."""
        self.left_wh = max(0.0, self.left_wh - share * offer.energy_wh)
        bought = self._bought.get(offer.index, {})
        self._bought[offer.index] = bought | {offer: share}

    def buy_automatic(self, offers: Iterable[Offer]) -> None:
        """Buy what is charged anyhow."""
        for offer in offers:
            if offer.step.automatic:
                self.buy(offer)

    def buy_rather_than_later(self, offers: Iterable[Offer], later: Later) -> None:
        """Buy the cheapest offers, as long as they cost less than what is expected later."""
        for offer in _cheapest_first(offers):
            worth_wh = later.worth_buying_wh(self.left_wh, offer.step.price_per_kwh)
            if worth_wh > _CRUMB_WH and not self._has(offer):
                self.put(offer, min(1.0, worth_wh / offer.energy_wh))

    def buy_cheapest(self, offers: Iterable[Offer]) -> None:
        """Buy the cheapest offers; of those that cost the same, such that interruptions are few, else the latest.

        The latest, as the sun may turn out to give more than is expected until then.
        """
        by_price = groupby(
            _cheapest_first(offers), lambda offer: offer.step.price_per_kwh
        )
        for _, equals in by_price:
            group = list(equals)
            while group and not self.satisfied:
                best = max(group, key=lambda offer: (self._adjoins(offer), offer.index))
                group.remove(best)
                self.buy(best)

    def _has(self, offer: Offer) -> bool:
        return offer in self._bought.get(offer.index, ())

    def _adjoins(self, offer: Offer) -> bool:
        return self._from_grid(offer.index - 1) or self._from_grid(offer.index + 1)

    def _from_grid(self, index: int) -> bool:
        """Whether the grid is drawn from in the slot with an index."""
        if index < 0:
            return self._running
        return any(
            offer.step.source in {Source.GRID, Source.CHEAP}
            for offer in self._bought.get(index, ())
        )

    def slots(self) -> Sequence[PlannedSlot]:
        """Return the times that make up what was bought."""
        return merged(
            slot
            for index, bought in sorted(self._bought.items())
            for slot in self._times(index, bought)
        )

    def _times(self, index: int, bought: dict[Offer, float]) -> Iterator[PlannedSlot]:
        """Return when one slot's steps are used: the grid for a part of it, the sun beneath it throughout."""
        *beneath, (top, share) = sorted(
            bought.items(), key=lambda item: item[0].step.price_per_kwh
        )
        slot, base = top.slot, [offer.step for offer, _ in beneath]
        late = self._is_late(index) and (bool(base) or top.step.source is Source.GRID)
        split_s = (slot.end_s - slot.start_s) * share
        if late:
            times = (slot.end_s - split_s, slot.end_s)
            rest = (slot.start_s, slot.end_s - split_s)
        else:
            times = (slot.start_s, slot.start_s + split_s)
            rest = (slot.start_s + split_s, slot.end_s)
        pieces = [planned(slot, times, [*base, top.step])]
        if base:
            pieces.append(planned(slot, rest, base))
        yield from sorted(pieces, key=lambda piece: piece.start_s)

    def _is_late(self, index: int) -> bool:
        """Whether what a slot is used for only in part goes to its end, away from what was and next to what follows."""
        return not self._from_grid(index - 1)


def _cheapest_first(offers: Iterable[Offer]) -> Sequence[Offer]:
    return sorted(offers, key=lambda offer: offer.step.price_per_kwh)


def planned(
    slot: Slot, times: tuple[float, float], stack: Sequence[Step]
) -> PlannedSlot:
    """Return a time within a slot in which steps are used, one on top of the other."""
    start_s, end_s = times
    hours = (end_s - start_s) / HOUR_S
    cost = math.fsum(step.power_w * step.price_per_kwh for step in stack)
    return PlannedSlot(
        start_s,
        end_s,
        source=stack[-1].source,
        power_w=math.fsum(step.power_w for step in stack),
        sun_w=math.fsum(step.sun_w for step in stack),
        price_per_kwh=slot.price_per_kwh,
        cost=cost * hours / 1000,
        guessed=slot.guessed,
    )


def merged(slots: Iterable[PlannedSlot]) -> Sequence[PlannedSlot]:
    """Return slots with those in one that follow each other and differ in nothing; slivers are left out."""
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
