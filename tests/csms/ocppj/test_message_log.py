"""The log of frames, and the secrets that it leaves out."""

from datetime import UTC, datetime
from typing import Any

import pytest

from custom_components.ocpp.csms.ocppj.message_log import (
    MAX_FRAMES,
    REDACTED,
    Direction,
    MessageLog,
    redact,
)

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_the_last_frames_are_kept() -> None:
    log = MessageLog()
    for number in range(MAX_FRAMES + 10):
        log.add(NOW, Direction.IN, f'[2,"{number}","Heartbeat",{{}}]')
    frames = log.redacted()
    assert len(frames) == MAX_FRAMES
    assert frames[0] == {
        "time": "2026-06-01T12:00:00.000+00:00",
        "direction": "in",
        "frame": [2, "10", "Heartbeat", {}],
    }


@pytest.mark.parametrize(
    ("payload", "shown"),
    [
        ({"idTag": "04AB", "connectorId": 1}, {"idTag": REDACTED, "connectorId": 1}),
        (
            {"idTagInfo": {"status": "Accepted", "parentIdTag": "FAMILY"}},
            {"idTagInfo": {"status": "Accepted", "parentIdTag": REDACTED}},
        ),
        (
            {"key": "AuthorizationKey", "value": "00ff"},
            {"key": "AuthorizationKey", "value": REDACTED},
        ),
        (
            {"configurationKey": [{"key": "authorizationkey", "value": "00"}]},
            {"configurationKey": [{"key": "authorizationkey", "value": REDACTED}]},
        ),
        (
            {"location": "ftp://me:secret@example.org/log"},
            {"location": f"ftp://{REDACTED}@example.org/log"},
        ),
        (
            {"location": f"http://ha.local/api/ocpp/upload/{'x' * 43}/log.zip"},
            {"location": f"http://ha.local/api/ocpp/upload/{REDACTED}/log.zip"},
        ),
        ({"key": "HeartbeatInterval", "value": "60"},) * 2,
    ],
)
def test_secrets_are_not_shown(payload: Any, shown: Any) -> None:
    assert redact([2, "1", "Action", payload]) == [2, "1", "Action", shown]


def test_what_cannot_be_read_is_not_shown_either() -> None:
    log = MessageLog()
    log.add(NOW, Direction.IN, '{"idTag": "04AB"')
    (frame,) = log.redacted()
    assert frame["frame"] == "16 characters that are no JSON"
