"""The display: messages, and the costs that it shows."""

from tests.simulator.station2.core import Core
from tests.simulator.station2.wire.link import Handler
from tests.simulator.station2.wire.schemas import Payload

_COMPONENT = "DisplayMessageCtrlr"


class Display:
    """The part of a station that shows something."""

    def __init__(self, core: Core) -> None:
        """Initialize with an empty display."""
        self._core = core
        self.messages: dict[int, Payload] = {}
        """The messages, by their ids."""
        self.costs: dict[str, float] = {}
        """The costs that were shown last, by transaction."""

    def handlers(self) -> dict[str, Handler]:
        """Return the answers to calls."""
        return {
            "SetDisplayMessage": self._set,
            "GetDisplayMessages": self._get,
            "ClearDisplayMessage": self._clear,
            "CostUpdated": self._show_cost,
        }

    def _set(self, payload: Payload) -> Payload:
        message, model = payload["message"], self._core.model
        formats = model.get(_COMPONENT, "SupportedFormats").split(",")
        priorities = model.get(_COMPONENT, "SupportedPriorities").split(",")
        transaction_id = message.get("transactionId")
        if message["message"]["format"] not in formats:
            return {"status": "NotSupportedMessageFormat"}
        if message["priority"] not in priorities:
            return {"status": "NotSupportedPriority"}
        if transaction_id and self._core.transaction_evse(transaction_id) is None:
            return {"status": "UnknownTransaction"}
        if message["priority"] == "AlwaysFront":
            for each in list(self.messages.values()):
                if each["priority"] == "AlwaysFront":
                    del self.messages[each["id"]]
        self.messages[message["id"]] = message
        self._count()
        return {"status": "Accepted"}

    def _count(self) -> None:
        number = str(len(self.messages))
        self._core.model.set(_COMPONENT, "DisplayMessages", number)

    def _get(self, payload: Payload) -> Payload:
        found = [
            message
            for message in self.messages.values()
            if message["id"] in payload.get("id", [message["id"]])
            and payload.get("priority") in (None, message["priority"])
            and payload.get("state") in (None, message.get("state"))
        ]
        if not found:
            return {"status": "Unknown"}
        self._core.link.after_answer(self._report(payload["requestId"], found))
        return {"status": "Accepted"}

    async def _report(self, request_id: int, found: list[Payload]) -> None:
        for number, message in enumerate(found, 1):
            part = {
                "requestId": request_id,
                "messageInfo": [message],
                "tbc": number < len(found),
            }
            await self._core.link.call("NotifyDisplayMessages", part)

    def _clear(self, payload: Payload) -> Payload:
        if self.messages.pop(payload["id"], None) is None:
            return {"status": "Unknown"}
        self._count()
        return {"status": "Accepted"}

    def _show_cost(self, payload: Payload) -> Payload:
        self.costs[payload["transactionId"]] = payload["totalCost"]
        return {}
