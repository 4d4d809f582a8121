"""Implausible content of messages that obey the schema: noted as faults of the charger."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from ..events import TransactionEnded, TransactionReported
from ..model import Evse, Snapshot
from ..ocppj.framing import Json, Payload
from ..ocppj.violations import Fault, Faults
from ..tokens.token import bare
from . import Handled

_CLOCKS_DIFFER = timedelta(minutes=2)
"""The time by which a charger's clock may be ahead."""
_FIRST_YEAR = 2020
"""The first credible year; a clock that shows an earlier one was never set."""

type Implausibility = tuple[Fault, str]


def note_all(
    faults: Faults,
    action: str,
    payload: Payload,
    before: Snapshot,
    handled: Handled,
    now: datetime,
) -> None:
    """Note the faults in a message, given the snapshot before it and its consequences."""
    if dropped := handled.dropped_values:
        detail = f"{action}: values that are no numbers"
        faults.note(Fault.UNUSABLE_VALUE, detail, dropped)
    for fault in handled.faults:
        faults.note(fault, action)
    for fault, detail in _implausibilities(payload, before, handled, now):
        faults.note(fault, f"{action}: {detail}")


def _implausibilities(
    payload: Payload, before: Snapshot, handled: Handled, now: datetime
) -> Iterator[Implausibility]:
    """Yield the implausible content of a message, given the snapshot before it and its consequences."""
    for text in _timestamps(payload):
        if not _can_be(text, now):
            yield Fault.WRONG_CLOCK, text[:40]
    match payload.get("idTag"):
        case str(id_tag) if bare(id_tag) != id_tag:
            yield Fault.UNUSABLE_VALUE, "an id token is padded"
    for key in ("meterStart", "meterStop"):
        match payload.get(key):
            case int() | float() as register if register < 0:
                yield Fault.UNUSABLE_VALUE, f"{key} is negative"
    for evse in handled.snapshot.evses.values():
        if (known := before.evse(evse.id)) is not evse:
            yield from _about_register(known, evse)
            factor = evse.register_unit.factor
            if factor not in (1, known.register_unit.factor):
                counted, called = ("kWh", "Wh") if factor > 1 else ("Wh", "kWh")
                yield (
                    Fault.WRONG_UNIT,
                    f"the register counts {counted}, and is called {called}",
                )
    for event in handled.events:
        if isinstance(event, TransactionEnded | TransactionReported):
            if event.transaction.stop_reason is None:
                yield Fault.UNENDED_TRANSACTION, "a session of which no end was told"


def _timestamps(payload: Payload) -> Iterator[str]:
    """Yield the times of events in a message."""
    told: list[Json] = [payload]
    for key in ("meterValue", "transactionData"):
        values = payload.get(key)
        told += values if isinstance(values, list) else []
    for item in told:
        match item:
            case {"timestamp": str(text)}:
                yield text


def _can_be(text: str, now: datetime) -> bool:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        # The schema check has counted it already.
        return True
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.year >= _FIRST_YEAR and moment <= now + _CLOCKS_DIFFER


def _about_register(before: Evse, now: Evse) -> Iterator[Implausibility]:
    shown_wh, last_wh = now.meter.energy_wh, before.meter.energy_wh
    if shown_wh is None or shown_wh == last_wh:
        return
    if shown_wh < 0:
        yield Fault.UNUSABLE_VALUE, "a register is negative"
    running = now.running_transaction
    goes_on = running is not None and running.id == (
        before.running_transaction and before.running_transaction.id
    )
    if goes_on and last_wh is not None and shown_wh < last_wh:
        yield Fault.FALLING_REGISTER, f"{last_wh:g} Wh, then {shown_wh:g} Wh"
