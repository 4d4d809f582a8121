"""A home as the community integration leaves it: its entry in each version, and what it has put into the registries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ocpp.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er

STATION_KEYS = (
    *("status", "error.code", "status.firmware", "heartbeat", "id.tag"),
    *("latency.ping", "latency.pong", "reconnects", "id", "vendor", "model"),
    *("serial", "version.firmware", "features", "connectors"),
    *("timestamp.config.response", "timestamp.data.response"),
)
CONNECTOR_KEYS: Mapping[str, str | None] = {
    "status.connector": None,
    "error.code.connector": None,
    "stop.reason": None,
    "transaction.id": None,
    "time.session": "min",
    "energy.session": "kWh",
    "energy.meter.start": "kWh",
    "energy.active.import.register": "kWh",
    "energy.active.export.register": "kWh",
    "energy.active.import.interval": "kWh",
    "energy.reactive.import.register": "varh",
    "power.active.import": "kW",
    "power.active.export": "kW",
    "power.offered": "kW",
    "power.reactive.import": "var",
    "power.factor": None,
    "current.import": "A",
    "current.export": "A",
    "current.offered": "A",
    "voltage": "V",
    "frequency": "Hz",
    "temperature": "°C",
    "soc": "%",
    "rpm": "Hz",
}


@dataclass(frozen=True, slots=True)
class OldChargerAtHome:
    """A charger by its identity and its name."""

    identity: str
    name: str
    connectors: int = 1
    max_current: int = 32


@dataclass
class OldHome:
    """The home; `version` and `minor_version` are those of its entry, `dotted` the first generation of unique ids."""

    hass: HomeAssistant
    port: int
    version: int = 2
    minor_version: int = 2
    chargers: tuple[OldChargerAtHome, ...] = (OldChargerAtHome("CP1", "charger"),)
    dotted: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)

    def move_into(self) -> MockConfigEntry:
        """Set the home up, and return its entry."""
        entry = MockConfigEntry(
            domain=DOMAIN,
            title="central",
            version=self.version,
            minor_version=self.minor_version,
            data=self._data(),
        )
        entry.add_to_hass(self.hass)
        dr.async_get(self.hass).async_get_or_create(
            config_entry_id=entry.entry_id, identifiers={(DOMAIN, "central")}
        )
        for charger in self.chargers:
            self._register(entry, charger)
        # As after a restart, nobody has spoken of these devices yet.
        dr.async_get(self.hass).async_config_entry_unloaded(entry.entry_id)
        return entry

    def _data(self) -> dict[str, Any]:
        central = {
            "host": "127.0.0.1",
            "port": self.port,
            "csid": "central",
            "ssl": False,
            "ssl_certfile_path": "/config/fullchain.pem",
            "ssl_keyfile_path": "/config/privkey.pem",
            "websocket_close_timeout": 10,
            "websocket_ping_tries": 2,
            "websocket_ping_interval": 20,
            "websocket_ping_timeout": 20,
        }
        each = [{charger.identity: self._charger(charger)} for charger in self.chargers]
        if self.version == 1:
            (flat,) = each[0].values()
            return {**central, **flat, **self.extra}
        return {**central, "cpids": each, **self.extra}

    def _charger(self, charger: OldChargerAtHome) -> dict[str, Any]:
        data: dict[str, Any] = {
            "cpid": charger.name,
            "max_current": charger.max_current,
            "idle_interval": 900,
            "meter_interval": 60,
            "monitored_variables": "Current.Import,Power.Active.Import",
            "monitored_variables_autoconfig": True,
            "skip_schema_validation": False,
            "force_smart_charging": False,
        }
        if (self.version, self.minor_version) >= (2, 1):
            data["num_connectors"] = charger.connectors
        if (self.version, self.minor_version) >= (2, 2):
            data["enable_ha_notifications"] = True
        return data

    def _register(self, entry: MockConfigEntry, charger: OldChargerAtHome) -> None:
        devices = dr.async_get(self.hass)
        device = devices.async_get_or_create(
            config_entry_id=entry.entry_id,
            identifiers={(DOMAIN, charger.identity), (DOMAIN, charger.name)},
            name=charger.name,
        )
        for key in STATION_KEYS:
            self.add(entry, charger, device.id, "sensor", key)
        for key in ("charge_control", "availability"):
            self.add(entry, charger, device.id, "switch", key)
        self.add(entry, charger, device.id, "button", "reset")
        for number in range(1, charger.connectors + 1):
            place, prefix = device.id, ""
            if charger.connectors > 1:
                prefix = f"conn{number}."
                place = devices.async_get_or_create(
                    config_entry_id=entry.entry_id,
                    identifiers={(DOMAIN, f"{charger.name}-conn{number}")},
                    name=f"{charger.name} Connector {number}",
                ).id
            for key, unit in CONNECTOR_KEYS.items():
                self.add(entry, charger, place, "sensor", prefix + key, unit)
            self.add(entry, charger, place, "number", f"{prefix}maximum_current")
            self.add(entry, charger, place, "button", f"{prefix}unlock")
            if charger.connectors > 1:
                self.add(entry, charger, place, "switch", f"{prefix}charge_control")

    def add(
        self,
        entry: MockConfigEntry,
        charger: OldChargerAtHome,
        device_id: str,
        domain: str,
        key: str,
        unit: str | None = None,
    ) -> str:
        """Register an entity as the community integration does, and return its id."""
        plain = key.replace(".", "_")
        if key.startswith("conn") and key[4].isdigit():
            number, rest = key[4:].split(".", 1)
            plain = f"connector_{number}_{rest.replace('.', '_')}"
            modern = f"conn{number}.{rest.replace('.', '_')}"
        else:
            modern = plain
        shown = key if self.dotted else modern
        unique_id = f"ocpp.{charger.name}.{shown}"
        unique_id = (
            f"{unique_id}.sensor" if domain == "sensor" else f"{domain}.{unique_id}"
        )
        return (
            er.async_get(self.hass)
            .async_get_or_create(
                domain,
                DOMAIN,
                unique_id,
                suggested_object_id=f"{charger.name}_{plain}",
                config_entry=entry,
                device_id=device_id,
                has_entity_name=False,
                original_name=plain.replace("_", " ").title(),
                unit_of_measurement=unit,
            )
            .entity_id
        )


async def moved_in(hass: HomeAssistant, home: OldHome) -> MockConfigEntry:
    """Set an old home up with this integration."""
    entry = home.move_into()
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry
