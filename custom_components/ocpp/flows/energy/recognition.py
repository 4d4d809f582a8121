"""Recognition of meters, inverters and home batteries by what their sensors are called in many integrations."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
import re

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import PERCENTAGE, UnitOfPower


class Role(StrEnum):
    """Meaning that a sensor may have for the power flows of a house."""

    GRID = auto()
    """Power at the grid connection, in both directions."""
    IMPORT = auto()
    EXPORT = auto()
    SOLAR = auto()
    HOUSE = auto()
    BATTERY = auto()
    """Power of the home battery, in both directions."""
    CHARGE = auto()
    """State of charge of the home battery."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sensor with all that tells its meaning.

    Attributes:
        entity_id: its entity ID.
        name: its own name, and the key of its name in all languages.
        unit: its unit.
        device_class: its class.
        platform: the integration that it belongs to.
        device_name: the name of its device.
        device_id: its device.
    """

    entity_id: str
    name: str
    unit: str | None = None
    device_class: str | None = None
    platform: str = ""
    device_name: str = ""
    device_id: str | None = None

    @property
    def own_words(self) -> str:
        """The words of its own name."""
        return _words(self.name)

    @property
    def all_words(self) -> str:
        """The words of all its names, and its integration as one word: not all of a `huawei_solar` is solar."""
        return _words(self.platform.replace("_", ""), self.device_name, self.name)

    def can_be(self, role: Role) -> bool:
        """Return whether it shows the quantity of a role."""
        if role is Role.CHARGE:
            classes = (None, SensorDeviceClass.BATTERY)
            return self.unit == PERCENTAGE and self.device_class in classes
        return self.unit in _POWER_UNITS


_POWER_UNITS = (UnitOfPower.WATT, UnitOfPower.KILO_WATT, UnitOfPower.MEGA_WATT)

type _Terms = tuple[str, ...]

_NOT_IT: _Terms = (
    *("l1", "l2", "l3", "phase", "channel 2", "channel 3", "string", "mppt", "pv1", "pv2", "pv 1", "pv 2"),
    *("apparent", "reactive", "max", "maximum", "min", "minimum", "peak", "average", "limit", "rated", "nominal"),
    *("forecast", "estimated", "setpoint", "target", "factor", "monthly", "today", "reserve", "low"),
    *("ev", "evse", "car", "vehicle", "phone", "wallbox", "charger", "evcharger", "plug", "socket"),
)  # fmt: skip
"""Terms for parts of a flow, for single appliances, and for what is no present value."""
_METER: _Terms = (
    *("meter", "smartmeter", "zähler", "stromzähler", "compteur", "p1", "dsmr", "linky", "sml", "youless"),
    *("em", "3em", "shellyem", "shellyem3", "shellypro3em", "shellyproem50"),
)  # fmt: skip
_GRID: _Terms = (
    "grid",
    "mains",
    "netz",
    "net",
    "site",
    "réseau",
    "rete",
    "elnät",
    "hausanschluss",
)
_SUN: _Terms = (
    "pv",
    "solar",
    "photovoltaic",
    "photovoltaics",
    "photovoltaik",
    "zonnepanelen",
    "solaire",
    "panels",
    "solarnet",
)
_HOUSE: _Terms = (
    "house",
    "home",
    "haus",
    "hausverbrauch",
    "huis",
    "maison",
    "casa",
    "load",
    "loads",
)
_BATTERY: _Terms = (
    "battery",
    "batteries",
    "batterie",
    "akku",
    "speicher",
    "accu",
    "powerwall",
    "storage",
    "b1",
)
_IMPORT: _Terms = (
    *("import", "imported", "absorbed", "bezug", "afname", "verbruik", "consumption", "consumed", "usage", "from grid"),
)  # fmt: skip
_EXPORT: _Terms = (
    *("export", "exported", "supplied", "einspeisung", "feed in", "production", "returned", "teruglevering", "to grid"),
)  # fmt: skip
_ONE_WAY: _Terms = (
    "charge",
    "discharge",
    "charging",
    "discharging",
    "charged",
    "discharged",
)


@dataclass(frozen=True, slots=True)
class _Rule:
    """A combination of terms by which a role is recognized.

    Attributes:
        certainty: the certainty, to compare with those of other rules.
        named: terms of which one is in the sensor's own name.
        about: terms of which one is in any of its names; none where its own name tells enough.
        unless: terms in its own name that mean something else.
    """

    certainty: int
    named: _Terms
    about: _Terms = ()
    unless: _Terms = ()

    def applies_to(self, candidate: Candidate) -> bool:
        """Return whether a sensor is called like that."""
        own, every = candidate.own_words, candidate.all_words
        return (
            _has(own, self.named)
            and (not self.about or _has(every, self.about))
            and not _has(own, self.unless)
        )


_ANY_POWER: _Terms = ("power", "leistung", "vermogen", "puissance", "w")
_RULES: Mapping[Role, Sequence[_Rule]] = {
    Role.GRID: (
        _Rule(3, ("net power consumption", "net consumption", "power grid", "site power", "meter active power", "m1 ac power"), unless=("balanced", *_EXPORT, "import")),
        _Rule(2, ("grid power", "netzleistung"), unless=(*_IMPORT, *_EXPORT, *_SUN, *_BATTERY)),
        _Rule(1, _ANY_POWER, (*_GRID, *_METER), (*_IMPORT, *_EXPORT, *_SUN, *_BATTERY, *_HOUSE)),
    ),
    Role.IMPORT: (
        _Rule(2, _IMPORT, (*_METER, *_GRID), (*_EXPORT, *_SUN, *_BATTERY, *_HOUSE, "net")),
        _Rule(2, ("netzbezug", "power absorbed")),
        _Rule(1, ("power",), ("tibber", "pulse"), ("flow", *_EXPORT, *_SUN, *_BATTERY, *_HOUSE, *_GRID)),
    ),
    Role.EXPORT: (
        _Rule(2, _EXPORT, (*_METER, *_GRID, "tibber", "pulse"), (*_IMPORT, *_SUN, *_BATTERY, *_HOUSE, "flow")),
        _Rule(2, ("netzeinspeisung", "power supplied")),
    ),
    Role.SOLAR: (
        _Rule(3, ("pv power", "solar power", "power photovoltaics", "current power production"), unless=(*_HOUSE, *_GRID, *_BATTERY)),
        _Rule(2, (*_SUN, "i1 ac power"), unless=(*_METER, *_GRID, *_BATTERY, *_HOUSE, *_IMPORT, "to")),
        _Rule(1, _ANY_POWER, (*_SUN, "inverter", "wechselrichter", "solaredge"), (*_METER, *_GRID, *_BATTERY, *_HOUSE, *_IMPORT, "m1")),
    ),
    Role.HOUSE: (
        _Rule(3, ("house power", "home power", "load power", "power load", "hausverbrauch", "current power consumption"), unless=("from", "consumed", "generated")),
        _Rule(2, _HOUSE, unless=(*_SUN, *_BATTERY, *_GRID, *_EXPORT, "consumed", "generated", "ct", "from")),
        _Rule(1, ("consumption", "power consumption"), unless=(*_METER, *_GRID, *_BATTERY, *_SUN)),
    ),
    Role.BATTERY: (
        _Rule(3, ("charge discharge power", "battery discharge"), unless=("power battery",)),
        _Rule(2, ("battery power", "power battery", "storage power", "batteries power", "group power"), unless=_ONE_WAY),
        _Rule(1, _ANY_POWER, _BATTERY, (*_ONE_WAY, *_SUN, *_HOUSE, *_GRID, *_METER)),
    ),
    Role.CHARGE: (
        _Rule(2, ("soc", "state of charge", "state of capacity", "ladezustand", "aggregated battery soc")),
        _Rule(1, ("charge", "level", "battery"), (*_BATTERY, "encharge")),
    ),
}  # fmt: skip
"""The rules by which roles are recognized. Names have been taken from the integrations."""


_MISLEADING = frozenset({("sma", Role.GRID), ("mobile_app", Role.CHARGE)})
"""Integrations that call something else like a role: the output of an inverter, the battery of a phone."""


def certainty(candidate: Candidate, role: Role) -> int:
    """Return how certain it is that a sensor has a role; 0 if nothing tells that."""
    is_other = (candidate.platform, role) in _MISLEADING
    if is_other or not candidate.can_be(role) or _has(candidate.all_words, _NOT_IT):
        return 0
    rules = (rule for rule in _RULES[role] if rule.applies_to(candidate))
    return max((rule.certainty for rule in rules), default=0)


def recognized(candidates: Iterable[Candidate], role: Role) -> list[Candidate]:
    """Return the sensors that most certainly have a role: one of each device, and only one for the grid and the house.

    None is better than the wrong one: where several devices could be the only meter, none is.
    """
    rated = [(certainty(each, role), each) for each in candidates]
    most = max((rating for rating, _ in rated), default=0)
    if most == 0:
        return []
    best: dict[str, Candidate] = {}
    for rating, candidate in rated:
        if rating == most:
            best.setdefault(candidate.device_id or candidate.entity_id, candidate)
    return list(best.values()) if role in _SEVERAL or len(best) == 1 else []


def only_power(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return the power sensor of a meter that has only one, whatever it is called."""
    powers = [
        candidate
        for candidate in candidates
        if candidate.can_be(Role.GRID) and not _has(candidate.all_words, _NOT_IT)
    ]
    return powers if len(powers) == 1 else []


_SEVERAL = frozenset({Role.SOLAR, Role.BATTERY, Role.CHARGE})
"""The roles that sensors of several devices have together."""


def _has(words: str, terms: _Terms) -> bool:
    return any(f" {term} " in words for term in terms)


def _words(*texts: str) -> str:
    """Return texts as words in small letters, with a space around each."""
    return f" {' '.join(re.findall(r'[^\W_]+', ' '.join(texts).casefold()))} "
