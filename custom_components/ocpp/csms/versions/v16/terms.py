"""Terms that all parts of OCPP 1.6-J share."""

from ocpp.v16.enums import Action

from ...model import Address
from ...ocppj.framing import Json, Payload

MAX_CONNECTORS = 16
"""The highest credible number of connectors; some chargers report garbage."""

WHOLE_CHARGER = 0
"""The number that stands for the charger as a whole."""

ONLY_CONNECTOR = 1
"""The number of the connector of an EVSE, which has one: 1.6 numbers the EVSEs, and calls them connectors."""

_TAGGED = frozenset(
    {
        Action.authorize.value,
        Action.start_transaction.value,
        Action.stop_transaction.value,
    }
)


def connector_of(address: Address) -> int:
    """Return the number of a place, which 1.6 calls a connector; 0 is the whole charge point."""
    return address.evse_id or 0


def with_own_names(action: str, payload: Payload) -> Payload:
    """Return a payload with the names of 1.6 in place of those of other versions; itself, if it has none.

    Source: OCPP 1.5 specification, section 7 (MeterValue); OCPP 2.0.1 part 2, section 2 (IdTokenType).
    """
    match payload:
        case {"values": dict(value)} if action == Action.meter_values.value:
            return _renamed(payload, "values", "meterValue", [_read(value)])
        case {"values": [*values]} if action == Action.meter_values.value:
            return _renamed(payload, "values", "meterValue", [*map(_read, values)])
        case {"sampledValue": _} if action == Action.meter_values.value:
            return {**payload, "meterValue": [payload]}
        case {"idToken": token} if action in _TAGGED:
            return _renamed(payload, "idToken", "idTag", token)
        case _:
            return payload


def _read(value: Json) -> Json:
    """Return a meter value of OCPP 1.5 in today's form."""
    if not isinstance(value, dict):
        return value
    for name in ("value", "values"):
        if name in value:
            return _renamed(value, name, "sampledValue", value[name])
    return value


def _renamed(payload: Payload, name: str, own: str, value: Json) -> Payload:
    if own in payload:
        return payload
    rest = {key: item for key, item in payload.items() if key != name}
    return {**rest, own: value}
