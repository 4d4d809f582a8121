"""Charging on one phase because there is no room on the others, and the way back."""

from collections.abc import Mapping
from dataclasses import dataclass

from .circuits import Installation, Limiting, tap
from .distribution import TINY, Scene
from .headroom import Bound
from .loads import Consumer

LEAST_S = 600.0
"""How long a car charges on one phase before three are tried again: to change over costs a pause."""

_PER_PHASE = (Limiting.FUSE, Limiting.SITE_LIMIT)
_IN_WATTS = (Limiting.PEAK, Limiting.SITE_POWER_LIMIT)


def retreats(
    before: Mapping[str, float],
    installation: Installation,
    scene: Scene,
    draws_a: Mapping[str, float],
) -> dict[str, float]:
    """Return who shall charge on one phase for want of room on the others, and since when.

    Args:
        before: what the last call returned.
        installation: the circuits.
        scene: what was divided among whom.
        draws_a: what each may draw.
    """
    candidates = {
        key: consumer
        for key, consumer in scene.consumers.items()
        if consumer.one_phase or _is_shut_out(consumer, draws_a[key])
    }
    if not candidates:
        return {}
    rooms = _Rooms.of(installation, scene, draws_a)
    result: dict[str, float] = {}
    for key, consumer in candidates.items():
        since_s = before.get(key)
        if since_s is None:
            if rooms.has_one_phase(consumer):
                result[key] = scene.now_s
        elif scene.now_s - since_s < LEAST_S or not rooms.has_three_phases(
            consumer, draws_a[key]
        ):
            result[key] = since_s
    return result


def _is_shut_out(consumer: Consumer, draw_a: float) -> bool:
    """Whether a car is paused on three phases that could charge on one."""
    settings = consumer.settings
    switches = settings.switches_phases and consumer.wanted_phases > 1
    return switches and draw_a <= 0 and consumer.wish_a >= settings.min_current_a - TINY


@dataclass(frozen=True, slots=True)
class _Rooms:
    """What is left on each circuit, for a car that would start there."""

    installation: Installation
    left: Mapping[str, list[tuple[Bound, float]]]

    @classmethod
    def of(
        cls, installation: Installation, scene: Scene, draws_a: Mapping[str, float]
    ) -> _Rooms:
        left: dict[str, list[tuple[Bound, float]]] = {}
        for bound in scene.bounds:
            room = scene.room(bound, draws_a) - scene.rise_at_start(bound)
            left.setdefault(bound.key.circuit, []).append((bound, room))
        return cls(installation, left)

    def has_one_phase(self, consumer: Consumer) -> bool:
        """Whether a car that is paused could charge on the first phase of its charger."""
        connection = consumer.settings.connection
        for name in self.installation.way(connection.circuit):
            own = tap(connection, 1, self.installation.circuits[name])
            if not own.certain:
                return False
            for bound, room in self.left.get(name, ()):
                missing = consumer.least_a
                if bound.key.limiting in _IN_WATTS:
                    missing *= consumer.car.voltage_v
                elif bound.key.number not in own.phases:
                    continue
                if room < missing - TINY:
                    return False
        return True

    def has_three_phases(self, consumer: Consumer, draw_a: float) -> bool:
        """Whether a car that charges on one phase could do so on all."""
        settings = consumer.settings
        least_a = consumer.least_a
        for name in self.installation.way(settings.connection.circuit):
            own = tap(settings.connection, 1, self.installation.circuits[name])
            for bound, room in self.left.get(name, ()):
                missing = least_a
                if bound.key.limiting in _IN_WATTS:
                    missing = consumer.car.voltage_v * (
                        settings.phases * least_a - draw_a
                    )
                elif bound.key.limiting not in _PER_PHASE:
                    continue
                elif bound.key.number in own.phases:
                    missing = least_a - draw_a
                if room < missing - TINY:
                    return False
        return True
