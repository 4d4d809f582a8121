"""Events of chargers, in words and figures for automations."""

from collections.abc import Mapping

from homeassistant.helpers.typing import StateType

from ..chargers.charger import Charger
from ..csms.events import TokenShown
from ..csms.evses.transaction import Transaction
from ..hub import Hub
from ..sessions.records import amounts

ACCOUNTED = ("solar_kwh", "battery_kwh", "grid_kwh", "cost", "savings")
"""The amounts of a session's account that are told at its end."""

type Attributes = Mapping[str, StateType]


def describe_token(hub: Hub, event: TokenShown) -> Attributes:
    """Describe a presented tag, with the answer to it."""
    return {
        "id_tag": event.id_token,
        "name": hub.tags.name(event.id_token),
        "status": event.status.value,
        "connector": event.evse_id,
    }


def describe_session(
    hub: Hub, charger: Charger, transaction: Transaction
) -> Attributes:
    """Describe a session, with its figures once it has ended."""
    id_token, ended_at = transaction.id_token, transaction.ended_at
    described: dict[str, StateType] = {
        "transaction_id": transaction.id,
        "id_tag": id_token,
        "name": None if id_token is None else hub.tags.name(id_token),
        "started_at": transaction.started_at.isoformat(),
    }
    if ended_at is None:
        return described
    energy_wh = transaction.energy_wh
    lasted = ended_at - transaction.started_at
    record = hub.recorder.async_record_of(charger, transaction)
    shown = amounts(record.account)
    return described | {
        "ended_at": ended_at.isoformat(),
        "duration_minutes": round(lasted.total_seconds() / 60),
        "energy_kwh": None if energy_wh is None else round(energy_wh / 1000, 3),
        "reason": transaction.stop_reason,
        "vehicle": record.vehicle,
        **{key: shown[key] for key in ACCOUNTED},
    }
