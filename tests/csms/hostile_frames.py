"""Frames whose shape is meant to cost as much time as possible, each as large as a socket takes."""

from collections.abc import Mapping
import json
from typing import Any

from custom_components.ocpp.csms.ocppj.tolerant import MAX_LENGTH
from custom_components.ocpp.csms.server.bounded_socket import MAX_FRAME_BYTES

_ROOM = MAX_FRAME_BYTES - 500
_AT = "2026-06-01T12:00:00Z"
_STATUS = {"connectorId": 1, "errorCode": "NoError", "status": "Available"}
_LONG = "x" * _ROOM


def _call(action: str, payload: Any, message_id: str = "1") -> str:
    return json.dumps([2, message_id, action, payload], separators=(",", ":"))


def _many(item: Any, count: int = 10**6) -> list[Any]:
    """Return as many of an item as there is room for, at most this number."""
    size = len(json.dumps(item, separators=(",", ":"))) + 1
    return [item] * min(count, _ROOM // size)


def _samples(*items: Any) -> str:
    values = [{"timestamp": _AT, "sampledValue": list(items)}]
    return _call("MeterValues", {"connectorId": 1, "meterValue": values})


def _values(count: int, value: Any) -> str:
    values = _many(value, count)
    return _call("MeterValues", {"connectorId": 1, "meterValue": values})


def _stop(count: int) -> str:
    data = [
        {
            "timestamp": f"2026-06-01T{number // 3600 % 24:02}:{number // 60 % 60:02}:00Z",
            "sampledValue": [{"value": str(number), "context": "Transaction.Begin"}],
        }
        for number in range(count)
    ]
    payload = {"transactionId": 1, "meterStop": 5, "timestamp": _AT}
    return _call("StopTransaction", {**payload, "transactionData": data})


def _texts() -> Mapping[str, str]:
    """Return frames with one text that is as long as a frame can be."""
    sample = {"value": "1"}
    return {
        "message id": _call("Heartbeat", {}, _LONG),
        "action": _call(_LONG, {}),
        "tag": _call("Authorize", {"idTag": _LONG}),
        "number of digits": _samples({"value": "0." + "1" * _ROOM}),
        "number with commas": _samples({"value": "1," * (_ROOM // 2)}),
        "unit": _samples({**sample, "unit": _LONG}),
        "measurand": _samples({**sample, "measurand": "Power." * (_ROOM // 6)}),
        "phase of spaces": _samples({**sample, "phase": " " * _ROOM}),
        "connector": _call(
            "StatusNotification", {**_STATUS, "connectorId": "9" * _ROOM}
        ),
        "time": _call(
            "StatusNotification", {**_STATUS, "timestamp": _AT[:-1] + "." + "0" * _ROOM}
        ),
        "certificate request": _call("SignCertificate", {"csr": _LONG}),
        "vendor's data": _call("DataTransfer", {"vendorId": "x", "data": "," * _ROOM}),
        "firmware version": _call(
            "BootNotification",
            {
                "chargePointVendor": "x",
                "chargePointModel": "y",
                "firmwareVersion": "1." * (_ROOM // 2),
            },
        ),
        "error": json.dumps([4, "1", _LONG, "", {}]),
        "brackets": "[" * _ROOM,
        "quotes": '"' * _ROOM,
    }


def _broken() -> Mapping[str, str]:
    """Return texts that are no JSON, as long as one that is read a second time can be."""
    parts = {
        "quotes": '"',
        "single quotes": "'a'",
        "commas": ",",
        "colons": ":",
        "colons without values": ":,",
        "escapes": '"\\x',
        "halves of characters": '"\\ud800"',
        "words": "a ",
        "numbers": "1 ",
        "points": ". ",
        "signs": "- a",
        "control characters": "\0 ",
        "large numbers": "1e999,",
        "objects": '{"a":',
        "frames": '[2,"a","Heartbeat",{}]',
    }
    return {
        f"broken {name} after {start!r}": (start + part * MAX_LENGTH)[:MAX_LENGTH]
        for name, part in parts.items()
        for start in ("", "[", '["')
    }


def hostile_frames() -> Mapping[str, str]:
    """Return frames by the name of their shape."""
    odd = {"value": "", "a": 0}
    frames = {**_texts(), **_broken()}
    for count in (600, 2500, 10_000, 40_000):
        frames |= {
            f"{count} harmless violations and a harmful one": _samples(
                *_many(odd, count), {}
            ),
            f"{count} harmful violations": _samples(*_many({}, count)),
            f"{count} samples": _samples(*_many({"value": "1"}, count)),
            f"{count} samples that are numbers": _samples(*_many({"value": 1}, count)),
            f"{count} samples that are none": _samples(*_many(None, count)),
            f"{count} measurands": _samples(
                *(
                    {"value": "1", "measurand": f"M{n}"}
                    for n in range(min(count, 20_000))
                )
            ),
            f"{count} meter values": _values(
                count, {"timestamp": _AT, "sampledValue": [{"value": "1"}]}
            ),
            f"{count} meter values in disorder": _values(
                count, {"timestamp": "", "sampledValue": {"value": 1}}
            ),
            f"{count} meter values of 1970": _values(
                count, {"timestamp": "1970-01-01T00:00:00Z", "sampledValue": []}
            ),
            f"{count} meter values of a session": _stop(min(count, 10_000)),
            f"{count} fields": _call("Heartbeat", {f"k{n}": 0 for n in range(count)}),
            f"{count} nested lists": _call(
                "Heartbeat", {"a": _many([[[[[[]]]]]], count)}
            ),
        }
    return frames
