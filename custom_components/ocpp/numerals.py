"""Numbers in texts, however they are written: with groups of digits, a decimal comma, or a unit behind them."""

from dataclasses import dataclass
import math
import re
import unicodedata

_MINUSES = str.maketrans("\u2212\u2013\u2014\u2012", "----")
_NUMERAL = re.compile(
    r"(?P<before>[+-]?) ?(?P<digits>\d[\d.,'’_ ]*|[.,]\d+)"
    r"(?P<exponent>[eE][+-]?\d+)?(?P<after>-?)(?![\d-])(?P<unit>.*)"
)
_SEPARATORS = " '’_"


@dataclass(frozen=True, slots=True)
class Numeral:
    """A text with a number: its possible values, the likeliest first, and the text behind it."""

    values: tuple[float, ...]
    has_fraction: bool
    unit: str = ""


def numeral_of(text: str) -> Numeral | None:
    """Return the number in a text; None without one.

    A single comma before three digits may separate thousands or decimals, so that there are two values.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).translate(_MINUSES).split())
    match = _NUMERAL.fullmatch(plain)
    if match is None or (match["before"] and match["after"]):
        return None
    digits = match["digits"].rstrip(_SEPARATORS)
    sign = -1.0 if "-" in (match["before"], match["after"]) else 1.0
    scale = float(f"1{match['exponent'] or 'e0'}")
    found = _readings(digits)
    values = tuple(sign * scale * float(reading) for reading in found)
    if not found or not all(map(math.isfinite, values)):
        return None
    return Numeral(values, "." in found[-1], match["unit"].strip())


def _readings(digits: str) -> tuple[str, ...]:
    """Return the possible readings of digits with marks, in the notation of programs."""
    if digits.count(".") == 1 and not any(mark in digits for mark in f",{_SEPARATORS}"):
        # The notation of Home Assistant itself.
        return (digits,)
    whole = tuple(_ungrouped(digits))
    mark = max(".,", key=digits.rfind)
    head, found, tail = digits.rpartition(mark)
    if not found or not tail.isdecimal() or mark in head:
        return whole
    decimal = tuple(f"{each}.{tail}" for each in _ungrouped(head or "0"))
    leading_zero = head.strip("0") == ""
    return decimal if leading_zero else tuple(dict.fromkeys((*whole, *decimal)))


def _ungrouped(digits: str) -> list[str]:
    """Return a whole number without the marks between its groups; nothing if they are out of place.

    All groups have three digits; those before the last one may have two, as in India.
    """
    first, *groups = re.split(r"\D", digits)
    marks = set(re.sub(r"\d", "", digits))
    if groups and (
        len(marks) > 1
        or not 1 <= len(first) <= 3
        or len(groups[-1]) != 3
        or any(len(group) not in (2, 3) for group in groups)
    ):
        return []
    return ["".join((first, *groups))]
