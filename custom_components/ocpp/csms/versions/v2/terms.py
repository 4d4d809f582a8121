"""Terms that all parts of OCPP 2.x share: places, and the words that 1.6 has for the same."""

from typing import NotRequired, TypedDict

from ...model import Address
from ...ocppj.framing import Json, Payload

MAX_EVSES = 32
"""The highest credible number of EVSEs of one charger, and of connectors of an EVSE; some chargers report garbage."""

STATION_EVSE = 0
"""The number of an EVSE that stands for the charger as a whole."""

FIRST_CONNECTOR = 1


class EvsePayload(TypedDict):
    """OCPP's EVSEType: an EVSE, or one connector of it."""

    id: NotRequired[int]
    connectorId: NotRequired[int]


def credible(number: int | None) -> int | None:
    """Return the number of an EVSE or a connector; None if it is none, or none that can be."""
    return number if number is not None and 0 < number <= MAX_EVSES else None


def evse_field(address: Address) -> Payload:
    """Return the field that names a place; without it, the charger as a whole is meant."""
    if address.evse_id is None:
        return {}
    evse: Payload = {"id": address.evse_id}
    if address.connector_id is not None:
        evse["connectorId"] = address.connector_id
    return {"evse": evse}


_BOOT_NAMES = {
    "chargePointVendor": "vendorName",
    "chargePointModel": "model",
    "chargePointSerialNumber": "serialNumber",
    "chargeBoxSerialNumber": "serialNumber",
    "firmwareVersion": "firmwareVersion",
}
"""1.6's names of what 2.x tells of a charger when it has booted."""


def with_own_names(action: str, payload: Payload) -> Payload:
    """Return a payload with the names of 2.x in place of 1.6's; itself, if it has none.

    Source: OCPP 1.6 specification, section 6.3 (BootNotification), 6.1 (Authorize) and 6.31 (MeterValues).
    """
    match payload:
        case {"chargingStation": dict()}:
            return payload
        case dict() if action == "BootNotification" and _BOOT_NAMES.keys() & payload:
            return _renamed_boot(payload)
        case {"connectorId": connector_id, "meterValue": _} if "evseId" not in payload:
            return {**payload, "evseId": connector_id}
        case {"idTag": str(id_tag)} if "idToken" not in payload:
            return {**payload, "idToken": {"idToken": id_tag, "type": "ISO14443"}}
        case _:
            return payload


def _renamed_boot(payload: Payload) -> Payload:
    station: Payload = {}
    for name, own in _BOOT_NAMES.items():
        told: Json = payload.get(name)
        if told:
            station.setdefault(own, told)
    rest = {name: value for name, value in payload.items() if name not in _BOOT_NAMES}
    return {**rest, "chargingStation": station}
