"""Response of a car to limits, and its draw at an instant.

A car takes one to forty seconds to follow a new limit, which cannot be known beforehand. Its current is therefore not
predicted by a dynamic model but bounded: it lies between the limits that may already be in effect and those that may still
be. Measurements narrow the interval.
"""

from dataclasses import dataclass, replace
import math

from ..model import NOMINAL_VOLTAGE_V, NOTHING, Estimate

INITIAL_RESPONSE_S = 8.0
INITIAL_WAKE_UP_S = 20.0
MAX_RESPONSE_S = 100.0
USUAL_WAKE_UP_S = 45.0
"""Time after which an unknown car that is offered current and draws none is taken to decline it."""
MAX_WAKE_UP_S = 150.0
"""Longest time until a car draws after it was offered current; later it has reasons of its own."""
PATIENCE = 1.5
"""Time that a car is given to wake up, in times that it took before."""


@dataclass(frozen=True, slots=True)
class Command:
    """Limit that was sent."""

    at_s: float
    current_a: float


@dataclass(frozen=True, slots=True)
class Car:
    """Known properties of the car at a charger.

    Attributes:
        commands: recent limits that may still matter, oldest first.
        bias_a: current by which it stays below its limit.
        ceiling_a: current that it never exceeds.
        floor_a: current that it never falls below while it charges, whatever it is offered.
        response_s: time within which it follows a limit.
        wake_up_s: time after which it draws once it is offered current.
        phases: phases on which it draws.
        offered_phases: phases that its charger offers.
        max_phases: phases that it uses at most.
        phases_seen: the phases have been measured.
        switched_s: start of a switch to other phases; None when it is over.
        ignored_switches: number of switches that its charger ignored.
        min_a: limit below which it does not charge.
        refusals: number of times it stopped by itself near the minimum.
        voltage_v: power that an ampere on one of its phases makes.
        current_a: last measured current.
        measured_at_s: the instant of that measurement.
        charging: it charges.
        charging_changed_s: the instant at which that changed last.
        offered_since_s: since when it is offered current; None in a pause.
    """

    commands: tuple[Command, ...] = ()
    bias_a: float = 0.0
    ceiling_a: float = math.inf
    floor_a: float = 0.0
    response_s: float = INITIAL_RESPONSE_S
    wake_up_s: float = INITIAL_WAKE_UP_S
    phases: int = 3
    offered_phases: int = 3
    max_phases: int = 3
    phases_seen: bool = False
    switched_s: float | None = None
    ignored_switches: int = 0
    min_a: float = 0.0
    refusals: int = 0
    voltage_v: float = NOMINAL_VOLTAGE_V
    current_a: float = 0.0
    measured_at_s: float | None = None
    charging: bool = False
    charging_changed_s: float = -math.inf
    offered_since_s: float | None = None

    @classmethod
    def on_phases(cls, phases: int) -> Car:
        """Return an unknown car at a charger with a number of phases."""
        return cls(phases=phases, offered_phases=phases, max_phases=phases)

    def unplugged(self, phases: int) -> Car:
        """Return what is known of the next car at a charger with a number of phases: most likely the same one will return."""
        return replace(
            Car.on_phases(phases), response_s=self.response_s, wake_up_s=self.wake_up_s
        )

    @property
    def offered_a(self) -> float:
        """Latest limit."""
        return self.commands[-1].current_a if self.commands else 0.0

    def w_per_a(self, phases: int) -> float:
        """Return the power of one ampere on a number of offered phases."""
        return min(phases, self.max_phases) * self.voltage_v

    def expected_w(self, limit_a: float, phases: int) -> float:
        """Return the power that the car is expected to draw in the long run."""
        return self.expected_a(limit_a) * self.w_per_a(phases)

    def expected_a(self, limit_a: float) -> float:
        """Return the current that the car is expected to draw in the long run."""
        return min(self.possible_a(limit_a), self.ceiling_a)

    def possible_a(self, limit_a: float) -> float:
        """Return the highest current at a limit, should the car exceed its ceiling."""
        return max(limit_a - self.bias_a, self.floor_a if limit_a > 0 else 0.0)

    @property
    def return_s(self) -> float:
        """Time after which it follows its limit when it comes back from a pause."""
        return self.wake_up_s + max(0.0, self.response_s - INITIAL_RESPONSE_S)

    @property
    def patience_s(self) -> float:
        """Time that it is given to wake up."""
        return max(USUAL_WAKE_UP_S, PATIENCE * self.wake_up_s)


