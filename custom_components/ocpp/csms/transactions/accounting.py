"""The booking of meter values: in an EVSE's meter, its ledger, and the session that runs there.

A session's energy is what the ledger has counted since it began, whatever register the charger has.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ..devices.wants import SAMPLE_INTERVAL_S
from ..metering.charger_clock import FRESH_FOR, heard
from ..metering.derived import derive
from ..metering.energy_register import (
    Ledger,
    end,
    integrate,
    put_right,
    read as read_register,
    total_at,
)
from ..metering.meter import Meter
from ..metering.presence import at_rest, not_taken
from ..metering.readings import Metered, read
from ..metering.register_slope import RegisterSlope
from ..metering.register_unit import Evidence, RegisterUnit, weighed
from ..metering.samples import Sample
from ..metering.signed import SignedValue, with_values
from ..metering.summed import shared
from ..model import Evse
from ..records import changed
from .resting import rests

_ROUNDING_WH = 1.0
_FLAT = RegisterSlope()
_A_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class MeterValue:
    """Samples that were taken at once, at a time by the charger's clock.

    `told_at` is the time that it told, where that cannot be; `signed` are those that are signed.
    """

    measured_at: datetime
    samples: Sequence[Sample]
    told_at: datetime | None = None
    signed: Sequence[SignedValue] = ()

    @property
    def clock_at(self) -> datetime:
        """The time that the charger's clock showed, however wrong it is."""
        return self.told_at or self.measured_at


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
    dropped, values = 0, _in_order(meter_values)
    if values:
        clock = heard(evse.clock, values[-1].clock_at, now)
        evse = evse if clock is evse.clock else changed(evse, clock=clock)
    for value in values:
        taken_at = evse.clock.taken_at(value.clock_at, now)
        at = _booked_at(evse, value, taken_at, now)
        metered = read(evse.meter, value.samples, now, at, wired, taken_at)
        if rests(evse, taken_at):
            metered = _at_rest(evse, metered, taken_at, now)
        evse, before = _weighed(evse, metered, at), evse
        ledger = _counted(before, evse.register_unit, metered, at)
        meter = metered.meter
        if evse.sums_currents:
            meter = shared(evse.meter, meter, _limit_a(evse), wired)
        if not meter.slope.tells_power:
            meter = _derived(evse, meter, taken_at, wired)
        evse = _entered(evse, meter, ledger)
        if metered.begin_wh is not None:
            factor = evse.register_unit.factor
            evse = _dated_back(evse, metered.begin_wh * factor)
        dropped += metered.dropped
    return Booked(_with_signed(evse, values), dropped)


def _with_signed(evse: Evse, values: Iterable[MeterValue]) -> Evse:
    """Return an EVSE with the signed values of its session."""
    new = [signed for value in values for signed in value.signed]
    transaction = evse.transaction
    if not new or transaction is None:
        return evse
    signed = with_values(transaction.signed, new)
    return replace(evse, transaction=replace(transaction, signed=signed))


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
    return Booked(_with_signed(evse, meter_values), dropped)


def book_end(evse: Evse, register_wh: float, at: datetime) -> Evse:
    """Return an EVSE whose session has ended with a register's value.

    The session gets what that register shows, even if the power before amounted to a little more.
    """
    transaction = evse.running_transaction
    start_wh = None if transaction is None else transaction.total_start_wh
    register_wh = as_shown(evse, register_wh)
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


def as_shown(evse: Evse, register_wh: float) -> float:
    """Return a register that was told at a session's start or end in the unit of the ledger."""
    if not evse.ledger.registers:
        return register_wh
    latest = evse.ledger.registers[0]
    return evse.register_unit.as_told_with(register_wh, latest.value_wh)


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
        for value in _in_order(meter_values)
    ]
    return [register_wh for register_wh in shown if register_wh is not None]


def _clock_at(value: MeterValue) -> datetime:
    return value.clock_at


def _in_order(meter_values: Iterable[MeterValue]) -> list[MeterValue]:
    """Return meter values in the order in which they were measured; pieces of one instant are one."""
    merged: list[MeterValue] = []
    for value in sorted(meter_values, key=_clock_at):
        last = merged[-1] if merged else None
        if last is not None and last.clock_at == value.clock_at:
            merged[-1] = replace(last, samples=[*last.samples, *value.samples])
        else:
            merged.append(value)
    return merged


def _derived(evse: Evse, meter: Meter, taken_at: datetime, wired: int) -> Meter:
    """Return a meter with what the register tells of power and current that the charger itself does not."""
    if evse.running_transaction is None:
        return meter if meter.slope == _FLAT else replace(meter, slope=_FLAT)
    factor = evse.register_unit.factor
    return derive(evse.meter, meter, taken_at, _limit_a(evse), wired, factor)


