"""All forms of all flows: they are short, and fill in nothing that nobody chose."""

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Any

import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp.const import DOMAIN
from homeassistant.config_entries import SOURCE_USER, ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, section
from homeassistant.helpers.selector import NumberSelector, SelectSelector
from tests.integration.conftest import (
    Connect,
    charger_subentry,
    circuit_subentry,
    tag_subentry,
    vehicle_subentry,
)
from tests.waiting import until

from .conftest import asked_for_energy
from .steps import by_hand

type Begin = Callable[[], Awaitable[Any]]
type Configure = Callable[[str, dict[str, str]], Awaitable[Any]]

MOST_FIELDS = 10
FILLED_IN = (NumberSelector, SelectSelector)
"""Fields in which the frontend fills in the least number, or the first choice, where they are required."""
ENDS = {"no_meter"}
"""Choices without a form."""


@pytest.fixture
def chargers() -> list[ConfigSubentryData]:
    """One of everything, so that each form has all its fields."""
    return [
        circuit_subentry("main", "Main fuse"),
        charger_subentry("CP1", "Charger", circuit="main"),
        tag_subentry("Anna", "04B2"),
        vehicle_subentry("zoe", "Zoe"),
    ]


def _fields(form: probatio.Schema) -> Iterator[tuple[Any, Any]]:
    """Yield the fields of a form, with those of its sections."""
    for marker, field in form.schema.items():
        if isinstance(field, section):
            yield from _fields(field.schema)
        else:
            yield marker, field


def _check(form: Any) -> None:
    """Check that a form is short, and that nothing is filled in that nobody chose."""
    fields = list(_fields(form["data_schema"]))
    assert len(fields) <= MOST_FIELDS, form["step_id"]
    for marker, field in fields:
        if isinstance(marker, probatio.Required) and isinstance(field, FILLED_IN):
            assert marker.default is not probatio.UNDEFINED, marker
        if isinstance(marker, probatio.Optional) and isinstance(field, SelectSelector):
            assert _can_be_emptied(field), marker


def _can_be_emptied(field: SelectSelector) -> bool:
    """Return whether a choice can be taken back: short lists that are no dropdown are radio buttons."""
    is_many = field.config.get("multiple") or field.config.get("custom_value")
    return bool(is_many or field.config.get("mode") == "dropdown")


async def _walk(begin: Begin, configure: Configure, *path: str) -> list[str]:
    """Check the form that choices lead to, or all that their menu leads to; return the steps of the forms."""
    result = await begin()
    for choice in path:
        result = await configure(result["flow_id"], {"next_step_id": choice})
    if result["type"] is FlowResultType.FORM:
        _check(result)
        return [result["step_id"]]
    assert result["type"] is FlowResultType.MENU
    choices = [each for each in result["menu_options"] if each not in ENDS]
    walks = [await _walk(begin, configure, *path, choice) for choice in choices]
    return [step_id for walk in walks for step_id in walk]


async def test_forms_of_the_first_flow(hass: HomeAssistant, port: int) -> None:
    flows = hass.config_entries.flow
    _check(await flows.async_init(DOMAIN, context={"source": SOURCE_USER}))
    steps = await _walk(lambda: asked_for_energy(hass, port), flows.async_configure)
    assert sorted(steps) == ["import_export", "one_sensor", "solar_house"]


async def test_forms_of_the_options(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    flows = hass.config_entries.options
    begin = partial(flows.async_init, running.entry_id)
    assert len(await _walk(begin, flows.async_configure)) == 12


async def test_forms_to_add_something(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    flows = hass.config_entries.subentries
    for kind in ("circuit", "tag", "vehicle"):
        begin = partial(
            flows.async_init,
            (running.entry_id, kind),
            context={"source": SOURCE_USER},
        )
        assert await _walk(begin, flows.async_configure) == ["user"]
    _check(await flows.async_configure(await by_hand(hass, running)))


async def test_the_form_of_a_charger_that_has_connected(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    async with connect("NEW") as charger:
        await charger.boot()
        flows = hass.config_entries.flow
        await until(lambda: flows.async_progress_by_handler(DOMAIN))
        (card,) = flows.async_progress_by_handler(DOMAIN)
        form = await flows.async_configure(card["flow_id"])
        assert form["step_id"] == "adopt"
        _check(form)


async def test_forms_to_change_something(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    flows = hass.config_entries.subentries
    steps = {}
    for subentry in running.subentries.values():
        begin = partial(
            running.start_subentry_reconfigure_flow, hass, subentry.subentry_id
        )
        walked = await _walk(begin, flows.async_configure)
        steps[subentry.subentry_type] = len(walked)
    assert steps == {"circuit": 1, "charger": 5, "tag": 1, "vehicle": 5}


async def test_the_form_of_a_meter_of_a_circuit(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    flow = await running.start_subentry_reconfigure_flow(hass, "main")
    fuse = {"name": "Main fuse", "fuse_current": 25}
    flows = hass.config_entries.subentries
    form = await flows.async_configure(flow["flow_id"], fuse)
    assert form["step_id"] == "meter"
    _check(form)
