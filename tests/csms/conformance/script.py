"""A charger for OCPP 1.6 that follows a script, over a real socket."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
import ssl
from typing import Any, override

from websockets.asyncio.client import ClientConnection

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.model import Evse, Registration
from custom_components.ocpp.csms.station import ChargingStation
from custom_components.ocpp.csms.timeouts import Timeouts
from custom_components.ocpp.csms.versions.v16 import VERSION
from tests.waiting import until

from .peer import ACCEPTED, NOW, Answer, Ask, Message, Peer, PeerBench, Tell, text

STARTED, ENDED = NOW - timedelta(hours=2), NOW - timedelta(hours=1)
METER_START_WH, METER_STOP_WH = 1000, 4000
CONNECTORS = 2
BOOT: Message = {"chargePointVendor": "Sunny", "chargePointModel": "Wallbox 11"}

ANSWERS: dict[str, Answer] = {
    "ChangeConfiguration": ACCEPTED,
    "GetConfiguration": {
        "configurationKey": [
            {
                "key": "NumberOfConnectors",
                "readonly": True,
                "value": str(CONNECTORS),
            }
        ]
    },
    "SetChargingProfile": ACCEPTED,
    "TriggerMessage": {"status": "NotImplemented"},
}


class Charger(Peer):
    """A charger with two connectors."""

    def __init__(self, socket: ClientConnection, station: ChargingStation) -> None:
        """Initialize on an open socket."""
        super().__init__(socket, station, VERSION, ANSWERS)

    @property
    def evse(self) -> Evse:
        """The first connector, as the central system sees it."""
        return self.station.snapshot.evse(1)

    @override
    async def boot(self) -> None:
        """Announce itself and all its connectors, and let itself be set up."""
        before = len(self.calls)
        answer = await self.tell("BootNotification", **BOOT)
        assert answer["status"] == "Accepted"
        assert answer["interval"] > 0
        assert datetime.fromisoformat(answer["currentTime"]) == NOW
        for connector_id in range(CONNECTORS + 1):
            await self.report("Available", connector_id)
        await until(
            lambda: len(self.called("SetChargingProfile", since=before)) == CONNECTORS
        )

    async def report(
        self, status: str, connector_id: int = 1, error_code: str = "NoError"
    ) -> None:
        """Tell a connector's status, or as connector 0 its own."""
        await self.tell(
            "StatusNotification",
            connectorId=connector_id,
            status=status,
            errorCode=error_code,
            timestamp=text(NOW),
        )
        snapshot = self.station.snapshot
        known = snapshot.evse(connector_id).status if connector_id else snapshot.status
        assert known == status

    async def authorize(self, id_tag: str = "TAG") -> None:
        """Ask whether somebody may charge, and hear that he may."""
        answer = await self.tell("Authorize", idTag=id_tag)
        assert answer["idTagInfo"]["status"] == "Accepted"

    async def start(
        self, id_tag: str = "TAG", at: datetime = STARTED, **more: Any
    ) -> int:
        """Start a session, which the central system must then know, and return its id."""
        answer = await self.tell(
            "StartTransaction",
            connectorId=1,
            idTag=id_tag,
            meterStart=METER_START_WH,
            timestamp=text(at),
            **more,
        )
        assert answer["idTagInfo"]["status"] == "Accepted"
        transaction = self.evse.running_transaction
        assert transaction is not None
        assert transaction.id == str(answer["transactionId"])
        assert transaction.id_token == id_tag
        assert transaction.started_at == at
        return int(answer["transactionId"])

    async def stop(
        self, transaction_id: int, reason: str, at: datetime = ENDED
    ) -> None:
        """End a session, which the central system must then have on record."""
        await self.tell(
            "StopTransaction",
            transactionId=transaction_id,
            meterStop=METER_STOP_WH,
            timestamp=text(at),
            reason=reason,
        )
        transaction = self.evse.transaction
        assert transaction is not None
        assert transaction.id == str(transaction_id)
        assert transaction.ended_at == at
        assert transaction.stop_reason == reason
        assert transaction.energy_wh == METER_STOP_WH - METER_START_WH

    async def finish(self, transaction_id: int, reason: str) -> None:
        """End a session, and let the car go."""
        await self.stop(transaction_id, reason)
        await self.report("Finishing")
        await self.report("Available")


class ScriptedSystem(PeerBench[Charger]):
    """A central system and a charger for OCPP 1.6."""

    def __init__(self, system: CentralSystem) -> None:
        """Initialize."""
        super().__init__(system, "ocpp1.6", Charger)


@asynccontextmanager
async def running(
    tls: ssl.SSLContext | None = None,
    clock: Callable[[], datetime] = lambda: NOW,
    timeouts: Timeouts | None = None,
) -> AsyncIterator[ScriptedSystem]:
    """Run a central system; its clock stands still unless there is another one."""
    system = CentralSystem(
        unknown_chargers=Registration.ACCEPTED, clock=clock, timeouts=timeouts
    )
    await system.start("127.0.0.1", 0, tls)
    yield ScriptedSystem(system)
    await system.stop()


@dataclass(frozen=True, slots=True)
class Report:
    """A status of a connector's that must be taken note of."""

    status: str
    connector_id: int = 1
    error_code: str = "NoError"

    async def play(self, charger: Charger) -> None:
        """Report it."""
        await charger.report(self.status, self.connector_id, self.error_code)
        error_code = charger.station.snapshot.evse(self.connector_id).error_code
        assert (error_code or "NoError") == self.error_code


type Step = Ask | Tell | Report
