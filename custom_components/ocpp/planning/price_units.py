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
        "fr.",
        "leva",
        "kn",
        "kuna",
        "грн",
        "grn",
        "руб",
        "rub.",
        "円",
        "元",
        "rand",
        "r",
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
        "cent€",
        "senti",
        "centų",
        "eyrir",
        "коп",
        "копійок",
        "копеек",
        "kop",
        "kopiyka",
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

_UNITS = ("unit_of_measurement", "price_unit", "unit")
_ENERGY_UNITS = ("energy_unit", "energyunit", "energy_price_unit")
_REMARK = re.compile(r"\(.*?\)|\[.*?\]")
_PER = re.compile(r"\s*(?:[/∕⁄]|_per_|_|\bper\b|\bpro\b)\s*", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s-]+")
_PENCE = frozenset({"GBp", "GBX"})
"""Pence, which differ from pounds by their case, or have a code of their own."""
_WITH_MILLI = frozenset({"€", "eur", "usd", "$", "chf", "gbp"})
"""Currencies of which thousandths are told."""


def money_factor(name: str) -> float | None:
    """Return the factor from an amount of money to whole currency; None for an unknown name.

    A name of hundredths may be beside one of the currency, as in `EUR-Cent`.
    """
    if name.strip() in _PENCE:
        return 0.01
    name = name.strip().casefold()
    together = name.replace(" ", "")
    if together in HUNDREDTHS:
        return 0.01
    if together in WHOLES:
        return 1.0
    if together.startswith("m") and together[1:] in _WITH_MILLI:
        return 0.001
    names = [each for each in _BETWEEN.split(name) if each]
    hundredths = [each for each in names if each in HUNDREDTHS]
    if hundredths and all(each in WHOLES for each in names if each not in hundredths):
        return 0.01
    return None


def unit_factor(unit: str) -> float | None:
    """Return the factor from a unit to whole currency per kWh; None for an unknown unit.

    A currency alone is for a kWh.
    """
    money, *energies = _PER.split(_REMARK.sub("", unit).strip(), maxsplit=1)
    factor = money_factor(money)
    energy = ENERGIES.get(energies[0].casefold().partition(" ")[0]) if energies else 1.0
    return None if factor is None or energy is None else factor * energy


def told_unit(attributes: Mapping[str, object]) -> str | None:
    """Return the unit that an object tells, whether it is known or not.

    Some integrations tell the currency and the energy apart.
    """
    told = {
        name: unit
        for name in (*_UNITS, *_ENERGY_UNITS, "currency")
        if isinstance(unit := attributes.get(name), str) and unit.strip()
    }
    for name in _UNITS:
        if name in told and (
            name == "unit_of_measurement" or unit_factor(told[name]) is not None
        ):
            return told[name]
    currency = told.get("currency")
    if currency is None or unit_factor(currency) is None:
        return None
    energies = (told[name] for name in (*_UNITS, *_ENERGY_UNITS) if name in told)
    energy = next((each for each in energies if each.casefold() in ENERGIES), None)
    return currency if energy is None or "/" in currency else f"{currency}/{energy}"


def attribute_factor(attributes: Mapping[str, object]) -> float | None:
    """Return the factor for the prices in an object, such as the attributes of an entity; None if it tells no known unit."""
    unit = told_unit(attributes)
    factor = None if unit is None else unit_factor(unit)
    if factor is None or attributes.get("price_in_cents") is not True:
        return factor
    return 0.01 * factor if factor in ENERGIES.values() else factor
