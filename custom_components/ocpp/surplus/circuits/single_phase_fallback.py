"""Single-phase fallback for lack of headroom on the other phases, and the return to three phases."""

from collections.abc import Mapping
from dataclasses import dataclass

from .circuits import Installation, Limiting, assigned_phases
from .distribution import TINY, DistributionContext
from .headroom import Bound
from .loads import ControllableLoad

MIN_S = 600.0
"""Least time on a single phase before three are tried again, since a switch costs a pause."""

_PER_PHASE = (Limiting.FUSE, Limiting.SITE_LIMIT)
_IN_WATTS = (Limiting.PEAK, Limiting.SITE_POWER_LIMIT)


def single_phase_fallbacks(
    before: Mapping[str, float],
    installation: Installation,
    context: DistributionContext,
    draws_a: Mapping[str, float],
) -> dict[str, float]:
    """Return the chargers that should charge on a single phase for lack of headroom, and since when.

    Args:
        before: the result of the last call.
        installation: the circuits.
        context: the loads and bounds.
        draws_a: the draw of each load.
    """
    candidates = {
        key: load
        for key, load in context.loads.items()
        if load.single_phase or _lacks_headroom(load, draws_a[key])
    }
    if not candidates:
        return {}
    headrooms = _Headroom.of(installation, context, draws_a)
    result: dict[str, float] = {}
    for key, load in candidates.items():
        since_s = before.get(key)
        if since_s is None:
            if headrooms.fits_one_phase(load):
                result[key] = context.now_s
        elif context.now_s - since_s < MIN_S or not headrooms.fits_three_phases(
            load, draws_a[key]
        ):
            result[key] = since_s
    return result


def _lacks_headroom(load: ControllableLoad, draw_a: float) -> bool:
    """Return True if a car is paused on three phases that could charge on one."""
    settings = load.settings
    may_switch = settings.switches_phases and settings.chosen_phases is None
    switches = may_switch and load.requested_phases > 1
    return (
        switches and draw_a <= 0 and load.requested_a >= settings.min_current_a - TINY
    )


@dataclass(frozen=True, slots=True)
class _Headroom:
    """Headroom of each circuit for a car that would start there."""

    installation: Installation
    left: Mapping[str, list[tuple[Bound, float]]]

    @classmethod
    def of(
        cls,
        installation: Installation,
        context: DistributionContext,
        draws_a: Mapping[str, float],
    ) -> _Headroom:
        left: dict[str, list[tuple[Bound, float]]] = {}
        for bound in context.bounds:
            headroom = context.headroom(bound, draws_a) - context.rise_at_start(bound)
            left.setdefault(bound.key.circuit, []).append((bound, headroom))
        return cls(installation, left)

    def fits_one_phase(self, load: ControllableLoad) -> bool:
        """Return True if a paused car could charge on the first phase of its charger."""
        connection = load.settings.connection
        for name in self.installation.path(connection.circuit):
            own = assigned_phases(connection, 1, self.installation.circuits[name])
            if not own.certain:
                return False
            for bound, headroom in self.left.get(name, ()):
                missing = load.min_a
                if bound.key.limiting in _IN_WATTS:
                    missing *= load.car.voltage_v
                elif bound.key.number not in own.phases:
                    continue
                if headroom < missing - TINY:
                    return False
        return True

    def fits_three_phases(self, load: ControllableLoad, draw_a: float) -> bool:
        """Return True if a car on a single phase could charge on all of them."""
        settings = load.settings
        min_a = load.min_a
        for name in self.installation.path(settings.connection.circuit):
            own = assigned_phases(
                settings.connection, 1, self.installation.circuits[name]
            )
            for bound, headroom in self.left.get(name, ()):
                missing = min_a
                if bound.key.limiting in _IN_WATTS:
                    missing = load.car.voltage_v * (settings.phases * min_a - draw_a)
                elif bound.key.limiting not in _PER_PHASE:
                    continue
                elif bound.key.number in own.phases:
                    missing = min_a - draw_a
                if headroom < missing - TINY:
                    return False
        return True
