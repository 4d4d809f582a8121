"""Commands to a place, as the stub version gives them: in OCPP 2.1's messages."""

from collections.abc import Mapping
from typing import ClassVar, override

from custom_components.ocpp.csms.errors import RejectedError
from custom_components.ocpp.csms.limits.charging_profile import Profile
from custom_components.ocpp.csms.model import Address, Availability, ResetKind, Trigger
from custom_components.ocpp.csms.ocppj.framing import Payload
from custom_components.ocpp.csms.tokens.token import Token
from custom_components.ocpp.csms.transactions.reports import TransactionStatus
from custom_components.ocpp.csms.versions import Request
from custom_components.ocpp.csms.versions.commands.control import ControlMessages
from custom_components.ocpp.csms.versions.commands.triggers import TriggerMessages
from custom_components.ocpp.csms.versions.requests import read_status
from custom_components.ocpp.csms.versions.v16.transactions import V16Transactions


def _evse(address: Address) -> Payload:
    if address.evse_id is None:
        return {}
    evse: Payload = {"id": address.evse_id}
    if address.connector_id is not None:
        evse["connectorId"] = address.connector_id
    return {"evse": evse}


def _command(action: str, payload: Payload, granted: str = "Accepted") -> Request[None]:
    return Request(action, payload, read_status(action, granted))


class StubControl(ControlMessages):
    """Commands to a charger as a device."""

    @override
    def reset(self, kind: ResetKind, address: Address) -> Request[None]:
        names = {ResetKind.SOFT: "OnIdle", ResetKind.HARD: "Immediate"}
        payload: Payload = {"type": names[kind]}
        if address.evse_id is not None:
            payload["evseId"] = address.evse_id
        return _command("Reset", payload)

    @override
    def unlock(self, address: Address) -> Request[None]:
        payload: Payload = {
            "evseId": address.evse_id,
            "connectorId": address.connector_id,
        }
        return _command("UnlockConnector", payload, "Unlocked")

    @override
    def change_availability(
        self, address: Address, availability: Availability
    ) -> Request[None]:
        payload: Payload = {"operationalStatus": availability.value}
        return _command("ChangeAvailability", {**payload, **_evse(address)})


class StubTransactions(V16Transactions):
    """Transactions on demand, and a question about them."""

    @override
    def start(
        self,
        evse_id: int,
        token: Token,
        remote_start_id: int,
        profile: Profile | None = None,
    ) -> Request[None]:
        payload: Payload = {
            "evseId": evse_id,
            "remoteStartId": remote_start_id,
            "idToken": {"idToken": token.value, "type": "Central"},
        }
        return _command("RequestStartTransaction", payload)

    @override
    def get_status(
        self, transaction_id: str | None
    ) -> Request[TransactionStatus] | None:
        payload: Payload = {"transactionId": transaction_id}
        return Request("GetTransactionStatus", payload, _status)


def _status(answer: Payload) -> TransactionStatus:
    return TransactionStatus(
        is_ongoing=bool(answer.get("ongoingIndicator")),
        has_unsent_reports=bool(answer.get("messagesInQueue")),
    )


class StubTriggers(TriggerMessages):
    """Messages that a charger sends because it is asked to."""

    names: ClassVar[Mapping[Trigger, str]] = {
        Trigger.BOOT: "BootNotification",
        Trigger.HEARTBEAT: "Heartbeat",
        Trigger.METER_VALUES: "TransactionEvent",
        Trigger.STATUS: "StatusNotification",
    }

    @override
    def ask(self, trigger: Trigger, address: Address) -> Request[None]:
        if trigger not in self.names:
            raise RejectedError("TriggerMessage", "NotImplemented")
        payload: Payload = {"requestedMessage": self.names[trigger]}
        return _command("TriggerMessage", {**payload, **_evse(address)})

    @override
    def ask_otherwise(self, trigger: Trigger, address: Address) -> Request[None] | None:
        return None
