"""The unique ids of the community integration, of both its generations, and those that they become.

Sensors have `ocpp.<name>[.conn<N>].<key>.sensor`, in which keys kept their dots until they became underscores; the other
platforms `<platform>.ocpp.<name>[.conn<N>].<key>`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
import re

OLD_PREFIX = "ocpp."
_CONNECTOR = re.compile(r"conn(\d+)\.(.+)")

_SENSORS: Mapping[str, str] = {
    "transaction_id": "transaction_id",
    "time_session": "session_duration",
    "error_code_connector": "error_code",
    "current_export": "current_export",
    "current_offered": "current_offered",
    "power_offered": "power_offered",
    "power_active_export": "power_export",
    "power_reactive_import": "reactive_power",
    "power_reactive_export": "reactive_power_export",
    "power_factor": "power_factor",
    "frequency": "frequency",
    "temperature": "temperature",
    "rpm": "fan_speed",
    "soc": "battery",
    "energy_active_export_register": "energy_export",
    "energy_active_import_interval": "energy_interval",
    "energy_active_export_interval": "energy_export_interval",
    "energy_reactive_import_register": "reactive_energy",
    "energy_reactive_export_register": "reactive_energy_export",
    "energy_reactive_import_interval": "reactive_energy_interval",
    "energy_reactive_export_interval": "reactive_energy_export_interval",
    "status_connector": "former_status_connector",
    "stop_reason": "former_stop_reason",
    "power_active_import": "former_power_active_import",
    "current_import": "former_current_import",
    "voltage": "former_voltage",
    "energy_active_import_register": "former_energy_active_import_register",
    "energy_session": "former_energy_session",
    "energy_meter_start": "former_energy_meter_start",
}
"""The sensors of connectors that go on, under the key of one of ours, or as a compatibility sensor."""
_AS_BEFORE = (
    *("status", "error_code", "id_tag", "status_firmware", "connectors"),
    *("id", "vendor", "model", "serial", "version_firmware"),
)
_STATION_SENSORS: Mapping[str, str] = {
    **{key: f"former_{key}" for key in _AS_BEFORE},
    "latency_pong": "latency",
    "reconnects": "reconnections",
    "heartbeat": "last_heard",
}
"""Likewise, those of chargers as a whole."""
_OTHERS: Mapping[tuple[str, str], str] = {
    ("number", "maximum_current"): "maximum_current",
    ("switch", "charge_control"): "charge_control",
    ("switch", "availability"): "availability",
    ("switch", "connnector_availability"): "availability",
    ("button", "unlock"): "unlock",
}
_FORMER_NUMBER = ("number", "session_current_limit")
_RESET = ("button", "reset")


@dataclass(frozen=True, slots=True)
class MovingCharger:
    """A charger whose entities move: its former name, its identity, and how many connectors it has."""

    name: str
    identity: str
    connectors: int

    def identifier(self, connector: int) -> str:
        """Return the identifier of a connector."""
        return f"{self.identity}/{connector}"


@dataclass(frozen=True, slots=True)
class OldKey:
    """The parts of an old unique id; `connector` is None where it names none."""

    charger: MovingCharger
    connector: int | None
    key: str
    is_dotted: bool


def parse(
    domain: str, unique_id: str, chargers: Iterable[MovingCharger]
) -> OldKey | None:
    """Return the parts of an old unique id; None for one that is none of these chargers'."""
    ending = ".sensor" if domain == "sensor" else ""
    beginning = OLD_PREFIX if domain == "sensor" else f"{domain}.{OLD_PREFIX}"
    # A name may have dots itself, so the longest that fits is meant.
    for charger in sorted(chargers, key=lambda each: -len(each.name)):
        prefix = f"{beginning}{charger.name}."
        if not (unique_id.startswith(prefix) and unique_id.endswith(ending)):
            continue
        key = unique_id[len(prefix) :].removesuffix(ending)
        connector = None
        if (found := _CONNECTOR.fullmatch(key)) is not None:
            connector, key = int(found[1]), found[2]
        return OldKey(charger, connector, key.replace(".", "_").lower(), "." in key)
    return None


def new_unique_id(domain: str, old: OldKey) -> str | None:
    """Return the unique id that goes on with an old one; None where nothing does."""
    charger, place = old.charger, (domain, old.key)
    if place == _RESET:
        return f"{charger.identity}-reset"
    if domain == "sensor" and old.key in _STATION_SENSORS:
        return f"{charger.identity}-{_STATION_SENSORS[old.key]}"
    if old.connector is None and charger.connectors > 1:
        is_for_all = place == ("number", "maximum_current")
        return f"{charger.identity}-former_maximum_current" if is_for_all else None
    connector = old.connector or 1
    if connector > charger.connectors:
        return None
    key = _SENSORS.get(old.key) if domain == "sensor" else _OTHERS.get(place)
    if place == _FORMER_NUMBER:
        # With several connectors, its place is free: there is one slider for all of them then.
        key = "maximum_current" if charger.connectors > 1 else f"former_{old.key}"
    return None if key is None else f"{charger.identifier(connector)}-{key}"
