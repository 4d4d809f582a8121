"""Reports on connectors, and what follows from them for their EVSE."""

from dataclasses import replace
from datetime import datetime

from ..evses.rest import NO_REST
from ..evses.status import CHARGING, ChargingState, Connector, ConnectorStatus
from ..model import Evse, Snapshot
from ..records import changed
from ..tokens.reservations import shown, without_shown
from .resting import rested, roused


def note_connector(
    snapshot: Snapshot, evse_id: int, connector: Connector, now: datetime
) -> Snapshot:
    """Return the snapshot after a connector was reported on."""
    before = snapshot.evse(evse_id)
    known = before.connectors.get(connector.id)
    same = known is not None and known.report is connector.report
    reported_at = known.reported_at if known is not None and same else None
    connector = replace(connector, reported_at=reported_at or now)
    evse = replace(before, connectors={**before.connectors, connector.id: connector})
    evse = _with_flow(before, replace(evse, charging_state=_charging_state(evse)), now)
    return _with_reservations(snapshot, evse).with_evse(evse)


def _with_reservations(snapshot: Snapshot, evse: Evse) -> Snapshot:
    """Return the snapshot with the reservations that are left: whatever was lost, none is shown at a free connector."""
    before = snapshot.tokens.reservations
    match evse.status if before else None:
        case ConnectorStatus.RESERVED:
            return snapshot.with_reservations(shown(before, evse.id))
        case ConnectorStatus.AVAILABLE:
            return snapshot.with_reservations(without_shown(before, evse.id))
        case _:
            return snapshot


def note_charging_state(
    evse: Evse, charging_state: ChargingState | None, now: datetime
) -> Evse:
    """Return an EVSE after the state of its car was reported, if it was."""
    if charging_state is None:
        return evse
    if charging_state is evse.charging_state and evse.status_at is not None:
        return evse
    return _with_flow(evse, changed(evse, charging_state=charging_state), now)


def _with_flow(before: Evse, evse: Evse, now: datetime) -> Evse:
    """Return an EVSE whose meter shows no flow unless a car charges; some chargers send no last value.

    A status that is only repeated says nothing against a meter, and in a session neither does one that flaps.
    """
    is_news = evse.status is not before.status or before.status_at is None
    if not is_news or evse.status is None:
        return evse
    in_session = evse.running_transaction is not None
    evse = replace(evse, rest=evse.rest.after_change(now) if in_session else NO_REST)
    if evse.status is ConnectorStatus.CHARGING:
        return roused(evse, now)
    if evse.rest.flaps and evse.status in CHARGING:
        return evse
    return rested(evse, now)


def _charging_state(evse: Evse) -> ChargingState | None:
    """Return the state of the car, which has left once no connector is occupied."""
    if not evse.is_free:
        return evse.charging_state
    return None if evse.running_transaction is None else ChargingState.IDLE
