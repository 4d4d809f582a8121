"""The vendors' files themselves: what must be true of every one of them."""

from collections.abc import Iterator
from functools import cache
from itertools import combinations
import json

import pytest

from custom_components.ocpp.csms.devices.capabilities import Traits
from custom_components.ocpp.csms.devices.vendor_files import FOLDER, load
from custom_components.ocpp.csms.devices.vendors import Fact, Pattern, Vendor, plain

VENDORS = {file.stem: file for file in sorted(FOLDER.glob("*.yaml"))}


@pytest.fixture(scope="module")
def all_vendors() -> tuple[Vendor, ...]:
    return load().all


def test_there_is_a_file_for_each_of_many_vendors(
    all_vendors: tuple[Vendor, ...],
) -> None:
    names = [vendor.name for vendor in all_vendors]
    assert len(set(names)) == len(VENDORS) >= 50


def test_every_fact_says_where_it_can_be_read(all_vendors: tuple[Vendor, ...]) -> None:
    for name, fact in _facts(all_vendors):
        assert fact.text.endswith("."), name
        assert fact.sources, name
        assert all(source.startswith("https://") for source in fact.sources), name


def test_owners_are_told_of_faults_that_newer_firmware_is_without(
    all_vendors: tuple[Vendor, ...],
) -> None:
    facts = [fact for _, fact in _facts(all_vendors)]
    for fact in facts:
        assert (fact.fault is not None) == ("<" in (fact.firmware or "")), fact.text
    english = FOLDER.parent / "translations" / "en.json"
    told = {
        key.removeprefix("firmware_fault_")
        for key in json.loads(english.read_text())["issues"]
        if key.startswith("firmware_fault_")
    }
    assert told == {fact.fault for fact in facts if fact.fault is not None}


def test_no_two_facts_contradict_each_other(all_vendors: tuple[Vendor, ...]) -> None:
    for vendor in all_vendors:
        for model in vendor.models:
            for first, second in combinations(model.facts, 2):
                if None in (first.firmware, second.firmware) or (
                    first.firmware == second.firmware
                ):
                    both = _told(first.traits) & _told(second.traits)
                    assert not both, f"{vendor.name} {model.name}: {both}"


def test_no_two_vendors_are_taken_for_each_other(
    all_vendors: tuple[Vendor, ...],
) -> None:
    patterns = [
        (vendor.name, pattern)
        for vendor in all_vendors
        for model in vendor.models
        for pattern in model.recognised_by
    ]
    for (name, pattern), (other, their_pattern) in combinations(patterns, 2):
        if name != other and (pattern.vendor == "*") == (their_pattern.vendor == "*"):
            assert not _overlap(pattern, their_pattern), f"{name} and {other}"


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ("ab*", "abc", True),
        ("ab*", "*bc", True),
        ("ab*", "ac*", False),
        ("*", "", True),
        ("a*c", "abd", False),
        ("EV-BOX*", "EV Box", True),
    ],
)
def test_patterns_overlap_where_one_name_fits_both(
    one: str, other: str, overlap: bool
) -> None:
    assert _overlap(Pattern(one), Pattern(other)) is overlap


def _facts(vendors: tuple[Vendor, ...]) -> Iterator[tuple[str, Fact]]:
    for vendor in vendors:
        for model in vendor.models:
            for fact in model.facts:
                yield f"{vendor.name} {model.name}", fact


def _told(traits: Traits) -> set[str]:
    return set(traits.known)


def _overlap(one: Pattern, other: Pattern) -> bool:
    vendors = _intersect(plain(one.vendor), plain(other.vendor))
    return vendors and _intersect(plain(one.model), plain(other.model))


@cache
def _intersect(one: str, other: str) -> bool:
    """Return whether some text fits both patterns."""
    if not one or not other:
        return not (one + other).replace("*", "")
    if "*" in (one[0], other[0]):
        return _intersect(one[1:], other) or _intersect(one, other[1:])
    return one[0] == other[0] and _intersect(one[1:], other[1:])
