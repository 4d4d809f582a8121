"""The log of frames, and the secrets that it leaves out."""

from collections.abc import Iterable
from datetime import UTC, datetime
import json
import random
import tracemalloc
from typing import Any

import pytest

from custom_components.ocpp.csms.ocppj.disclosure import REDACTED
from custom_components.ocpp.csms.ocppj.message_log import (
    MAX_FRAMES,
    Direction,
    MessageLog,
)
from custom_components.ocpp.csms.versions.v16.disclosure import DISCLOSURE
from tests.bench.frames import meter_values

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_the_last_frames_are_kept() -> None:
    log = MessageLog()
    for number in range(MAX_FRAMES + 10):
        log.add(NOW, Direction.IN, f'[2,"{number}","Heartbeat",{{}}]')
    frames = log.shown(DISCLOSURE)
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
    assert log.shown(DISCLOSURE)
    return kept


def test_ordinary_frames_take_little_memory() -> None:
    frames = [meter_values(number) for number in range(2 * MAX_FRAMES)]
    assert _kept_bytes(map(meter_values, range(2 * MAX_FRAMES))) < 200_000
    log = MessageLog()
    for text in frames:
        log.add(NOW, Direction.IN, text)
    kept = [entry["frame"] for entry in log.shown(DISCLOSURE)]
    assert kept == [json.loads(text) for text in frames[-MAX_FRAMES:]]


def test_no_frames_take_much_memory() -> None:
    chance = random.Random(1)
    texts = ('"' + chance.randbytes(3000).hex()[:4000] + '"' for _ in range(1000))
    assert _kept_bytes(texts) < 200_000


@pytest.mark.parametrize(
    ("payload", "shown"),
    [
        ({"idTag": "04AB", "connectorId": 1}, {"idTag": REDACTED, "connectorId": 1}),
        ({"idTag": 1234}, {"idTag": REDACTED}),
        ({"idTag": ["04AB", 1234]}, {"idTag": [REDACTED, REDACTED]}),
        ({"IdTag": "04AB"}, {REDACTED: REDACTED}),
        (
            {"idTagInfo": {"status": "Accepted", "parentIdTag": "FAMILY"}},
            {"idTagInfo": {"status": "Accepted", "parentIdTag": REDACTED}},
        ),
        ({"status": "04AB"}, {"status": REDACTED}),
        (
            {"key": "AuthorizationKey", "value": "00ff"},
            {"key": "AuthorizationKey", "value": REDACTED},
        ),
        (
            {"configurationKey": [{"key": "WiFiPassword", "value": "1234"}]},
            {"configurationKey": [{"key": "WiFiPassword", "value": REDACTED}]},
        ),
        ({"key": "AdminPin", "value": 1234}, {"key": "AdminPin", "value": REDACTED}),
        ({"Key": "AdminPin", "value": "1234"}, {REDACTED: REDACTED, "value": REDACTED}),
        (
            {"key": "HeartbeatInterval", "value": "secret"},
            {"key": "HeartbeatInterval", "value": REDACTED},
        ),
        ({"unknownKey": ["04AB"]}, {"unknownKey": [REDACTED]}),
        ({"location": "ftp://me:secret@example.org/log"}, {"location": REDACTED}),
        (
            {"vendorId": "org.example", "data": '{"idTag": "04AB"}'},
            {"vendorId": REDACTED, "data": REDACTED},
        ),
        ({"data": {"04AB": {"pin": 1}}}, {"data": {REDACTED: {REDACTED: REDACTED}}}),
        ({"iccid": "89", "imsi": "26"}, {"iccid": REDACTED, "imsi": REDACTED}),
        ({"timestamp": "04AB"}, {"timestamp": REDACTED}),
        ({"connectorId": 10**15}, {"connectorId": REDACTED}),
        *(
            (harmless, harmless)
            for harmless in (
                {"key": "HeartbeatInterval", "value": "60", "readonly": False},
                {"key": "MeterValuesSampledData", "value": "Voltage, Current.Import"},
                {"key": "SupportedFeatureProfiles", "value": "Core,SmartCharging"},
                {"timestamp": "2026-06-01T12:00:00.000Z"},
                {"chargePointVendor": "EV-Box", "chargePointModel": "G3-M5320E"},
                {"sampledValue": [{"value": "-1.5", "measurand": "Voltage"}]},
                {"status": "Charging", "errorCode": "NoError", "connectorId": 1},
            )
        ),
    ],
)
def test_only_what_is_harmless_is_shown(payload: Any, shown: Any) -> None:
    call = [2, "1", "DataTransfer", payload]
    assert DISCLOSURE.frame(call) == [2, "1", "DataTransfer", shown]
    assert DISCLOSURE.frame([3, "1", payload]) == [3, "1", shown]


@pytest.mark.parametrize(
    ("frame", "shown"),
    [
        ([4, "1", "InternalError", "04AB", {"a": "04AB"}], [4, "1", "InternalError"]),
        ([4, "1", "04AB", ""], [4, "1", "an unknown word"]),
        ([2, "secret-1", "Heartbeat", {}], [2, REDACTED, "Heartbeat", {}]),
        ([2, "1", "04AB", {}], [2, "1", "an unknown word", {}]),
        ([2, "1"], "2 elements that are no frame"),
        (["04AB"], "1 elements that are no frame"),
        ("04AB", "str that is no frame"),
        ({"04AB": 1}, "dict that is no frame"),
    ],
)
def test_the_rest_of_a_frame(frame: Any, shown: Any) -> None:
    assert DISCLOSURE.frame(frame) == shown


def test_what_cannot_be_read_is_not_shown_either() -> None:
    log = MessageLog()
    log.add(NOW, Direction.IN, '{"idTag": "04AB"')
    (frame,) = log.shown(DISCLOSURE)
    assert frame["frame"] == "16 characters that are no JSON"
