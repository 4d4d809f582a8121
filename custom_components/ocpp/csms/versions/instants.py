"""Times as chargers write them: in the form of the specification, or in another one that leaves no doubt."""

from datetime import UTC, datetime
import re

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
"""The bounds of what is told apart: clocks that were never set begin anywhere, and nobody can reckon with the year 1."""

_SECONDS = re.compile(r"([0-9]{10})(?:[0-9]{3})?(?:\.[0-9]*)?")
"""Seconds or milliseconds since 1970."""
_PARTS = re.compile(
    r"""
    ([0-9]{4})(?P<mark>[-/.]?)([0-9]{1,2})(?P=mark)([0-9]{1,2})
    [Tt\s]*([0-9]{1,2})(?P<colon>:?)([0-9]{1,2})(?:(?P=colon)([0-9]{1,2})(?:[.,][0-9]*)?)?
    \s*(Z|UTC|GMT|[-+][0-9]{2}:?[0-9]{2})?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LONGEST = 64
_LAST_SECOND = 59


def instant_of(text: str) -> datetime | None:
    """Return the instant in a charger's text; None if it is none."""
    moment = _read(text[:_LONGEST].strip(" \t\r\n\0"))
    if moment is None:
        return None
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return min(max(aware, EARLIEST), LATEST)


def moment_of(text: str | None, now: datetime) -> datetime:
    """Return the charger's own time of an event, or ours if that is impossible or was not told."""
    moment = None if text is None else instant_of(text)
    if moment is None:
        return now
    # A clock that was never set, or runs ahead, would make sessions decades long.
    return moment if moment.year >= 2020 and moment <= now else now


def incredible_moment_of(text: str | None, now: datetime) -> datetime | None:
    """Return the charger's own time of an event if it is impossible; None for one that can be, or is none."""
    moment = None if text is None else instant_of(text)
    return None if moment is None or moment == moment_of(text, now) else moment


def _read(text: str) -> datetime | None:
    if (seconds := _SECONDS.fullmatch(text)) is not None:
        return datetime.fromtimestamp(int(seconds[1]), UTC)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return _put_together(text)


def _put_together(text: str) -> datetime | None:
    """Return the time in a text that has the parts of one."""
    if (parts := _PARTS.fullmatch(text)) is None:
        return None
    year, month, day, hour, minute, second = (
        int(part or 0) for part in parts.group(1, 3, 4, 5, 7, 8)
    )
    # A leap second is the sixtieth.
    clock = f"{hour:02}:{minute:02}:{min(second, _LAST_SECOND):02}"
    zone = (parts[9] or "Z").upper()
    offset = "Z" if zone in ("UTC", "GMT") else zone
    try:
        return datetime.fromisoformat(f"{year:04}-{month:02}-{day:02}T{clock}{offset}")
    except ValueError:
        return None
