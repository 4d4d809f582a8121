"""What a car does with what it is offered, learned from what it did.

Between a new limit and the car's answer pass one to forty seconds that cannot be known beforehand. So the current at
an instant is not guessed with a dynamic model but enclosed: it lies between the limits that may already be, and those
that may still be, in effect. Measurements narrow the interval.
"""

from dataclasses import dataclass, replace
import math

from .model import NOTHING, ChargerReading, ChargerSettings, Estimate

NOMINAL_VOLTAGE_V = 230.0

INITIAL_RESPONSE_S = 8.0
MIN_RESPONSE_S, MAX_RESPONSE_S = 4.0, 40.0
MIN_BIAS_A, MAX_BIAS_A = -0.5, 4.0

_DRAWING_A = 1.0
"""Less than this is standby, not charging."""
_CLEAR_STEP_A = 1.0
"""The least change of the limit from which a response can be told."""
_CERTAIN_STEP_A = 3.0
"""A difference between limit and current that no offset explains."""
_FOLLOWED = 0.8
"""The share of a step after which it counts as followed."""
_PATIENCE_S = 3.0
"""How much longer than seen a car that has not followed yet is given."""
_HURRY = 0.15
_LEARNING = 0.3


@dataclass(frozen=True, slots=True)
class Command:
    """A limit that was set."""

    at_s: float
    current_a: float


@dataclass(frozen=True, slots=True)
class Car:
    """What is known of the car at a charger.

    `bias_a` is how much less than offered it draws, `ceiling_a` what it never exceeds; `response_s`, within what
    time it follows a limit; `commands`, the limits that may still matter, oldest first. At `turned_s` it last
    began or ceased to charge.
    """

    commands: tuple[Command, ...] = ()
    bias_a: float = 0.0
    ceiling_a: float = math.inf
    response_s: float = INITIAL_RESPONSE_S
    phases: int = 3
    voltage_v: float = NOMINAL_VOLTAGE_V
    current_a: float = 0.0
    measured_at_s: float | None = None
    charging: bool = False
    turned_s: float = float("-inf")

    @property
    def offered_a(self) -> float:
        """The limit that was set last."""
        return self.commands[-1].current_a if self.commands else 0.0

    @property
    def w_per_a(self) -> float:
        """The power of one ampere on all phases in use."""
        return self.phases * self.voltage_v

    def expected_a(self, limit_a: float) -> float:
        """Return what the car is expected to draw in the long run at a limit."""
        return min(self.possible_a(limit_a), self.ceiling_a)

    def possible_a(self, limit_a: float) -> float:
        """Return the most it can draw at a limit, should it do more than it used to."""
        return max(0.0, limit_a - self.bias_a)


def commanded(car: Car, current_a: float, now_s: float) -> Car:
    """Return the car after a new limit was sent."""
    horizon_s = now_s - 2 * MAX_RESPONSE_S
    recent = tuple(
        command for command in car.commands[:-1] if command.at_s >= horizon_s
    )
    return replace(
        car, commands=(*recent, *car.commands[-1:], Command(now_s, current_a))
    )


def observed(car: Car, reading: ChargerReading, now_s: float) -> Car:
    """Return the car after the charger has said what it draws."""
    if reading.charging is not car.charging:
        if reading.charging and car.commands:
            # It answers the limit from now on, however long that has been in force.
            car = replace(car, commands=(Command(now_s, car.offered_a),))
        car = replace(car, charging=reading.charging, turned_s=now_s)
    if reading.measured_at_s is None or reading.measured_at_s == car.measured_at_s:
        return car
    current_a = reading.current_a or 0.0
    drawing = reading.charging and current_a >= _DRAWING_A
    if drawing:
        car = _learned(car, current_a, reading.measured_at_s, reading.settings)
    return replace(
        car,
        current_a=current_a if drawing else 0.0,
        measured_at_s=reading.measured_at_s,
        phases=(drawing and reading.phases_in_use) or car.phases,
        voltage_v=(drawing and reading.voltage_v) or car.voltage_v,
    )


def _learned(car: Car, current_a: float, at_s: float, settings: ChargerSettings) -> Car:
    """Learn the response time from steps that were followed or not, the bias once the car has settled."""
    if not car.commands:
        return car
    if (waited_s := _waited_s(car, at_s)) is not None:
        step_a = car.expected_a(car.offered_a) - car.current_a
        if (current_a - car.current_a) / step_a < _FOLLOWED:
            response_s = max(car.response_s, waited_s + _PATIENCE_S)
        else:
            response_s = car.response_s - _HURRY * max(0.0, car.response_s - waited_s)
        bounded_s = min(MAX_RESPONSE_S, max(MIN_RESPONSE_S, response_s))
        return replace(car, response_s=bounded_s)
    if at_s - car.commands[-1].at_s > car.response_s:
        return _settled(car, car.offered_a - current_a, current_a, settings)
    return car


def _waited_s(car: Car, at_s: float) -> float | None:
    """Return how long the car has had to answer the limit by now; None where no answer is due.

    A small difference may as well be a bias, so only the first look after a limit tells. A large one is a limit
    that was not answered, perhaps since several limits ago.
    """
    step_a = car.expected_a(car.offered_a) - car.current_a
    if car.current_a < _DRAWING_A or abs(step_a) < _CLEAR_STEP_A:
        return None
    last_s = car.commands[-1].at_s
    if abs(step_a) < _CERTAIN_STEP_A:
        looked_before = car.measured_at_s is None or car.measured_at_s > last_s
        return None if looked_before or at_s <= last_s else at_s - last_s
    since_s = last_s
    for command in reversed(car.commands):
        if (car.expected_a(command.current_a) - car.current_a) / step_a <= 0:
            break
        since_s = command.at_s
    return at_s - since_s if 0 < at_s - since_s <= MAX_RESPONSE_S else None


def _settled(
    car: Car, short_a: float, current_a: float, settings: ChargerSettings
) -> Car:
    """Learn from a car that has had time to follow: how far it stays below what it is offered."""
    if current_a > car.ceiling_a + _LEARNING or car.offered_a < settings.min_current_a:
        # It can do more than was thought; a ceiling that only ever sinks would lock it in.
        return replace(car, ceiling_a=math.inf)
    if short_a > MAX_BIAS_A:
        return replace(car, ceiling_a=current_a)
    if short_a < MIN_BIAS_A or current_a >= car.ceiling_a - _LEARNING:
        return car
    return replace(car, bias_a=car.bias_a + _LEARNING * (short_a - car.bias_a))


def drawn_a(car: Car, at_s: float) -> Estimate:
    """Return between which currents the car drew at an instant, and which it is likely to have drawn."""
    # The meter may have looked before the car took its last turn.
    charging = car.charging if at_s >= car.turned_s else not car.charging
    if not charging:
        # It may be waking up: then it draws what it is offered before it says so.
        waking = car.offered_a > 0 and at_s - car.commands[-1].at_s < car.response_s
        return Estimate(0.0, 0.0, car.possible_a(car.offered_a) if waking else 0.0)
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
