"""Learning of a car's response: how soon and how far it follows a limit, and on how many phases."""

from dataclasses import replace
import math

from ..model import ChargerReading, ChargerSettings
from .response import MAX_RESPONSE_S, MAX_WAKE_UP_S, USUAL_WAKE_UP_S, Car, Command

MIN_RESPONSE_S = 4.0
MIN_BIAS_A, MAX_BIAS_A = -0.5, 4.0
MIN_VOLTAGE_V, MAX_VOLTAGE_V = 80.0, 300.0

_DRAWING_A = 1.0
"""Least current of a car that charges; less is standby."""
_CLEAR_STEP_A = 1.0
"""Least change of the limit from which a response can be told."""
_CERTAIN_A = 3.0
"""Least current at which its share of the power tells a voltage."""
_CERTAIN_STEP_A = 3.0
"""Least difference between limit and current that no bias explains."""
_FOLLOWED = 0.8
"""Share of a step after which it counts as followed."""
_EXTRA_TIME_S = 3.0
"""Time added to the waiting time of a car that has not followed yet."""
_REFUSAL_BAND_A = 1.5
"""Distance from the minimum above which a car has other reasons to stop."""
_MAX_REFUSALS = 2
"""Number of stops at the minimum after which that counts as too low for the car."""
_MAX_ABOVE_MIN_A = 4.0
_PROVEN_S = 30.0
"""Time for which a limit must be in force until a car that draws more is taken to draw no less: it may only be slow."""
_FASTER_RATE = 0.15
_LEARNING_RATE = 0.3
_INEXACT = 0.04
"""Share of the voltage by which a rounded power or current may mislead."""
_WAKE_UP_RATE = 0.5


def observed(car: Car, reading: ChargerReading, now_s: float) -> Car:
    """Return the car after a reading."""
    if reading.charging is not car.charging:
        car = _charging_changed(car, reading, now_s)
    if (
        car.switched_s is not None
        and now_s - car.switched_s > reading.settings.switch_pause_s + car.patience_s
    ):
        car = _changed_over(car)
    if reading.measured_at_s is None or reading.measured_at_s == car.measured_at_s:
        return car
    current_a = reading.current_a or 0.0
    drawing = reading.charging and current_a >= _DRAWING_A
    if drawing and _shows_other_phases(
        car, reading.phases_in_use, reading.measured_at_s
    ):
        car = _changed_over(car)
    if drawing and car.switched_s is None:
        car = _learned_phases(car, reading.phases_in_use, reading.settings.phases)
        car = _learned_response(car, current_a, reading.measured_at_s, reading.settings)
        car = _learned_voltage(car, reading, current_a)
    return replace(
        car,
        current_a=current_a if drawing else 0.0,
        measured_at_s=reading.measured_at_s,
    )


def _charging_changed(car: Car, reading: ChargerReading, now_s: float) -> Car:
    """Return a car that has started or stopped to charge."""
    charging, settings = reading.charging, reading.settings
    if charging:
        car = _learned_wake_up(car, now_s)
        if car.commands:
            # It responds to the limit from now on, however long that has been in force.
            car = replace(car, commands=(Command(now_s, car.offered_a),))
        car = _changed_over(car)
    elif car.switched_s is None:
        car = _refused(car, settings)
    return replace(car, charging=charging, charging_changed_s=now_s)


def _learned_wake_up(car: Car, now_s: float) -> Car:
    """Return a car that has started to charge with the time that it took for that; a switch of phases takes time of its own."""
    if car.offered_since_s is None or car.switched_s is not None:
        return car
    waited_s = now_s - car.offered_since_s
    if waited_s > MAX_WAKE_UP_S:
        return car
    # One that seemed to decline must not seem so again.
    rate = _WAKE_UP_RATE if waited_s < USUAL_WAKE_UP_S else 1.0
    return replace(car, wake_up_s=car.wake_up_s + rate * (waited_s - car.wake_up_s))


