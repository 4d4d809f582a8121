"""The energy ledger: one count that only ever grows, from whatever registers a charger offers.

Registers count the charger's whole life, or each session from zero, or fall to zero between sessions and come
back; some are replaced, some go back a little when the power fails, and some chargers have none at all. Others show two
in turn: that of the session within it and that of their life in between, or one with StartTransaction and another with
MeterValues. The ledger tells them apart and counts what was charged: nothing twice, and nothing that no car can have
drawn.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

_MOST_POWER_W = 400_000.0
"""More than any charger delivers."""
_SLACK_WH = 2_000.0
"""The rise that a register is allowed besides, since clocks are wrong and values come late."""
_LARGEST_SESSION_WH = 200_000.0
"""More than any car's battery takes.

A register above this has not begun at zero just now; one that rises by more, and faster than any charger
delivers, is another register.
"""
_LONGEST_SAMPLE = timedelta(minutes=5)
"""The time for which a power is taken to last when nothing more is heard."""
_LONGEST_DELAY = timedelta(days=7)
"""The delay with which a value may come; one that is older comes from a clock that was set anew."""
_MOST_REGISTERS = 3
_ROUNDING_WH = 1.0


@dataclass(frozen=True, slots=True)
class Register:
    """One of a charger's registers: where it stood at `read_at`.

    Its value and `offset_wh` together are what had been counted by then. `of_session` means that, for all that is known, it
    counts one session only.
    """

    value_wh: float
    offset_wh: float
    read_at: datetime
    of_session: bool = False


@dataclass(frozen=True, slots=True)
class Ledger:
    """The energy charged at an EVSE; `total_wh` is None while no register and no power was ever seen.

    It begins with the first register that is seen. `registers` are those that may show up again, the latest first.
    """

    total_wh: float | None = None
    registers: tuple[Register, ...] = ()


def read(ledger: Ledger, register_wh: float, at: datetime) -> Ledger:
    """Return the ledger after a register has shown a value."""
    return _read(ledger, register_wh, at, ledger.total_wh)


def end(
    ledger: Ledger, register_wh: float, at: datetime, began_wh: float | None
) -> Ledger:
    """Return the ledger after a session has ended with a register's value.

    A register that no other value goes with counts what was charged since `began_wh` had been counted.
    """
    return _read(
        ledger, register_wh, at, ledger.total_wh if began_wh is None else began_wh
    )


def begin(ledger: Ledger, register_wh: float, at: datetime) -> Ledger:
    """Return the ledger after a session has begun with a register's value.

    A register that begins lower than any ended counts from there; those of the session before mean nothing any more.
    """
    if register_wh < 0 or _is_late(ledger, register_wh, at):
        return ledger
    known = _continued(ledger, register_wh, at, _SLACK_WH)
    if known is None:
        begun = _new(ledger, register_wh, at)
    else:
        # What goes on where it was in the session before counts more than one.
        of_session = known.of_session and register_wh == 0
        begun = Register(register_wh, known.offset_wh, at, of_session)
    lasting = [item for item in _others(ledger, known) if not item.of_session]
    return _with(ledger, begun, lasting)


def integrate(
    ledger: Ledger, power_w: float, since: datetime, until: datetime
) -> Ledger:
    """Return the ledger after a power was drawn for a while, for chargers whose register tells nothing."""
    span = min(max(until - since, timedelta()), _LONGEST_SAMPLE)
    counted_wh = max(0.0, power_w) * span.total_seconds() / 3600
    return replace(ledger, total_wh=(ledger.total_wh or 0.0) + counted_wh)


def put_right(
    ledger: Ledger,
    wrong_wh: tuple[float, float],
    register_wh: float,
    at: datetime,
    counted_wh: float,
) -> Ledger:
    """Return the ledger after a register has turned out to count in another unit than it says.

    Args:
        ledger: what was counted of it in the wrong unit.
        wrong_wh: the least and the greatest value that it has shown in that.
        register_wh: what it really shows.
        at: when that was read.
        counted_wh: what was counted with that, unless another register tells.
    """
    least_wh, most_wh = wrong_wh
    right = [
        item for item in ledger.registers if not least_wh <= item.value_wh <= most_wh
    ]
    rest = Ledger(ledger.total_wh, tuple(right))
    known = _continued(rest, register_wh, at, _SLACK_WH + _LARGEST_SESSION_WH)
    offset_wh = counted_wh - register_wh if known is None else known.offset_wh
    return _with(rest, Register(register_wh, offset_wh, at), _others(rest, known))


def total_at(ledger: Ledger, register_wh: float) -> float | None:
    """Return what had been counted when a register showed an earlier value; None where that cannot be told."""
    passed = [
        item
        for item in ledger.registers
        if 0 <= item.value_wh - register_wh <= _LARGEST_SESSION_WH
    ]
    if register_wh < 0 or not passed:
        return None
    nearest = min(passed, key=lambda item: item.value_wh)
    return nearest.offset_wh + register_wh


def _read(
    ledger: Ledger, register_wh: float, at: datetime, zero_wh: float | None
) -> Ledger:
    """Take in a register's value; one that has begun anew did so when `zero_wh` had been counted."""
    if register_wh < 0 or _is_late(ledger, register_wh, at):
        return ledger
    if _is_rounded(ledger, register_wh):
        return ledger
    # A clock that was never set tells nothing of how long it took to charge so much.
    known = _continued(ledger, register_wh, at, _SLACK_WH + _LARGEST_SESSION_WH)
    if known is not None:
        latest = Register(register_wh, known.offset_wh, at, known.of_session)
    else:
        latest = _new(ledger, register_wh, at)
        if zero_wh is not None and _has_restarted(ledger, register_wh, at):
            latest = replace(latest, offset_wh=zero_wh)
    return _with(ledger, latest, _others(ledger, known))


