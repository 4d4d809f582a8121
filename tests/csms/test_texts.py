"""Foreign texts."""

import json

from hypothesis import given, strategies as st
import pytest

from custom_components.ocpp.csms.devices.station_info import MOST, StationInfo
from custom_components.ocpp.csms.ocppj.framing import Payload
from custom_components.ocpp.csms.texts import is_plain, plain, tidied

from .bench import Bench

HOSTILE = (
    "a\n2026-11-28 ERROR (MainThread) [x] \x1b[31mforged\u202e\u2066\u200b\x85\u2028"
)


@given(st.text(), st.integers(1, 300))
def test_a_plain_text_is_one_short_line(text: str, most: int) -> None:
    shown = plain(text, most)
    assert len(shown) <= most
    assert shown.isprintable()
    assert len(shown.splitlines()) <= 1
    assert plain(shown, most) == shown


@given(st.text(), st.text(max_size=50))
def test_what_is_taken_for_plain_is_plain(key: str, text: str) -> None:
    payload: Payload = {key: [text, {text: text}]}
    if is_plain(json.dumps(payload)):
        assert tidied(payload) == payload


def test_an_announcement_is_bounded() -> None:
    info = StationInfo(HOSTILE, "x" * 900_000, "1" * 900_000, HOSTILE)
    for text in (info.vendor, info.model, info.serial_number, info.firmware_version):
        assert text is not None
        assert text.isprintable()
        assert len(text) <= MOST


@pytest.mark.parametrize("text", [HOSTILE, "x" * 200_000], ids=["hostile", "long"])
async def test_nothing_odd_is_kept_or_logged(
    bench: Bench, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    async with bench.connect() as charger:
        await charger.boot()
        boot = {"chargePointVendor": text, "chargePointModel": text, text: text}
        sent = [
            ("Authorize", {"idTag": text}),
            (
                "StartTransaction",
                {"connectorId": 1, "idTag": text, "meterStart": 1, "timestamp": text},
            ),
            (
                "StopTransaction",
                {
                    "transactionId": 1,
                    "idTag": text,
                    "meterStop": 2,
                    "timestamp": text,
                    "reason": text,
                },
            ),
            (
                "StatusNotification",
                {
                    "connectorId": 1,
                    "errorCode": text,
                    "status": "Faulted",
                    "info": text,
                },
            ),
            ("DataTransfer", {"vendorId": text, "messageId": text, "data": text}),
            (
                "SecurityEventNotification",
                {"type": text, "timestamp": text, "techInfo": text},
            ),
            (text, {}),
            ("BootNotification", boot),
        ]
        events: list[object] = []
        bench.station.subscribe_events(events.append)
        for number, (action, payload) in enumerate(sent):
            await charger.socket.send(json.dumps([2, f"odd {number}", action, payload]))
        await charger.heartbeat()
        await charger.socket.close(1000, "odd\nreason")
    kept = [
        repr(bench.station.memory),
        repr(bench.station.snapshot),
        *map(repr, events),
    ]
    kept += [
        example for found in bench.station.faults.examples.values() for example in found
    ]
    assert events
    for shown in kept:
        # Vendor data is kept as it is, and cut off where it is shown.
        assert len(shown) < 20_000
        short = shown.partition(" data=")[0]
        assert "\\n" not in short
        assert "\\x1b" not in short
    for record in caplog.records:
        message = record.getMessage()
        assert message.isprintable(), message
        assert len(message) < 1000


def test_a_frame_with_a_character_that_deletes_is_not_plain() -> None:
    assert is_plain('[2,"1","Heartbeat",{"a":"b"}]')
    assert not is_plain('[2,"1","Heartbeat",{"a":"b\x7f"}]')
