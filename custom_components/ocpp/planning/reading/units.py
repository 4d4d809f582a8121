"""Units of prices, as tariff integrations write them."""

from collections.abc import Collection, Mapping, Sequence
import re

from homeassistant.generated.currencies import ACTIVE_CURRENCIES

from .energies import energy_factor

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
        "rs",
        "rs.",
        "rupee",
        "rupees",
        "rm",
        "ringgit",
        "฿",
        "baht",
        "₱",
        "peso",
        "pesos",
        "yen",
        "yuan",
        "reais",
        "tl",
        "lira",
        "s$",
        "hk$",
        "₫",
        "₾",
        "₸",
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
        "sen",
        "satang",
        "centavo",
        "centavos",
    ]
)
"""Names of hundredths of a currency."""
_THOUSANDTHS = frozenset({"mill", "mills"})
_MILLI = ("milli", "m")
_CENTS = ("cents", "cent", "cts", "ct", "c", "¢")
"""Names of hundredths that may be written together with that of the currency."""
_COUNTRIES = frozenset({"us", "au", "aus", "nz", "ca", "sg", "hk"})
"""Countries whose names tell one cent from another."""

_UNITS = ("unit_of_measurement", "price_unit", "unit")
_ENERGY_UNITS = ("energy_unit", "energyunit", "energy_price_unit")
_REMARK = re.compile(r"\(.*?\)|\[.*?\]")
_PER = re.compile(r"\s*(?:[/∕⁄]|_per_|_|\bper\b|\bpro\b)\s*", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s-]+")
_TOGETHER = re.compile(r"(?P<money>[^\d\s].*?)\s*[\s·⋅*]\s*(?P<energy>\d*\s*\S+)")
"""A unit such as `EUR kWh` or `EUR·kWh⁻¹`."""
_OF_WHOLES = frozenset({1000.0, 1.0, 0.001, 1e-6})
"""Factors of units that name a whole currency."""
_PENCE = frozenset({"GBp", "GBX"})
"""Pence, which differ from pounds by their case, or have a code of their own."""
_WITH_MILLI = frozenset({"€", "eur", "euro", "usd", "$", "chf", "gbp"})
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
    if together in _THOUSANDTHS or _follows(together, _MILLI, _WITH_MILLI):
        return 0.001
    if _follows(together, _CENTS, WHOLES) or _precedes(together, _CENTS, WHOLES):
        return 0.01
    names = [each for each in _BETWEEN.split(name) if each]
    hundredths = [each for each in names if each in HUNDREDTHS]
    others = {each for each in names if each not in hundredths}
    return 0.01 if hundredths and others <= WHOLES | _COUNTRIES else None


def _follows(name: str, beginnings: Sequence[str], rests: Collection[str]) -> bool:
    return any(
        name.startswith(each) and name.removeprefix(each) in rests
        for each in beginnings
    )


def _precedes(name: str, ends: Sequence[str], rests: Collection[str]) -> bool:
    return any(
        name.endswith(each) and name.removesuffix(each) in {*rests, *_COUNTRIES}
        for each in ends
    )


def unit_factor(unit: str) -> float | None:
    """Return the factor from a unit to whole currency per kWh; None for an unknown unit.

    A currency alone is for a kWh.
    """
    plain = _REMARK.sub("", unit).strip()
    money, *energies = _PER.split(plain, maxsplit=1)
    if not energies and (found := _TOGETHER.fullmatch(plain)):
        energy = energy_factor(found["energy"])
        if energy is not None:
            money, energies = found["money"], [found["energy"]]
    factor = money_factor(money)
    energy = energy_factor(energies[0]) if energies else 1.0
    return None if factor is None or energy is None else factor * energy


def money_in(factor: float) -> float:
    """Return the factor from the money of a unit to whole currency, by the factor of the unit for a kWh or a MWh."""
    return 0.01 if factor in (0.01, 1e-5) else 1.0


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
    energy = next((each for each in energies if energy_factor(each)), None)
    return currency if energy is None or "/" in currency else f"{currency}/{energy}"


def attribute_factor(attributes: Mapping[str, object]) -> float | None:
    """Return the factor for the prices in an object, such as the attributes of an entity; None if it tells no known unit."""
    unit = told_unit(attributes)
    factor = None if unit is None else unit_factor(unit)
    if factor is None or attributes.get("price_in_cents") is not True:
        return factor
    return 0.01 * factor if factor in _OF_WHOLES else factor
