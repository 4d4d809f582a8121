"""Secrets in every message and every setting, in and out: none is shown in diagnostics, logs, states or events."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import json
import logging
from typing import Any
from uuid import uuid4

from ocpp.v16.enums import ConfigurationKey
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from custom_components.ocpp.const import DOMAIN
from custom_components.ocpp.diagnostics import async_get_config_entry_diagnostics
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.json import JSONEncoder
from tests.canaries import CANARY, WORDS, messages
from tests.waiting import until

from .conftest import charger_subentry, tag_subentry

VENDOR_SETTINGS = (
    *("WiFiPassword", "WifiPSK", "ApnPassword", "FtpPass", "AdminPin", "HttpAuth"),
    *("ocppPassword", "FreevendIdTag", "DefaultIdTag"),
)
TAG = f"{CANARY}tag"
URL = f"https://{CANARY}user:{CANARY}word@example.org/f?sig={CANARY}query"
ACTIONS: list[tuple[str, dict[str, Any]]] = [
    ("cancel_reservation", {"reservation_id": 1}),
    ("clear_profile", {}),
    ("configure", {"ocpp_key": "WiFiPassword", "value": f"{CANARY}value"}),
    ("configure", {"ocpp_key": f"{CANARY}key", "value": f"{CANARY}value"}),
    ("data_transfer", {"vendor_id": CANARY, "message_id": CANARY, "data": CANARY}),
    ("get_composite_schedule", {}),
    ("get_configuration", {"ocpp_key": "WiFiPassword"}),
    ("get_diagnostics", {"upload_url": URL}),
    ("get_installed_certificates", {}),
    ("install_certificate", {}),
    ("offer_firmware", {"version": "2", "firmware_url": URL}),
    ("remote_start", {"id_tag": TAG[:20]}),
    ("remote_stop", {}),
    ("renew_certificate", {}),
    ("reserve_now", {"id_tag": TAG[:20]}),
    ("send_local_list", {}),
    ("set_charge_rate", {"custom_profile": {"chargingProfileId": 1, "x": CANARY}}),
    ("trigger_message", {"requested_message": "StatusNotification"}),
    ("update_firmware", {"firmware_url": URL}),
    (
        "update_firmware",
        {"firmware_url": URL, "signing_certificate": CANARY, "signature": CANARY},
    ),
]
MAY_SHOW_TAGS = {"id_tag"}
"""The attribute of events in which automations find who is at the charger."""


@pytest.fixture
def chargers() -> list[ConfigSubentryData]:
    """A charger and a tag, with secrets in their configuration."""
    traits = {"id_token": TAG[:20]}
    return [
        charger_subentry("CP1", "Charger", traits=traits),
        tag_subentry("Anna", TAG[:20], parent=f"{CANARY}parent"),
    ]


@pytest.fixture
def options(options: dict[str, Any]) -> dict[str, Any]:
    """The options, with secrets where texts may be anything."""
    hold = {"action": "notify.me", "data": {"password": f"{CANARY}action"}}
    return {
        **options,
        "allowed_addresses": ["example.org"],
        "data_vendors": [f"{CANARY}vendor"],
        "battery_hold": {"hold_actions": [hold], "release_actions": [hold]},
    }


class LeakyCharger:
    """A charger whose every text is a secret."""

    def __init__(self, socket: ClientConnection) -> None:
        """Initialize on an open socket."""
        self._socket = socket
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._responses = {
            name.removesuffix("Response"): right
            for name, right, _ in messages("ocpp.v16")
            if name.endswith("Response")
        }
        settings = [*map(str, ConfigurationKey), *VENDOR_SETTINGS, f"{CANARY}key"]
        self._responses["GetConfiguration"] = {
            "configurationKey": [
                {"key": name, "value": f"{CANARY}{name}", "readonly": False}
                for name in settings
            ],
            "unknownKey": [f"{CANARY}unknown"],
        }
        self.refuses = False

    async def run(self) -> None:
        """Answer calls until the socket closes."""
        try:
            async for text in self._socket:
                await self._take(json.loads(text))
        except ConnectionClosed:
            return

    async def _take(self, frame: list[Any]) -> None:
        if frame[0] != 2:
            self._waiting.pop(frame[1]).set_result(None)
        elif self.refuses:
            # It repeats what it was sent.
            told = " ".join(text for text in frame[3].values() if isinstance(text, str))
            await self._send([4, frame[1], f"{CANARY}code", told, {"a": CANARY}])
        else:
            await self._send([3, frame[1], self._responses[frame[2]]])
        # What is waited for.
        match frame:
            case [2, _, "GetDiagnostics", _]:
                failed = {"status": "UploadFailed"}
                await self._report("DiagnosticsStatusNotification", failed)
            case [2, _, "ExtendedTriggerMessage", _] if not self.refuses:
                await self._report("SignCertificate", {"csr": f"{CANARY}request"})

    async def _report(self, action: str, payload: dict[str, Any]) -> None:
        """Send a call, and leave it to others to take in the answer."""
        message_id = str(uuid4())
        self._waiting[message_id] = asyncio.get_running_loop().create_future()
        await self._send([2, message_id, action, payload])

    async def call(self, action: str, payload: dict[str, Any]) -> None:
        """Send a call, and wait until it is answered."""
        message_id = str(uuid4())
        self._waiting[message_id] = asyncio.get_running_loop().create_future()
        answered = self._waiting[message_id]
        await self._send([2, message_id, action, payload])
        await answered

    async def tell(self, frame: list[Any]) -> None:
        """Send a frame that is not answered."""
        await self._send(frame)

    async def _send(self, frame: list[Any]) -> None:
        await self._socket.send(json.dumps(frame))


@asynccontextmanager
async def _leaky(port: int) -> AsyncIterator[LeakyCharger]:
    url = f"ws://127.0.0.1:{port}/CP1?token={CANARY}token"
    async with connect(url, subprotocols=[Subprotocol("ocpp1.6")]) as socket:
        charger = LeakyCharger(socket)
        running = asyncio.create_task(charger.run())
        yield charger
        await socket.close()
        await running


def _without_tags(value: object) -> object:
    """Return attributes without those that are there to tell who is at the charger."""
    match value:
        case dict():
            return {
                key: _without_tags(item)
                for key, item in value.items()
                if key not in MAY_SHOW_TAGS
            }
        case _:
            return value


async def test_no_secret_is_shown_anywhere(
    hass: HomeAssistant,
    running: MockConfigEntry,
    port: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    states: list[str] = []
    errors: list[str] = []

    @callback
    def keep(event: Event[Any]) -> None:
        new = event.data["new_state"]
        if new is not None:
            shown = (new.state, _without_tags(dict(new.attributes)))
            states.append(f"{new.entity_id} {json.dumps(shown, cls=JSONEncoder)}")

    hass.bus.async_listen("state_changed", keep)
    async with _leaky(port) as charger:
        boot = {"chargePointVendor": "Sunny", "chargePointModel": "Wallbox 11"}
        await charger.call("BootNotification", boot)
        station = running.runtime_data.central_system.stations["CP1"]
        await until(lambda: station.provisioned.complete)
        requests = [
            item for item in messages("ocpp.v16") if not item[0].endswith("Response")
        ]
        for charger.refuses in (False, True):
            for name, *payloads in requests:
                for payload in payloads:
                    await charger.call(name, payload)
            for action, data in ACTIONS:
                try:
                    await _carry_out(hass, action, data)
                except HomeAssistantError as err:
                    errors.append(str(err))
        await charger.call("Heartbeat", {f"{CANARY}field": CANARY})
        await charger.tell([3, f"{CANARY}id", {"status": CANARY}])
        await charger.tell([4, f"{CANARY}id", CANARY, CANARY, {}])
        await charger.call(f"{CANARY}action", {"text": CANARY})
        await charger.call("DataTransfer", {"vendorId": "a.b", "data": [CANARY]})
        await charger.call("Heartbeat", {})
        diagnostics = await async_get_config_entry_diagnostics(hass, running)
        report = await hass.services.async_call(
            DOMAIN, "get_conformance_report", {}, blocking=True, return_response=True
        )
    await hass.async_block_till_done()
    for shared in (diagnostics, report):
        _finds_nothing(text := json.dumps(shared, cls=JSONEncoder))
        assert WORDS not in text
    for line in states + errors:
        _finds_nothing(line)
    for issue in ir.async_get(hass).issues.values():
        _finds_nothing(str(issue.translation_placeholders))
    for line in _logged(caplog):
        _finds_nothing(line)
        assert WORDS not in line
    # The frames were there to be shown.
    assert len(diagnostics["chargers"][0]["frames"]) > 100


def _logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [
        f"{record.getMessage()} {record.exc_text}"
        for record in caplog.records
        if record.name.startswith(("custom_components", "websockets.server"))
    ]


async def _carry_out(hass: HomeAssistant, action: str, data: dict[str, Any]) -> None:
    answers = hass.services.supports_response(DOMAIN, action)
    await hass.services.async_call(
        DOMAIN, action, data, blocking=True, return_response=answers.value == "only"
    )


def _finds_nothing(text: str) -> None:
    at = text.find(CANARY[:11])
    assert at < 0, text[max(0, at - 300) : at + 100]