def _limit_a(evse: Evse) -> float | None:
    return None if evse.limit is None else evse.limit.current_a


def _booked_at(
    evse: Evse, value: MeterValue, taken_at: datetime, now: datetime
) -> datetime:
    """Return the time at which the ledger books a value: the charger's own if it can be.

    A value of an unknown time is older than what is known, so that a register is not taken to have fallen.
    """
    known_at = evse.meter.measured_at
    if value.told_at is None:
        return value.measured_at
    if now - taken_at <= FRESH_FOR or known_at is None:
        return taken_at if now - taken_at <= FRESH_FOR else value.measured_at
    return known_at - _A_MOMENT


def _at_rest(
    evse: Evse, metered: Metered, taken_at: datetime, now: datetime
) -> Metered:
    """Return what was metered while nothing can have flown: energies only."""
    power_w = None if metered.power_w is None else 0.0
    meter = not_taken(metered.meter, taken_at, now)
    if rests(evse, now):
        meter = at_rest(meter, now)
    return replace(metered, meter=meter, power_w=power_w)


def _weighed(evse: Evse, metered: Metered, at: datetime) -> Evse:
    """Return an EVSE whose register was held against the power, where both were told together."""
    shown_wh, power_w, total_wh = (
        metered.register_wh,
        metered.power_w,
        evse.ledger.total_wh,
    )
    if shown_wh is None or power_w is None or total_wh is None:
        return evse
    unit = weighed(evse.register_unit, shown_wh, total_wh, at, power_w)
    return changed(evse, register_unit=unit)


def _counted(evse: Evse, unit: RegisterUnit, metered: Metered, at: datetime) -> Ledger:
    """Count what the register shows, or where the charger never shows one, what the power amounts to."""
    if metered.register_wh is not None:
        register_wh, evidence = metered.register_wh * unit.factor, unit.evidence
        if evidence is not None and _may_be_in_another_unit(
            evse.ledger, unit, register_wh, at, metered.power_w
        ):
            # It is counted once that is certain.
            return evse.ledger
        if unit.factor == evse.register_unit.factor or evidence is None:
            return read_register(evse.ledger, register_wh, at)
        since_wh, counted_wh = _since(evse, evidence)
        risen_wh = register_wh - since_wh * unit.factor
        wrong_wh = since_wh, metered.register_wh
        return put_right(evse.ledger, wrong_wh, register_wh, at, counted_wh + risen_wh)
    before, power_w = evse.meter.last_power, metered.power_w
    if before is None or power_w is None or evse.meter.energy_wh is not None:
        return evse.ledger
    since = before.at
    if before.power_w == 0:
        # Nobody told when the car began to draw: within the last interval.
        since = max(since, at - timedelta(seconds=SAMPLE_INTERVAL_S))
    return integrate(evse.ledger, (before.power_w + power_w) / 2, since, at)


def _may_be_in_another_unit(
    ledger: Ledger,
    unit: RegisterUnit,
    register_wh: float,
    at: datetime,
    power_w: float | None,
) -> bool:
    """Return True for a register that is to be held against the power before it is counted."""
    known = ledger.registers
    if any(unit.may_be_kilo(register_wh, item.value_wh) for item in known):
        return True
    # Without power, there is nothing to hold it against.
    return bool(power_w and known) and all(
        unit.may_be_milli(
            register_wh, item.value_wh, (at - item.read_at).total_seconds() / 3600
        )
        for item in known
    )


def _since(evse: Evse, evidence: Evidence) -> tuple[float, float]:
    """Return where a register stood that has counted in a wrong unit since, and what was counted by then."""
    running = evse.running_transaction
    start_wh = None if running is None else running.total_start_wh
    if running is not None and start_wh is not None and running.meter_start_wh == 0:
        # It counts the session.
        if abs(evidence.total_wh - start_wh - evidence.shown_wh) < _ROUNDING_WH:
            return 0.0, start_wh
    return evidence.shown_wh, evidence.total_wh


def _dated_back(evse: Evse, begin_wh: float) -> Evse:
    """Return an EVSE whose session began with this register, if its start told none, or none but zero."""
    transaction = evse.running_transaction
    if transaction is None or transaction.meter_start_wh:
        return evse
    if begin_wh == transaction.meter_start_wh:
        return evse
    start_wh = total_at(evse.ledger, begin_wh)
    if start_wh is None:
        return evse
    transaction = replace(transaction, meter_start_wh=begin_wh, total_start_wh=start_wh)
    return credit(replace(evse, transaction=transaction), evse.ledger)
