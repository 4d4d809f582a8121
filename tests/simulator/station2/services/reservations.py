"""Reservations: who may use an EVSE for some time."""

from datetime import datetime

from tests.simulator.station2.core import Core
from tests.simulator.station2.evse import Evse
from tests.simulator.station2.wire.link import Handler
from tests.simulator.station2.wire.schemas import Payload


class Reservations:
    """The part of a station that keeps EVSEs free."""

    def __init__(self, core: Core) -> None:
        """Initialize without any."""
        self._core = core
        self.held: dict[int, Payload] = {}
        """The reservations, by their ids."""

    def handlers(self) -> dict[str, Handler]:
        """Return the answers to calls."""
        return {"ReserveNow": self._reserve, "CancelReservation": self._cancel}

    def _reserve(self, payload: Payload) -> Payload:
        model = self._core.model
        evse_id = payload.get("evseId")
        if not model.is_true("ReservationCtrlr", "Enabled"):
            return {"status": "Rejected"}
        if evse_id is None:
            allowed = model.is_true("ReservationCtrlr", "NonEvseSpecific")
            evses = list(self._core.evses.values()) if allowed else []
        else:
            evses = [each for each in self._core.evses.values() if each.id == evse_id]
        if not evses:
            return {"status": "Rejected"}
        statuses = [self._status(evse) for evse in evses]
        if "Accepted" not in statuses:
            return {"status": statuses[0]}
        self.held[payload["id"]] = payload
        self._mark()
        return {"status": "Accepted"}

    def _status(self, evse: Evse) -> str:
        statuses = {evse.status(connector_id) for connector_id in evse.connectors}
        for status in ("Occupied", "Reserved", "Faulted", "Unavailable"):
            if status in statuses:
                return "Occupied" if status == "Reserved" else status
        return "Occupied" if evse.transaction is not None else "Accepted"

    def _cancel(self, payload: Payload) -> Payload:
        if self.held.pop(payload["reservationId"], None) is None:
            return {"status": "Rejected"}
        self._mark()
        return {"status": "Accepted"}

    def _mark(self) -> None:
        """Show at each connector that it is reserved, or no longer, and tell of it after the answer."""
        reserved = {payload.get("evseId") for payload in self.held.values()}
        for evse in self._core.evses.values():
            for connector in evse.connectors.values():
                before = connector.reserved
                connector.reserved = evse.id in reserved
                if connector.reserved != before:
                    report = self._core.report_status(evse.id, connector.id)
                    self._core.link.after_answer(report)

    def admits(self, evse: Evse, token: Payload, group_id: str | None) -> bool:
        """Return True if a token may use an EVSE; a reservation for it is used up."""
        for number, payload in self.held.items():
            if payload.get("evseId") != evse.id:
                continue
            group = payload.get("groupIdToken", {}).get("idToken")
            if payload["idToken"] != token and (group is None or group != group_id):
                return False
            self._use(evse, number)
            return True
        for number, payload in self.held.items():
            if "evseId" not in payload and payload["idToken"] == token:
                self._use(evse, number)
                return True
        return True

    def _use(self, evse: Evse, number: int) -> None:
        evse.reservation_id = number
        del self.held[number]
        for connector in evse.connectors.values():
            connector.reserved = False

    async def expire(self) -> None:
        """End the reservations of which the time is over."""
        for number, payload in list(self.held.items()):
            if datetime.fromisoformat(payload["expiryDateTime"]) <= self._core.clock():
                await self.end(number, "Expired")

    async def end(self, number: int, status: str = "Removed") -> None:
        """End a reservation, and tell of it."""
        payload = self.held.pop(number)
        message = {"reservationId": number, "reservationUpdateStatus": status}
        await self._core.link.call("ReservationStatusUpdate", message)
        if (evse_id := payload.get("evseId")) is not None:
            for connector in self._core.evses[evse_id].connectors.values():
                connector.reserved = False
                await self._core.report_status(evse_id, connector.id)
