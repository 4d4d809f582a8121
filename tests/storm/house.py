"""A Home Assistant with a central system, its recorder and nothing else, in a process of its own.

python -m tests.storm.house FOLDER OCPP_PORT FUZZERS_PORT HTTP_PORT CHARGERS FUZZERS

Each line of standard input is a command; each is answered by a line of JSON.
"""

# Imported first: once Home Assistant has started, `custom_components` would mean the folder of its configuration.
import custom_components.ocpp  # isort: skip

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
import json
import logging
from pathlib import Path
import sys
from types import MappingProxyType
from typing import Any

from homeassistant import bootstrap, loader
from homeassistant.auth import auth_manager_from_config
from homeassistant.config_entries import (
    ConfigEntries,
    ConfigEntry,
    ConfigSubentryDataWithId,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import recorder
from homeassistant.setup import async_setup_component
from tests.fuzz.dialects import DIALECTS

from .measures import Meter

CHARGERS, FUZZERS = "chargers", "fuzzers"
"""The central system of the chargers, and the one of the fuzzers, which is added only for them."""
A_FUZZER = {"connectors": DIALECTS[0].most_evses, "traits": {"answer_delay": 0.0}}
"""The settings of a fuzzer, which repeats much, by which answers would be found to have to wait."""
INTEGRATION = Path(custom_components.ocpp.__file__).parent


def identities(count: int, prefix: str = "CP") -> list[str]:
    """Return the identities of adopted chargers."""
    return [f"{prefix}{number}" for number in range(1, count + 1)]


def fuzzer_identities(count: int) -> list[str]:
    """Return the identities of the fuzzers."""
    return identities(count, "FUZZER")


class House:
    """The Home Assistant, and the commands that it takes."""

    def __init__(
        self, folder: Path, http_port: int, entries: Mapping[str, ConfigEntry]
    ) -> None:
        """Initialize with the central systems."""
        self._folder = folder
        self._http_port = http_port
        self._entries = entries
        self._meter = Meter()

    async def open(self) -> None:
        """Start it without the integration, whose code is loaded, though."""
        (self._folder / ".storage").mkdir(parents=True, exist_ok=True)
        components = self._folder / "custom_components"
        components.mkdir(exist_ok=True)
        if not (components / "ocpp").exists():
            (components / "ocpp").symlink_to(INTEGRATION)
        self._hass = hass = HomeAssistant(str(self._folder))
        hass.config_entries = ConfigEntries(hass, {})
        hass.config.skip_pip = True
        loader.async_setup(hass)
        self._watching = asyncio.create_task(self._meter.watch())
        assert await bootstrap.async_load_base_functionality(hass)
        hass.auth = await auth_manager_from_config(hass, [], [])
        recorder.async_initialize_recorder(hass)
        database = {"db_url": f"sqlite:///{self._folder}/home-assistant.db"}
        http = {"server_host": ["127.0.0.1"], "server_port": self._http_port}
        for domain, config in (
            ("homeassistant", {}),
            ("recorder", {"recorder": database}),
            ("http", {"http": http}),
        ):
            assert await async_setup_component(hass, domain, config)
        await hass.async_start()
        integration = await loader.async_get_integration(hass, "ocpp")
        platforms = [str(platform) for platform in custom_components.ocpp.PLATFORMS]
        await integration.async_get_component()
        await integration.async_get_platforms(["config_flow", *platforms])
        await hass.async_block_till_done()

    async def obey(self, command: str) -> Mapping[str, Any]:
        """Carry out a command, and return its answer."""
        entries = self._hass.config_entries
        match command:
            case "start":
                if entries.async_get_entry(CHARGERS) is None:
                    await entries.async_add(self._entries[CHARGERS])
                else:
                    assert await async_setup_component(self._hass, "ocpp", {})
            case "add fuzzers":
                await entries.async_add(self._entries[FUZZERS])
            case "reload":
                await entries.async_reload(CHARGERS)
            case "unload":
                await entries.async_unload(CHARGERS)
            case "energy":
                return self._energy()
            case "end":
                await self._hass.async_stop(force=True)
        if command in ("start", "add fuzzers", "reload", "unload"):
            await self._hass.async_block_till_done()
        return asdict(await self._meter.finish(self._recorded))

    async def _recorded(self) -> None:
        """Wait until all states are in the database."""
        if self._hass.is_running:
            await recorder.get_instance(self._hass).async_block_till_done()

    def _energy(self) -> Mapping[str, Any]:
        """Return what is known of each charger: the id of its session, and its register."""
        entry = self._hass.config_entries.async_get_entry(CHARGERS)
        assert entry is not None
        evses = {
            identity: charger.evse(1)
            for identity, charger in entry.runtime_data.chargers.items()
        }
        return {
            identity: (
                evse.running_transaction and evse.running_transaction.id,
                evse.ledger.total_wh,
            )
            for identity, evse in evses.items()
        }


def _entry(
    entry_id: str, port: int, adopted: list[str], charger: Mapping[str, Any]
) -> ConfigEntry:
    return ConfigEntry(
        data={"host": "127.0.0.1", "port": port},
        discovery_keys=MappingProxyType({}),
        domain="ocpp",
        entry_id=entry_id,
        minor_version=2,
        options={},
        source="user",
        subentries_data=[
            ConfigSubentryDataWithId(
                data=charger,
                subentry_id=identity,
                subentry_type="charger",
                title=f"Charger {identity}",
                unique_id=identity,
            )
            for identity in adopted
        ],
        title=entry_id,
        unique_id=None,
        version=3,
    )


async def main(folder: str, *numbers: str) -> None:
    """Start, and obey until the end of standard input."""
    logging.basicConfig(level=logging.ERROR)
    port, fuzzers_port, http_port, chargers, fuzzers = map(int, numbers)
    entries = {
        CHARGERS: _entry(CHARGERS, port, identities(chargers), {"connectors": 1}),
        FUZZERS: _entry(FUZZERS, fuzzers_port, fuzzer_identities(fuzzers), A_FUZZER),
    }
    house = House(Path(folder), http_port, entries)
    await house.open()
    print(json.dumps(await house.obey("open")), flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps(await house.obey(line.strip())), flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
