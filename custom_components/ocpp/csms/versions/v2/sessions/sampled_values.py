"""The sampled values in TransactionEvent and MeterValues."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import repeat
from operator import contains
from typing import NotRequired, TypedDict

from ....metering.samples import REGISTER, Sample
from ....metering.signed import SignedValue
from ....transactions.accounting import MeterValue
from ...instants import incredible_moment_of, moment_of

# `Sample(...)` would take as long as all that is read here.
_sample = tuple.__new__

_GREATEST_MULTIPLIER = 12
_SIGNED = "signedMeterValue"


class _UnitOfMeasure(TypedDict):
    unit: NotRequired[str]
    multiplier: NotRequired[int]


class _SignedMeterValue(TypedDict):
    signedMeterData: NotRequired[str]
    encodingMethod: NotRequired[str]
    publicKey: NotRequired[str]


class _SampledValue(TypedDict):
    value: float
    context: NotRequired[str]
    measurand: NotRequired[str]
    phase: NotRequired[str]
    location: NotRequired[str]
    unitOfMeasure: NotRequired[_UnitOfMeasure]
    signedMeterValue: NotRequired[_SignedMeterValue]


class MeterValuePayload(TypedDict):
    """OCPP's MeterValueType."""

    timestamp: NotRequired[str]
    sampledValue: NotRequired[list[_SampledValue]]


def meter_values_of(
    payload: Sequence[MeterValuePayload], now: datetime
) -> list[MeterValue]:
    """Return meter values that a charger reports."""
    return [_meter_value(meter_value, now) for meter_value in payload]


def _meter_value(told: MeterValuePayload, now: datetime) -> MeterValue:
    values, at = told.get("sampledValue", []), moment_of(told.get("timestamp"), now)
    samples = [
        _sample(
            Sample,
            (
                sampled.get("measurand", REGISTER),
                sampled["value"]
                if "multiplier" not in unit
                else _scaled(sampled["value"], unit["multiplier"]),
                unit.get("unit"),
                sampled.get("phase"),
                sampled.get("context"),
                sampled.get("location"),
            ),
        )
        for sampled in values
        for unit in (sampled.get("unitOfMeasure", _NO_UNIT),)
    ]
    # Most have none, which takes no step of ours to see.
    has_signed = any(map(contains, values, repeat(_SIGNED)))
    signed = [*_signed_among(values, at)] if has_signed else []
    told_at = incredible_moment_of(told.get("timestamp"), now)
    return MeterValue(at, samples, told_at, signed)


def _signed_among(values: list[_SampledValue], at: datetime) -> Iterator[SignedValue]:
    for sampled in values:
        if _SIGNED in sampled:
            yield _signed(sampled, at)


_NO_UNIT: _UnitOfMeasure = {}


def _signed(sampled: _SampledValue, at: datetime) -> SignedValue:
    told = sampled.get("signedMeterValue", {})
    return SignedValue(
        at,
        sampled.get("context", ""),
        told.get("signedMeterData", ""),
        told.get("encodingMethod") or None,
        told.get("publicKey") or None,
    )


def _scaled(value: float, multiplier: int) -> float:
    """Return a value as it is in its unit, without the power of ten that stands beside it."""
    return value * 10.0 ** max(
        -_GREATEST_MULTIPLIER, min(multiplier, _GREATEST_MULTIPLIER)
    )