def commanded(car: Car, current_a: float, now_s: float) -> Car:
    """Return the car after a limit was sent."""
    if current_a == car.offered_a and car.commands:
        return car
    horizon_s = now_s - 2 * MAX_RESPONSE_S
    recent = tuple(
        command for command in car.commands[:-1] if command.at_s >= horizon_s
    )
    offered_since_s = car.offered_since_s if car.offered_a > 0 else now_s
    return replace(
        car,
        commands=(*recent, *car.commands[-1:], Command(now_s, current_a)),
        offered_since_s=offered_since_s if current_a > 0 else None,
    )


def is_waking(car: Car, now_s: float) -> bool:
    """Return True if the car may still start to draw, since it has been offered current only recently."""
    if car.switched_s is not None:
        return True
    if car.charging or car.offered_since_s is None:
        return False
    return now_s - car.offered_since_s < car.patience_s


def is_declining(car: Car, now_s: float) -> bool:
    """Return True if the car draws nothing although it has been offered current for long."""
    return (
        car.offered_since_s is not None
        and not car.charging
        and not is_waking(car, now_s)
    )


def switched(car: Car, phases: int, now_s: float) -> Car:
    """Return the car after its charger was told to switch phases."""
    return replace(car, offered_phases=phases, switched_s=now_s)


def drawn_w(car: Car, at_s: float) -> Estimate:
    """Return the power that the car drew at an instant."""
    return drawn_a(car, at_s) * (car.phases * car.voltage_v)


def drawn_a(car: Car, at_s: float) -> Estimate:
    """Return the current that the car drew at an instant."""
    # The instant may be before the last change.
    charging = car.charging if at_s >= car.charging_changed_s else not car.charging
    if not charging:
        # A waking car draws before its charger reports so.
        waking = car.offered_a > 0 and at_s - car.commands[-1].at_s < car.response_s
        return Estimate(0.0, 0.0, car.possible_a(car.offered_a) if waking else 0.0)
    if car.switched_s is not None:
        # It is about to pause for the switch, and draws as before until then.
        return Estimate(0.0, car.current_a, car.current_a)
    anchor_a, since_s = _anchor(car, at_s)
    low_a, likely_a, high_a = anchor_a.low, anchor_a.likely, anchor_a.high
    for command in car.commands:
        if since_s < command.at_s <= at_s:
            target_a = car.expected_a(command.current_a)
            low_a = min(low_a, target_a)
            high_a = max(high_a, car.possible_a(command.current_a))
            answered = min(1.0, (at_s - command.at_s) / car.response_s)
            likely_a += answered * (target_a - likely_a)
    return Estimate(low_a, likely_a, high_a)


def _anchor(car: Car, at_s: float) -> tuple[Estimate, float]:
    """Return a current that the car certainly drew, and the instant after which later limits count.

    It is the last measurement, or the last limit that had time to take effect, whichever is more recent.
    """
    settled = [
        command for command in car.commands if command.at_s <= at_s - car.response_s
    ]
    measured_at_s = car.measured_at_s
    if settled and (
        measured_at_s is None
        or measured_at_s > at_s
        or settled[-1].at_s + car.response_s > measured_at_s
    ):
        limit_a = settled[-1].current_a
        expected_a = car.expected_a(limit_a)
        return Estimate(expected_a, expected_a, car.possible_a(limit_a)), settled[
            -1
        ].at_s
    if measured_at_s is None:
        return NOTHING, float("-inf")
    return (
        Estimate(car.current_a, car.current_a, car.current_a),
        measured_at_s - car.response_s,
    )
