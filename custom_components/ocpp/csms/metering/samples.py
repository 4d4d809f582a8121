"""Sampled values in the protocol's words, and the choice of those to be believed.

One message can have the same quantity several times: at the car's side and at the grid's, as it is now and as it was
when the session began, for each phase and for all. What comes of it here is one set of values for each measurand.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ..ocppj.number_texts import number_in, parted
from .meter import Location, Measurand
from .units import SPELLINGS, Scale, scale_named, scale_of

REGISTER = Measurand.ENERGY_ACTIVE_IMPORT_REGISTER

_MEASURANDS: Mapping[str, Measurand] = {
    spelled: measurand
    for measurand in Measurand
    for spelled in (measurand.value, measurand.casefold())
}
_LINES: Mapping[str | None, str] = {
    **{f"L{n}{suffix}": f"L{n}" for n in (1, 2, 3) for suffix in ("", "-N")},
    **{pair: pair for pair in ("L1-L2", "L2-L3", "L3-L1")},
    "N": "N",
}
_LOCATIONS: Mapping[str | None, Location] = {
    spelled: location
    for location in Location
    for spelled in (location.value, location.casefold())
}

_AT_THE_CAR = ("Body", "Inlet", "EV", "Cable", "Outlet")
_BEST_PLACES: Mapping[Measurand, tuple[str, ...]] = {
    **dict.fromkeys(Measurand, _AT_THE_CAR),
    Measurand.SOC: ("Body", "Inlet", "Cable", "Outlet", "EV"),
    Measurand.TEMPERATURE: ("EV", "Inlet", "Cable", "Body", "Outlet"),
}
_PLACES: Mapping[Measurand, Mapping[Location, int]] = {
    measurand: {Location(name): rank for rank, name in enumerate(places)}
    for measurand, places in _BEST_PLACES.items()
}
"""The ranks of locations for each measurand: what the car gets counts, not what the charger needs besides."""

_BEGIN, _END = "Transaction.Begin", "Transaction.End"
_CONTEXTS: Mapping[str | None, int] = {
    context: rank
    for rank, context in enumerate(
        (
            # These tell of the past.
            _BEGIN,
            "Interruption.Begin",
            "Interruption.End",
            "Sample.Clock",
            "Other",
            "Trigger",
            "Sample.Periodic",
            _END,
        )
    )
}
"""The ranks of the contexts of several values in one message: the highest tells best what is now."""
_USUAL_CONTEXT = _CONTEXTS["Sample.Periodic"]


class Sample(NamedTuple):
    """One sampled value as the charger wrote it.

    A tuple, since a message brings dozens of them. What OCPP lets a charger leave out is None.
    """

    measurand: str
    value: str | float
    unit: str | None = None
    phase: str | None = None
    context: str | None = None
    location: str | None = None


class _Series(NamedTuple):
    """The meaning of all samples that differ in their value only.

    Without a `scale` their values cannot be read. `rank` is how good their place and their context are; those that are
    `begun` show the energy register as it was when the session began.
    """

    measurand: Measurand
    scale: Scale | None
    line: str | None
    location: Location
    rank: tuple[int, int]
    begun: bool


type _Names = tuple[str, str | None, str | None, str | None, str | None]
"""Measurand, unit, phase, context and location of a sample, as the charger spells them."""

_SPELLINGS = frozenset({*Measurand, *SPELLINGS, *_LINES, *_CONTEXTS, *Location, None})
_MOST_KNOWN = 1000
_known: dict[_Names, _Series] = {}
"""The series that have been made out already: a charger sends the same ones all day.