def _refused(car: Car, settings: ChargerSettings) -> Car:
    """Return a car that has stopped by itself; its minimum rises if that happens again and again near it."""
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


def _shows_other_phases(car: Car, phases: int | None, at_s: float) -> bool:
    """Return True if a measurement during a switch shows that it is over: the car draws on other phases than before it."""
    if car.switched_s is None or at_s <= car.switched_s:
        return False
    return phases not in (None, car.phases)


def _learned_phases(car: Car, phases: int | None, wired: int) -> Car:
    """Return the car with the number of phases that it uses of those that are offered."""
    if phases is None:
        return car
    phases = min(phases, wired)
    car = replace(car, phases_seen=True)
    if phases == car.phases == min(car.offered_phases, car.max_phases):
        return car
    if phases > car.offered_phases:
        # The charger has ignored the switch: it still is on all its phases.
        car = replace(
            car, offered_phases=wired, ignored_switches=car.ignored_switches + 1
        )
    max_phases = phases if phases < car.offered_phases else max(phases, car.max_phases)
    return replace(car, phases=phases, max_phases=max_phases)


def _learned_voltage(car: Car, reading: ChargerReading, current_a: float) -> Car:
    """Return the car with the power that an ampere makes, or else with the voltage that its charger tells.

    The voltage may be that to a neutral or between phases on which the car does not draw.
    """
    if reading.power_w is None:
        return replace(car, voltage_v=reading.voltage_v or car.voltage_v)
    measured_v = reading.power_w / (current_a * car.phases)
    if current_a < _CERTAIN_A or not MIN_VOLTAGE_V <= measured_v <= MAX_VOLTAGE_V:
        return car
    change_v = measured_v - car.voltage_v
    rate = 1.0 if abs(change_v) > _INEXACT * car.voltage_v else _LEARNING_RATE
    return replace(car, voltage_v=car.voltage_v + rate * change_v)


def _learned_response(
    car: Car, current_a: float, at_s: float, settings: ChargerSettings
) -> Car:
    """Return the car with its response time by steps that it followed or not, and with its bias once it has settled."""
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
        return _learned_offset(car, current_a, at_s, settings)
    return car


def _waiting_time_s(car: Car, at_s: float) -> float | None:
    """Return the time that the car has had to respond; None if no response is due.

    A small difference may be a bias, so that only the first sample after a limit counts. A large one means a limit without
    response, perhaps for several limits already.
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
    car: Car, current_a: float, at_s: float, settings: ChargerSettings
) -> Car:
    """Return the car with its bias, floor or ceiling after it has had time to follow."""
    short_a = car.offered_a - current_a
    if current_a < car.floor_a - _LEARNING_RATE:
        car = replace(car, floor_a=0.0)
    if (
        current_a > car.ceiling_a + _LEARNING_RATE
        or car.offered_a < settings.min_current_a
    ):
        # It can draw more than assumed; a ceiling that only ever sinks would lock it in.
        return replace(car, ceiling_a=math.inf)
    if short_a > MAX_BIAS_A:
        return replace(car, ceiling_a=current_a)
    if short_a < MIN_BIAS_A:
        # Much more is no habit of the car: then its charger does not obey.
        is_floor = current_a <= settings.min_current_a + _MAX_ABOVE_MIN_A
        proven = at_s - _exceeded_since_s(car, current_a) >= _PROVEN_S
        return replace(car, floor_a=current_a) if is_floor and proven else car
    if (
        current_a >= car.ceiling_a - _LEARNING_RATE
        or current_a <= car.floor_a + _LEARNING_RATE
    ):
        return car
    return replace(car, bias_a=car.bias_a + _LEARNING_RATE * (short_a - car.bias_a))


def _exceeded_since_s(car: Car, current_a: float) -> float:
    """Return since when all limits have been clearly below a current."""
    since_s = math.inf
    for command in reversed(car.commands):
        if command.current_a - current_a >= MIN_BIAS_A:
            break
        since_s = command.at_s
    return since_s