def _continued(
    ledger: Ledger, register_wh: float, at: datetime, slack_wh: float
) -> Register | None:
    """Return the register that a value continues; None if it is another one, or one that begins anew.

    Of several that it may be, it is the one by which the least was charged that is not counted yet: it shows the same
    energy as the others do.
    """
    fitting = []
    for item in ledger.registers:
        news_wh = item.offset_wh + register_wh - (ledger.total_wh or 0.0)
        # It may lag behind what was counted by others, or by the power; but a zero of old is none that begins now.
        lags = news_wh < -_ROUNDING_WH
        least_wh = -_SLACK_WH if item.value_wh > 0 else -_ROUNDING_WH
        most_wh = _possible_wh(item, at) + slack_wh
        if register_wh >= item.value_wh and least_wh <= news_wh <= most_wh:
            fitting.append((lags, abs(news_wh), item))
    return min(fitting, key=lambda fit: fit[:2])[2] if fitting else None


def _has_restarted(ledger: Ledger, register_wh: float, at: datetime) -> bool:
    """Return True if a register that is lower than expected has counted from zero since the last one was read."""
    if not ledger.registers:
        return False
    latest = ledger.registers[0]
    possible_wh = _possible_wh(latest, at) + _SLACK_WH
    return register_wh <= min(possible_wh, _LARGEST_SESSION_WH, latest.value_wh / 2)


def _is_late(ledger: Ledger, register_wh: float, at: datetime) -> bool:
    """Return True if a register was read before one that is known: it has not fallen, the message was held up."""
    return any(
        register_wh < item.value_wh and timedelta() < item.read_at - at < _LONGEST_DELAY
        for item in ledger.registers
    )


def _is_rounded(ledger: Ledger, register_wh: float) -> bool:
    """Return True if the latest register is told once more without its last digits, as at the end of a session."""
    if not ledger.registers:
        return False
    return 0 < ledger.registers[0].value_wh - register_wh < _ROUNDING_WH


def _possible_wh(register: Register, at: datetime) -> float:
    """Return the most that can have been charged since a register was last read."""
    seconds = max(0.0, (at - register.read_at).total_seconds())
    return _MOST_POWER_W * seconds / 3600


def _new(ledger: Ledger, register_wh: float, at: datetime) -> Register:
    """Return a register that was not there before: what it shows was counted already, or is none of ours."""
    if ledger.total_wh is None:
        return Register(register_wh, 0.0, at, of_session=register_wh == 0)
    latest_wh = ledger.registers[0].value_wh if ledger.registers else 0.0
    of_session = register_wh <= latest_wh / 2
    return Register(register_wh, ledger.total_wh - register_wh, at, of_session)


def _others(ledger: Ledger, known: Register | None) -> list[Register]:
    return [item for item in ledger.registers if item is not known]


def _with(ledger: Ledger, latest: Register, others: Iterable[Register]) -> Ledger:
    counted_wh = latest.offset_wh + latest.value_wh
    return Ledger(
        max(counted_wh, ledger.total_wh or 0.0), (latest, *others)[:_MOST_REGISTERS]
    )
