"""Single prices: one object of a list, with a time and a price under any of their usual names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, tzinfo
from itertools import takewhile
import math

from .energies import energy_factor
from .numbers import money_of, money_with_unit, number_of
from .times import second_of, span_of
from .units import money_factor, money_in, unit_factor
from .words import (
    CLOCK_KEYS,
    END_KEYS,
    GROSS_STEMS,
    PRICE_KEYS,
    PRICE_STEMS,
    START_KEYS,
    Purpose,
    has_stem,
    plain,
    words,
)

_COUNTED = ("electricityprice",)
"""Fields with a number of ten millionths, or with a price, depending on the version of the integration."""
_COUNTS_FROM = 1000.0
_CHANNELS = frozenset({"channel", "channeltype", "direction"})
"""Fields that tell what a price is for."""
_NET = frozenset({"net", "excl", "ex", "excluding", "spot", "base", "raw"})


@dataclass(frozen=True, slots=True)
class Context:
    """The knowledge about prices besides what they tell themselves.

    Attributes:
        today: the present day, for prices that come without a date.
        zone: the time zone of times that have none.
        factor: the factor from prices that do not tell their unit to currency/kWh; None if it is unknown.
        purpose: what the prices are wanted for.
        currency: the code of the currency that is wanted, where there are several.
    """

    today: date
    zone: tzinfo
    factor: float | None
    purpose: Purpose
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A price with its times, as far as they are known; `price_per_kwh` is None if its unit is unknown."""

    start_s: float | None
    end_s: float | None
    price_per_kwh: float | None


def row_of(row: Mapping[str, object], context: Context, day: date | None) -> Row | None:
    """Return what an object tells about a price; None if it tells none, or no time.

    Args:
        row: the object.
        context: what is known besides.
        day: the day of times without a date.
    """
    if _is_for_another(row, context.purpose):
        return None
    start_s, end_s = span_of(row, day, context.zone)
    prices = list(_prices(row, context))
    if not prices or (start_s is None and end_s is None):
        return None
    known = (price for price in prices if price is not None)
    return Row(start_s, end_s, next(known, None))


def _is_for_another(row: Mapping[str, object], purpose: Purpose) -> bool:
    """Return whether an object says that its price is for something else than what is wanted."""
    told = (value for key, value in row.items() if plain(key) in _CHANNELS)
    return any(isinstance(value, str) and purpose.avoids(value) for value in told)


def price_of(value: object, context: Context) -> float | None:
    """Return the price in a value that may be an object with a price; NaN if its unit is unknown, None without one."""
    if isinstance(value, list) and len(value) == 1:
        (value,) = value
    if isinstance(value, Mapping):
        fields = {key: inner for key, inner in value.items() if isinstance(key, str)}
        prices = list(_prices(fields, context))
        known = (price for price in prices if price is not None)
        return next(known, math.nan if prices else None)
    if (told := money_with_unit(value)) is not None:
        return math.prod(told)
    amount = money_of(value)
    if amount is None:
        return None
    return math.nan if context.factor is None else amount * context.factor


def _prices(fields: Mapping[str, object], context: Context) -> Iterator[float | None]:
    """Yield the prices in the fields of an object, the most certain first; None for one whose unit is unknown."""
    for key, scale in _candidates(fields, context):
        factor = _told_factor(fields, key, context.factor)
        if plain(key) in _COUNTED and _is_count(fields[key]):
            factor = 1e-7
        elif scale is not None:
            factor = scale
        elif (energy := _energy_in(key)) is not None and factor is not None:
            factor = money_in(factor) * energy
        price = price_of(fields[key], replace(context, factor=factor))
        if price is not None:
            yield None if math.isnan(price) else price


def _told_factor(
    fields: Mapping[str, object], key: str, otherwise: float | None
) -> float | None:
    """Return the factor of the unit that an object tells for a field."""
    units = {
        name: factor
        for name, unit in fields.items()
        if plain(name).endswith(("unit", "units"))
        and isinstance(unit, str)
        and (factor := unit_factor(unit)) is not None
    }
    if not units:
        return otherwise
    # Where there are several, the names tell which belongs to which.
    return units[max(units, key=lambda name: _alike(name, key))]


def _is_amount(fields: Mapping[str, object], key: str) -> bool:
    """Return whether a field has a unit of its own that is not one of a price for something."""
    own = {f"{plain(key)}unit", f"{plain(key)}units"}
    units = (unit for name, unit in fields.items() if plain(name) in own)
    return any(isinstance(unit, str) and "/" not in unit for unit in units)


def _alike(one: str, other: str) -> int:
    """Return the number of characters with which two names begin alike."""
    same = (mine == yours for mine, yours in zip(one, other, strict=False))
    return sum(1 for _ in takewhile(bool, same))


def _is_count(value: object) -> bool:
    amount = number_of(value)
    return amount is not None and abs(amount) >= _COUNTS_FROM


def _candidates(
    fields: Mapping[str, object], context: Context
) -> Iterator[tuple[str, float | None]]:
    """Yield the fields that may have the price, with the factor that their name implies."""
    purpose = context.purpose
    fields = {key: fields[key] for key in fields if not _is_amount(fields, key)}
    by_key = {plain(key): key for key in fields}
    yield from ((key, None) for key in fields if purpose.prefers(key))
    for name, scale in PRICE_KEYS.items():
        if name in by_key:
            yield by_key[name], scale
    usable = [key for key in fields if not purpose.avoids(key)]
    currency = context.currency.casefold()
    usable.sort(key=lambda key: (currency not in words(key), _is_net(key)))
    yield from ((key, scale) for key in usable if (scale := _implied(key)) is not None)
    yield from ((key, None) for key in usable if _names_money(key))
    yield from ((key, None) for key in usable if has_stem(key, PRICE_STEMS))
    yield from ((key, None) for key in usable if has_stem(key, GROSS_STEMS))
    times = {*START_KEYS, *END_KEYS, *CLOCK_KEYS, "minute"}
    others = [key for key in fields if number_of(fields[key]) is not None]
    others = [
        key
        for key in others
        if plain(key) not in times and second_of(fields[key], context.zone) is None
    ]
    if len(others) == 1 and not purpose.avoids(others[0]):
        yield others[0], None


def _implied(key: str) -> float | None:
    """Return the factor that a name such as `SEK_per_kWh`, `CentsPerKwh` or `price_ore_kwh` implies."""
    parts, energy = _per_energy(key)
    known = (money_factor(part) for part in reversed(parts) if part != "per")
    money = next((each for each in known if each is not None), None)
    return None if energy is None or money is None else energy * money


def _energy_in(key: str) -> float | None:
    """Return the factor to a price per kWh that the end of a name implies; amounts of energy are not meant."""
    parts, energy = _per_energy(key)
    is_price = "per" in parts or has_stem(key, PRICE_STEMS) or _names_money(key)
    return energy if is_price else None


def _per_energy(key: str) -> tuple[tuple[str, ...], float | None]:
    """Return the words of a name before an energy at its end, and the factor to a price per kWh."""
    parts = words(key)
    # Camel case parts `k` from `Wh`.
    for count in (2, 1):
        energy = energy_factor("".join(parts[-count:])) if len(parts) > count else None
        if energy is not None:
            return parts[:-count], energy
    return parts, None


def _is_net(key: str) -> bool:
    return not _NET.isdisjoint(words(key))


def _names_money(key: str) -> bool:
    return any(len(word) == 3 and money_factor(word) == 1.0 for word in words(key))
