"""Units of prices, as tariff integrations write them."""

from collections.abc import Mapping
import re

from homeassistant.generated.currencies import ACTIVE_CURRENCIES

WHOLES = frozenset(code.casefold() for code in ACTIVE_CURRENCIES) | frozenset(
    [
        "€",
        "$",
        "£",
        "¥",
        "₹",
        "₺",
        "₴",
        "₽",
        "₪",
        "₩",
        "kr",
        "kr.",
        "zł",
        "zl",
        "kč",
        "kc",
        "ft",
        "lei",
        "лв",
        "lv",
        "din",
        "nis",
        "rmb",
        "fr",
        "sfr",
        "euro",
        "euros",
        "us$",
        "a$",
        "au$",
        "nz$",
        "c$",
        "ca$",
        "r$",
        "dollar",
        "dollars",
        "pound",
        "pounds",
        "krone",
        "kroner",
        "krona",
        "kronor",
        "koruna",
        "korun",
        "forint",
        "złoty",
        "zloty",
        "złotych",
        "frank",
        "franken",
    ]
)
"""Names of whole currencies."""
HUNDREDTHS = frozenset(
    [
        "ct",
        "cts",
        "cnt",
        "cent",
        "cents",
        "¢",
        "c",
        "€ct",
        "ct€",
        "€cent",
        "c€",
        "€c",
        "eurct",
        "eurcent",
        "eurocent",
        "eurocents",
        "usc",
        "auc",
        "rp",
        "rp.",
        "rappen",
        "centime",
        "centimes",
        "centesimi",
        "céntimos",
        "centimos",
        "cêntimos",
        "öre",
        "øre",
        "ore",
        "aurar",
        "snt",
        "sent",
        "sents",
        "senttiä",
        "sentti",
        "cente",
        "centai",
        "centi",
        "p",
        "pence",
        "penny",
        "pennies",
        "gr",
        "gr.",
        "grosz",
        "grosze",
        "groszy",
        "hal",
        "hal.",
        "haléř",
        "haléře",
        "haléřů",
        "haler",
        "bani",
        "ban",
        "fillér",
        "filler",
        "stotinki",
        "stotinka",
        "ст",
        "st",
        "lipa",
        "lipe",
        "para",
        "kuruş",
        "kurus",
        "paise",
        "agorot",
    ]
)
"""Names of hundredths of a currency."""
ENERGIES: Mapping[str, float] = {
    "wh": 1000.0,
    "kwh": 1.0,
    "mwh": 0.001,
    "gwh": 1e-6,
}
"""Factors from a price for an energy to a price per kWh."""

_REMARK = re.compile(r"\(.*?\)|\[.*?\]")
_PER = re.compile(r"\s*(?:/|_per_|_|\bper\b|\bpro\b)\s*")


def money_factor(name: str) -> float | None:
    """Return the factor from an amount of money to whole currency; None for an unknown name."""
    name = name.strip().casefold().replace(" ", "")
    if name in HUNDREDTHS:
        return 0.01
    return 1.0 if name in WHOLES else None


def unit_factor(unit: str) -> float | None:
    """Return the factor from a unit to whole currency per kWh; None for an unknown unit.

    A currency alone is for a kWh.
    """
    money, *energies = _PER.split(_REMARK.sub("", unit).strip().casefold(), maxsplit=1)
    factor = money_factor(money)
    energy = ENERGIES.get(energies[0].partition(" ")[0]) if energies else 1.0
    return None if factor is None or energy is None else factor * energy


def told_unit(attributes: Mapping[str, object]) -> str | None:
    """Return the unit that an object tells, whether it is known or not."""
    for name in ("unit_of_measurement", "price_unit", "unit", "currency"):
        unit = attributes.get(name)
        if isinstance(unit, str) and unit.strip():
            # Some integrations tell the energy alone besides.
            if name == "unit_of_measurement" or unit_factor(unit) is not None:
                return unit
    return None


def attribute_factor(attributes: Mapping[str, object]) -> float | None:
    """Return the factor for the prices in an object, such as the attributes of an entity; None if it tells no known unit."""
    unit = told_unit(attributes)
    factor = None if unit is None else unit_factor(unit)
    if factor is None or attributes.get("price_in_cents") is not True:
        return factor
    return 0.01 * factor if factor in ENERGIES.values() else factor
