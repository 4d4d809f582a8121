"""The energy ledger: one count that only ever grows, from whatever register a charger offers.

Registers count the charger's whole life, or each session from zero, or fall to zero between sessions and come
back; some are replaced, some go back a little when the power fails, some chargers have none at all. The ledger
follows them and counts what was charged: nothing twice, and nothing that no car can have drawn.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

_MOST_POWER_W = 400_000.0
"""More than any charger delivers."""
_SLACK_WH = 2_000.0
"""How much a register may rise besides, since clocks are wrong and values come late."""
_LARGEST_SESSION_WH = 200_000.0
"""More than any car's battery takes.

A register above this has not begun at zero just now; one that rises by more, and faster than any charger
delivers, is another register.
"""
_LONGEST_SAMPLE = timedelta(minutes=5)
"""How long a power is taken to last when nothing more is heard."""
_LONGEST_DELAY = timedelta(days=7)
"""A value that is older than this comes from a clock that was set anew."""


@dataclass(frozen=True, slots=True)
class Fall:
    """A register that went back, and has not been where it was since.

    `counted_wh` is what was counted since. `restarted` means that it counts from zero now.
    """

    peak_wh: float
    counted_wh: float
    restarted: bool


@dataclass(frozen=True, slots=True)
class Ledger:
    """What was charged at an EVSE; `total_wh` is None while no register and no power was ever seen.

    It begins with the first register that is seen. `register_wh` is that register's last value, at `read_at`;
    `ahead_wh`, what was counted from the power and the register has not shown yet.
    """

    total_wh: float | None = None
    register_wh: float | None = None
    read_at: datetime | None = None
    fall: Fall | None = None
    ahead_wh: float = 0.0


def read(ledger: Ledger, register_wh: float, at: datetime) -> Ledger:
    """Return the ledger after the register has shown a value."""
    last_wh = ledger.register_wh
    if register_wh < 0 or _is_late(ledger, register_wh, at):
        return ledger
    if last_wh is None:
        total_wh = register_wh if ledger.total_wh is None else ledger.total_wh
        return Ledger(total_wh, register_wh, at)
    possible_wh = _possible_wh(ledger, at)
    follow = _fallen if register_wh < last_wh else _risen
    counted_wh, fall = follow(ledger.fall, last_wh, register_wh, possible_wh)
    return _counted(replace(ledger, fall=fall), counted_wh, register_wh, at)


def begin(ledger: Ledger, register_wh: float, at: datetime) -> Ledger:
    """Return the ledger after a session has begun with a register's value.

    A register that begins lower than it ended counts each session from zero: where it was before means nothing.
    """
    last_wh, fall = ledger.register_wh, ledger.fall
    if last_wh is None or register_wh < 0 or _is_late(ledger, register_wh, at):
        return read(ledger, register_wh, at)
    if register_wh < last_wh:
        return replace(
            ledger, register_wh=register_wh, read_at=at, fall=None, ahead_wh=0.0
        )
    if fall is not None and register_wh < fall.peak_wh:
        return replace(ledger, register_wh=register_wh, read_at=at, fall=None)
    base_wh = last_wh if fall is None else fall.peak_wh + fall.counted_wh
    counted_wh = max(0.0, register_wh - base_wh)
    if counted_wh > _possible_wh(ledger, at) + _LARGEST_SESSION_WH:
        counted_wh = 0.0
    return _counted(replace(ledger, fall=None), counted_wh, register_wh, at)


def integrate(
    ledger: Ledger, power_w: float, since: datetime, until: datetime
) -> Ledger:
    """Return the ledger after a power was drawn for a while, for chargers whose register tells nothing."""
    span = min(max(until - since, timedelta()), _LONGEST_SAMPLE)
    counted_wh = max(0.0, power_w) * span.total_seconds() / 3600
    return replace(
        ledger,
        total_wh=(ledger.total_wh or 0.0) + counted_wh,
        ahead_wh=ledger.ahead_wh + counted_wh,
    )


def total_at(ledger: Ledger, register_wh: float) -> float | None:
    """Return what had been counted when the register showed an earlier value; None where that cannot be told."""
    if ledger.total_wh is None or ledger.register_wh is None:
        return None
    since_wh = ledger.register_wh - register_wh
    if register_wh < 0 or not 0 <= since_wh <= _LARGEST_SESSION_WH:
        return None
    return ledger.total_wh - ledger.ahead_wh - since_wh


def _is_late(ledger: Ledger, register_wh: float, at: datetime) -> bool:
    """Whether a register was read before the one that is known: it has not fallen, the message was held up."""
    if ledger.read_at is None or ledger.register_wh is None:
        return False
    delay = ledger.read_at - at
    return register_wh < ledger.register_wh and timedelta() < delay < _LONGEST_DELAY


def _possible_wh(ledger: Ledger, at: datetime) -> float:
    """Return the most that can have been charged since the register was last read."""
    span = timedelta() if ledger.read_at is None else at - ledger.read_at
    seconds = max(0.0, span.total_seconds())
    return _SLACK_WH + _MOST_POWER_W * seconds / 3600


def _risen(
    fall: Fall | None, last_wh: float, register_wh: float, possible_wh: float
) -> tuple[float, Fall | None]:
    """Return what a register that has risen adds, and the fall if it still matters."""
    counted_wh = register_wh - last_wh
    if counted_wh > possible_wh + _LARGEST_SESSION_WH:
        counted_wh = 0.0
    if fall is None:
        return counted_wh, None
    if register_wh < fall.peak_wh:
        return counted_wh, replace(fall, counted_wh=fall.counted_wh + counted_wh)
    # Either the old count is back and has gone on meanwhile, or the new one has overtaken it.
    missed_wh = register_wh - fall.peak_wh - fall.counted_wh
    if fall.restarted and fall.counted_wh > 0 and not -1.0 <= missed_wh <= possible_wh:
        return counted_wh, None
    return max(0.0, missed_wh), None


def _fallen(
    fall: Fall | None, last_wh: float, register_wh: float, possible_wh: float
) -> tuple[float, Fall | None]:
    """Return what a register that went back adds: all it shows if it began anew, else nothing."""
    most_wh = min(possible_wh, _LARGEST_SESSION_WH, last_wh / 2)
    restarted = register_wh <= most_wh
    counted_wh = register_wh if restarted else 0.0
    peak_wh = last_wh if fall is None else fall.peak_wh
    since_wh = 0.0 if fall is None else fall.counted_wh
    return counted_wh, Fall(peak_wh, since_wh + counted_wh, restarted)


def _counted(
    ledger: Ledger, counted_wh: float, register_wh: float, at: datetime
) -> Ledger:
    news_wh = max(0.0, counted_wh - ledger.ahead_wh)
    return replace(
        ledger,
        total_wh=(ledger.total_wh or 0.0) + news_wh,
        register_wh=register_wh,
        read_at=at,
        ahead_wh=max(0.0, ledger.ahead_wh - counted_wh),
    )
