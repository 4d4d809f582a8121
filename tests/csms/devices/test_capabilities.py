"""Capabilities of a charger, and the precedence of their sources."""

from dataclasses import fields

import pytest

from custom_components.ocpp.csms.devices.capabilities import (
    Capabilities,
    Kind,
    PauseBy,
    PhaseSwitching,
    ProtocolVersion,
    Purpose,
    Traits,
    Unit,
    resolve,
)
from custom_components.ocpp.csms.devices.capability_types import (
    CAPABILITIES,
    owner_traits,
)
from custom_components.ocpp.csms.ocppj.framing import Json, Payload


def test_a_charger_of_which_nothing_is_known_follows_the_specification() -> None:
    assert resolve([]) == resolve([Traits()]) == Capabilities()


def test_what_comes_later_has_the_last_word() -> None:
    vendor = Traits.of(kinds=(Kind.RELATIVE,), units=(Unit.WATT,), duration=False)
    owner = Traits.of(units=(Unit.AMPERE,), duration=True)
    known = resolve([vendor, owner])
    assert known.kinds == (Kind.RELATIVE,)
    assert known.units == (Unit.AMPERE,)
    assert known.duration


def test_every_capability_has_a_description() -> None:
    assert set(CAPABILITIES) == {field.name for field in fields(Capabilities)}
    for name, capability in CAPABILITIES.items():
        default = getattr(Capabilities(), name)
        assert isinstance(default, tuple) == capability.several, name


def test_the_defaults_are_within_the_bounds() -> None:
    for name, capability in CAPABILITIES.items():
        default = getattr(Capabilities(), name)
        if (bounds := capability.description.bounds) is not None:
            least, most = bounds
            for value in default if capability.several else [default]:
                assert least <= value <= most, name


OWNED: dict[str, tuple[Json, str, object]] = {
    "purpose": ("tx_default", "purposes", (Purpose.TX_DEFAULT,)),
    "kind": ("relative", "kinds", (Kind.RELATIVE,)),
    "unit": ("watt", "units", (Unit.WATT,)),
    "stack_level": (3.0, "stack_levels", (3,)),
    "start_schedule": ("no", "start_schedule", False),
    "duration": ("yes", "duration", True),
    "obeys_in_session": ("no", "obeys_in_session", False),
    "minimum_current": (7, "minimum_current_a", 7.0),
    "current_step": ("whole_amperes", "current_step_a", 1.0),
    "write_interval": (60, "write_interval_s", 60.0),
    "pause_by": ("inoperative", "pause_by", PauseBy.INOPERATIVE),
    "phase_switching": ("profile", "phase_switching", PhaseSwitching.PROFILE),
    "remote_start": ("yes", "remote_start", True),
    "id_token": ("TAG", "id_token", "TAG"),
    "version": ("ocpp_1_6", "versions", (ProtocolVersion.OCPP_1_6,)),
    "answer_delay": (1.5, "answer_delay_s", 1.5),
}
"""The stored data of the form, and the capability that follows."""


@pytest.mark.parametrize("key", OWNED)
def test_owners_set_capabilities_under_the_names_that_are_stored(key: str) -> None:
    given, name, value = OWNED[key]
    known = owner_traits({key: given}).known
    assert known == {name: value}
    assert type(known[name]) is type(value)
    assert getattr(resolve([owner_traits({key: given})]), name) == value


def test_owners_can_set_these_and_no_others() -> None:
    setters = (item.description.setter for item in CAPABILITIES.values())
    assert [setter.name for setter in setters if setter] == list(OWNED)


@pytest.mark.parametrize("given", [{}, {"id_token": ""}, {"id_token": None}])
def test_an_empty_form_tells_nothing(given: Payload) -> None:
    assert owner_traits(given) == Traits()
