"""What is known of a charger, and who has the last word."""

from dataclasses import fields

from custom_components.ocpp.csms.devices.capabilities import (
    Capabilities,
    Kind,
    Traits,
    Unit,
    resolve,
)


def test_a_charger_of_which_nothing_is_known_follows_the_specification() -> None:
    assert resolve([]) == resolve([Traits()]) == Capabilities()


def test_what_comes_later_has_the_last_word() -> None:
    vendor = Traits(kinds=(Kind.RELATIVE,), units=(Unit.WATT,), duration=False)
    owner = Traits(units=(Unit.AMPERE,), duration=True)
    known = resolve([vendor, owner])
    assert known.kinds == (Kind.RELATIVE,)
    assert known.units == (Unit.AMPERE,)
    assert known.duration


def test_every_capability_can_be_told() -> None:
    told = {field.name for field in fields(Traits)}
    assert told == {field.name for field in fields(Capabilities)}
