"""Loads on circuits: controllable chargers, and chargers that do not follow limits at present."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
import math

from ..cars.response import Car, is_declining
from ..model import NOMINAL_VOLTAGE_V, ChargerReading, ChargerSettings, Decision

TRUSTED_A = 1.0
"""The most that a car is trusted to stay below its limit where meters show if it does not."""
_LEEWAY_A = 2.0
"""Leeway above its draw that a car keeps when others could use the rest."""

_OBEYS_WITHIN_S = 10.0
_INEXACT_A = 1.0
_EXPIRY_S = 510.0
"""Time after which the limit of a disconnected charger has expired."""


@dataclass(frozen=True, slots=True)
class CircuitLoad:
    """Charger before its circuits: its reading, its car, and the limit requested for it; None if it gets none."""

    reading: ChargerReading
    car: Car
    request: Decision | None


@dataclass(frozen=True, slots=True)
class UncontrolledLoad:
    """Charger that draws current without following limits at present."""

    settings: ChargerSettings
    current_a: float

    @property
    def power_w(self) -> float:
        """Power that it may draw on all its phases."""
        return self.current_a * self.settings.phases * NOMINAL_VOLTAGE_V


@dataclass(frozen=True, slots=True)
class ControllableLoad:
    """Charger that follows limits.

    Attributes:
        settings: settings of the charger.
        car: the car.
        requested_a: the limit that it gets if there is headroom.
        requested_phases: the phases on which it is to charge.
        priority: the owner's priority.
        useful_a: the most that its car makes use of.
        trusted_a: the most that the car is trusted to stay below its limit.
        single_phase: it is on a single phase for lack of headroom on the others.
    """

    settings: ChargerSettings
    car: Car
    requested_a: float
    requested_phases: int
    priority: int = 0
    useful_a: float = math.inf
    trusted_a: float = 0.0
    single_phase: bool = False

    @property
    def phases(self) -> int:
        """Number of phases on which it draws or is about to."""
        wanted = min(self.requested_phases, self.settings.phases, self.car.max_phases)
        if not self.car.charging and self.car.offered_a <= 0:
            return wanted
        return max(wanted, min(self.car.phases, self.settings.phases))

    @property
    def excess_a(self) -> float:
        """Current above the limit that was measured although the car has had time to follow."""
        car = self.car
        if not car.commands or car.measured_at_s is None:
            return 0.0
        if car.measured_at_s - car.commands[-1].at_s < _OBEYS_WITHIN_S:
            return 0.0
        more_a = car.current_a - car.offered_a
        return more_a if car.charging and more_a > _INEXACT_A else 0.0

    @property
    def w_per_a(self) -> float:
        """Power of one ampere on all phases in use."""
        return self.phases * self.car.voltage_v

    @property
    def spared_a(self) -> float:
        """Current by which the car stays below its limit."""
        return min(self.car.bias_a, self.trusted_a)

    @property
    def min_a(self) -> float:
        """Draw of the car at its minimum limit."""
        return self.draw_a(self.settings.min_current_a)

    def draw_a(self, limit_a: float) -> float:
        """Return the most that the car draws at a limit."""
        return max(0.0, limit_a - self.spared_a)

    def limit_a(self, draw_a: float) -> float:
        """Return the limit at which the car draws no more than a current."""
        return draw_a + self.spared_a if draw_a > 0 else 0.0


def controllable_loads(
    circuit_loads: Mapping[str, CircuitLoad],
    on_single_phase: Iterable[str],
    now_s: float,
) -> dict[str, ControllableLoad]:
    """Return the chargers that follow limits."""
    on_single_phase = set(on_single_phase)
    return {
        key: _controllable(
            circuit_load, circuit_load.request, key in on_single_phase, now_s
        )
        for key, circuit_load in circuit_loads.items()
        if circuit_load.request is not None
    }


def _controllable(
    circuit_load: CircuitLoad, request: Decision, single_phase: bool, now_s: float
) -> ControllableLoad:
    settings, car = circuit_load.reading.settings, circuit_load.car
    phases = settings.phases if request.phases is None else request.phases
    min_a = settings.min_current_a
    useful_a = car.ceiling_a + car.bias_a + _LEEWAY_A
    return ControllableLoad(
        settings,
        car,
        request.current_a,
        1 if single_phase else phases,
        circuit_load.reading.priority,
        min_a if is_declining(car, now_s) else max(min_a, useful_a),
        single_phase=single_phase,
    )


def uncontrolled_loads(
    circuit_loads: Mapping[str, CircuitLoad], now_s: float
) -> Iterator[UncontrolledLoad]:
    """Yield the chargers that draw current without following limits.

    A disconnected charger continues as before until its last limit has expired, and then draws its safe current. One of
    which no current is known, such as after a new connection, may draw all that it can.
    """
    for circuit_load in circuit_loads.values():
        reading = circuit_load.reading
        if circuit_load.request is not None:
            continue
        current_a = _drawn_a(reading)
        if not reading.connected:
            measured_at_s = reading.measured_at_s
            if measured_at_s is None or now_s - measured_at_s > _EXPIRY_S:
                current_a = 0.0
            current_a = max(current_a, reading.settings.connection.safe_current_a)
        if current_a > 0:
            yield UncontrolledLoad(reading.settings, current_a)


def _drawn_a(reading: ChargerReading) -> float:
    if not reading.charging:
        return 0.0
    known_a = reading.current_a
    return reading.settings.max_current_a if known_a is None else known_a


def at_safe_current(load: ControllableLoad) -> ControllableLoad:
    """Return a load that requests no more than its safe current, since the draw of others is unknown."""
    safe_a = load.settings.connection.safe_current_a
    return replace(load, requested_a=min(load.requested_a, safe_a))


def trusted(load: ControllableLoad) -> ControllableLoad:
    """Return a load that is trusted to stay below its limit, since meters show it otherwise."""
    return replace(load, trusted_a=TRUSTED_A)
