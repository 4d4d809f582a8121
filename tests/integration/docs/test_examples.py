"""Every example of the documentation works as it stands."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from copy import deepcopy
from pathlib import Path
import re
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.config_entries import ConfigSubentryData
from homeassistant.const import STATE_ON
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.script import Script, async_validate_actions_config
from homeassistant.setup import async_setup_component
from tests.integration.conftest import charger_subentry, tag_subentry, vehicle_subentry
from tests.simulator.secure_charger import SecureCharger, secure_charger
from tests.simulator.station2 import simulated_station
from tests.waiting import until

from .blocks import ROOT, Block, Kind, blocks
from .home import Home

BLOCKS = list(blocks())
CARDS = ROOT / "frontend" / "src"


def _of(*kinds: Kind) -> Sequence[Block]:
    return [block for block in BLOCKS if block.kind in kinds]


def _needs_screen(block: Block) -> bool:
    """Return whether an example is for chargers with a screen, and so with OCPP 2.x."""
    return "ocpp.show_message" in str(block.content)


@pytest.fixture
def chargers() -> list[ConfigSubentryData]:
    """A charger, a car and a tag."""
    return [
        charger_subentry("CP1", "Charger", phase_switch={"switch_entity": "switch.x"}),
        vehicle_subentry("zoe", "Zoe", battery_capacity=50),
        tag_subentry("Anna", "04A1B2C3"),
    ]


@pytest.fixture
def options(options: dict[str, Any]) -> dict[str, Any]:
    """Meters, prices, and servers that chargers may use."""
    return {
        **options,
        "tariff": {"price_entities": ["sensor.electricity_price"]},
        "allowed_addresses": ["127.0.0.1"],
    }


@pytest.fixture
async def home(
    hass: HomeAssistant,
    running: MockConfigEntry,
    hass_client_no_auth: ClientSessionGenerator,
    tmp_path: Path,
) -> Home:
    """The home of the examples."""
    client = await hass_client_no_auth()
    await hass.config.async_update(internal_url=str(client.make_url("")).rstrip("/"))
    folder = tmp_path / "ocpp" / "firmware"
    folder.mkdir(parents=True)
    (folder / "firmware.bin").write_bytes(b"firmware")
    home = Home(hass)
    await home.async_furnish()
    return home


@pytest.fixture
async def charger(
    hass: HomeAssistant, home: Home, port: int
) -> AsyncIterator[SecureCharger]:
    """The charger, with a car that charges."""
    async with secure_charger(f"ws://127.0.0.1:{port}", "CP1") as charger:
        await charger.boot()
        await until(lambda: ("TxDefaultProfile", 0) in charger.connectors[1].profiles)
        await charger.plug_in()
        await charger.start_session()
        await until(lambda: _is_on(hass, "switch.charger_charge_control"))
        yield charger


def _is_on(hass: HomeAssistant, entity_id: str) -> bool:
    return hass.states.is_state(entity_id, STATE_ON)


async def _run(hass: HomeAssistant, actions: list[Any]) -> None:
    """Carry out actions as an automation does."""
    checked = await async_validate_actions_config(hass, cv.SCRIPT_SCHEMA(actions))
    script = Script(hass, checked, "example", "script")
    trigger = {"trigger": {"charger": "Charger", "energy_kwh": 1, "solar_kwh": 1}}
    async with asyncio.timeout(60):
        await script.async_run(trigger)


def _assert_entities_exist(hass: HomeAssistant, block: Block) -> None:
    missing = {each for each in block.entity_ids if hass.states.get(each) is None}
    assert not missing, f"{block} names entities that are not there: {missing}"


def test_there_are_examples() -> None:
    assert {Kind.ACTIONS, Kind.AUTOMATION, Kind.DASHBOARD} <= {
        block.kind for block in BLOCKS
    }


@pytest.mark.parametrize(
    "block", [block for block in _of(Kind.ACTIONS) if not _needs_screen(block)], ids=str
)
async def test_actions_are_carried_out(
    hass: HomeAssistant, charger: SecureCharger, block: Block
) -> None:
    await _carry_out(hass, block)


@pytest.mark.parametrize(
    "block", [block for block in _of(Kind.ACTIONS) if _needs_screen(block)], ids=str
)
async def test_screens_show_what_they_are_told(
    hass: HomeAssistant, home: Home, port: int, block: Block
) -> None:
    async with simulated_station(f"ws://127.0.0.1:{port}", "CP1") as station:
        await station.boot()
        await until(lambda: hass.states.is_state("sensor.charger_status", "available"))
        await _carry_out(hass, block)
        assert station.violations == []


async def _carry_out(hass: HomeAssistant, block: Block) -> None:
    _assert_entities_exist(hass, block)
    content = block.content
    await _run(hass, content if isinstance(content, list) else [content])


def _automations(block: Block) -> list[dict[str, Any]]:
    content = block.content
    return content if isinstance(content, list) else [content]


async def _assert_automations_work(
    hass: HomeAssistant, automations: list[dict[str, Any]]
) -> None:
    """Set up automations, which checks their triggers and conditions, and carry out their actions."""
    assert await async_setup_component(
        hass, "automation", {"automation": deepcopy(automations)}
    )
    shown = {each.entity_id: each.state for each in hass.states.async_all("automation")}
    assert len(shown) == len(automations)
    assert set(shown.values()) == {STATE_ON}, shown
    for automation in automations:
        actions = automation.get("actions", automation.get("action"))
        await _run(hass, actions if isinstance(actions, list) else [actions])
    await hass.services.async_call(
        "automation", "turn_off", {"entity_id": "all"}, blocking=True
    )


@pytest.mark.parametrize("block", _of(Kind.AUTOMATION), ids=str)
async def test_automations_are_valid_and_do_what_they_say(
    hass: HomeAssistant, charger: SecureCharger, block: Block
) -> None:
    _assert_entities_exist(hass, block)
    await _assert_automations_work(hass, _automations(block))


@pytest.mark.parametrize("block", _of(Kind.CONFIGURATION), ids=str)
async def test_configuration_is_valid(
    hass: HomeAssistant, charger: SecureCharger, block: Block
) -> None:
    _assert_entities_exist(hass, block)
    content = dict(block.content)
    if automations := content.pop("automation", None):
        await _assert_automations_work(hass, automations)
    for domain, config in content.items():
        assert await async_setup_component(hass, domain, {domain: config})


@pytest.mark.parametrize("block", _of(Kind.DASHBOARD), ids=str)
async def test_dashboards_have_cards_and_options_that_there_are(
    hass: HomeAssistant, charger: SecureCharger, block: Block
) -> None:
    _assert_entities_exist(hass, block)
    ours = list(_our_parts(block.content))
    assert ours, f"{block} has none of our cards"
    for part in ours:
        source = _source_of(part["type"])
        for option in part.keys() - {"type"}:
            assert re.search(rf"\b{option}\b", source), f"{block}: {option}"


def _our_parts(content: object) -> Iterator[dict[str, Any]]:
    """Yield our cards and strategies in a dashboard."""
    match content:
        case dict():
            if str(content.get("type", "")).startswith("custom:ocpp"):
                yield content
            yield from _our_parts(list(content.values()))
        case list():
            for each in content:
                yield from _our_parts(each)


def _source_of(type_: str) -> str:
    """Return the source of a card or strategy, which must be one that is registered."""
    name = type_.removeprefix("custom:")
    if name == "ocpp":
        return (CARDS / "strategy.ts").read_text()
    file = CARDS / f"{name.removeprefix('ocpp-')}.ts"
    assert file.exists(), type_
    return file.read_text()


@pytest.mark.parametrize("block", _of(Kind.COMPOSE), ids=str)
def test_files_for_containers_can_be_read(block: Block) -> None:
    assert "services" in block.content
