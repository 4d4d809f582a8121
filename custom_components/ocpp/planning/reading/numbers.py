"""Numbers in values that may be texts."""

import math
import re

from .units import unit_factor

_WITH_UNIT = re.compile(r"(?P<amount>[-+−]?\d[\d.,]*)\s*(?P<unit>\D.*)")


def number_of(value: object) -> float | None:
    """Return the finite number in a value, which may be a text."""
    match value:
        case bool():
            return None
        case int() | float() | str():
            try:
                number = float(value)
            except ValueError, OverflowError:
                return None
            return number if math.isfinite(number) else None
        case _:
            return None


def money_of(value: object) -> float | None:
    """Return the amount in a value, which may be a text with a decimal comma."""
    if isinstance(value, str) and "." not in value:
        whole, comma, decimals = value.partition(",")
        # Three digits may be thousands.
        if comma and (len(decimals) != 3 or whole.strip(" -") == "0"):
            return number_of(f"{whole}.{decimals}")
    return number_of(value)


def money_with_unit(value: object) -> tuple[float, float] | None:
    """Return the amount in a text that tells its unit, such as `12.5 ct/kWh`, and the factor of the unit."""
    match = _WITH_UNIT.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    amount, factor = money_of(match["amount"]), unit_factor(match["unit"])
    return None if amount is None or factor is None else (amount, factor)
