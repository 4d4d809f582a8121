"""What is known of makes of chargers, and which of them a charger is.

The knowledge stands in files, one for each vendor (`vendor_files`); here is what they say, and how a charger is
recognised by what it tells of itself when it boots.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from itertools import zip_longest
import operator
import re

from ..devices.station_info import StationInfo
from .capabilities import Traits, combine

_COMPARISONS: Mapping[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
_CONDITION = re.compile(r"(<=|>=|<|>)\s*(\S+)")
_DOTTED = re.compile(r"\d+(?:\.\d+)+")


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a charger says in its BootNotification; `*` stands for anything, capitals and spaces do not count."""

    vendor: str
    model: str = "*"

    def fits(self, info: StationInfo) -> bool:
        """Whether it is what a charger said."""
        return fnmatchcase(plain(info.vendor), plain(self.vendor)) and fnmatchcase(
            plain(info.model), plain(self.model)
        )

    @property
    def precision(self) -> tuple[int, int]:
        """How much is spelt out, of the vendor and of the model; the vendor counts more."""
        return len(_spelt_out(self.vendor)), len(_spelt_out(self.model))


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known of a model, where that can be read, and what follows from it.

    `firmware` are the versions of which it is true, such as `<=1.8.21` or `>=5 <6`; None for all. `remedy` says what
    is done about it for every charger, where that is not a matter of traits.
    """

    text: str
    sources: tuple[str, ...]
    firmware: str | None = None
    remedy: str | None = None
    traits: Traits = field(default_factory=Traits)

    def holds_for(self, firmware_version: str | None) -> bool:
        """Whether it is true of a firmware; what is true of some only, is not of an unknown one."""
        if self.firmware is None:
            return True
        return firmware_version is not None and all(
            _compares(firmware_version, comparison, version)
            for comparison, version in _CONDITION.findall(self.firmware)
        )


@dataclass(frozen=True, slots=True)
class Model:
    """A model, or a line of models, as its vendor's file describes it.

    `works` says what does; `set_url`, where its owner enters the address of the central system, if that is known;
    `expect`, what to expect of it, by topic.
    """

    name: str
    recognised_by: tuple[Pattern, ...]
    works: str
    set_url: str | None
    expect: Mapping[str, str]
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Vendor:
    """A vendor's file."""

    name: str
    models: tuple[Model, ...]


@dataclass(frozen=True, slots=True)
class KnownModel:
    """What is known of one charger, which has been recognised; `facts` are those that hold for its firmware."""

    name: str
    works: str
    set_url: str | None
    expect: Mapping[str, str]
    facts: tuple[Fact, ...]

    @property
    def traits(self) -> Traits:
        """What follows from the facts."""
        return combine(fact.traits for fact in self.facts)


@dataclass(frozen=True, slots=True)
class Vendors:
    """All vendors' files."""

    all: tuple[Vendor, ...] = ()

    def recognise(self, info: StationInfo) -> KnownModel | None:
        """Return what is known of a charger, or None; of several patterns that fit, the most precise counts."""
        fitting = [
            (pattern.precision, vendor, model)
            for vendor in self.all
            for model in vendor.models
            for pattern in model.recognised_by
            if pattern.fits(info)
        ]
        if not fitting:
            return None
        _, vendor, model = max(fitting, key=lambda candidate: candidate[0])
        return KnownModel(
            name=f"{vendor.name} {model.name}",
            works=model.works,
            set_url=model.set_url,
            expect=model.expect,
            facts=tuple(
                fact for fact in model.facts if fact.holds_for(info.firmware_version)
            ),
        )


def plain(text: str) -> str:
    """Return a name as it is compared: `EV-BOX`, `EVBox` and `EV Box` are one vendor."""
    return "".join(
        character
        for character in text.casefold()
        if character.isalnum() or character in "*+"
    )


def _spelt_out(pattern: str) -> str:
    return plain(pattern).replace("*", "")


def _compares(firmware_version: str, comparison: str, version: str) -> bool:
    pairs = zip_longest(_numbers(firmware_version), _numbers(version), fillvalue=0)
    ours, theirs = zip(*pairs, strict=True)
    return _COMPARISONS[comparison](ours, theirs)


def _numbers(version: str) -> list[int]:
    """Return the numbers of a version; vendors wrap it up, as in `TAC3Z9119006710273::V1.8.21`."""
    dotted = _DOTTED.search(version)
    text = version if dotted is None else dotted[0]
    return [int(number) for number in re.findall(r"\d+", text)] or [0]
