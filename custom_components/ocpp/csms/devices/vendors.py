"""Makes of chargers with their properties, and the recognition of a charger's make.

The knowledge is in files, one for each vendor (`vendor_files`). A charger is recognised by its BootNotification.
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
    """A pattern for vendor and model in a BootNotification; `*` stands for anything, case and spaces do not count."""

    vendor: str
    model: str = "*"

    def fits(self, info: StationInfo) -> bool:
        """Return whether a charger matches the pattern."""
        return fnmatchcase(plain(info.vendor), plain(self.vendor)) and fnmatchcase(
            plain(info.model), plain(self.model)
        )

    @property
    def precision(self) -> tuple[int, int]:
        """The number of characters that are spelt out, of the vendor and of the model; the vendor counts more."""
        return len(_spelt_out(self.vendor)), len(_spelt_out(self.model))


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact about a model, with its sources and consequences.

    `firmware` are the versions to which it applies, such as `<=1.8.21` or `>=5 <6`; None for all. `fault` names the
    texts by which owners are told that newer versions are without it. `remedy` describes a measure that is taken for
    every charger, and so is no matter of traits.
    """

    text: str
    sources: tuple[str, ...]
    firmware: str | None = None
    fault: str | None = None
    remedy: str | None = None
    traits: Traits = field(default_factory=Traits)

    def holds_for(self, firmware_version: str | None) -> bool:
        """Return whether it applies to a firmware; a fact about some versions does not apply to an unknown one."""
        if self.firmware is None:
            return True
        return firmware_version is not None and all(
            _compares(firmware_version, comparison, version)
            for comparison, version in _CONDITION.findall(self.firmware)
        )


@dataclass(frozen=True, slots=True)
class Model:
    """A model, or a line of models, as its vendor's file describes it.

    `works` lists the functions that work; `set_url` is the place at which its owner enters the address of the central
    system, if known; `expect` holds the expectations by topic.
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
    """The known properties of a charger that has been recognised; `facts` are those for its firmware."""

    name: str
    works: str
    set_url: str | None
    expect: Mapping[str, str]
    facts: tuple[Fact, ...]

    @property
    def traits(self) -> Traits:
        """The capabilities that follow from the facts."""
        return combine(fact.traits for fact in self.facts)


@dataclass(frozen=True, slots=True)
class Vendors:
    """All vendors' files."""

    all: tuple[Vendor, ...] = ()

    def recognise(self, info: StationInfo) -> KnownModel | None:
        """Return the model of a charger, or None; the most precise of several matching patterns counts."""
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
    """Return a name in its form for comparison: `EV-BOX`, `EVBox` and `EV Box` are one vendor."""
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
    """Return the numbers of a version; vendors add text around it, as in `TAC3Z9119006710273::V1.8.21`."""
    dotted = _DOTTED.search(version)
    text = version if dotted is None else dotted[0]
    return [int(number) for number in re.findall(r"\d+", text)] or [0]
