"""Who draws from circuits: chargers that do as they are told, and those that do not."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
import math

from ..cars.response import NOMINAL_VOLTAGE_V, Car, declines
from ..model import ChargerReading, ChargerSettings, Decision

TRUSTED_A = 1.0
"""The most that a car is trusted to stay below what it is offered, where a meter shows if it does not."""
_LEEWAY_A = 2.0
"""How much more than it takes a car is left when others could use the rest."""

_OBEYS_WITHIN_S = 10.0
_INEXACT_A = 1.0
_EXPIRY_S = 330.0
"""Within what time the limit of a charger that has dropped off runs out."""


@dataclass(frozen=True, slots=True)
class Party:
    """A charger before its circuits: what it says, what is known of its car, and what it shall have if there is room.

    `wish` is None where it is not told anything.
    """

    reading: ChargerReading
    car: Car
    wish: Decision | None


@dataclass(frozen=True, slots=True)
class Bystander:
    """A charger that draws current, but does not do as it is told just now."""

    settings: ChargerSettings
    current_a: float

    @property
    def power_w(self) -> float:
        """What it may draw on all its phases."""
        return self.current_a * self.settings.phases * NOMINAL_VOLTAGE_V


@dataclass(frozen=True, slots=True)
class Consumer:
    """A charger that does as it is told: `wish_a` is what it shall have if there is room.

    It is to charge on `wanted_phases`. Who is on `one_phase` is so for want of room on the others. `useful_a` is the most
    that its car makes use of; `trusted_a` the most that it is trusted to stay below what it is offered.
    """

    settings: ChargerSettings
    car: Car
    wish_a: float
    wanted_phases: int
    priority: int = 0
    useful_a: float = math.inf
    trusted_a: float = 0.0
    one_phase: bool = False

    @property
    def phases(self) -> int:
        """On how many phases it draws or is about to."""
        wanted = min(self.wanted_phases, self.settings.phases, self.car.most_phases)
        if not self.car.charging and self.car.offered_a <= 0:
            return wanted
        return max(wanted, min(self.car.phases, self.settings.phases))

    @property
    def unheeded_a(self) -> float:
        """How much more than it was told the car was measured to draw, long after it was."""
        car = self.car
        if not car.commands or car.measured_at_s is None:
            return 0.0
        if car.measured_at_s - car.commands[-1].at_s < _OBEYS_WITHIN_S:
            return 0.0
        more_a = car.current_a - car.offered_a
        return more_a if car.charging and more_a > _INEXACT_A else 0.0

    @property
    def w_per_a(self) -> float:
        """The power of one ampere on all phases in use."""
        return self.phases * self.car.voltage_v

    @property
    def spared_a(self) -> float:
        """How much less than it is offered the car draws."""
        return min(self.car.bias_a, self.trusted_a)

    @property
    def least_a(self) -> float:
        """What the car draws at the least that it can be offered."""
        return self.draw_a(self.settings.min_current_a)

    def draw_a(self, limit_a: float) -> float:
        """Return the most that the car draws at a limit."""
        return max(0.0, limit_a - self.spared_a)

    def limit_a(self, draw_a: float) -> float:
        """Return the limit at which the car draws no more than that."""
        return draw_a + self.spared_a if draw_a > 0 else 0.0


def consumers(
    parties: Mapping[str, Party], on_one_phase: Iterable[str], now_s: float
) -> dict[str, Consumer]:
    """Return those who do as they are told."""
    on_one_phase = set(on_one_phase)
    return {
        key: _consumer(party, party.wish, key in on_one_phase, now_s)
        for key, party in parties.items()
        if party.wish is not None
    }


def _consumer(party: Party, wish: Decision, one_phase: bool, now_s: float) -> Consumer:
    settings, car = party.reading.settings, party.car
    phases = settings.phases if wish.phases is None else wish.phases
    least_a = settings.min_current_a
    useful_a = car.ceiling_a + car.bias_a + _LEEWAY_A
    return Consumer(
        settings,
        car,
        wish.current_a,
        1 if one_phase else phases,
        party.reading.priority,
        least_a if declines(car, now_s) else max(least_a, useful_a),
        one_phase=one_phase,
    )


def bystanders(parties: Mapping[str, Party], now_s: float) -> Iterator[Bystander]:
    """Return those who draw current as they please.

    A charger that has dropped off goes on as it was until its last limit runs out, and is at its safe current then.
    """
    for party in parties.values():
        reading = party.reading
        if party.wish is not None:
            continue
        current_a = (reading.current_a or 0.0) if reading.charging else 0.0
        if not reading.connected:
            measured_at_s = reading.measured_at_s
            if measured_at_s is None or now_s - measured_at_s > _EXPIRY_S:
                current_a = 0.0
            current_a = max(current_a, reading.settings.connection.safe_current_a)
        if current_a > 0:
            yield Bystander(reading.settings, current_a)
