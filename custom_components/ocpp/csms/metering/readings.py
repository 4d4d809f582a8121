"""Sampled values become a meter.

Chargers report the same quantity as a total, per phase, or both, between a phase and neutral, or between two phases. Here
they all end in the one form that `Meter` has. No value is ever invented: what is blank or no number is left out and
counted.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
import math

from .meter import NO_PHASES, Location, Measurand, Measurement, Meter, Phases
from .phases import mended_a, phases_in_use
from .samples import REGISTER, Chosen, Sample, Values, outranks, select

_FLOWS = (
    Measurand.CURRENT_EXPORT,
    Measurand.CURRENT_IMPORT,
    Measurand.POWER_ACTIVE_EXPORT,
    Measurand.POWER_ACTIVE_IMPORT,
    Measurand.POWER_REACTIVE_EXPORT,
    Measurand.POWER_REACTIVE_IMPORT,
)
_BETWEEN_LINES_V = 300.0
"""A voltage between two phases above this is not what the car gets (400 V); one below is (208 V, 240 V)."""

# `Measurement(...)` and `Phases(...)` would take as long as all else that is done with a sample.
_make = tuple.__new__


@dataclass(frozen=True, slots=True)
class Metered:
    """A meter after new samples, and how many of them had no usable value.

    `register_wh` is the energy register if it was among them, and `begin_wh` what it showed when the session began.
    """

    meter: Meter
    dropped: int
    register_wh: float | None = None
    begin_wh: float | None = None


def read(
    meter: Meter,
    samples: Iterable[Sample],
    now: datetime,
    measured_at: datetime | None = None,
    wired: int = 3,
) -> Metered:
    """Return the meter after samples that were taken at once.

    Args:
        meter: what it showed before.
        samples: what the charger reports.
        now: when that arrived.
        measured_at: when it was measured, by the charger's clock; without it, just now.
        wired: the number of phases that the EVSE has.
    """
    measured_at = measured_at or now
    is_later = meter.measured_at is None or measured_at > meter.measured_at
    found = select(samples)
    begin_wh = None
    if found.begun is not None:
        begin_wh = _measurement(REGISTER, found.begun, None, now).value
    fresh: dict[Measurand, Measurement] = {}
    for measurand, chosen in found.best.items():
        known = meter.measurements.get(measurand)
        if known is not None and (
            outranks(measurand, known.location, chosen.location)
            or (not is_later and chosen.is_memory)
        ):
            continue
        fresh[measurand] = _measurement(measurand, chosen, known, now)
    if not fresh:
        return Metered(meter, found.dropped, begin_wh=begin_wh)
    measurements = {**meter.measurements, **fresh}
    in_use = _draw(measurements, fresh, meter.phases_in_use, wired)
    register = fresh.get(REGISTER)
    return Metered(
        Meter(measurements, now, measured_at, in_use),
        found.dropped,
        None if register is None else register.value,
        begin_wh,
    )


def at_rest(meter: Meter, now: datetime) -> Meter:
    """Return the meter of a connector through which nothing flows any more.

    Many chargers stop sending values when a session pauses or ends; the last ones would stay for ever.
    """
    still = {
        measurand: Measurement(
            0.0, _zeroed(measurement.phases), measurement.location, now
        )
        for measurand in _FLOWS
        if (measurement := meter.measurements.get(measurand)) is not None
    }
    if not any(meter.measurements[measurand].value for measurand in still):
        return meter
    return replace(
        meter,
        measurements={**meter.measurements, **still},
        sampled_at=now,
        phases_in_use=None if meter.phases_in_use is None else 0,
    )


def _draw(
    measurements: dict[Measurand, Measurement],
    fresh: Mapping[Measurand, Measurement],
    before: int | None,
    wired: int,
) -> int | None:
    """Mend the current if the power gives it the lie, and return on how many phases the car draws."""
    current = fresh.get(Measurand.CURRENT_IMPORT)
    power = fresh.get(Measurand.POWER_ACTIVE_IMPORT)
    voltage = measurements.get(Measurand.VOLTAGE)
    if current is None and power is None:
        return before
    if current is not None and power is not None and voltage is not None:
        current_a = mended_a(current, power, voltage, wired)
        if current_a != current.value:
            current = current._replace(value=current_a)
            measurements[Measurand.CURRENT_IMPORT] = current
    return phases_in_use(current, power, voltage, before, wired)


def _measurement(
    measurand: Measurand, chosen: Chosen, before: Measurement | None, now: datetime
) -> Measurement:
    values = chosen.values
    if len(values) == 1 and None in values:
        return _make(Measurement, (values[None], NO_PHASES, chosen.location, now))
    if measurand in _REGISTERS and before is not None and None not in values:
        # A register stays where it was until it is heard of again; the sum must not lack a phase.
        values = _known_lines(before, chosen.location) | values
    lines = values.get("L1"), values.get("L2"), values.get("L3")
    phases = _make(Phases, lines)
    known = phases.known
    if measurand is Measurand.VOLTAGE and not known:
        phases = _against_neutral(values)
        known = phases.known
    value = _MEANINGS.get(measurand, _one)(values, known)
    return _make(Measurement, (value, phases, chosen.location, now))


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


def _zeroed(phases: Phases) -> Phases:
    def zero(value: float | None) -> float | None:
        return None if value is None else 0.0

    return Phases(zero(phases.l1), zero(phases.l2), zero(phases.l3))


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
    live = [volts for volts in phases if volts > 0]
    return sum(live) / len(live) if live else _one(values, phases)


def _one(values: Values, _: tuple[float, ...]) -> float:
    """Return the value of a quantity that has no phases, whatever phases it was filed under."""
    return values[None] if None in values else max(values.values())


_REGISTERS = frozenset(
    measurand for measurand in Measurand if measurand.endswith(".Register")
)
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
