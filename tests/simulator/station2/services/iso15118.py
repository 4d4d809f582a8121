"""The messages about cars that speak ISO 15118."""

from tests.simulator.station2.core import Core
from tests.simulator.station2.wire.schemas import Payload


class Iso15118:
    """The part of a station that speaks with cars."""

    def __init__(self, core: Core) -> None:
        """Initialize."""
        self._core = core

    async def tell_needs(
        self,
        energy_wh: int,
        evse_id: int = 1,
        departure: str | None = None,
        transfer: str = "AC_three_phase",
    ) -> str:
        """Tell how much energy a car needs, and return the answer's status."""
        needs: Payload = {
            "requestedEnergyTransfer": transfer,
            "acChargingParameters": {
                "energyAmount": energy_wh,
                "evMinCurrent": 6,
                "evMaxCurrent": 16,
                "evMaxVoltage": 400,
            },
        }
        if departure is not None:
            needs["departureTime"] = departure
        message = {"evseId": evse_id, "chargingNeeds": needs, "maxScheduleTuples": 3}
        answer = await self._core.link.call("NotifyEVChargingNeeds", message)
        return str(answer["status"])

    async def tell_schedule(self, limit_w: float, evse_id: int = 1) -> str:
        """Tell the schedule that a car has chosen, and return the answer's status."""
        schedule = {
            "id": 1,
            "chargingRateUnit": "W",
            "chargingSchedulePeriod": [{"startPeriod": 0, "limit": limit_w}],
        }
        message = {
            "timeBase": self._core.shown_time(),
            "evseId": evse_id,
            "chargingSchedule": schedule,
        }
        answer = await self._core.link.call("NotifyEVChargingSchedule", message)
        return str(answer["status"])

    async def fetch_certificate(
        self, exi_request: str, action: str = "Install"
    ) -> Payload:
        """Ask for the contract certificate of a car, and return the answer."""
        message = {
            "iso15118SchemaVersion": "urn:iso:15118:2:2013:MsgDef",
            "action": action,
            "exiRequest": exi_request,
        }
        return await self._core.link.call("Get15118EVCertificate", message)

    async def fetch_status(self, hash_data: Payload, responder_url: str) -> Payload:
        """Ask for the status of a certificate, and return the answer."""
        asked = {**hash_data, "responderURL": responder_url}
        message = {"ocspRequestData": asked}
        return await self._core.link.call("GetCertificateStatus", message)
