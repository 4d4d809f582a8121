"""What a simulated charger can do besides charging: it keeps reservations, tags, and its vendor's secrets."""

import asyncio
import json
from typing import Any

from ocpp.exceptions import NotSupportedError
from ocpp.routing import on
from ocpp.v16 import ChargePoint as OcppChargePoint, call_result
from ocpp.v16.enums import (
    Action,
    CancelReservationStatus,
    ClearCacheStatus,
    DataTransferStatus,
    ReservationStatus,
    TriggerMessageStatus,
    UpdateStatus,
)

type Payload = dict[str, Any]


class Chores(OcppChargePoint):
    """The part of a charger that does what is asked of it without a car."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Initialize."""
        super().__init__(*args, **kwargs)
        self.received: list[tuple[str, Payload]] = []
        """Every call of the central system's, with its arguments as the library names them."""
        self.statuses: dict[str, str] = {}
        """The status that it answers an action with instead of doing it."""
        self.lacks: set[str] = set()
        """The actions that it does not know."""
        self.unanswered: set[str] = set()
        """The actions that it says nothing to."""
        self.reservations: dict[int, Payload] = {}
        """What it was asked to keep free, by the reservation's id."""
        self.list_version = 0
        self.local_list: dict[str, Payload] = {}
        """What it knows of tags without asking."""
        self._arrived = asyncio.Condition()

    async def wait_for(self, action: str, timeout_s: float = 10.0) -> Payload:
        """Return the arguments of the next call of that action, or of one that has come already."""
        async with asyncio.timeout(timeout_s), self._arrived:
            while True:
                for index, (name, payload) in enumerate(self.received):
                    if name == action:
                        del self.received[index]
                        return payload
                await self._arrived.wait()

    async def route_message(self, raw_msg: str) -> None:
        """Take what comes, unless it is to be left unanswered."""
        match json.loads(raw_msg):
            case [2, _, str(action), dict(payload)] if action in self.unanswered:
                await self._note(action, payload)
            case _:
                await super().route_message(raw_msg)

    async def _note(self, action: str, payload: Payload) -> None:
        async with self._arrived:
            self.received.append((action, payload))
            self._arrived.notify_all()
        if action in self.lacks:
            raise NotSupportedError

    @on(Action.reserve_now)
    async def _on_reserve_now(self, **reservation: Any) -> call_result.ReserveNow:
        await self._note("ReserveNow", reservation)
        status = ReservationStatus(self.statuses.get("ReserveNow", "Accepted"))
        if status is ReservationStatus.accepted:
            self.reservations[reservation["reservation_id"]] = reservation
        return call_result.ReserveNow(status)

    @on(Action.cancel_reservation)
    async def _on_cancel_reservation(
        self, reservation_id: int
    ) -> call_result.CancelReservation:
        await self._note("CancelReservation", {"reservation_id": reservation_id})
        if self.reservations.pop(reservation_id, None) is None:
            return call_result.CancelReservation(CancelReservationStatus.rejected)
        return call_result.CancelReservation(CancelReservationStatus.accepted)

    @on(Action.get_local_list_version)
    async def _on_get_local_list_version(self) -> call_result.GetLocalListVersion:
        await self._note("GetLocalListVersion", {})
        return call_result.GetLocalListVersion(self.list_version)

    @on(Action.send_local_list)
    async def _on_send_local_list(
        self,
        list_version: int,
        update_type: str,
        local_authorization_list: list[Payload] | None = None,
    ) -> call_result.SendLocalList:
        entries = local_authorization_list or []
        update = {"list_version": list_version, "update_type": update_type}
        await self._note("SendLocalList", {**update, "entries": entries})
        if (status := self.statuses.pop("SendLocalList", None)) is not None:
            return call_result.SendLocalList(UpdateStatus(status))
        if update_type == "Full":
            self.local_list.clear()
        elif list_version <= self.list_version:
            return call_result.SendLocalList(UpdateStatus.version_mismatch)
        self.list_version = list_version
        for entry in entries:
            if "id_tag_info" in entry:
                self.local_list[entry["id_tag"]] = entry["id_tag_info"]
            else:
                self.local_list.pop(entry["id_tag"], None)
        return call_result.SendLocalList(UpdateStatus.accepted)

    @on(Action.clear_cache)
    async def _on_clear_cache(self) -> call_result.ClearCache:
        await self._note("ClearCache", {})
        status = self.statuses.get("ClearCache", "Accepted")
        return call_result.ClearCache(ClearCacheStatus(status))

    @on(Action.data_transfer)
    async def _on_data_transfer(self, **message: Any) -> call_result.DataTransfer:
        await self._note("DataTransfer", message)
        status = DataTransferStatus(self.statuses.get("DataTransfer", "Accepted"))
        return call_result.DataTransfer(status, message.get("data"))

    @on(Action.extended_trigger_message)
    async def _on_extended_trigger_message(
        self, **message: Any
    ) -> call_result.ExtendedTriggerMessage:
        await self._note("ExtendedTriggerMessage", message)
        status = self.statuses.get("ExtendedTriggerMessage", "Accepted")
        return call_result.ExtendedTriggerMessage(TriggerMessageStatus(status))
