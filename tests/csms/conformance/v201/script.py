"""A charging station for OCPP 2.0.1 that follows a script, over a real socket."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from itertools import count
import ssl
from typing import Any, override

from websockets.asyncio.client import ClientConnection

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.devices.variables import VariableId
from custom_components.ocpp.csms.model import Evse, Registration
from custom_components.ocpp.csms.station import ChargingStation
from custom_components.ocpp.csms.timeouts import Timeouts
from custom_components.ocpp.csms.versions import Command, Version
from custom_components.ocpp.csms.versions.v201 import VERSION
from tests.csms.conformance.peer import (
    ACCEPTED,
    NOW,
    Ask,
    Message,
    Peer,
    PeerBench,
    text,
)
from tests.waiting import until

EVSES = 2
METER_START_WH, METER_STOP_WH = 1000, 4000
BOOT: Message = {
    "reason": "PowerUp",
    "chargingStation": {"vendorName": "Sunny", "model": "Wallbox 22"},
}
CARD: Message = {"idToken": "TAG", "type": "ISO14443"}


class Station(Peer):
    """A charging station with two EVSEs of one connector each.

    Its variables are those in `variables`, by the text form of their names.
    """

    def __init__(self, socket: ClientConnection, station: ChargingStation) -> None:
        """Initialize on an open socket."""
        super().__init__(socket, station, VERSION, {})
        self.variables: dict[str, str] = {
            f"EVSE#{number}.AvailabilityState": "Available"
            for number in range(1, EVSES + 1)
        }
        """The values of its variables."""
        self.attribute_status: dict[str, str] = {}
        """The answers to changes of variables, where they are not accepted."""
        self.answers |= {
            "GetBaseReport": ACCEPTED,
            "GetVariables": self._get_variables,
            "SetVariables": self._set_variables,
            "SetChargingProfile": ACCEPTED,
            "TriggerMessage": {"status": "NotImplemented"},
        }
        self.follow_ups["GetBaseReport"] = self._report

    def _report(self, payload: Message) -> Iterator[tuple[str, Message]]:
        data = [
            {
                **names_of(name),
                "variableAttribute": [{"type": "Actual", "value": value}],
            }
            for name, value in self.variables.items()
        ]
        yield "NotifyReport", notify_report(payload["requestId"], data)

    def _get_variables(self, payload: Message) -> Message:
        return {
            "getVariableResult": [
                self._result(item) for item in payload["getVariableData"]
            ]
        }

    def _result(self, item: Message) -> Message:
        value = self.variables.get(name_of(item))
        if value is None:
            return {**item, "attributeStatus": "UnknownVariable"}
        return {**item, "attributeStatus": "Accepted", "attributeValue": value}

    def _set_variables(self, payload: Message) -> Message:
        results = []
        for item in payload["setVariableData"]:
            name = name_of(item)
            status = self.attribute_status.get(name, "Accepted")
            if status in ("Accepted", "RebootRequired"):
                self.variables[name] = item["attributeValue"]
            named = {key: item[key] for key in ("component", "variable")}
            results.append({**named, "attributeStatus": status})
        return {"setVariableResult": results}

    @property
    def evse(self) -> Evse:
        """The first EVSE, as the central system sees it."""
        return self.station.snapshot.evse(1)

    @override
    async def boot(self) -> None:
        """Announce itself and all its connectors, and let itself be set up."""
        before = len(self.calls)
        answer = await self.tell("BootNotification", **BOOT)
        assert answer["status"] == "Accepted"
        assert answer["interval"] > 0
        assert datetime.fromisoformat(answer["currentTime"]) == NOW
        for evse_id in range(1, EVSES + 1):
            await self.report("Available", evse_id)
        await until(
            lambda: len(self.called("SetChargingProfile", since=before)) == EVSES
        )

    async def report(self, state: str, evse_id: int = 1) -> None:
        """Tell the state of an EVSE's connector."""
        await self.tell("StatusNotification", **status(state, evse_id))
        known = self.station.snapshot.evse(evse_id).connectors[1].report
        assert known == state

    async def authorize(self, token: Message | None = None) -> Message:
        """Ask about an id token and return what is told about it."""
        answer = await self.tell("Authorize", idToken=token or CARD)
        info: Message = answer["idTokenInfo"]
        return info

    def session(self, transaction_id: str = "tx-1") -> Session:
        """Return a session that has not been reported yet."""
        return Session(self, transaction_id)


