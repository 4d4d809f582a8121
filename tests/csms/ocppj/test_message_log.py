"""The log of frames, and the secrets that it leaves out."""

from collections.abc import Iterable
from datetime import UTC, datetime
import json
import random
import tracemalloc
from typing import Any

import pytest

from custom_components.ocpp.csms.ocppj.message_log import (
    MAX_FRAMES,
    REDACTED,
    Direction,
    MessageLog,
    redact,
)
from tests.bench.frames import meter_values

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


def _kept_bytes(texts: Iterable[str]) -> int:
    """Return the memory of a log of these frames."""
    tracemalloc.start()
    log = MessageLog()
    for text in texts:
        log.add(NOW, Direction.IN, text)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert log.redacted()
    return kept


def test_ordinary_frames_take_little_memory() -> None:
    frames = [meter_values(number) for number in range(2 * MAX_FRAMES)]
    assert _kept_bytes(map(meter_values, range(2 * MAX_FRAMES))) < 200_000
    log = MessageLog()
    for text in frames:
        log.add(NOW, Direction.IN, text)
    kept = [entry["frame"] for entry in log.redacted()]
    assert kept == [json.loads(text) for text in frames[-MAX_FRAMES:]]


def test_no_frames_take_much_memory() -> None:
    chance = random.Random(1)
    texts = ('"' + chance.randbytes(3000).hex()[:4000] + '"' for _ in range(1000))
    assert _kept_bytes(texts) < 200_000


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
