"""The messages with which the central system starts, stops and asks."""

from collections.abc import Callable, Coroutine
from typing import Any

from .core import Core
from .evse import Evse
from .limits.charging import Charging
from .services.reservations import Reservations
from .tokens import Tokens
from .transactions import Cause, Transactions
from .wire.link import Handler
from .wire.schemas import Payload

type Trigger = Callable[[Payload], Coroutine[Any, Any, object]]
"""Sends a message that is asked for, for the EVSE that is named."""


class Remote:
    """The part of a station that is operated from afar."""

    def __init__(
        self,
        core: Core,
        tokens: Tokens,
        charging: Charging,
        transactions: Transactions,
        reservations: Reservations,
    ) -> None:
        """Initialize."""
        self._core = core
        self._tokens = tokens
        self._charging = charging
        self._transactions = transactions
        self._reservations = reservations
        self.triggers: dict[str, Trigger] = {}
        """The messages that can be asked for."""

    def handlers(self) -> dict[str, Handler]:
        """Return the answers to calls."""
        return {
            "RequestStartTransaction": self._start,
            "RequestStopTransaction": self._stop,
            "GetTransactionStatus": self._status,
            "TriggerMessage": self._trigger,
        }

    # Starting.

    def _start(self, payload: Payload) -> Payload:
        if self._core.registration not in (None, "Accepted"):
            return _rejected("NotAccepted")
        evse = self._free_evse(payload.get("evseId"))
        if evse is None:
            return _rejected("NoEvse")
        group = payload.get("groupIdToken", {}).get("idToken")
        if not self._reservations.admits(evse, payload["idToken"], group):
            return _rejected("Reserved")
        profile = payload.get("chargingProfile")
        if profile is not None and (
            objection := self._charging.objection_at_start(profile)
        ):
            return _rejected(objection)
        self._core.link.after_answer(self._start_at(evse, payload))
        if evse.transaction is None:
            return {"status": "Accepted"}
        return {"status": "Accepted", "transactionId": evse.transaction.id}

    def _free_evse(self, evse_id: int | None) -> Evse | None:
        """Return the EVSE that is named, or else the first one, preferably with a car, if it can charge."""
        evses = [
            evse
            for evse in self._core.evses.values()
            if evse_id in (None, evse.id)
            and evse.id_token is None
            and any(each.operative for each in evse.connectors.values())
        ]
        evses.sort(key=lambda evse: evse.car is None)
        return evses[0] if evses else None

    async def _start_at(self, evse: Evse, payload: Payload) -> None:
        token = payload["idToken"]
        if self._core.model.is_true("AuthCtrlr", "AuthorizeRemoteStart"):
            info = await self._tokens.authorize(token)
            if info["status"] != "Accepted":
                return
        evse.remote_start_id = payload["remoteStartId"]
        group = payload.get("groupIdToken")
        profile = payload.get("chargingProfile")
        if profile is not None and evse.transaction is not None:
            self._charging.install_at_start(evse, profile)
        elif profile is not None:
            self._transactions.start_profiles[evse.id] = profile
        await self._transactions.allow(evse, token, group, Cause("RemoteStart"))

    # Stopping and asking.

    def _stop(self, payload: Payload) -> Payload:
        evse = self._core.transaction_evse(payload["transactionId"])
        if evse is None:
            return _rejected("TxNotFound")
        self._core.link.after_answer(self._transactions.stop_remotely(evse))
        return {"status": "Accepted"}

    def _status(self, payload: Payload) -> Payload:
        waiting = self._core.outbox.transaction_ids()
        if (transaction_id := payload.get("transactionId")) is None:
            return {"messagesInQueue": bool(waiting)}
        evse = self._core.transaction_evse(transaction_id)
        return {
            "ongoingIndicator": evse is not None,
            "messagesInQueue": transaction_id in waiting,
        }

    # Messages that are asked for.

    def _trigger(self, payload: Payload) -> Payload:
        asked, evse = payload["requestedMessage"], payload.get("evse", {})
        if asked == "CustomTrigger":
            asked = payload.get("customTrigger", "")
        if asked not in self.triggers:
            return {"status": "NotImplemented"}
        if evse and evse["id"] not in self._core.evses:
            return {"status": "Rejected"}
        if asked == "BootNotification" and self._core.registration == "Accepted":
            return {"status": "Rejected"}
        if asked == "StatusNotification" and "connectorId" not in evse:
            return {"status": "Rejected"}
        self._core.link.after_answer(self.triggers[asked](evse))
        return {"status": "Accepted"}


def _rejected(reason: str) -> Payload:
    return {"status": "Rejected", "statusInfo": {"reasonCode": reason}}
