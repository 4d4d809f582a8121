"""Sampled values become a meter.

Chargers report the same quantity in many ways: as a total, per phase, or both; in W or kW; between a
phase and neutral, or between two phases. Here they all end in the one form that `Meter` has. No value
is ever invented: what is blank or no number is left out and counted.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
import math

from .model import Meter, Phases

_FACTORS = {"kWh": 1000.0, "kW": 1000.0, "kvar": 1000.0, "kvarh": 1000.0, "kVA": 1000.0}
"""Units that differ from the base unit by a factor; all others are base units already."""

_ABSURD = 1e15
"""More than any quantity can be, in any unit; neither infinity nor what is no number is less."""

_LINES = ("L1", "L2", "L3")
_PHASE_NAMES = {
    **{line: line for line in _LINES},
    **{f"{line}-N": line for line in _LINES},
    # Between two phases: the line that is named first stands for the pair.
    "L1-L2": "L1-L2",
    "L2-L3": "L2-L3",
    "L3-L1": "L3-L1",
    "N": "N",
}
_LINE_PAIRS = ("L1-L2", "L2-L3", "L3-L1")


_ARRIVALS = {
    "current_a": "current_sampled_at",
    "offered_current_a": "offered_sampled_at",
}
"""Values whose age matters, and where it is noted when they arrived."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One sampled value in the protocol's words: measurand, phase and unit as the charger named them."""

    measurand: str
    value: str | float
    unit: str | None = None
    phase: str | None = None


@dataclass(frozen=True, slots=True)
class Metered:
    """A meter after new samples, how many of them were no numbers, and the register if it was among them."""

    meter: Meter
    dropped: int
    register_wh: float | None = None


type _Values = Mapping[str | None, float]
"""The samples of one measurand, by line; None is the total."""


def read(meter: Meter, samples: Iterable[Sample], now: datetime) -> Metered:
    """Return the meter with the samples taken in, as of `now`."""
    measurands: dict[str, dict[str | None, float]] = {}
    dropped = 0
    for sample in samples:
        if sample.measurand not in _READERS:
            continue
        if (value := _base_units(sample)) is None:
            dropped += 1
            continue
        line = None if sample.phase is None else _PHASE_NAMES.get(sample.phase)
        measurands.setdefault(sample.measurand, {})[line] = value
    changes: dict[str, float | Phases | datetime | None] = {}
    for measurand, values in measurands.items():
        changes.update(_READERS[measurand](values))
    if not changes:
        return Metered(meter, dropped)
    for field, arrival in _ARRIVALS.items():
        if field in changes:
            changes[arrival] = now
    read_meter = replace(meter, sampled_at=now, **changes)  # type: ignore[arg-type]
    register_wh = read_meter.energy_wh if "energy_wh" in changes else None
    return Metered(read_meter, dropped, register_wh)


def at_rest(meter: Meter, now: datetime) -> Meter:
    """Return the meter of a connector through which nothing flows any more.

    Many chargers stop sending values when a session pauses or ends; the last ones would stay for ever.
    """
    if not meter.power_w and not meter.current_a:
        return meter
    return replace(
        meter,
        sampled_at=now,
        current_sampled_at=now,
        power_w=None if meter.power_w is None else 0.0,
        power_phase_w=_zeroed(meter.power_phase_w),
        current_a=None if meter.current_a is None else 0.0,
        current_phase_a=_zeroed(meter.current_phase_a),
    )


def _zeroed(phases: Phases) -> Phases:
    def zero(value: float | None) -> float | None:
        return None if value is None else 0.0

    return Phases(zero(phases.l1), zero(phases.l2), zero(phases.l3))


def _base_units(sample: Sample) -> float | None:
    """Return the value in W, Wh, A or V; None where it is no number, or an absurd one."""
    try:
        value = float(sample.value)
    except ValueError:
        return None
    if sample.unit is not None:
        value *= _FACTORS.get(sample.unit, 1.0)
    return value if abs(value) < _ABSURD else None


def _phases(values: _Values) -> Phases:
    return Phases(values.get("L1"), values.get("L2"), values.get("L3"))


def _total(values: _Values) -> float | None:
    """Return the total, summed over the phases where the charger gives none."""
    if None in values:
        return values[None]
    lines = _phases(values).known
    return sum(lines) if lines else None


def _one(values: _Values) -> float | None:
    """Return the value of a quantity that has no phases, whatever phase it was filed under."""
    return values[None] if None in values else next(iter(values.values()), None)


def _energy(values: _Values) -> dict[str, float | Phases | None]:
    total = _total(values)
    return {} if total is None else {"energy_wh": total}


def _power(values: _Values) -> dict[str, float | Phases | None]:
    return {"power_w": _total(values), "power_phase_w": _phases(values)}


def _current(values: _Values) -> dict[str, float | Phases | None]:
    # Some chargers file the current of their only phase under N.
    highest = max(_phases(values).known, default=values.get(None, values.get("N")))
    return {"current_a": highest, "current_phase_a": _phases(values)}


def _voltage(values: _Values) -> dict[str, float | Phases | None]:
    phases = _phases(values)
    if not phases.known:
        between = [values.get(pair) for pair in _LINE_PAIRS]
        phases = Phases(
            *(None if volts is None else volts / math.sqrt(3) for volts in between)
        )
    live = [volts for volts in phases.known if volts > 0]
    mean = sum(live) / len(live) if live else values.get(None)
    return {"voltage_v": mean, "voltage_phase_v": phases}


def _offered_current(values: _Values) -> dict[str, float | Phases | None]:
    return {"offered_current_a": max(_phases(values).known, default=values.get(None))}


def _single(field: str) -> Callable[[_Values], dict[str, float | Phases | None]]:
    return lambda values: {field: _one(values)}


_READERS: Mapping[str, Callable[[_Values], dict[str, float | Phases | None]]] = {
    "Energy.Active.Import.Register": _energy,
    "Power.Active.Import": _power,
    "Current.Import": _current,
    "Voltage": _voltage,
    "Current.Offered": _offered_current,
    "Power.Offered": lambda values: {"offered_power_w": _total(values)},
    "SoC": _single("soc_percent"),
    "Temperature": _single("temperature_c"),
    "Frequency": _single("frequency_hz"),
    "Power.Factor": _single("power_factor"),
}
