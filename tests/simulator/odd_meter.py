"""Registers and samples of an odd charger, according to its `Metering`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .behaviour import Metering, Register
from .car import NOMINAL_VOLTAGE_V, Car

_LINES = ("L1", "L2", "L3")


@dataclass(frozen=True, slots=True)
class Reading:
    """State of a connector: the energy charged ever and in the last session, and the current drawn and offered."""

    life_wh: float
    session_wh: float
    in_session: bool
    car: Car
    offered_a: float


def start_register_wh(metering: Metering, reading: Reading) -> float:
    """Return what the register shows when a session starts."""
    return 0.0 if metering.register is Register.SESSION else reading.life_wh


def stop_register_wh(metering: Metering, reading: Reading) -> float:
    """Return what the register shows when a session ends."""
    counts_sessions = metering.register is Register.SESSION
    return reading.session_wh if counts_sessions else reading.life_wh


def samples(metering: Metering, reading: Reading, names: str) -> list[dict[str, str]]:
    """Return the samples of the measurands that are named, and those that nobody has asked for."""
    sampled = [
        {"measurand": measurand(name), "context": "Sample.Periodic", **value}
        for name in names.split(",")
        for value in _values(metering, reading, name)
    ]
    sampled += [{"measurand": name, "value": ""} for name in sorted(metering.blank)]
    sampled += [dict(sample) for sample in metering.odd]
    if metering.start_register:
        start_wh = _register_wh(metering, reading) - reading.session_wh
        begin = {
            "measurand": "Energy.Active.Import.Register",
            "context": "Transaction.Begin",
            **_value(start_wh, "Wh"),
        }
        sampled.append(begin)
    return sampled


def closing_registers(reading: Reading, shown_at: str) -> list[dict[str, Any]]:
    """Return the registers of a session's beginning and end, as its end tells them."""
    registers_wh = {
        "Transaction.Begin": reading.life_wh - reading.session_wh,
        "Transaction.End": reading.life_wh,
    }
    return [
        {
            "timestamp": shown_at,
            "sampled_value": [
                {
                    "measurand": "Energy.Active.Import.Register",
                    "context": context,
                    **_value(register_wh, "Wh"),
                }
            ],
        }
        for context, register_wh in registers_wh.items()
    ]


def measurand(name: str) -> str:
    """Return a measurand without the phase that its name may end with, as in `Voltage.L1-N`."""
    return _split(name)[0]


def _register_wh(metering: Metering, reading: Reading) -> float:
    match metering.register:
        case Register.SESSION | Register.SESSION_VALUES:
            return reading.session_wh
        case Register.ZERO_BETWEEN if not reading.in_session:
            return 0.0
        case _:
            return reading.life_wh


def _values(metering: Metering, reading: Reading, name: str) -> list[dict[str, str]]:
    """Return the values of a measurand; one that names a phase is for that phase alone."""
    bare, wanted = _split(name)
    values = _all_values(metering, reading, bare)
    return [
        value
        for value in values
        if wanted is None or value.get("phase", "").startswith(wanted)
    ]


def _all_values(
    metering: Metering, reading: Reading, name: str
) -> list[dict[str, str]]:
    car = reading.car
    lines = _LINES[: car.phases_in_use]
    match name:
        case "Energy.Active.Import.Register":
            if metering.energy_at_rest and car.charging:
                return []
            register_wh = _register_wh(metering, reading)
            if metering.register_factor != 1:
                shown = register_wh * metering.register_factor
                return [{"value": f"{shown:.4f}", "unit": metering.unit or "Wh"}]
            return _totals(metering, register_wh, metering.unit, lines)
        case "Power.Active.Import":
            return _totals(metering, car.power_w, "W", lines)
        case "Current.Import":
            current_a = car.current_a / metering.current_divisor
            phase = metering.current_phase
            phases = lines if phase is None else (phase,)
            return [_value(current_a, "A", phase) for phase in phases]
        case "Voltage":
            return [_value(NOMINAL_VOLTAGE_V, "V", f"{line}-N") for line in lines]
        case "Current.Offered":
            return [_value(reading.offered_a, "A")]
        case _:
            return []


def _totals(
    metering: Metering, value: float, unit: str | None, lines: Sequence[str]
) -> list[dict[str, str]]:
    if not metering.by_phase:
        return [_value(value, unit)]
    return [_value(value / len(lines), unit, line) for line in lines]


def _split(name: str) -> tuple[str, str | None]:
    bare, dot, phase = name.rpartition(".")
    return (bare, phase) if dot and phase[:2] in _LINES else (name, None)


def _value(value: float, unit: str | None, phase: str | None = None) -> dict[str, str]:
    named = {"value": f"{value:.1f}", "unit": unit, "phase": phase}
    return {key: text for key, text in named.items() if text is not None}
