"""Energies that prices are for, as tariff integrations write them."""

from collections.abc import Mapping
import re

_PREFIXES: Mapping[str, float] = {
    "": 1000.0,
    "k": 1.0,
    "kilo": 1.0,
    "к": 1.0,
    "m": 0.001,
    "mega": 0.001,
    "м": 0.001,
    "g": 1e-6,
    "giga": 1e-6,
    "г": 1e-6,
}
"""Factors from a price for an energy to a price per kWh."""
_ENERGY = re.compile(
    r"(?P<count>\d+(?:\.\d+)?)?\s*(?P<prefix>kilo|mega|giga|[kmgкмг])?\s*"
    r"(?:watt|w|вт)[\s·⋅∙*.-]?"
    r"(?:hour|hrs?|h|stunde|stunden|std|uur|time|timme|timmar|timer|tunti|ч|час|год|г)s?"
    r"(?:\^?-1|⁻¹)?\.?"
)


def energy_factor(text: str) -> float | None:
    """Return the factor from a price for an energy to a price per kWh; None if it is no energy.

    Remarks may follow, as in `kWh incl. VAT`.
    """
    plain = text.strip().casefold()
    match = _ENERGY.match(plain)
    if match is None or plain[match.end() :][:1].strip(" ,;"):
        return None
    count = float(match["count"] or 1)
    return _PREFIXES[match["prefix"] or ""] / count if count else None