Only those are kept that are spelled as they should be, so that nobody can fill the memory with names of their own.
"""


type Values = dict[str | None, float]
"""The values of one measurand in its base unit, by line (`L1`, `L1-L2`, `N`); None is the total."""


@dataclass(slots=True)
class Chosen:
    """The values of one measurand that are to be believed: of the best place, and there of the best context."""

    location: Location
    rank: tuple[int, int]
    values: Values

    @property
    def is_memory(self) -> bool:
        """True for values of the start of a session."""
        return self.rank[1] == _CONTEXTS[_BEGIN]

    @property
    def is_end(self) -> bool:
        """True for values of the end of a session, after which nothing flows."""
        return self.rank[1] == _CONTEXTS[_END]


@dataclass(slots=True)
class Selection:
    """The values to be believed of samples that were taken at once.

    `begun` are the values of the energy register at the start of the session; `dropped` is the number of samples whose
    value is no number, even if it can be made out.
    """

    best: dict[Measurand, Chosen] = field(default_factory=dict)
    begun: Chosen | None = None
    dropped: int = 0


def select(samples: Iterable[Sample]) -> Selection:
    """Choose the values to believe; of measurands that OCPP does not know, none."""
    selection = Selection()
    best = selection.best
    for name, number, unit, phase, context, location in samples:
        names = name, unit, phase, context, location
        series = _known.get(names) or _series_of(names)
        if series is None:
            continue
        measurand, scale, line, place, rank, is_begun = series
        value = None if scale is None else scale.base_value(number)
        if value is None:
            selection.dropped += 1
            value = _told_otherwise(measurand, unit, number)
        if value is None:
            continue
        best[measurand] = _better(best.get(measurand), place, rank, line, value)
        if is_begun:
            selection.begun = _better(selection.begun, place, rank, line, value)
    return selection


def _told_otherwise(
    measurand: Measurand, unit: str | None, told: str | float
) -> float | None:
    """Return a value whose thousands are parted, or whose unit stands behind it, unless the sample has another one."""
    if not isinstance(told, str):
        return None
    scale, number = scale_of(measurand, unit), number_in(told)
    if number is None and (found := parted(told)) is not None:
        number, own_unit = found
        own_scale = scale_named(measurand, own_unit)
        scale = own_scale if unit is None or scale == own_scale else None
    return None if number is None or scale is None else scale.base_value(number)


def outranks(measurand: Measurand, location: Location, other: Location) -> bool:
    """Return True if a quantity is better measured at one location than at the other."""
    if location is other:
        return False
    places = _PLACES[measurand]
    return places[location] > places[other]


def _better(
    chosen: Chosen | None,
    location: Location,
    rank: tuple[int, int],
    line: str | None,
    value: float,
) -> Chosen:
    """Return the better of what was chosen so far and another value; both, where they are equally good."""
    if chosen is None or rank > chosen.rank:
        return Chosen(location, rank, {line: value})
    if rank == chosen.rank:
        # Of two values that differ in nothing else, the greater: their order must not matter.
        values = chosen.values
        values[line] = max(value, values[line]) if line in values else value
    return chosen


def _series_of(names: _Names) -> _Series | None:
    """Return what samples of these names mean; None where OCPP knows no such measurand."""
    name, unit, phase, context, location = names
    measurand = _MEASURANDS.get(name)
    if measurand is None:
        measurand, phase = _named_loosely(name, phase)
        if measurand is None:
            return None
    place = _LOCATIONS.get(location) or _location(location)
    series = _Series(
        measurand,
        scale_of(measurand, unit),
        _LINES.get(phase) or _line(phase),
        place,
        (_PLACES[measurand][place], _CONTEXTS.get(context, _USUAL_CONTEXT)),
        context == _BEGIN and measurand is REGISTER,
    )
    if _SPELLINGS.issuperset(names):
        if len(_known) >= _MOST_KNOWN:
            # One charger that has them all must not make those of all others work for good.
            _known.clear()
        _known[names] = series
    return series


def _named_loosely(name: str, phase: str | None) -> tuple[Measurand | None, str | None]:
    """Return measurand and phase of a name that is not spelled as it should be; some have the phase as suffix."""
    name = name.strip().casefold()
    if name in _MEASURANDS:
        return _MEASURANDS[name], phase
    stem, _, suffix = name.rpartition(".")
    return _MEASURANDS.get(stem), phase or suffix


def _line(phase: str | None) -> str | None:
    if phase is None:
        return None
    spelled = phase.strip().upper()
    return _LINES.get(spelled, spelled) or None


def _location(name: str | None) -> Location:
    if name is None:
        return Location.OUTLET
    return _LOCATIONS.get(name.strip().casefold(), Location.OUTLET)
