"""Momentary values that do not stand for the present: because nothing flows, or because they have grown old."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from .meter import Instant, Measurand, Measurement, Meter, Phases

_OFFERS = (Measurand.CURRENT_OFFERED, Measurand.POWER_OFFERED)
_FLOWS = (
    Measurand.CURRENT_EXPORT,
    Measurand.CURRENT_IMPORT,
    Measurand.POWER_ACTIVE_EXPORT,
    Measurand.POWER_ACTIVE_IMPORT,
    Measurand.POWER_REACTIVE_EXPORT,
    Measurand.POWER_REACTIVE_IMPORT,
)


_LASTS, _PAUSES = timedelta(minutes=5), 3
"""The time for which a value stands for the present while nothing is heard, and the number of pauses between values."""
_FLOWING = frozenset(_FLOWS)
MOVING = frozenset((*_FLOWS, *_OFFERS))
"""The measurands that are zero once a session has ended."""


def at_rest(meter: Meter, now: datetime) -> Meter:
    """Return the meter of a connector through which nothing flows any more.

    Many chargers stop sending values when a session pauses or ends; the last ones would stay for ever.
    """
    rested, last_power = _zeroed(meter, _FLOWS, now), meter.last_power
    if rested is meter and not (last_power and last_power.power_w):
        return meter
    return replace(
        rested,
        sampled_at=now,
        last_power=None if last_power is None else last_power._replace(power_w=0.0),
        phases_in_use=None if meter.phases_in_use is None else 0,
    )


def not_taken(meter: Meter, taken_at: datetime, now: datetime) -> Meter:
    """Return the meter after values of a time when nothing can have flown, or was offered: what is newer stays."""
    taken = [
        name for name in MOVING if _was_taken(meter.measurements.get(name), taken_at)
    ]
    rested, last_power = _zeroed(meter, taken, now), meter.last_power
    is_drawn = meter.phases_in_use is not None and not _FLOWING.isdisjoint(taken)
    return replace(
        rested,
        last_power=None if last_power is None else last_power._replace(power_w=0.0),
        phases_in_use=0 if is_drawn else meter.phases_in_use,
    )


def not_offering(meter: Meter, now: datetime) -> Meter:
    """Return the meter of a connector at which nothing is offered to a car."""
    return _zeroed(meter, _OFFERS, now)


def unheard(meter: Meter) -> Meter:
    """Return the meter of a charger that has connected anew: what flows, and what is offered, is not known."""
    return _forgotten(meter, (*_FLOWS, *_OFFERS))


def aged(meter: Meter, now: datetime) -> Meter:
    """Return the meter without what flowed, and was offered, too long ago; a charger that tells it seldom has more time."""
    least_at = now - max(_LASTS, _PAUSES * meter.pause)
    old = [
        measurand
        for measurand in (*_FLOWS, *_OFFERS)
        if (known := meter.measurements.get(measurand)) is not None
        and known.at < least_at
    ]
    return _forgotten(meter, old) if old else meter


def without_car(meter: Meter) -> Meter:
    """Return the meter of a connector that a car has left: its state of charge is that of nobody."""
    return _forgotten(meter, (Measurand.SOC,))


def _was_taken(known: Measurement | None, taken_at: datetime) -> bool:
    return known is not None and known.taken_at == taken_at


def _zeroed(meter: Meter, measurands: Iterable[Measurand], now: datetime) -> Meter:
    """Return the meter with zero for those of the measurands that the charger reports."""
    still: dict[Measurand, Measurement] = {}
    for measurand in measurands:
        known = meter.measurements.get(measurand)
        if known is not None and not known.value and not any(known.phases.known):
            continue
        if (before := known or meter.past.get(measurand)) is not None:
            still[measurand] = _zero(before, now)
    if not still:
        return meter
    return replace(
        meter,
        measurements={**meter.measurements, **still},
        past=_without(meter.past, still),
    )


def _forgotten(meter: Meter, measurands: Iterable[Measurand]) -> Meter:
    """Return the meter without those of the measurands: they are of the past."""
    gone = {
        measurand: known
        for measurand in measurands
        if (known := meter.measurements.get(measurand)) is not None
    }
    if not gone:
        return meter
    return replace(
        meter,
        measurements=_without(meter.measurements, gone),
        past={**meter.past, **gone},
    )


def _without(
    known: Mapping[Measurand, Measurement], gone: Mapping[Measurand, Measurement]
) -> Mapping[Measurand, Measurement]:
    return {name: item for name, item in known.items() if name not in gone}


def _zero(before: Measurement, now: datetime) -> Measurement:
    phases = Phases(*(None if value is None else 0.0 for value in before.phases))
    instant, last = None, before.instant
    if last is not None:
        told = dict.fromkeys(last.told, 0.0)
        instant = Instant(last.taken_at, told, {}, last.in_pieces)
    return Measurement(0.0, phases, before.location, now, instant)
