"""The sampled values in MeterValues and StopTransaction."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NotRequired, TypedDict

from ...metering.samples import REGISTER, Sample
from ...metering.signed import SignedValue
from ...transactions.accounting import MeterValue
from ..instants import incredible_moment_of, moment_of

# `Sample(...)` would take as long as all that is read here.
_sample = tuple.__new__


_SIGNED = "SignedData"
_OCMF = "OCMF"


class _SampledValue(TypedDict):
    value: str
    context: NotRequired[str]
    format: NotRequired[str]
    measurand: NotRequired[str]
    phase: NotRequired[str]
    location: NotRequired[str]
    unit: NotRequired[str]


class MeterValuePayload(TypedDict):
    """OCPP's MeterValue (1.6, section 7.33)."""

    timestamp: NotRequired[str]
    sampledValue: list[_SampledValue]


def meter_values_of(
    payload: Sequence[MeterValuePayload], now: datetime
) -> list[MeterValue]:
    """Return meter values that a charger reports; signed data among them are no numbers."""
    return [_meter_value(meter_value, now) for meter_value in payload]


def _meter_value(told: MeterValuePayload, now: datetime) -> MeterValue:
    values, at = told["sampledValue"], moment_of(told.get("timestamp"), now)
    samples = [
        _sample(
            Sample,
            (
                sampled.get("measurand", REGISTER),
                sampled["value"],
                sampled.get("unit"),
                sampled.get("phase"),
                sampled.get("context"),
                sampled.get("location"),
            ),
        )
        for sampled in values
        if sampled.get("format") != _SIGNED
    ]
    # Most have none, and are not looked through again for that.
    signed = [] if len(samples) == len(values) else [*_signed_among(values, at)]
    told_at = incredible_moment_of(told.get("timestamp"), now)
    return MeterValue(at, samples, told_at, signed)


def _signed_among(values: list[_SampledValue], at: datetime) -> Iterator[SignedValue]:
    for sampled in values:
        if sampled.get("format") == _SIGNED:
            yield _signed(sampled, at)


def _signed(sampled: _SampledValue, at: datetime) -> SignedValue:
    data = sampled["value"].strip()
    # Its format is told nowhere else.
    kind = _OCMF if data.startswith(_OCMF) else None
    return SignedValue(at, sampled.get("context", ""), data, kind)
