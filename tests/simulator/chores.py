"""The part of a simulated charger besides charging: reservations, tags and vendor data."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
import json
from typing import Any
from urllib.parse import urlsplit

from ocpp.exceptions import NotSupportedError
from ocpp.routing import on
from ocpp.v16 import ChargePoint as OcppChargePoint, call, call_result
from ocpp.v16.enums import (
    Action,
    CancelReservationStatus,
    ClearCacheStatus,
    DataTransferStatus,
    DiagnosticsStatus,
    FirmwareStatus,
    LogStatus,
    ReservationStatus,
    TriggerMessageStatus,
    UpdateFirmwareStatus,
    UpdateStatus,
    UploadLogStatus,
)

from .files import UPLOAD_ERRORS, download, upload

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
        self.log = b"Nothing has happened"
        """What it uploads when it is asked for a log."""
        self.tells_of_uploads = True
        """Whether it says how an upload goes."""
        self.firmware: bytes | None = None
        """The firmware that it has fetched."""
        self.cannot_upload_by: str | None = None
        """The scheme of URLs that it can do nothing with."""
        self._arrived = asyncio.Condition()
        self._tasks: list[asyncio.Task[object]] = []

    async def wait_for(self, action: str, timeout_s: float = 60.0) -> Payload:
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

    async def rest(self) -> None:
        """Leave undone what it was about to do, as when the power goes."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _later(self, work: Coroutine[Any, Any, object]) -> None:
        self._tasks.append(asyncio.create_task(work))

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

    @on(Action.get_diagnostics)
    async def _on_get_diagnostics(self, **request: Any) -> call_result.GetDiagnostics:
        await self._note("GetDiagnostics", request)

        async def tell(status: str) -> None:
            await self.call(
                call.DiagnosticsStatusNotification(DiagnosticsStatus(status))
            )

        self._later(self._upload(request["location"], "diag.log", tell, "UploadFailed"))
        return call_result.GetDiagnostics("diag.log")

    @on(Action.get_log)
    async def _on_get_log(self, **request: Any) -> call_result.GetLog:
        await self._note("GetLog", request)
        if (refusal := self.statuses.get("GetLog")) is not None:
            return call_result.GetLog(LogStatus(refusal))

        async def tell(status: str) -> None:
            message = call.LogStatusNotification(
                UploadLogStatus(status), request["request_id"]
            )
            await self.call(message)

        location = request["log"]["remote_location"]
        self._later(self._upload(location, "security.log", tell, "UploadFailure"))
        return call_result.GetLog(LogStatus.accepted, filename="security.log")

    async def _upload(
        self,
        location: str,
        name: str,
        tell: Callable[[str], Awaitable[None]],
        failure: str,
    ) -> None:
        if not self.tells_of_uploads:
            await upload(location, name, self.log)
            return
        await tell("Uploading")
        try:
            if urlsplit(location).scheme == self.cannot_upload_by:
                raise ValueError(location)
            await upload(location, name, self.log)
        except UPLOAD_ERRORS:
            await tell(failure)
        else:
            await tell("Uploaded")

    @on(Action.update_firmware)
    async def _on_update_firmware(self, **request: Any) -> call_result.UpdateFirmware:
        await self._note("UpdateFirmware", request)
        self._later(self._fetch_firmware(request["location"]))
        return call_result.UpdateFirmware()

    @on(Action.signed_update_firmware)
    async def _on_signed_update_firmware(
        self, **request: Any
    ) -> call_result.SignedUpdateFirmware:
        await self._note("SignedUpdateFirmware", request)
        status = self.statuses.get("SignedUpdateFirmware", "Accepted")
        return call_result.SignedUpdateFirmware(UpdateFirmwareStatus(status))

    async def _fetch_firmware(self, location: str) -> None:
        await self.report_firmware("Downloading")
        try:
            self.firmware = await download(location)
        except UPLOAD_ERRORS:
            await self.report_firmware("DownloadFailed")
        else:
            await self.report_firmware("Downloaded")

    async def report_firmware(self, status: str) -> None:
        """Tell how an update goes."""
        await self.call(call.FirmwareStatusNotification(FirmwareStatus(status)))

    async def report_signed_firmware(self, status: str, request_id: int) -> None:
        """Tell how an update with a signature goes."""
        message = call.SignedFirmwareStatusNotification(
            FirmwareStatus(status), request_id
        )
        await self.call(message)
