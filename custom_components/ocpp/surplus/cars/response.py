"""What is known of a car, and what it drew at an instant.

Between a new limit and the car's answer pass one to forty seconds that cannot be known beforehand. So the current at
an instant is not guessed with a dynamic model but enclosed: it lies between the limits that may already be, and those
that may still be, in effect. Measurements narrow the interval.
"""

from dataclasses import dataclass, replace
import math

from ..model import NOTHING, Estimate

NOMINAL_VOLTAGE_V = 230.0

INITIAL_RESPONSE_S = 8.0
MAX_RESPONSE_S = 40.0
MAX_WAKE_UP_S = 45.0
"""How long a car may take to draw after it was offered something."""


@dataclass(frozen=True, slots=True)
class Command:
    """A limit that was set."""

    at_s: float
    current_a: float


@dataclass(frozen=True, slots=True)
class Car:
    """What is known of the car at a charger.

    `bias_a` is how much less than offered it draws, `ceiling_a` what it never exceeds; `response_s`, within what
    time it follows a limit; `commands`, the limits that may still matter, oldest first. At `charging_changed_s` it last
    began or ceased to charge. It is offered something since `offered_since_s`; None while it is paused.

    It draws on `phases`, could on `offered_phases`, and never does on more than `max_phases`; unless `phases_seen`, these
    are presumed. Since `switched_s` it is on its way from some phases to others; None once it is there. `ignored_switches` counts
    how often its charger did not change over.

    Less than `min_a` does not make it charge; `refusals` counts how often it ceased by itself at about the least.
    """

    commands: tuple[Command, ...] = ()
    bias_a: float = 0.0
    ceiling_a: float = math.inf
    response_s: float = INITIAL_RESPONSE_S
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
        """Return a car of which nothing is known but what its charger is wired with."""
        return cls(phases=phases, offered_phases=phases, max_phases=phases)

    @property
    def offered_a(self) -> float:
        """The limit that was set last."""
        return self.commands[-1].current_a if self.commands else 0.0

    def w_per_a(self, phases: int) -> float:
        """Return the power of one ampere when it is given so many phases."""
        return min(phases, self.max_phases) * self.voltage_v

    def expected_w(self, limit_a: float, phases: int) -> float:
        """Return the power that it is expected to draw in the long run."""
        return self.expected_a(limit_a) * self.w_per_a(phases)

    def expected_a(self, limit_a: float) -> float:
        """Return what the car is expected to draw in the long run at a limit."""
        return min(self.possible_a(limit_a), self.ceiling_a)

    def possible_a(self, limit_a: float) -> float:
        """Return the most it can draw at a limit, should it do more than it used to."""
        return max(0.0, limit_a - self.bias_a)


def commanded(car: Car, current_a: float, now_s: float) -> Car:
    """Return the car after a new limit was sent."""
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
    """Whether the car may still begin to draw, since it was offered something only recently."""
    if car.switched_s is not None:
        return True
    if car.charging or car.offered_since_s is None:
        return False
    return now_s - car.offered_since_s < MAX_WAKE_UP_S


def is_declining(car: Car, now_s: float) -> bool:
    """Whether the car draws nothing although it was offered something long ago."""
    return (
        car.offered_since_s is not None
        and not car.charging
        and not is_waking(car, now_s)
    )


def switched(car: Car, phases: int, now_s: float) -> Car:
    """Return the car after its charger was told to change over to other phases."""
    return replace(car, offered_phases=phases, switched_s=now_s)


def drawn_w(car: Car, at_s: float) -> Estimate:
    """Return between which powers the car drew at an instant, and which it is likely to have drawn."""
    return drawn_a(car, at_s) * (car.phases * car.voltage_v)


def drawn_a(car: Car, at_s: float) -> Estimate:
    """Return between which currents the car drew at an instant, and which it is likely to have drawn."""
    # The meter may have looked before the car took its last turn.
    charging = car.charging if at_s >= car.charging_changed_s else not car.charging
    if not charging:
        # It may be waking up: then it draws what it is offered before it says so.
        waking = car.offered_a > 0 and at_s - car.commands[-1].at_s < car.response_s
        return Estimate(0.0, 0.0, car.possible_a(car.offered_a) if waking else 0.0)
    if car.switched_s is not None:
        # It is about to stop, and draws as before until it does.
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
    """Return a current the car has drawn, and the instant after which limits came into play.

    That is the last measurement, or the last limit that had time to take effect, whichever says more.
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
