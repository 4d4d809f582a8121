"""Moves that fail leave everything as it was; the way back does, too."""

from collections.abc import Callable
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp.const import DOMAIN
from homeassistant.components.repairs.const import DOMAIN as REPAIRS
from homeassistant.config_entries import SOURCE_USER, ConfigEntries, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
from homeassistant.helpers.storage import Store
from homeassistant.setup import async_setup_component
from tests.integration.conftest import Connect
from tests.waiting import until

from .old_home import OldChargerAtHome, OldHome, moved_in

CHARGERS = (
    OldChargerAtHome("CP1", "charger"),
    OldChargerAtHome("CP2", "carport", connectors=2),
)


def _everything(hass: HomeAssistant, entry: MockConfigEntry) -> list[object]:
    """Return all that a move could change."""
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    return [
        (entry.version, entry.minor_version, dict(entry.data), dict(entry.options)),
        (entry.title, dict(entry.subentries)),
        sorted(
            (
                each.entity_id,
                each.unique_id,
                each.config_subentry_id or "",
                each.device_id or "",
                {
                    key: dict(options)
                    for key, options in each.options.items()
                    if options
                },
            )
            for each in entities
        ),
        sorted((each.id, sorted(each.identifiers)) for each in devices),
    ]


def _ids(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, str]:
    rows = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return {row.entity_id: row.unique_id for row in rows}


def _blocked_backup(patch: pytest.MonkeyPatch, _: MockConfigEntry) -> None:
    save = Store.async_save

    async def refuse(self: Store[Any], data: dict[str, Any]) -> None:
        if self.key.endswith(".before_moving"):
            raise OSError("No space left")
        await save(self, data)

    patch.setattr(Store, "async_save", refuse)


def _entity_refused(patch: pytest.MonkeyPatch, _: MockConfigEntry) -> None:
    update = er.EntityRegistry.async_update_entity

    def refuse(self: er.EntityRegistry, entity_id: str, **changes: Any) -> object:
        if str(changes.get("new_unique_id", "")).endswith("CP2/2-former_voltage"):
            raise ValueError("refused")
        return update(self, entity_id, **changes)

    patch.setattr(er.EntityRegistry, "async_update_entity", refuse)


def _device_refused(patch: pytest.MonkeyPatch, _: MockConfigEntry) -> None:
    update = dr.DeviceRegistry.async_update_device

    def refuse(self: dr.DeviceRegistry, device_id: str, **changes: Any) -> object:
        if (DOMAIN, "CP2/1") in changes.get("new_identifiers", ()):
            raise ValueError("refused")
        return update(self, device_id, **changes)

    patch.setattr(dr.DeviceRegistry, "async_update_device", refuse)


def _entry_refused(patch: pytest.MonkeyPatch, _: MockConfigEntry) -> None:
    update = ConfigEntries.async_update_entry

    def refuse(self: ConfigEntries, entry: MockConfigEntry, **changes: Any) -> bool:
        if changes.get("version") == 3:
            raise ValueError("refused")
        return update(self, entry, **changes)

    patch.setattr(ConfigEntries, "async_update_entry", refuse)


@pytest.mark.parametrize(
    "spoil", [_blocked_backup, _entity_refused, _device_refused, _entry_refused]
)
async def test_a_failure_leaves_everything_as_it_was(
    hass: HomeAssistant,
    port: int,
    monkeypatch: pytest.MonkeyPatch,
    connect: Connect,
    spoil: Callable[[pytest.MonkeyPatch, MockConfigEntry], None],
) -> None:
    entry = OldHome(hass, port, chargers=CHARGERS).move_into()
    before = _everything(hass, entry)
    spoil(monkeypatch, entry)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.MIGRATION_ERROR
    assert _everything(hass, entry) == before
    issue = ir.async_get(hass).async_get_issue(
        DOMAIN, f"moving_failed_{entry.entry_id}"
    )
    assert issue is not None
    async with connect() as charger:
        await charger.boot()
        await charger.plug_in()
        await charger.start_session()
        await until(lambda: charger.connectors[1].transaction_id is not None)


async def test_a_dead_entry_does_not_block_its_port(
    hass: HomeAssistant, unused_tcp_port: int
) -> None:
    MockConfigEntry(
        domain=DOMAIN, version=2, data={"host": "127.0.0.1", "port": unused_tcp_port}
    ).add_to_hass(hass)
    flow = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    result = await hass.config_entries.flow.async_configure(
        flow["flow_id"],
        {
            "advanced": {
                "host": "127.0.0.1",
                "port": unused_tcp_port,
                "key_kind": "ecdsa",
                "oldest_tls": "tls_1_2",
            }
        },
    )
    assert result.get("reason") != "already_configured"


async def _fix(hass: HomeAssistant, entry: MockConfigEntry, *steps: Any) -> str:
    """Go through the repair, and return how it ended."""

    assert await async_setup_component(hass, REPAIRS, {})
    await hass.async_block_till_done()
    manager = hass.data[REPAIRS]["flow_manager"]
    issue_id = f"moved_in_{entry.entry_id}"
    result = await manager.async_init(DOMAIN, data={"issue_id": issue_id})
    for step in steps:
        result = await manager.async_configure(result["flow_id"], step)
    return str(result["type"])


async def test_the_owner_chooses_a_mode(hass: HomeAssistant, port: int) -> None:
    entry = await moved_in(hass, OldHome(hass, port, chargers=CHARGERS))
    ended = await _fix(hass, entry, {"next_step_id": "choose"}, {"mode": "fast"})
    assert ended == "create_entry"
    await hass.async_block_till_done()
    assert {
        each.state
        for each in hass.states.async_all("select")
        if each.entity_id.endswith("charging_mode")
    } == {"fast"}


async def test_there_is_a_way_back(hass: HomeAssistant, port: int) -> None:
    entry = OldHome(hass, port).move_into()
    before, ids = _everything(hass, entry), _ids(hass, entry)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert _everything(hass, entry) != before
    ended = await _fix(hass, entry, {"next_step_id": "back"}, {})
    assert ended == "create_entry"
    assert entry.state is ConfigEntryState.NOT_LOADED
    after = _everything(hass, entry)
    assert after[:2] == before[:2]
    assert _ids(hass, entry) == ids
