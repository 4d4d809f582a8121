"""Block O: messages on the screen."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from custom_components.ocpp.csms.devices.display_messages import (
    DisplayMessage,
    DisplayQuery,
    MessageFormat,
    MessagePriority,
    MessageState,
)
from tests.csms.conformance.peer import NOW, Ask, Message, text

from .script import Station, commanded, energy

MESSAGE = DisplayMessage(7, "Waiting for sun", language="en")
LATER = NOW + timedelta(hours=1)


def payload_of(shown: DisplayMessage, **more: Any) -> Message:
    """Return the message as it goes over the wire."""
    content = {"format": "UTF8", "content": shown.text, "language": "en"}
    return {
        "id": shown.id,
        "priority": "NormalCycle",
        "message": content,
    } | more


def show(shown: DisplayMessage = MESSAGE, status: str = "Accepted", **more: Any) -> Ask:
    """Return the command to show a message."""
    return commanded(
        lambda version: version.displays.set(shown),
        "SetDisplayMessage",
        {"message": payload_of(shown, **more)},
        {"status": status},
        None if status == "Accepted" else status,
    )


def get(
    query: DisplayQuery,
    payload: Message,
    heard: Sequence[DisplayMessage],
    status: str = "Accepted",
) -> Ask:
    """Return the command to ask for messages."""
    return commanded(
        lambda version: version.displays.get(query),
        "GetDisplayMessages",
        {"requestId": query.id, **payload},
        {"status": status},
        [*heard],
    )


def clear(status: str) -> Ask:
    """Return the command to take a message off the screen."""
    return commanded(
        lambda version: version.displays.clear(MESSAGE.id),
        "ClearDisplayMessage",
        {"id": MESSAGE.id},
        {"status": status},
        None if status == "Accepted" else status,
    )


OF_SESSION = replace(MESSAGE, transaction_id="tx-1")
LATE = replace(MESSAGE, starts_at=LATER)
SHORT = replace(MESSAGE, ends_at=LATER)
SCRIPTS: dict[str, Sequence[Ask]] = {
    "TC_O_01": [show()],
    "TC_O_03": [get(DisplayQuery(3), {}, [], "Unknown")],
    "TC_O_04": [clear("Accepted")],
    "TC_O_05": [clear("Unknown")],
    "TC_O_10": [show(OF_SESSION, "UnknownTransaction", transactionId="tx-1")],
    "TC_O_11": [
        get(
            DisplayQuery(3, (99,), MessagePriority.IN_FRONT, MessageState.FAULTED),
            {"id": [99], "priority": "InFront", "state": "Faulted"},
            [],
            "Unknown",
        )
    ],
    "TC_O_12": [show(), show(replace(MESSAGE, text="Charging"))],
    "TC_O_13": [show(LATE, startDateTime=text(LATER))],
    "TC_O_14": [show(SHORT, endDateTime=text(LATER))],
    "TC_O_17": [
        show(
            replace(MESSAGE, priority=MessagePriority.ALWAYS_IN_FRONT),
            "NotSupportedPriority",
            priority="AlwaysFront",
        )
    ],
    "TC_O_18": [
        show(
            replace(MESSAGE, state=MessageState.UNAVAILABLE),
            "NotSupportedState",
            state="Unavailable",
        )
    ],
    "TC_O_19": [
        show(
            replace(MESSAGE, format=MessageFormat.HTML),
            "NotSupportedMessageFormat",
            message={"format": "HTML", "content": MESSAGE.text, "language": "en"},
        )
    ],
    "TC_O_25": [
        show(replace(MESSAGE, state=MessageState.CHARGING), state="Charging"),
        show(replace(MESSAGE, state=MessageState.FAULTED), state="Faulted"),
        show(replace(MESSAGE, state=MessageState.IDLE), state="Idle"),
    ],
    "TC_O_26": [show(status="Rejected")],
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS.keys())
async def test_messages_go_by_their_script(
    charger: Station, script: Sequence[Ask]
) -> None:
    for ask in script:
        await ask.play(charger)


def holding(charger: Station, *parts: Sequence[Message]) -> None:
    """Have the charging station hold messages, which it tells in parts."""

    def told(asked: Message) -> Iterator[tuple[str, Message]]:
        for number, part in enumerate(parts, 1):
            yield (
                "NotifyDisplayMessages",
                {
                    "requestId": asked["requestId"],
                    "tbc": number < len(parts),
                    "messageInfo": part,
                },
            )

    charger.follow_ups["GetDisplayMessages"] = told


OTHER = replace(
    MESSAGE,
    id=8,
    priority=MessagePriority.IN_FRONT,
    state=MessageState.IDLE,
    transaction_id="tx-1",
    starts_at=NOW,
    ends_at=LATER,
)
OTHER_PAYLOAD = payload_of(
    OTHER,
    priority="InFront",
    state="Idle",
    transactionId="tx-1",
    startDateTime=text(NOW),
    endDateTime=text(LATER),
)


async def test_TC_O_02(charger: Station) -> None:
    holding(charger, [payload_of(MESSAGE)], [OTHER_PAYLOAD])
    await get(DisplayQuery(3), {}, [MESSAGE, OTHER]).play(charger)


@pytest.mark.parametrize(
    ("query", "payload"),
    [
        pytest.param(DisplayQuery(3, (8,)), {"id": [8]}, id="TC_O_07"),
        pytest.param(
            DisplayQuery(3, priority=MessagePriority.IN_FRONT),
            {"priority": "InFront"},
            id="TC_O_08",
        ),
        pytest.param(
            DisplayQuery(3, state=MessageState.IDLE), {"state": "Idle"}, id="TC_O_09"
        ),
    ],
)
async def test_some_messages_are_asked_for(
    charger: Station, query: DisplayQuery, payload: Message
) -> None:
    holding(charger, [OTHER_PAYLOAD])
    await get(query, payload, [OTHER]).play(charger)


@pytest.mark.parametrize(
    ("message", "more"),
    [
        pytest.param(OF_SESSION, {}, id="TC_O_06"),
        pytest.param(
            replace(OF_SESSION, starts_at=LATER),
            {"startDateTime": text(LATER)},
            id="TC_O_27",
        ),
        pytest.param(
            replace(OF_SESSION, ends_at=LATER),
            {"endDateTime": text(LATER)},
            id="TC_O_28",
        ),
    ],
)
async def test_a_message_is_for_a_session(
    charger: Station, message: DisplayMessage, more: Message
) -> None:
    session = charger.session()
    await session.start("CablePluggedIn", "Charging", **energy(0))
    await show(message, transactionId="tx-1", **more).play(charger)
    assert session.is_running
