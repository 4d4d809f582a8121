"""What a car does with what it is offered, learned from what it did: how soon and how far it follows, on how many phases."""

from dataclasses import replace
import math

from ..model import ChargerReading, ChargerSettings
from .response import MAX_RESPONSE_S, MAX_WAKE_UP_S, Car, Command

MIN_RESPONSE_S = 4.0
MIN_BIAS_A, MAX_BIAS_A = -0.5, 4.0

_DRAWING_A = 1.0
"""Less than this is standby, not charging."""
_CLEAR_STEP_A = 1.0
"""The least change of the limit from which a response can be told."""
_CERTAIN_STEP_A = 3.0
"""A difference between limit and current that no offset explains."""
_FOLLOWED = 0.8
"""The share of a step after which it counts as followed."""
_EXTRA_TIME_S = 3.0
"""How much longer than seen a car that has not followed yet is given."""
_REFUSAL_BAND_A = 1.5
"""A car that ceases at more above the least than this has other reasons."""
_MAX_REFUSALS = 2
"""So often may a car cease at the least current before that is believed to be too little for it."""
_MAX_ABOVE_MIN_A = 4.0
_FASTER_RATE = 0.15
_LEARNING_RATE = 0.3


def observed(car: Car, reading: ChargerReading, now_s: float) -> Car:
    """Return the car after the charger has said what it draws."""
    if reading.charging is not car.charging:
        car = _charging_changed(car, reading, now_s)
    if (
        car.switched_s is not None
        and now_s - car.switched_s > reading.settings.switch_pause_s + MAX_WAKE_UP_S
    ):
        car = _changed_over(car)
    if reading.measured_at_s is None or reading.measured_at_s == car.measured_at_s:
        return car
    current_a = reading.current_a or 0.0
    drawing = reading.charging and current_a >= _DRAWING_A
    if drawing and car.switched_s is None:
        car = _learned_phases(car, reading.phases_in_use, reading.settings.phases)
        car = _learned_response(car, current_a, reading.measured_at_s, reading.settings)
    return replace(
        car,
        current_a=current_a if drawing else 0.0,
        measured_at_s=reading.measured_at_s,
        voltage_v=(drawing and reading.voltage_v) or car.voltage_v,
    )


def _charging_changed(car: Car, reading: ChargerReading, now_s: float) -> Car:
    """Return a car that has begun or ceased to charge."""
    charging, settings = reading.charging, reading.settings
    if charging:
        if car.commands:
            # It answers the limit from now on, however long that has been in force.
            car = replace(car, commands=(Command(now_s, car.offered_a),))
        car = _changed_over(car)
    elif car.switched_s is None:
        car = _refused(car, settings)
    return replace(car, charging=charging, charging_changed_s=now_s)


def _refused(car: Car, settings: ChargerSettings) -> Car:
    """Learn from a car that has ceased to charge: if it does that again and again at little current, it needs more."""
    min_a = max(settings.min_current_a, car.min_a)
    if not min_a <= car.offered_a < min_a + _REFUSAL_BAND_A:
        return car
    if car.refusals + 1 < _MAX_REFUSALS:
        return replace(car, refusals=car.refusals + 1)
    raised_a = min(min_a + 1.0, settings.min_current_a + _MAX_ABOVE_MIN_A)
    return replace(car, min_a=raised_a, refusals=0)


def _changed_over(car: Car) -> Car:
    phases = min(car.offered_phases, car.max_phases)
    return replace(car, phases=phases, switched_s=None)


def _learned_phases(car: Car, phases: int | None, wired: int) -> Car:
    """Learn on how many phases the car draws of those that it is given."""
    if phases is None:
        return car
    phases = min(phases, wired)
    car = replace(car, phases_seen=True)
    if phases == car.phases == min(car.offered_phases, car.max_phases):
        return car
    if phases > car.offered_phases:
        # The charger has not obeyed: it still is on all that it has.
        car = replace(
            car, offered_phases=wired, ignored_switches=car.ignored_switches + 1
        )
    max_phases = phases if phases < car.offered_phases else max(phases, car.max_phases)
    return replace(car, phases=phases, max_phases=max_phases)


def _learned_response(
    car: Car, current_a: float, at_s: float, settings: ChargerSettings
) -> Car:
    """Learn the response time from steps that were followed or not, the bias once the car has settled."""
    if not car.commands:
        return car
    if (waited_s := _waiting_time_s(car, at_s)) is not None:
        step_a = car.expected_a(car.offered_a) - car.current_a
        if (current_a - car.current_a) / step_a < _FOLLOWED:
            response_s = max(car.response_s, waited_s + _EXTRA_TIME_S)
        else:
            response_s = car.response_s - _FASTER_RATE * max(
                0.0, car.response_s - waited_s
            )
        bounded_s = min(MAX_RESPONSE_S, max(MIN_RESPONSE_S, response_s))
        return replace(car, response_s=bounded_s)
    if at_s - car.commands[-1].at_s > car.response_s:
        return _learned_offset(car, car.offered_a - current_a, current_a, settings)
    return car


def _waiting_time_s(car: Car, at_s: float) -> float | None:
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


def _learned_offset(
    car: Car, short_a: float, current_a: float, settings: ChargerSettings
) -> Car:
    """Learn from a car that has had time to follow: how far it stays below what it is offered."""
    if (
        current_a > car.ceiling_a + _LEARNING_RATE
        or car.offered_a < settings.min_current_a
    ):
        # It can do more than was thought; a ceiling that only ever sinks would lock it in.
        return replace(car, ceiling_a=math.inf)
    if short_a > MAX_BIAS_A:
        return replace(car, ceiling_a=current_a)
    if short_a < MIN_BIAS_A or current_a >= car.ceiling_a - _LEARNING_RATE:
        return car
    return replace(car, bias_a=car.bias_a + _LEARNING_RATE * (short_a - car.bias_a))
