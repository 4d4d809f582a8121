"""The booking of meter values: in an EVSE's meter, its ledger, and the session that runs there.

A session's energy is what the ledger has counted since it began, whatever register the charger has.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ..devices.wants import SAMPLE_INTERVAL_S
from ..metering.energy_register import (
    Ledger,
    end,
    integrate,
    read as read_register,
    total_at,
)
from ..metering.meter import Meter
from ..metering.readings import Metered, read
from ..metering.samples import Sample
from ..model import Evse
from ..records import changed


@dataclass(frozen=True, slots=True)
class MeterValue:
    """Samples that were taken at once, at a time by the charger's clock."""

    measured_at: datetime
    samples: Sequence[Sample]


@dataclass(frozen=True, slots=True)
class Booked:
    """An EVSE after meter values; `dropped` is the number of samples without a usable value."""

    evse: Evse
    dropped: int


def book(
    evse: Evse, meter_values: Iterable[MeterValue], now: datetime, wired: int
) -> Booked:
    """Book meter values, in the order in which they were measured.

    Args:
        evse: what was known before.
        meter_values: what the charger reports.
        now: when that arrived.
        wired: the number of phases that the EVSE has.
    """
    dropped = 0
    for value in sorted(meter_values, key=_measured_at):
        metered = read(evse.meter, value.samples, now, value.measured_at, wired)
        ledger = _counted(evse, metered, value.measured_at)
        evse = _entered(evse, metered.meter, ledger)
        if metered.begin_wh is not None:
            evse = _dated_back(evse, metered.begin_wh)
        dropped += metered.dropped
    return Booked(evse, dropped)


def book_closing(
    evse: Evse, meter_values: Sequence[MeterValue], now: datetime, wired: int
) -> Booked:
    """Book the meter values of a whole session that are reported at its end; most of them are known by then.

    Where the charger's clock cannot be believed, there is no telling which, and only the register at the session's
    begin matters.
    """
    known_at = evse.meter.measured_at
    news = [
        value
        for value in meter_values
        if value.measured_at < now
        and (known_at is None or value.measured_at > known_at)
    ]
    evse = book(evse, news, now, wired).evse
    dropped = 0
    for value in meter_values:
        metered = read(evse.meter, value.samples, now, value.measured_at, wired)
        dropped += metered.dropped
        if metered.begin_wh is not None:
            evse = _dated_back(evse, metered.begin_wh)
    return Booked(evse, dropped)


def book_end(evse: Evse, register_wh: float, at: datetime) -> Evse:
    """Return an EVSE whose session has ended with a register's value.

    The session gets what that register shows, even if the power before amounted to a little more.
    """
    transaction = evse.running_transaction
    start_wh = None if transaction is None else transaction.total_start_wh
    evse = credit(evse, end(evse.ledger, register_wh, at, start_wh))
    transaction, end_wh = evse.running_transaction, total_at(evse.ledger, register_wh)
    if transaction is None or start_wh is None or end_wh is None:
        return evse
    energy_wh = max(0.0, end_wh - start_wh)
    return replace(evse, transaction=replace(transaction, energy_wh=energy_wh))


def first_register_wh(meter_values: Iterable[MeterValue]) -> float | None:
    """Return the first energy register among meter values, such as those of a session's start."""
    return next(iter(_registers_wh(meter_values)), None)


def last_register_wh(meter_values: Iterable[MeterValue]) -> float | None:
    """Return the last energy register among meter values, such as those of a session's end."""
    return next(reversed(_registers_wh(meter_values)), None)


def credit(evse: Evse, ledger: Ledger) -> Evse:
    """Return an EVSE with what its ledger has counted, which goes to the running session, too."""
    return _entered(evse, evse.meter, ledger)


def _entered(evse: Evse, meter: Meter, ledger: Ledger) -> Evse:
    transaction = evse.running_transaction
    if transaction is None or ledger.total_wh is None:
        return changed(evse, meter=meter, ledger=ledger)
    start_wh = transaction.total_start_wh
    if start_wh is None:
        # A register was somewhere before it was first seen; what power amounts to begins at zero.
        start_wh = ledger.total_wh if ledger.registers else 0.0
    transaction = changed(
        transaction, total_start_wh=start_wh, energy_wh=ledger.total_wh - start_wh
    )
    return changed(evse, meter=meter, ledger=ledger, transaction=transaction)


def _registers_wh(meter_values: Iterable[MeterValue]) -> list[float]:
    """Return the energy registers among meter values, in the order in which they were measured."""
    shown = [
        read(Meter(), value.samples, value.measured_at).register_wh
        for value in sorted(meter_values, key=_measured_at)
    ]
    return [register_wh for register_wh in shown if register_wh is not None]


def _measured_at(value: MeterValue) -> datetime:
    return value.measured_at


def _counted(evse: Evse, metered: Metered, at: datetime) -> Ledger:
    """Count what the register shows, or where the charger never shows one, what the power amounts to."""
    if metered.register_wh is not None:
        return read_register(evse.ledger, metered.register_wh, at)
    before, after = evse.meter, metered.meter
    if before.measured_at is None or before.energy_wh is not None:
        return evse.ledger
    if before.power_w is None or after.power_w is None:
        return evse.ledger
    since = before.measured_at
    if before.power_w == 0:
        # Nobody told when the car began to draw: within the last interval.
        since = max(since, at - timedelta(seconds=SAMPLE_INTERVAL_S))
    return integrate(evse.ledger, (before.power_w + after.power_w) / 2, since, at)


def _dated_back(evse: Evse, begin_wh: float) -> Evse:
    """Return an EVSE whose session, joined midway, began with this register."""
    transaction = evse.running_transaction
    if transaction is None or transaction.meter_start_wh is not None:
        return evse
    start_wh = total_at(evse.ledger, begin_wh)
    if start_wh is None:
        return evse
    transaction = replace(transaction, meter_start_wh=begin_wh, total_start_wh=start_wh)
    return credit(replace(evse, transaction=transaction), evse.ledger)
