"""Data about customers, and messages that only vendors understand."""

from tests.simulator.station2.core import Core
from tests.simulator.station2.wire.link import ConnectionLost, Handler
from tests.simulator.station2.wire.schemas import Payload

_PART = 512
_KEYS = ("customerIdentifier", "idToken", "customerCertificate")


class Customers:
    """The part of a station that knows its customers."""

    def __init__(self, core: Core) -> None:
        """Initialize without any data."""
        self._core = core
        self.known: dict[str, str] = {}
        """The data about customers, by identifier, number of a token, or serial number of a certificate."""

    def handlers(self) -> dict[str, Handler]:
        """Return the answers to calls."""
        return {
            "CustomerInformation": self._tell,
            "DataTransfer": self._take_data,
        }

    def _tell(self, payload: Payload) -> Payload:
        if sum(key in payload for key in _KEYS) != 1:
            return {"status": "Invalid"}
        if not payload["report"] and not payload["clear"]:
            return {"status": "Rejected"}
        customer = (
            payload.get("customerIdentifier")
            or payload.get("idToken", {}).get("idToken")
            or payload["customerCertificate"]["serialNumber"]
        )
        data = self.known.get(customer, "")
        if payload["clear"]:
            self.known.pop(customer, None)
        told = data if payload["report"] else ""
        self._core.link.after_answer(self._report(payload["requestId"], told))
        return {"status": "Accepted"}

    async def _report(self, request_id: int, data: str) -> None:
        starts = range(0, max(len(data), 1), _PART)
        for number, start in enumerate(starts):
            part = {
                "requestId": request_id,
                "seqNo": number,
                "tbc": number + 1 < len(starts),
                "generatedAt": self._core.shown_time(),
                "data": data[start : start + _PART],
            }
            await self._core.link.call("NotifyCustomerInformation", part)

    def _take_data(self, payload: Payload) -> Payload:
        if self._core.oddities.crashes_at_data_transfer:
            self._core.link.abort()
            raise ConnectionLost
        vendor = self._core.model.get("ChargingStation", "VendorName")
        if payload["vendorId"] != vendor:
            return {"status": "UnknownVendorId"}
        return {"status": "Accepted"}

    async def call_unknown(self) -> Payload:
        """Send a call that no version knows, and return its answer."""
        payload = {"vendorId": "Sunny"}
        return await self._core.link.call_unchecked("CustomOperation", payload)

    async def send_data(
        self, vendor_id: str, message_id: str | None = None, data: object = None
    ) -> str:
        """Send something that only its vendor understands, and return the answer's status."""
        message: Payload = {"vendorId": vendor_id}
        if message_id is not None:
            message["messageId"] = message_id
        if data is not None:
            message["data"] = data
        answer = await self._core.link.call("DataTransfer", message)
        return str(answer["status"])
