"""What a car does with what it is offered, learned from what it did.

Between a new limit and the car's answer pass one to forty seconds that cannot be known beforehand. So the current at
an instant is not guessed with a dynamic model but enclosed: it lies between the limits that may already be, and those
that may still be, in effect. Measurements narrow the interval.
"""

from dataclasses import dataclass, replace
import math

from .model import ChargerReading, ChargerSettings, Estimate

NOMINAL_VOLTAGE_V = 230.0

INITIAL_RESPONSE_S = 8.0
MIN_RESPONSE_S, MAX_RESPONSE_S = 4.0, 40.0
MIN_BIAS_A, MAX_BIAS_A = -0.5, 4.0

_DRAWING_A = 1.0
"""Less than this is standby, not charging."""
_CLEAR_STEP_A = 1.0
"""The least change of the limit from which a response can be told."""
_FOLLOWED = 0.8
"""The share of a step after which it counts as followed."""
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
        """Return what the car draws in the long run at a limit."""
        return max(0.0, min(limit_a - self.bias_a, self.ceiling_a))


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
            car = commanded(car, car.offered_a, now_s)
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
    """Learn the response time from a step that was followed or not, the bias once settled."""
    if not car.commands:
        return car
    last = car.commands[-1]
    elapsed_s = at_s - last.at_s
    if elapsed_s > car.response_s:
        return _settled(car, last.current_a - current_a, current_a, settings)
    step_a = car.expected_a(last.current_a) - car.current_a
    if elapsed_s <= 0 or abs(step_a) < _CLEAR_STEP_A or car.current_a < _DRAWING_A:
        return car
    followed = (current_a - car.current_a) / step_a >= _FOLLOWED
    response_s = (
        car.response_s - 0.15 * (car.response_s - elapsed_s)
        if followed
        else max(car.response_s, elapsed_s + 0.5 * car.response_s)
    )
    return replace(car, response_s=min(MAX_RESPONSE_S, max(MIN_RESPONSE_S, response_s)))


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
        waking = bool(car.offered_a) and at_s - car.commands[-1].at_s < car.response_s
        return Estimate(0.0, 0.0, car.expected_a(car.offered_a) if waking else 0.0)
    anchor_a, since_s = _anchor(car, at_s)
    low_a = likely_a = high_a = anchor_a
    for command in car.commands:
        if since_s < command.at_s <= at_s:
            target_a = car.expected_a(command.current_a)
            low_a, high_a = min(low_a, target_a), max(high_a, target_a)
            answered = min(1.0, (at_s - command.at_s) / car.response_s)
            likely_a += answered * (target_a - likely_a)
    return Estimate(low_a, likely_a, high_a)


def _anchor(car: Car, at_s: float) -> tuple[float, float]:
    """Return a current the car is known to have drawn, and the instant after which limits came into play.

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
        return car.expected_a(settled[-1].current_a), settled[-1].at_s
    if measured_at_s is None:
        return 0.0, float("-inf")
    return car.current_a, measured_at_s - car.response_s
