"""Booting: the announcement of a station, until it is accepted."""

import asyncio

from .build import Build
from .core import Core
from .wire.schemas import Payload


class Booting:
    """The part of a station that announces itself."""

    def __init__(self, core: Core, build: Build) -> None:
        """Initialize with what there is to tell."""
        self._core = core
        self._build = build

    async def boot(self, reason: str) -> str:
        """Announce the station, and return the answer's status; the rest follows once it is accepted."""
        core = self._core
        message = self._message(reason)
        answer = await core.link.call_unchecked("BootNotification", message)
        core.registration = str(answer["status"])
        core.link.rejected = core.registration == "Rejected"
        if core.registration == "Accepted":
            interval = str(answer["interval"])
            core.model.set("OCPPCommCtrlr", "HeartbeatInterval", interval)
            core.outbox.held = False
            await core.report_all()
            await core.outbox.drain()
        return core.registration

    async def boot_until_accepted(self, interval_s: float) -> None:
        """Announce the station again and again, until it is accepted."""
        while await self.boot("PowerUp") != "Accepted":
            await asyncio.sleep(interval_s)

    def _message(self, reason: str) -> Payload:
        oddities, model = self._core.oddities, self._core.model
        firmware = model.get("ChargingStation", "FirmwareVersion")
        if oddities.boot_of_1_6:
            return {
                "chargePointVendor": self._build.vendor,
                "chargePointModel": self._build.model,
                "chargePointSerialNumber": self._build.serial_number,
                "firmwareVersion": firmware,
            }
        message: Payload = {
            "chargingStation": {
                "model": self._build.model,
                "vendorName": self._build.vendor,
                "serialNumber": self._build.serial_number,
                "firmwareVersion": firmware,
            }
        }
        if not oddities.boot_without_reason:
            message["reason"] = reason
        return message
