"""The parts of a station that all others need."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from .device.device_model import DeviceModel, Place
from .evse import Evse
from .oddities import Oddities
from .wire.link import Link
from .wire.outbox import Outbox
from .wire.schemas import Payload


@dataclass(slots=True)
class Core:
    """The connection, the device model and the EVSEs of a station, and its clock."""

    link: Link
    outbox: Outbox
    model: DeviceModel
    evses: dict[int, Evse]
    clock: Callable[[], datetime]
    oddities: Oddities
    registration: str | None = None

    def shown_time(self, ago_s: float = 0.0) -> str:
        """Return the time that the clock of the station shows, or has shown some time ago."""
        moment = self.clock() - timedelta(seconds=ago_s)
        return moment.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"

    def transaction_evse(self, transaction_id: str) -> Evse | None:
        """Return the EVSE of a running transaction."""
        for evse in self.evses.values():
            if evse.transaction is not None and evse.transaction.id == transaction_id:
                return evse
        return None

    async def report_status(self, evse_id: int, connector_id: int) -> None:
        """Send the status of a connector, and keep it in the device model."""
        status = self.evses[evse_id].status(connector_id)
        variable = self.model.find(
            Place("Connector", None, evse_id, connector_id), "AvailabilityState"
        )
        if variable is not None:
            variable.attributes["Actual"].value = status
        told = 0 if self.oddities.connector_zero else connector_id
        message: Payload = {
            "timestamp": self.shown_time(),
            "connectorStatus": status,
            "evseId": evse_id,
            "connectorId": told,
        }
        if self.link.connected:
            await self.link.call_unchecked("StatusNotification", message)

    async def report_all(self) -> None:
        """Send the status of each connector."""
        for evse in self.evses.values():
            for connector_id in evse.connectors:
                await self.report_status(evse.id, connector_id)
