"""Notifications: boot, heartbeat and status."""

from dataclasses import replace
from typing import NotRequired, TypedDict, cast

from ...devices.station_info import StationInfo
from ...evses.status import Connector, ConnectorState, StatusDetails, StatusReport
from ...model import Snapshot
from ...ocppj.framing import Payload
from ...transactions.connectors import note_connector
from ..encoding import timestamp
from ..incoming import Context, Handled
from ..introductions import interval_s, introduced
from ..omissions import only_evse_id
from .terms import FIRST_CONNECTOR, MAX_EVSES, credible

_STATES_OF_1_6 = {
    "Preparing": ConnectorState.OCCUPIED,
    "Charging": ConnectorState.OCCUPIED,
    "SuspendedEV": ConnectorState.OCCUPIED,
    "SuspendedEVSE": ConnectorState.OCCUPIED,
    "Finishing": ConnectorState.OCCUPIED,
}
"""Words of 1.6 that chargers use on."""


_ASKED_FOR = "Triggered"
"""The reason for a boot notification that no boot has preceded."""


class _ChargingStation(TypedDict):
    vendorName: NotRequired[str]
    model: NotRequired[str]
    serialNumber: NotRequired[str]
    firmwareVersion: NotRequired[str]


class _BootNotification(TypedDict):
    reason: NotRequired[str]
    chargingStation: NotRequired[_ChargingStation]


class _StatusNotification(TypedDict):
    connectorStatus: NotRequired[str]
    evseId: NotRequired[int]
    connectorId: NotRequired[int]


def boot_notification(
    payload: Payload, snapshot: Snapshot, context: Context
) -> Handled:
    """Take in a charger's identification, and answer with its registration."""
    told = cast(_BootNotification, payload)
    boot = told.get("chargingStation", {})
    known = snapshot.info
    info = StationInfo(
        vendor=boot.get("vendorName", "" if known is None else known.vendor),
        model=boot.get("model", "" if known is None else known.model),
        serial_number=boot.get("serialNumber"),
        firmware_version=boot.get("firmwareVersion"),
    )
    answer: Payload = {
        "currentTime": timestamp(context.now),
        "interval": interval_s(context),
        "status": context.registration.value,
    }
    if told.get("reason") != _ASKED_FOR:
        snapshot = _without_external_limits(snapshot)
    return introduced(snapshot, info, context, answer)


def _without_external_limits(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot of a charger that has rebooted, and tells anew what others impose."""
    evses = {
        evse.id: replace(evse, external_limits=()) for evse in snapshot.evses.values()
    }
    return replace(snapshot, evses=evses)


def heartbeat(_: Payload, snapshot: Snapshot, context: Context) -> Handled:
    """Answer with the time."""
    return Handled({"currentTime": timestamp(context.now)}, snapshot)


def status_notification(
    payload: Payload, snapshot: Snapshot, context: Context
) -> Handled:
    """Take in the state of a connector; one that is told of the charger as a whole says nothing that is needed."""
    told = cast(_StatusNotification, payload)
    state = _state_of(told.get("connectorStatus", ""))
    evse_id = credible(told.get("evseId", only_evse_id(snapshot)))
    # Those that count from 0 have one connector.
    connector_id = told.get("connectorId", FIRST_CONNECTOR) or FIRST_CONNECTOR
    if state is None or evse_id is None or not 0 < connector_id <= MAX_EVSES:
        return Handled({}, snapshot)
    known = snapshot.evse(evse_id).connectors.get(connector_id)
    details = StatusDetails() if known is None else known.details
    connector = Connector(connector_id, state, details=details)
    return Handled({}, note_connector(snapshot, evse_id, connector, context.now))


def _state_of(told: str) -> StatusReport | None:
    """Return the state of a connector; None for one that nobody knows."""
    if told in ConnectorState:
        return ConnectorState(told)
    return _STATES_OF_1_6.get(told)
