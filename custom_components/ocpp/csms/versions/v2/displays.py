"""SetDisplayMessage, GetDisplayMessages, NotifyDisplayMessages and ClearDisplayMessage.

Source: OCPP 2.0.1 part 2, chapter O.
"""

from collections.abc import Sequence
from typing import NotRequired, TypedDict, cast, override

from ...devices.display_messages import (
    DisplayMessage,
    DisplayQuery,
    MessageFormat,
    MessagePriority,
    MessageState,
)
from ...errors import RejectedError
from ...ocppj.framing import Payload
from ..commands.displays import DisplayMessages
from ..encoding import timestamp
from ..instants import instant_of
from ..parts import Part
from ..requests import Exchange, Request
from .commands import command

_PRIORITIES = {
    MessagePriority.ALWAYS_IN_FRONT: "AlwaysFront",
    MessagePriority.IN_FRONT: "InFront",
    MessagePriority.IN_TURN: "NormalCycle",
}
_PRIORITIES_BY_NAME = {name: priority for priority, name in _PRIORITIES.items()}
_STATES = {
    MessageState.CHARGING: "Charging",
    MessageState.FAULTED: "Faulted",
    MessageState.IDLE: "Idle",
    MessageState.UNAVAILABLE: "Unavailable",
}
_STATES_BY_NAME = {name: state for state, name in _STATES.items()}
_FORMATS = {
    MessageFormat.ASCII: "ASCII",
    MessageFormat.HTML: "HTML",
    MessageFormat.URI: "URI",
    MessageFormat.UTF8: "UTF8",
}
_FORMATS_BY_NAME = {name: form for form, name in _FORMATS.items()}


class _Content(TypedDict):
    format: NotRequired[str]
    language: NotRequired[str]
    content: NotRequired[str]


class _MessageInfo(TypedDict):
    id: NotRequired[int]
    priority: NotRequired[str]
    state: NotRequired[str]
    startDateTime: NotRequired[str]
    endDateTime: NotRequired[str]
    transactionId: NotRequired[str]
    message: NotRequired[_Content]


class _Report(TypedDict):
    requestId: NotRequired[int]
    tbc: NotRequired[bool]
    messageInfo: NotRequired[list[_MessageInfo]]


class V2Displays(DisplayMessages):
    """The messages on the screen of a charging station."""

    @override
    def set(self, message: DisplayMessage) -> Request[None]:
        return command("SetDisplayMessage", {"message": _info_payload(message)})

    @override
    def get(self, query: DisplayQuery) -> Exchange[list[DisplayMessage]]:
        payload: Payload = {"requestId": query.id}
        if query.message_ids:
            payload["id"] = [*query.message_ids]
        if query.priority is not None:
            payload["priority"] = _PRIORITIES[query.priority]
        if query.state is not None:
            payload["state"] = _STATES[query.state]

        def part(action: str, payload: Payload) -> Part | None:
            report = cast(_Report, payload)
            if action != "NotifyDisplayMessages" or report.get("requestId") != query.id:
                return None
            return Part(payload, None, report.get("tbc", False))

        return Exchange(Request("GetDisplayMessages", payload, _follows), part, _read)

    @override
    def clear(self, message_id: int) -> Request[None]:
        return command("ClearDisplayMessage", {"id": message_id})


def _info_payload(message: DisplayMessage) -> Payload:
    content: Payload = {
        "format": _FORMATS[message.format],
        "content": message.text,
    }
    if message.language is not None:
        content["language"] = message.language
    info: Payload = {
        "id": message.id,
        "priority": _PRIORITIES[message.priority],
        "message": content,
    }
    if message.state is not None:
        info["state"] = _STATES[message.state]
    if message.starts_at is not None:
        info["startDateTime"] = timestamp(message.starts_at)
    if message.ends_at is not None:
        info["endDateTime"] = timestamp(message.ends_at)
    if message.transaction_id is not None:
        info["transactionId"] = message.transaction_id
    return info


def _follows(answer: Payload) -> bool:
    """Return whether messages will be told; an unknown query is one that none fits."""
    match str(answer.get("status")):
        case "Accepted":
            return True
        case "Unknown":
            return False
        case status:
            raise RejectedError("GetDisplayMessages", status)


def _read(payloads: Sequence[Payload]) -> list[DisplayMessage]:
    return [
        _message(info)
        for payload in payloads
        for info in cast(_Report, payload).get("messageInfo", [])
    ]


def _message(info: _MessageInfo) -> DisplayMessage:
    content = info.get("message", {})
    starts_at, ends_at = info.get("startDateTime"), info.get("endDateTime")
    return DisplayMessage(
        info.get("id", 0),
        content.get("content", ""),
        _PRIORITIES_BY_NAME.get(info.get("priority", ""), MessagePriority.IN_TURN),
        _STATES_BY_NAME.get(info.get("state", "")),
        info.get("transactionId"),
        None if starts_at is None else instant_of(starts_at),
        None if ends_at is None else instant_of(ends_at),
        content.get("language"),
        _FORMATS_BY_NAME.get(content.get("format", ""), MessageFormat.UTF8),
    )
