"""Sampled values become a meter.

Chargers report the same quantity as a total, per phase, or both, between a phase and neutral, or between two phases. Here
they all end in the one form that `Meter` has. No value is ever invented: what is blank or no number is left out and
counted.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
import math

from .charger_clock import FRESH_FOR, JITTER
from .meter import (
    NO_PHASES,
    Instant,
    Lines,
    Location,
    Measurand,
    Measurement,
    Meter,
    Phases,
    PowerSample,
)
from .phases import live_v, mended_a, phases_in_use
from .presence import MOVING
from .samples import REGISTER, Chosen, Sample, Selection, Values, outranks, select

_ONE_INSTANT = timedelta(seconds=1)
"""The time between two pieces of one measurement, if the second tells other lines than the first."""
_LEAST_SOC = 5.0
"""The state of charge above which none falls to zero at once: that is what chargers report which have lost it."""
REGISTERS = frozenset(
    measurand for measurand in Measurand if measurand.endswith(".Register")
)
"""The measurands that only ever grow; all others are momentary."""
_NO_LINES: Lines = {}
_BETWEEN_LINES_V = 300.0
"""A voltage between two phases above this is not what the car gets (400 V); one below is (208 V, 240 V)."""

# `Measurement(...)` and `Phases(...)` would take as long as all else that is done with a sample.
_make = tuple.__new__


@dataclass(frozen=True, slots=True)
class Metered:
    """A meter after new samples, and how many of them had no usable value.

    `register_wh` is the energy register if it was among them, and `begin_wh` what it showed when the session began;
    `power_w` is the power, even if it does not stand for the present.
    """

    meter: Meter
    dropped: int
    register_wh: float | None = None
    begin_wh: float | None = None
    power_w: float | None = None


def read(
    meter: Meter,
    samples: Iterable[Sample],
    now: datetime,
    measured_at: datetime | None = None,
    wired: int = 3,
    taken_at: datetime | None = None,
) -> Metered:
    """Return the meter after samples that were taken at once.

    Args:
        meter: what it showed before.
        samples: what the charger reports.
        now: when that arrived.
        measured_at: when it was measured, by the charger's clock; without it, just now.
        wired: the number of phases that the EVSE has.
        taken_at: when it was measured, by our clock; without it, both clocks are the same.
    """
    measured_at = measured_at or now
    taken_at = taken_at or measured_at
    found = select(samples)
    told: dict[Measurand, Measurement] = {}
    fresh: dict[Measurand, Measurement] = {}
    age = now - taken_at
    at, is_past = now if age <= JITTER else taken_at, age > FRESH_FOR
    for measurand, chosen in found.best.items():
        known = meter.measurements.get(measurand)
        is_old = False
        if known is not None and (last := known.instant) is not None:
            if outranks(measurand, known.location, chosen.location):
                continue
            is_old = taken_at <= last.taken_at and _is_older(chosen, last, taken_at)
            if is_old and chosen.is_memory:
                continue
        measurement = _measurement(measurand, chosen, known, taken_at, at)
        told[measurand] = measurement
        if is_old or (is_past and measurand not in REGISTERS):
            continue
        if measurand in MOVING and chosen.is_end:
            continue
        if measurand is Measurand.SOC and _is_lost(measurement, known):
            continue
        fresh[measurand] = measurement
    register, power = told.get(REGISTER), told.get(Measurand.POWER_ACTIVE_IMPORT)
    return Metered(
        _with(meter, told, fresh, now, measured_at, taken_at, wired),
        found.dropped,
        None if register is None else register.value,
        _begin_wh(found, now),
        None if power is None else power.value,
    )


def _is_older(chosen: Chosen, last: Instant, taken_at: datetime) -> bool:
    """Return True for what was measured before the measurement that is known, or as long ago and remembered since."""
    return taken_at < last.taken_at or chosen.is_memory


def _is_lost(soc: Measurement, known: Measurement | None) -> bool:
    """Return True for a state of charge that is not known: no car is empty at once."""
    return soc.value == 0 and (known is None or known.value > _LEAST_SOC)


def _begin_wh(found: Selection, now: datetime) -> float | None:
    if found.begun is None:
        return None
    return _measurement(REGISTER, found.begun, None, now, now).value


def _with(
    meter: Meter,
    told: Mapping[Measurand, Measurement],
    fresh: dict[Measurand, Measurement],
    now: datetime,
    measured_at: datetime,
    taken_at: datetime,
    wired: int,
) -> Meter:
    """Return the meter with fresh measurements; the others that were told are past."""
    if not told:
        return meter
    past, last_power = meter.past, meter.last_power
    if past or len(told) != len(fresh):
        past = _past(meter, told, fresh)
    power = told.get(Measurand.POWER_ACTIVE_IMPORT)
    if power is not None and (last_power is None or last_power.at <= measured_at):
        last_power = PowerSample(measured_at, power.value)
    if not fresh:
        return replace(meter, past=past, last_power=last_power)
    measurements = {**meter.measurements, **fresh}
    at_once = _taken_at_once(measurements, fresh, taken_at)
    mended = _mended(measurements, at_once, wired)
    if mended is not None:
        measurements[Measurand.CURRENT_IMPORT] = mended
        at_once[Measurand.CURRENT_IMPORT] = mended
    in_use = _phases_in_use(measurements, at_once, meter.phases_in_use, wired)
    known_at = meter.measured_at
    return Meter(
        measurements,
        now,
        measured_at if known_at is None else max(known_at, measured_at),
        in_use,
        mended is not None,
        past,
        last_power,
        meter.slope,
        meter.derived,
        _pause(meter, now),
    )


def _pause(meter: Meter, now: datetime) -> timedelta:
    """Return the time between the latest measurements, which may have come in pieces."""
    pause = timedelta() if meter.sampled_at is None else now - meter.sampled_at
    return pause if pause >= _ONE_INSTANT else meter.pause


def _past(
    meter: Meter,
    told: Mapping[Measurand, Measurement],
    fresh: Mapping[Measurand, Measurement],
) -> Mapping[Measurand, Measurement]:
    """Return what is known of the past where nothing is of the present."""
    return {
        measurand: measurement
        for measurand, measurement in (*meter.past.items(), *told.items())
        if measurand not in fresh and measurand not in meter.measurements
    }


def _taken_at_once(
    measurements: Mapping[Measurand, Measurement],
    fresh: dict[Measurand, Measurement],
    taken_at: datetime,
) -> dict[Measurand, Measurement]:
    """Return what was measured at one instant, in whatever pieces it was told."""
    if Measurand.CURRENT_IMPORT in fresh and Measurand.POWER_ACTIVE_IMPORT in fresh:
        return fresh
    at_once = dict(fresh)
    for measurand in (Measurand.CURRENT_IMPORT, Measurand.POWER_ACTIVE_IMPORT):
        if (known := measurements.get(measurand)) is not None:
            known_at = known.taken_at
            if known_at is not None and abs(taken_at - known_at) < _ONE_INSTANT:
                at_once[measurand] = known
    return at_once


def _mended(
    measurements: Mapping[Measurand, Measurement],
    fresh: Mapping[Measurand, Measurement],
    wired: int,
) -> Measurement | None:
    """Return the current that the power tells, if it gives the reported one the lie."""
    current = fresh.get(Measurand.CURRENT_IMPORT)
    power = fresh.get(Measurand.POWER_ACTIVE_IMPORT)
    voltage = measurements.get(Measurand.VOLTAGE)
    if current is None or power is None or voltage is None:
        return None
    current_a = mended_a(current, power, voltage, wired)
    return None if current_a == current.value else current._replace(value=current_a)


def _phases_in_use(
    measurements: Mapping[Measurand, Measurement],
    fresh: Mapping[Measurand, Measurement],
    before: int | None,
    wired: int,
) -> int | None:
    """Return on how many phases the car draws."""
    current = fresh.get(Measurand.CURRENT_IMPORT)
    power = fresh.get(Measurand.POWER_ACTIVE_IMPORT)
    if current is None and power is None:
        return before
    voltage = measurements.get(Measurand.VOLTAGE)
    return phases_in_use(current, power, voltage, before, wired)


def _measurement(
    measurand: Measurand,
    chosen: Chosen,
    before: Measurement | None,
    taken_at: datetime,
    at: datetime,
) -> Measurement:
    if measurand in REGISTERS and _has_begun_anew(chosen, before):
        before = None
    values = chosen.values
    last = None if before is None else before.instant
    if (
        before is None
        or last is None
        or _is_whole(last, taken_at)
        or before.location is not chosen.location
    ):
        instant = _make(Instant, (taken_at, values, _NO_LINES, False))
    else:
        instant = _instant(values, last, taken_at)
        values = {**instant.earlier, **instant.told}
    if len(values) == 1 and None in values:
        value = values[None]
        return _make(Measurement, (value, NO_PHASES, chosen.location, at, instant))
    if measurand in REGISTERS and before is not None and None not in values:
        # A register stays where it was until it is heard of again; the sum must not lack a phase.
        values = _known_lines(before, chosen.location) | values
    lines = values.get("L1"), values.get("L2"), values.get("L3")
    phases = _make(Phases, lines)
    known = phases.known
    if measurand is Measurand.VOLTAGE and not known:
        phases = _against_neutral(values)
        known = phases.known
    value = _MEANINGS.get(measurand, _one)(values, known)
    if measurand is Measurand.VOLTAGE and values is not chosen.values:
        # A piece that speaks of no phase is the newest word on all of them.
        value = chosen.values.get(None, value)
    return _make(Measurement, (value, phases, chosen.location, at, instant))


def _has_begun_anew(chosen: Chosen, before: Measurement | None) -> bool:
    """Return True if a line of a register is lower than it was: then the other lines of before mean nothing any more."""
    if before is None or None in chosen.values:
        return False
    known = _known_lines(before, chosen.location)
    return any(value < known.get(line, value) for line, value in chosen.values.items())


def _is_whole(last: Instant, taken_at: datetime) -> bool:
    """Return True if neither the last measurement nor that of a later time was told in pieces, as far as is known."""
    return taken_at - last.taken_at >= _ONE_INSTANT and not last.in_pieces


def _instant(values: Values, last: Instant, taken_at: datetime) -> Instant:
    """Return the instant of values: that of the measurement before if these are other lines of it.

    Where a charger tells its measurements in pieces, the lines that are missing are taken from the one before.
    """
    if abs(taken_at - last.taken_at) < _ONE_INSTANT:
        if last.told.keys().isdisjoint(values.keys()):
            told = {**last.told, **values}
            return _make(Instant, (last.taken_at, told, last.earlier, True))
    earlier = last.told if last.in_pieces else _NO_LINES
    return _make(Instant, (taken_at, values, earlier, False))


def _known_lines(known: Measurement, location: Location) -> Values:
    if known.location is not location:
        return {}
    phases = known.phases
    lines = {"L1": phases.l1, "L2": phases.l2, "L3": phases.l3}
    return {line: value for line, value in lines.items() if value is not None}


def _against_neutral(values: Values) -> Phases:
    """Return what the car gets on each phase by the voltages between them; the phase that is named first has it."""
    pairs = [values.get(pair) for pair in ("L1-L2", "L2-L3", "L3-L1")]
    return Phases(
        *(
            volts if volts is None or volts < _BETWEEN_LINES_V else volts / math.sqrt(3)
            for volts in pairs
        )
    )


# What the values of a measurand amount to, given those of its phases.


def _total(values: Values, phases: tuple[float, ...]) -> float:
    return sum(phases) if phases and None not in values else _one(values, phases)


def _most_loaded(values: Values, phases: tuple[float, ...]) -> float:
    # Some chargers file the current of their only phase under N.
    return max(phases) if phases else _one(values, phases)


def _mean(values: Values, phases: tuple[float, ...]) -> float:
    if not phases or None in values:
        return _one(values, phases)
    return sum(phases) / len(phases)


def _mean_of_live(values: Values, phases: tuple[float, ...]) -> float:
    live = live_v(phases) or [volts for volts in phases if volts > 0]
    return sum(live) / len(live) if live else _one(values, phases)


def _one(values: Values, _: tuple[float, ...]) -> float:
    """Return the value of a quantity that has no phases, whatever phases it was filed under."""
    return values[None] if None in values else max(values.values())


_MEANINGS: Mapping[Measurand, Callable[[Values, tuple[float, ...]], float]] = {
    **{
        measurand: meaning
        for beginning, meaning in (
            ("Energy.", _total),
            ("Power.", _total),
            ("Current.", _most_loaded),
        )
        for measurand in Measurand
        if measurand.startswith(beginning)
    },
    Measurand.POWER_FACTOR: _mean,
    Measurand.VOLTAGE: _mean_of_live,
}
