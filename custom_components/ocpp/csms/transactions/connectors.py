"""Reports on connectors, and what follows from them for their EVSE."""

from dataclasses import replace
from datetime import datetime

from ..evses.status import ChargingState, Connector, ConnectorStatus
from ..metering.readings import at_rest
from ..model import Evse, Snapshot
from ..tokens.reservations import freed


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
    evse = _rested(replace(evse, charging_state=_charging_state(evse)), now)
    if (before.status, evse.status) == (
        ConnectorStatus.RESERVED,
        ConnectorStatus.AVAILABLE,
    ):
        left = freed(snapshot.tokens.reservations, evse_id)
        snapshot = snapshot.with_reservations(left)
    return snapshot.with_evse(evse)


def note_charging_state(
    evse: Evse, charging_state: ChargingState | None, now: datetime
) -> Evse:
    """Return an EVSE after the state of its car was reported, if it was."""
    if charging_state is None:
        return evse
    return _rested(replace(evse, charging_state=charging_state), now)


def _rested(evse: Evse, now: datetime) -> Evse:
    """Return an EVSE whose meter shows no flow unless a car charges; some chargers send no last value."""
    if evse.status is ConnectorStatus.CHARGING:
        return evse
    return replace(evse, meter=at_rest(evse.meter, now))


def _charging_state(evse: Evse) -> ChargingState | None:
    """Return the state of the car, which has left once no connector is occupied."""
    if not evse.is_free:
        return evse.charging_state
    return None if evse.running_transaction is None else ChargingState.IDLE