class Session:
    """A session at the first EVSE, reported event by event."""

    def __init__(self, charger: Station, transaction_id: str) -> None:
        """Initialize; nothing was reported."""
        self.transaction_id = transaction_id
        self._charger = charger
        self._numbers = count()

    async def event(
        self, kind: str, trigger: str, state: str | None = None, **fields: Any
    ) -> Message:
        """Report an event and return the answer."""
        info: Message = {"transactionId": self.transaction_id}
        if state is not None:
            info["chargingState"] = state
        payload: Message = {
            "eventType": kind,
            "timestamp": text(NOW),
            "triggerReason": trigger,
            "seqNo": next(self._numbers),
            **fields,
            "transactionInfo": {**info, **fields.get("transactionInfo", {})},
        }
        return await self._charger.tell("TransactionEvent", **payload)

    async def start(
        self, trigger: str, state: str | None = None, **fields: Any
    ) -> Message:
        """Begin, at the first EVSE."""
        place: Message = {"evse": {"id": 1, "connectorId": 1}}
        return await self.event("Started", trigger, state, **{**place, **fields})

    async def update(
        self, trigger: str, state: str | None = None, **fields: Any
    ) -> Message:
        """Go on."""
        return await self.event("Updated", trigger, state, **fields)

    async def end(self, trigger: str, reason: str, **fields: Any) -> Message:
        """End, as must then be on record."""
        info: Message = {"transactionInfo": {"stoppedReason": reason}}
        answer = await self.event("Ended", trigger, **fields, **info)
        ended = self._charger.evse.transaction
        assert ended is not None
        assert (ended.id, ended.stop_reason) == (self.transaction_id, reason)
        assert not ended.running
        return answer

    @property
    def is_running(self) -> bool:
        """True if the central system takes it for one that goes on."""
        running = self._charger.evse.running_transaction
        return running is not None and running.id == self.transaction_id


class StationBench(PeerBench[Station]):
    """A central system and a charging station for OCPP 2.0.1."""

    def __init__(self, system: CentralSystem) -> None:
        """Initialize."""
        super().__init__(system, "ocpp2.0.1", Station)


@asynccontextmanager
async def running(
    tls: ssl.SSLContext | None = None,
    clock: Callable[[], datetime] = lambda: NOW,
    timeouts: Timeouts | None = None,
    unknown_chargers: Registration = Registration.ACCEPTED,
) -> AsyncIterator[StationBench]:
    """Run a central system; its clock stands still unless there is another one."""
    system = CentralSystem(
        unknown_chargers=unknown_chargers, clock=clock, timeouts=timeouts
    )
    await system.start("127.0.0.1", 0, tls)
    yield StationBench(system)
    await system.stop()


# Parts of messages.


def status(state: str, evse_id: int = 1) -> Message:
    """Return the report of a connector's state."""
    return {
        "timestamp": text(NOW),
        "connectorStatus": state,
        "evseId": evse_id,
        "connectorId": 1,
    }


def energy(value_wh: float, context: str = "Sample.Periodic") -> Message:
    """Return the field with a meter value of the energy register."""
    sampled = {
        "value": value_wh,
        "context": context,
        "measurand": "Energy.Active.Import.Register",
        "unitOfMeasure": {"unit": "Wh"},
    }
    return {"meterValue": [{"timestamp": text(NOW), "sampledValue": [sampled]}]}


def names_of(name: str) -> Message:
    """Return the fields that name a variable of a component."""
    variable = VariableId.parse(name)
    component: Message = {"name": variable.component}
    named: Message = {"name": variable.variable}
    if variable.component_instance is not None:
        component["instance"] = variable.component_instance
    if variable.evse is not None:
        component["evse"] = {"id": variable.evse}
    if variable.instance is not None:
        named["instance"] = variable.instance
    return {"component": component, "variable": named}


def name_of(item: Mapping[str, Any]) -> str:
    """Return the name of the variable that an item of a message is about."""
    component, variable = item["component"], item["variable"]
    named = VariableId(
        variable["name"],
        component["name"],
        variable.get("instance"),
        component.get("instance"),
        component.get("evse", {}).get("id"),
    )
    return str(named)


def notify_report(
    request_id: int, data: list[Message], seq_no: int = 0, *, more: bool = False
) -> Message:
    """Return one message of a report on variables."""
    return {
        "requestId": request_id,
        "generatedAt": text(NOW),
        "seqNo": seq_no,
        "tbc": more,
        "reportData": data,
    }


def commanded[T](
    compose: Callable[[Version], Command[T]],
    action: str,
    payload: Message,
    answer: Message,
    heard: object = None,
) -> Ask:
    """Return a command of the version's that is sent by nobody but an operator."""
    return Ask(lambda station: station.request(compose), action, payload, answer, heard)
