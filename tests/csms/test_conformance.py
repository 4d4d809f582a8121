"""The conformance cases for OCPP 1.6 central systems, by their ids, over a real socket.

The charger here follows a script. Whatever the central system sends it, call or answer, is held against the
schemas of the `ocpp` library. Most cases are an operator's command and what follows from it, so they stand in a
table; sessions have tests of their own.
"""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from itertools import count
import json
import ssl
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from custom_components.ocpp.csms.authorization import (
    REMOTE_ID_TOKEN,
    Authority,
    IdToken,
    TokenStatus,
)
from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.encryption import CertificateFiles, server_context
from custom_components.ocpp.csms.errors import NoTransactionError, RejectedError
from custom_components.ocpp.csms.limits import Unit
from custom_components.ocpp.csms.model import (
    Availability,
    Evse,
    Limit,
    Registration,
    ResetKind,
)
from custom_components.ocpp.csms.provisioning import Setting
from custom_components.ocpp.csms.schedules import Period, Schedule
from custom_components.ocpp.csms.schemas import problems
from custom_components.ocpp.csms.security import (
    Access,
    PasswordDigest,
    SecurityProfile,
    authorization_key,
    new_password,
)
from custom_components.ocpp.csms.station import ChargingStation, StationSettings
from custom_components.ocpp.csms.versions.v16 import VERSION

from .conftest import until

type Message = dict[str, Any]

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
STARTED, ENDED = NOW - timedelta(hours=2), NOW - timedelta(hours=1)
METER_START_WH, METER_STOP_WH = 1000, 4000
CONNECTORS = 2
ACCEPTED, REJECTED = {"status": "Accepted"}, {"status": "Rejected"}
BOOT: Message = {"chargePointVendor": "Sunny", "chargePointModel": "Wallbox 11"}


def text(moment: datetime) -> str:
    """Return an instant as it goes over the wire."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class Charger:
    """A charger that says what it is told to say, and notes what it is asked."""

    def __init__(self, socket: ClientConnection, station: ChargingStation) -> None:
        """Initialize on an open socket."""
        self.station = station
        self.answers: dict[str, Message] = {
            "ChangeConfiguration": ACCEPTED,
            "GetConfiguration": {
                "configurationKey": [
                    {
                        "key": "NumberOfConnectors",
                        "readonly": True,
                        "value": str(CONNECTORS),
                    }
                ]
            },
            "SetChargingProfile": ACCEPTED,
            "TriggerMessage": {"status": "NotImplemented"},
        }
        """What it answers to each action; to any other, that it does not know it."""
        self.calls: list[tuple[str, Message]] = []
        """What the central system has called, in order."""
        self.objections: list[str] = []
        """What the schemas have against those calls, or against its own answers."""
        self._socket = socket
        self._replies: dict[str, asyncio.Future[list[Any]]] = {}
        self._ids = count(1)

    @property
    def evse(self) -> Evse:
        """The first connector, as the central system sees it."""
        return self.station.snapshot.evse(1)

    async def serve(self) -> None:
        """Take what comes until the socket closes."""
        async for frame in self._socket:
            match json.loads(frame):
                case [2, message_id, action, payload]:
                    answer = self._answer(message_id, action, payload)
                    with suppress(ConnectionClosed):
                        await self._socket.send(json.dumps(answer))
                case [_, message_id, *_] as reply:
                    self._replies.pop(message_id).set_result(reply)

    def _answer(self, message_id: str, action: str, payload: Message) -> list[Any]:
        self.calls.append((action, payload))
        schemas = VERSION.schemas
        self.objections += problems(schemas.requests[action], payload)
        if (answer := self.answers.get(action)) is None:
            return [4, message_id, "NotImplemented", "", {}]
        self.objections += problems(schemas.responses[action], answer)
        return [3, message_id, answer]

    async def tell(self, action: str, **payload: Any) -> Message:
        """Call the central system and return its answer, which must be a valid one."""
        message_id = f"m{next(self._ids)}"
        reply = asyncio.get_running_loop().create_future()
        self._replies[message_id] = reply
        await self._socket.send(json.dumps([2, message_id, action, payload]))
        async with asyncio.timeout(5):
            frame = await reply
        assert frame[0] == 3, frame
        answer: Message = frame[2]
        assert problems(VERSION.schemas.responses[action], answer) == []
        return answer

    async def boot(self) -> None:
        """Announce itself and all its connectors, and let itself be set up."""
        before = len(self.calls)
        answer = await self.tell("BootNotification", **BOOT)
        assert answer["status"] == "Accepted"
        assert answer["interval"] > 0
        assert datetime.fromisoformat(answer["currentTime"]) == NOW
        for connector_id in range(CONNECTORS + 1):
            await self.report("Available", connector_id)
        await until(
            lambda: len(self.called("SetChargingProfile", since=before)) == CONNECTORS
        )

    def called(self, action: str, *, since: int = 0) -> list[Message]:
        """Return the payloads of the calls of an action, in order."""
        return [payload for name, payload in self.calls[since:] if name == action]

    async def report(
        self, status: str, connector_id: int = 1, error_code: str = "NoError"
    ) -> None:
        """Tell a connector's status, or as connector 0 its own."""
        await self.tell(
            "StatusNotification",
            connectorId=connector_id,
            status=status,
            errorCode=error_code,
            timestamp=text(NOW),
        )
        snapshot = self.station.snapshot
        known = snapshot.evse(connector_id).status if connector_id else snapshot.status
        assert known == status

    async def authorize(self, id_tag: str = "TAG") -> None:
        """Ask whether somebody may charge, and hear that he may."""
        answer = await self.tell("Authorize", idTag=id_tag)
        assert answer["idTagInfo"]["status"] == "Accepted"

    async def start(
        self, id_tag: str = "TAG", at: datetime = STARTED, **more: Any
    ) -> int:
        """Start a session, which the central system must then know, and return its id."""
        answer = await self.tell(
            "StartTransaction",
            connectorId=1,
            idTag=id_tag,
            meterStart=METER_START_WH,
            timestamp=text(at),
            **more,
        )
        assert answer["idTagInfo"]["status"] == "Accepted"
        transaction = self.evse.running_transaction
        assert transaction is not None
        assert transaction.id == str(answer["transactionId"])
        assert transaction.id_token == id_tag
        assert transaction.started_at == at
        return int(answer["transactionId"])

    async def stop(
        self, transaction_id: int, reason: str, at: datetime = ENDED
    ) -> None:
        """End a session, which the central system must then have on record."""
        await self.tell(
            "StopTransaction",
            transactionId=transaction_id,
            meterStop=METER_STOP_WH,
            timestamp=text(at),
            reason=reason,
        )
        transaction = self.evse.transaction
        assert transaction is not None
        assert transaction.id == str(transaction_id)
        assert transaction.ended_at == at
        assert transaction.stop_reason == reason
        assert transaction.energy_wh == METER_STOP_WH - METER_START_WH

    async def finish(self, transaction_id: int, reason: str) -> None:
        """End a session, and let the car go."""
        await self.stop(transaction_id, reason)
        await self.report("Finishing")
        await self.report("Available")


class Bench:
    """A central system, and what a test needs to connect its charger, once or again."""

    def __init__(self, system: CentralSystem) -> None:
        """Initialize."""
        self.system = system

    @property
    def station(self) -> ChargingStation:
        """The charger, as the central system sees it."""
        return self.system.stations["CP1"]

    @asynccontextmanager
    async def connected(
        self, tls: ssl.SSLContext | None = None, password: str | None = None
    ) -> AsyncIterator[Charger]:
        """Connect the charger; it has not booted yet.

        In the end it has had nothing to object to, and has done nothing itself that was counted as a fault.
        """
        url = f"{'wss' if tls else 'ws'}://127.0.0.1:{self.system.port}/CP1"
        protocols = [Subprotocol("ocpp1.6")]
        headers = {}
        if password is not None:
            credentials = b64encode(f"CP1:{password}".encode()).decode()
            headers["Authorization"] = f"Basic {credentials}"
        async with connect(
            url, subprotocols=protocols, ssl=tls, additional_headers=headers
        ) as socket:
            await until(
                lambda: "CP1" in self.system.stations and self.station.connected
            )
            charger = Charger(socket, self.station)
            serving = asyncio.create_task(charger.serve())
            yield charger
            await socket.close()
            await serving
        assert charger.objections == []
        assert not self.station.faults
        await until(lambda: not self.station.connected)

    @asynccontextmanager
    async def in_service(self) -> AsyncIterator[Charger]:
        """Connect the charger, booted and set up."""
        async with self.connected() as charger:
            await charger.boot()
            yield charger


@asynccontextmanager
async def running(tls: ssl.SSLContext | None = None) -> AsyncIterator[Bench]:
    """Run a central system whose clock stands still."""
    system = CentralSystem(strangers=Registration.ACCEPTED, clock=lambda: NOW)
    await system.start("127.0.0.1", 0, tls)
    yield Bench(system)
    await system.stop()


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with running() as bench:
        yield bench


@pytest.fixture
async def charger(bench: Bench) -> AsyncIterator[Charger]:
    """A charger that has booted and is set up."""
    async with bench.in_service() as charger:
        yield charger


# Scripts: what an operator asks for and hears, and what the charger tells of it.


@dataclass(frozen=True, slots=True)
class Ask:
    """An operator's command.

    `action` and `payload` must go over the wire, `answer` comes back, and the operator hears `heard`: what
    the command returns, or where the charger refuses, the status that it gave.
    """

    command: Callable[[ChargingStation], Awaitable[object]]
    action: str
    payload: Message
    answer: Message
    heard: object = None

    async def play(self, charger: Charger) -> None:
        """Give the command."""
        charger.answers[self.action] = self.answer
        before = len(charger.calls)
        assert await self._hear(charger.station) == self.heard
        assert charger.called(self.action, since=before) == [self.payload]

    async def _hear(self, station: ChargingStation) -> object:
        try:
            return await self.command(station)
        except RejectedError as err:
            return err.status


@dataclass(frozen=True, slots=True)
class Tell:
    """A call of the charger's that must be answered."""

    action: str
    payload: Message

    async def play(self, charger: Charger) -> None:
        """Send it."""
        await charger.tell(self.action, **self.payload)


@dataclass(frozen=True, slots=True)
class Report:
    """A status of a connector's that must be taken note of."""

    status: str
    connector_id: int = 1
    error_code: str = "NoError"

    async def play(self, charger: Charger) -> None:
        """Report it."""
        await charger.report(self.status, self.connector_id, self.error_code)
        error_code = charger.station.snapshot.evse(self.connector_id).error_code
        assert (error_code or "NoError") == self.error_code


type Step = Ask | Tell | Report


def relay(action: str, payload: Message, answer: Message) -> Ask:
    """Return the command to send a message as it is, and to hear the answer as it is."""
    return Ask(
        lambda station: station.call(action, payload), action, payload, answer, answer
    )


def trigger(message: str, evse_id: int | None, status: str = "Accepted") -> Ask:
    """Return the command to have the charger send a message."""
    connector = {} if evse_id is None else {"connectorId": evse_id}
    return Ask(
        lambda station: station.trigger(message, evse_id),
        "TriggerMessage",
        {"requestedMessage": message, **connector},
        {"status": status},
        None if status == "Accepted" else status,
    )


def unlock(connector_id: int, status: str) -> Ask:
    """Return the command to release a cable."""
    return Ask(
        lambda station: station.unlock(connector_id),
        "UnlockConnector",
        {"connectorId": connector_id},
        {"status": status},
        None if status == "Unlocked" else status,
    )


def change(key: str, value: str, status: str, heard: object) -> Ask:
    """Return the command to change a setting."""
    return Ask(
        lambda station: station.change_setting(key, value),
        "ChangeConfiguration",
        {"key": key, "value": value},
        {"status": status},
        heard,
    )


def start_remotely(status: str = "Accepted") -> Ask:
    """Return the command to start a session."""
    return Ask(
        lambda station: station.start_transaction(1),
        "RemoteStartTransaction",
        {"connectorId": 1, "idTag": REMOTE_ID_TOKEN},
        {"status": status},
        None if status == "Accepted" else status,
    )


def stop_remotely(transaction_id: int, status: str = "Accepted") -> Ask:
    """Return the command to stop the session of the first connector."""
    return Ask(
        lambda station: station.stop_transaction(1),
        "RemoteStopTransaction",
        {"transactionId": transaction_id},
        {"status": status},
        None if status == "Accepted" else status,
    )


def reserve(status: str = "Accepted", connector_id: int = 1) -> Ask:
    """Return the command to keep a connector free for somebody."""
    reservation: Message = {
        "connectorId": connector_id,
        "expiryDate": text(NOW + timedelta(minutes=5)),
        "idTag": "TAG",
        "reservationId": 7,
    }
    return relay("ReserveNow", reservation, {"status": status})


def send_list(version: int, status: str, update_type: str = "Full") -> Ask:
    """Return the command to send a list of those who may charge."""
    entries = [{"idTag": tag, "idTagInfo": ACCEPTED} for tag in ("TAG", "OTHER")]
    local_list = {
        "listVersion": version,
        "updateType": update_type,
        "localAuthorizationList": entries,
    }
    return relay("SendLocalList", local_list, {"status": status})


def charging_profile(purpose: str = "TxDefaultProfile", **more: Any) -> Message:
    """Return a charging profile with everything that one may have."""
    return {
        "chargingProfileId": 1,
        "stackLevel": 0,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": "Absolute",
        "validFrom": text(NOW - timedelta(days=1)),
        "validTo": text(NOW + timedelta(days=1)),
        "chargingSchedule": {
            "duration": 86400,
            "startSchedule": text(NOW - timedelta(hours=1)),
            "chargingRateUnit": "A",
            "chargingSchedulePeriod": [
                {"startPeriod": 0, "limit": 6.0, "numberPhases": 3}
            ],
        },
        **more,
    }


def set_profile(profile: Message, status: str = "Accepted") -> Ask:
    """Return the command to set a charging profile as it is."""
    return Ask(
        lambda station: station.limits.set_foreign_profile(1, profile),
        "SetChargingProfile",
        {"connectorId": 1, "csChargingProfiles": profile},
        {"status": status},
        None if status == "Accepted" else status,
    )


def firmware(*statuses: str) -> list[Step]:
    """Return the command to update the firmware, and the progress that the charger tells of."""
    update = {
        "location": "https://example.org/firmware.bin",
        "retrieveDate": text(NOW),
    }
    told = [Tell("FirmwareStatusNotification", {"status": item}) for item in statuses]
    return [relay("UpdateFirmware", update, {}), *told]


def signed_firmware(*statuses: str) -> list[Step]:
    """Return the command to update the firmware if its signature is good, and the progress."""
    update = {
        "requestId": 5,
        "firmware": {
            "location": "https://example.org/firmware.bin",
            "retrieveDateTime": text(NOW),
            "signingCertificate": CERTIFICATE,
            "signature": "c2lnbmF0dXJl",
        },
    }
    told = [
        Tell("SignedFirmwareStatusNotification", {"status": item, "requestId": 5})
        for item in statuses
    ]
    return [relay("SignedUpdateFirmware", update, ACCEPTED), *told]


def diagnostics(*statuses: str) -> list[Step]:
    """Return the command to upload diagnostics, and the progress."""
    request = {"location": "ftp://example.org/diagnostics"}
    told = [
        Tell("DiagnosticsStatusNotification", {"status": item}) for item in statuses
    ]
    return [relay("GetDiagnostics", request, {"fileName": "log.zip"}), *told]


def install_certificate(kind: str, status: str = "Accepted") -> Ask:
    """Return the command to install a root certificate."""
    payload = {"certificateType": kind, "certificate": CERTIFICATE}
    return relay("InstallCertificate", payload, {"status": status})


def list_certificates(kind: str) -> Ask:
    """Return the command to list the installed certificates."""
    answer = {"status": "Accepted", "certificateHashData": [CERTIFICATE_HASH]}
    return relay("GetInstalledCertificateIds", {"certificateType": kind}, answer)


def security_event(kind: str) -> Tell:
    """Return the charger's word of something that concerns its security."""
    return Tell("SecurityEventNotification", {"type": kind, "timestamp": text(NOW)})


CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
CERTIFICATE_HASH = {
    "hashAlgorithm": "SHA256",
    "issuerNameHash": "1a" * 32,
    "issuerKeyHash": "2b" * 32,
    "serialNumber": "3c",
}
MANUFACTURER, CENTRAL_SYSTEM = (
    "ManufacturerRootCertificate",
    "CentralSystemRootCertificate",
)
ASK_FOR_A_CERTIFICATE_REQUEST = relay(
    "ExtendedTriggerMessage",
    {"requestedMessage": "SignChargePointCertificate"},
    ACCEPTED,
)
PROFILES = "SupportedFeatureProfiles"

SCRIPTS: dict[str, Sequence[Step]] = {
    "TC_004_2 nobody plugs in": [
        Tell("Authorize", {"idTag": "TAG"}),
        Report("Preparing"),
        Report("Available"),
    ],
    "TC_011_2 nobody plugs in after a remote start": [
        start_remotely(),
        Tell("Authorize", {"idTag": REMOTE_ID_TOKEN}),
        Report("Preparing"),
        Report("Available"),
    ],
    "TC_017_1 unlock": [unlock(1, "Unlocked")],
    "TC_017_2 unlock what stays locked": [unlock(1, "UnlockFailed")],
    "TC_017_2 unlock a cable that is fixed": [unlock(1, "NotSupported")],
    "TC_019_1 read all settings": [
        Ask(
            lambda station: station.get_settings(),
            "GetConfiguration",
            {},
            {
                "configurationKey": [
                    {"key": "HeartbeatInterval", "readonly": False, "value": "60"},
                    {"key": PROFILES, "readonly": True, "value": "Core"},
                ]
            },
            {
                "HeartbeatInterval": Setting("HeartbeatInterval", "60", False),
                PROFILES: Setting(PROFILES, "Core", True),
            },
        )
    ],
    "TC_019_2 read one setting": [
        Ask(
            lambda station: station.get_settings(PROFILES),
            "GetConfiguration",
            {"key": [PROFILES]},
            {
                "configurationKey": [
                    {"key": PROFILES, "readonly": True, "value": "Core"}
                ]
            },
            {PROFILES: Setting(PROFILES, "Core", True)},
        )
    ],
    "TC_021 change a setting": [
        change("MeterValueSampleInterval", "60", "Accepted", heard=False)
    ],
    "TC_021 change a setting that needs a reboot": [
        change("MeterValueSampleInterval", "60", "RebootRequired", heard=True)
    ],
    "TC_024 the lock fails": [
        Report("Preparing"),
        Report("Faulted", error_code="ConnectorLockFailure"),
    ],
    "TC_026 a remote start is refused": [start_remotely("Rejected")],
    "TC_030 the cable cannot be released": [unlock(1, "UnlockFailed")],
    "TC_031 unlock a connector that is not there": [
        unlock(CONNECTORS + 1, "NotSupported")
    ],
    "TC_040_1 change a setting that is not there": [
        change("Nonsense", "1", "NotSupported", heard="NotSupported")
    ],
    "TC_040_2 a setting is given an impossible value": [
        change("MeterValueSampleInterval", "-1", "Rejected", heard="Rejected")
    ],
    "TC_042_1 there is no list": [
        relay("GetLocalListVersion", {}, {"listVersion": -1})
    ],
    "TC_042_2 the list is empty": [
        relay("GetLocalListVersion", {}, {"listVersion": 0})
    ],
    "TC_043_1 a list is sent in vain": [send_list(1, "NotSupported")],
    "TC_043_3 a list fails and is sent again": [
        send_list(1, "Failed"),
        send_list(1, "Accepted"),
    ],
    "TC_043_4 a list is sent": [send_list(1, "Accepted")],
    "TC_043_5 a list is amended": [
        relay("GetLocalListVersion", {}, {"listVersion": 1}),
        send_list(2, "Accepted", "Differential"),
    ],
    "TC_044_1 new firmware": [
        *firmware("Downloading", "Downloaded"),
        Report("Unavailable"),
        Tell("FirmwareStatusNotification", {"status": "Installing"}),
        Tell("BootNotification", BOOT),
        Report("Available"),
        Tell("FirmwareStatusNotification", {"status": "Installed"}),
    ],
    "TC_044_2 firmware does not arrive": firmware("Downloading", "DownloadFailed"),
    "TC_044_3 firmware cannot be installed": firmware(
        "Downloading", "Downloaded", "Installing", "InstallationFailed"
    ),
    "TC_045_1 diagnostics": diagnostics("Uploading", "Uploaded"),
    "TC_045_2 diagnostics are lost": diagnostics("Uploading", "UploadFailed"),
    "TC_047 a reservation runs out": [
        reserve(),
        Report("Reserved"),
        Report("Available"),
    ],
    "TC_048_1 reserve what is broken": [
        Report("Faulted", error_code="OtherError"),
        reserve("Faulted"),
    ],
    "TC_048_2 reserve what is in use": [Report("Preparing"), reserve("Occupied")],
    "TC_048_3 reserve what is out of service": [
        Ask(
            lambda station: station.change_availability(1, Availability.INOPERATIVE),
            "ChangeAvailability",
            {"connectorId": 1, "type": "Inoperative"},
            ACCEPTED,
        ),
        Report("Unavailable"),
        reserve("Unavailable"),
    ],
    "TC_048_4 a reservation is refused": [reserve("Rejected")],
    "TC_049 reserve the whole charger": [
        reserve(connector_id=0),
        Report("Reserved", 1),
        Report("Reserved", 2),
    ],
    "TC_051 cancel a reservation": [
        reserve(),
        Report("Reserved"),
        relay("CancelReservation", {"reservationId": 7}, ACCEPTED),
        Report("Available"),
    ],
    "TC_052 cancel what was never reserved": [
        relay("CancelReservation", {"reservationId": 99}, REJECTED)
    ],
    "TC_054 trigger messages": [
        trigger("MeterValues", 1),
        Tell(
            "MeterValues",
            {
                "connectorId": 1,
                "meterValue": [
                    {
                        "timestamp": text(NOW),
                        "sampledValue": [{"value": "1000", "context": "Trigger"}],
                    }
                ],
            },
        ),
        trigger("Heartbeat", None),
        Tell("Heartbeat", {}),
        trigger("StatusNotification", 1),
        Report("Available"),
        trigger("DiagnosticsStatusNotification", None),
        Tell("DiagnosticsStatusNotification", {"status": "Idle"}),
        trigger("FirmwareStatusNotification", None),
        Tell("FirmwareStatusNotification", {"status": "Idle"}),
        trigger("BootNotification", None),
        Tell("BootNotification", BOOT),
    ],
    "TC_055 trigger a connector that is not there": [
        trigger("MeterValues", CONNECTORS + 1, "Rejected")
    ],
    "TC_056 a profile for every session": [set_profile(charging_profile())],
    "TC_061 clear the cache": [relay("ClearCache", {}, ACCEPTED)],
    "TC_066 ask for the resulting schedule": [
        Ask(
            lambda station: station.get_composite_schedule(
                1, timedelta(minutes=5), Unit.AMPERE
            ),
            "GetCompositeSchedule",
            {"connectorId": 1, "duration": 300, "chargingRateUnit": "A"},
            {
                "status": "Accepted",
                "connectorId": 1,
                "scheduleStart": text(NOW),
                "chargingSchedule": {
                    "duration": 300,
                    "chargingRateUnit": "A",
                    "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 6.0}],
                },
            },
            Schedule(
                Unit.AMPERE,
                NOW,
                (Period(timedelta(), 6.0),),
                timedelta(minutes=5),
            ),
        )
    ],
    "TC_067 clear profiles": [
        *(
            set_profile(charging_profile(chargingProfileId=item, stackLevel=item))
            for item in (1, 2, 3)
        ),
        relay("ClearChargingProfile", {"id": 1}, ACCEPTED),
        relay(
            "ClearChargingProfile",
            {
                "connectorId": 1,
                "chargingProfilePurpose": "TxDefaultProfile",
                "stackLevel": 2,
            },
            ACCEPTED,
        ),
        Ask(
            lambda station: station.limits.clear(),
            "ClearChargingProfile",
            {},
            {"status": "Unknown"},
        ),
    ],
    "TC_074 have a certificate asked for": [ASK_FOR_A_CERTIFICATE_REQUEST],
    "TC_075_1 install a manufacturer's certificate": [
        install_certificate(MANUFACTURER),
        list_certificates(MANUFACTURER),
    ],
    "TC_075_2 install a central system's certificate": [
        install_certificate(CENTRAL_SYSTEM),
        list_certificates(CENTRAL_SYSTEM),
    ],
    "TC_076 delete a certificate": [
        list_certificates(MANUFACTURER),
        relay("DeleteCertificate", {"certificateHashData": CERTIFICATE_HASH}, ACCEPTED),
    ],
    "TC_077 a charger is sent a bad certificate": [
        ASK_FOR_A_CERTIFICATE_REQUEST,
        relay("CertificateSigned", {"certificateChain": CERTIFICATE}, REJECTED),
        security_event("InvalidChargePointCertificate"),
    ],
    "TC_078 a bad certificate is to be installed": [
        install_certificate(CENTRAL_SYSTEM, "Rejected"),
        security_event("InvalidCentralSystemCertificate"),
    ],
    "TC_079 the security log": [
        relay(
            "GetLog",
            {
                "logType": "SecurityLog",
                "requestId": 3,
                "log": {"remoteLocation": "https://example.org/logs"},
            },
            {"status": "Accepted", "filename": "security.log"},
        ),
        Tell("LogStatusNotification", {"status": "Uploading", "requestId": 3}),
        Tell("LogStatusNotification", {"status": "Uploaded", "requestId": 3}),
    ],
    "TC_080 signed firmware": [
        *signed_firmware(
            "Downloading",
            "Downloaded",
            "SignatureVerified",
            "Installing",
            "InstallRebooting",
        ),
        Tell("BootNotification", BOOT),
        Report("Available"),
        security_event("FirmwareUpdated"),
        Tell("SignedFirmwareStatusNotification", {"status": "Installed"}),
    ],
    "TC_081 firmware with a bad signature": [
        *signed_firmware("Downloading", "Downloaded", "InvalidSignature"),
        security_event("InvalidFirmwareSignature"),
    ],
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS.keys())
async def test_a_case_goes_by_its_script(
    charger: Charger, script: Sequence[Step]
) -> None:
    for step in script:
        await step.play(charger)
    evses = charger.station.snapshot.evses.values()
    assert all(evse.transaction is None for evse in evses)


# A charger's life.


async def test_tc_001_a_charger_boots(bench: Bench) -> None:
    async with bench.connected() as charger:
        await charger.boot()
        answer = await charger.tell("Heartbeat")
        assert datetime.fromisoformat(answer["currentTime"]) == NOW
        info = bench.station.snapshot.info
        assert info is not None
        assert (info.vendor, info.model) == ("Sunny", "Wallbox 11")
        assert bench.station.snapshot.evses.keys() == {1, 2}


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(ResetKind.HARD, id="TC_013 hard"),
        pytest.param(ResetKind.SOFT, id="TC_014 soft"),
    ],
)
async def test_a_charger_is_reset_and_comes_back(bench: Bench, kind: ResetKind) -> None:
    async with bench.in_service() as charger:
        await Ask(
            lambda station: station.reset(kind), "Reset", {"type": kind.value}, ACCEPTED
        ).play(charger)
    async with bench.in_service():
        assert bench.station.connected


async def test_tc_064_data_for_an_unknown_vendor_is_declined(charger: Charger) -> None:
    answer = await charger.tell(
        "DataTransfer", vendorId="org.example", messageId="Hello", data="x"
    )
    assert answer["status"] in {"Rejected", "UnknownVendorId", "UnknownMessageId"}


# Sessions that begin at the charger.


async def test_tc_003_a_session_plugged_in_first(charger: Charger) -> None:
    await charger.report("Preparing")
    await charger.authorize()
    transaction_id = await charger.start()
    await charger.report("Charging")
    await charger.finish(transaction_id, "Local")


async def test_tc_004_1_a_session_identified_first(charger: Charger) -> None:
    await charger.authorize()
    await charger.report("Preparing")
    transaction_id = await charger.start()
    await charger.report("Charging")
    await charger.finish(transaction_id, "Local")


async def test_tc_005_1_the_car_is_unplugged(charger: Charger) -> None:
    transaction_id = await charger.start()
    await charger.report("Charging")
    await charger.report("SuspendedEV")
    await charger.finish(transaction_id, "EVDisconnected")


async def test_tc_007_a_session_by_a_tag_the_charger_remembers(
    charger: Charger,
) -> None:
    await charger.report("Preparing")
    await charger.start()
    await charger.report("Charging")


# Sessions that are started or ended from here.


async def test_tc_010_a_remote_start_with_the_car_plugged_in(charger: Charger) -> None:
    await charger.report("Preparing")
    await start_remotely().play(charger)
    await charger.authorize(REMOTE_ID_TOKEN)
    await charger.start(REMOTE_ID_TOKEN)
    await charger.report("Charging")


async def test_tc_011_1_a_remote_start_before_the_car_is_plugged_in(
    charger: Charger,
) -> None:
    await start_remotely().play(charger)
    await charger.authorize(REMOTE_ID_TOKEN)
    await charger.report("Preparing")
    await charger.start(REMOTE_ID_TOKEN)
    await charger.report("Charging")


async def test_tc_012_a_remote_stop(charger: Charger) -> None:
    transaction_id = await charger.start()
    await charger.report("Charging")
    await stop_remotely(transaction_id).play(charger)
    await charger.finish(transaction_id, "Remote")


async def test_tc_018_1_a_cable_is_released_in_a_session(charger: Charger) -> None:
    transaction_id = await charger.start()
    await charger.report("Charging")
    await unlock(1, "Unlocked").play(charger)
    await charger.finish(transaction_id, "UnlockCommand")


async def test_tc_028_a_remote_stop_is_refused(charger: Charger) -> None:
    transaction_id = await charger.start()
    await stop_remotely(transaction_id, "Rejected").play(charger)
    assert charger.evse.running_transaction is not None


async def test_tc_028_a_session_that_has_ended_cannot_be_stopped(
    charger: Charger,
) -> None:
    transaction_id = await charger.start()
    await charger.stop(transaction_id, "Local")
    with pytest.raises(NoTransactionError):
        await charger.station.stop_transaction(1)
    payload = {"transactionId": transaction_id}
    await relay("RemoteStopTransaction", payload, REJECTED).play(charger)


KNOWN_TAGS = Authority.of(
    [
        IdToken("LOST", TokenStatus.BLOCKED),
        IdToken("GUEST", expires_at=NOW - timedelta(days=1)),
        IdToken("CHILD", parent_id="FAMILY"),
    ],
    free_vend=False,
)


@pytest.mark.parametrize(
    ("id_tag", "status"),
    [
        pytest.param("STRANGER", "Invalid", id="TC_023_1_CSMS"),
        pytest.param("GUEST", "Expired", id="TC_023_2_CSMS"),
        pytest.param("LOST", "Blocked", id="TC_023_3_CSMS"),
    ],
)
async def test_who_may_not_charge_is_told(
    bench: Bench, charger: Charger, id_tag: str, status: str
) -> None:
    bench.system.authority = KNOWN_TAGS
    answer = await charger.tell("Authorize", idTag=id_tag)
    assert answer["idTagInfo"]["status"] == status


async def test_tc_037_3_a_session_that_began_offline_with_an_invalid_tag(
    bench: Bench, charger: Charger
) -> None:
    bench.system.authority = KNOWN_TAGS
    answer = await charger.tell(
        "StartTransaction",
        connectorId=1,
        idTag="STRANGER",
        meterStart=METER_START_WH,
        timestamp=text(STARTED),
    )
    assert answer["idTagInfo"]["status"] == "Invalid"
    await charger.stop(answer["transactionId"], "DeAuthorized")


async def test_tc_053_a_tag_of_the_family_uses_a_reserved_connector(
    bench: Bench, charger: Charger
) -> None:
    bench.system.authority = KNOWN_TAGS
    reservation: Message = {
        "connectorId": 1,
        "expiryDate": text(NOW + timedelta(hours=1)),
        "idTag": "PARENT",
        "parentIdTag": "FAMILY",
        "reservationId": 1,
    }
    charger.answers["ReserveNow"] = ACCEPTED
    assert await charger.station.call("ReserveNow", reservation) == ACCEPTED
    assert charger.called("ReserveNow") == [reservation]
    await charger.report("Reserved")
    answer = await charger.tell("Authorize", idTag="CHILD")
    assert answer["idTagInfo"] == {"status": "Accepted", "parentIdTag": "FAMILY"}
    await charger.finish(await charger.start("CHILD", reservationId=1), "Local")


def access_by(password: str | None) -> Access:
    """Return what it takes to connect where there is this password, or none."""
    if password is None:
        return Access()
    return Access(SecurityProfile.PASSWORD, PasswordDigest.of(password))


@pytest.mark.parametrize("old", [None, "FirstPassword1234567"])
async def test_tc_073_tc_085_the_password_is_changed(
    bench: Bench, old: str | None
) -> None:
    new = new_password()
    bench.system.adopt("CP1", StationSettings(access=access_by(old)))
    async with bench.connected(password=old) as charger:
        await charger.boot()
        key = authorization_key(new)
        await charger.station.change_setting("AuthorizationKey", key)
        charger.station.configure(StationSettings(access=access_by(new)))
        assert charger.called("ChangeConfiguration")[-1:] == [
            {"key": "AuthorizationKey", "value": key}
        ]
    async with bench.connected(password=new) as charger:
        await charger.boot()
    with pytest.raises(InvalidStatus) as refusal:
        async with bench.connected(password=old):
            pass
    assert refusal.value.response.status_code == 401


async def test_tc_046_a_reserved_connector_is_used(charger: Charger) -> None:
    await reserve().play(charger)
    await charger.report("Reserved")
    await charger.authorize()
    await charger.report("Preparing")
    transaction_id = await charger.start(reservationId=7)
    await charger.report("Charging")
    await charger.finish(transaction_id, "Local")


# Sessions of which we learn late.


async def test_tc_032_1_a_session_ends_in_a_power_failure(bench: Bench) -> None:
    async with bench.in_service() as charger:
        transaction_id = await charger.start()
        await charger.report("Charging")
    async with bench.in_service() as charger:
        assert charger.evse.running_transaction is not None
        await charger.stop(transaction_id, "PowerLoss")


async def test_tc_037_1_a_session_began_offline(bench: Bench) -> None:
    async with bench.in_service():
        pass
    async with bench.connected() as charger:
        await charger.start(at=NOW - timedelta(days=2))
        await charger.report("Charging")


async def test_tc_039_a_whole_session_happened_offline(bench: Bench) -> None:
    async with bench.in_service():
        pass
    async with bench.connected() as charger:
        began = NOW - timedelta(days=2)
        transaction_id = await charger.start(at=began)
        await charger.stop(transaction_id, "Local", at=began + timedelta(hours=1))
        assert charger.evse.running_transaction is None


# Charging profiles.


async def test_tc_056_a_limit_outside_a_session_is_a_default(charger: Charger) -> None:
    await charger.station.limits.set(1, Limit(10))
    sent = charger.called("SetChargingProfile")[-1]
    profile = sent["csChargingProfiles"]
    assert sent["connectorId"] == 1
    assert profile["chargingProfilePurpose"] == "TxDefaultProfile"
    assert profile["chargingProfileKind"] == "Absolute"
    assert "transactionId" not in profile
    assert datetime.fromisoformat(profile["chargingSchedule"]["startSchedule"]) <= NOW
    assert profile["chargingSchedule"]["chargingRateUnit"] == "A"
    assert profile["chargingSchedule"]["chargingSchedulePeriod"] == [
        {"startPeriod": 0, "limit": 10.0}
    ]


async def test_tc_056_a_refused_profile_is_told(charger: Charger) -> None:
    await set_profile(charging_profile(), "Rejected").play(charger)
    assert not charger.evse.foreign_profile


async def test_tc_057_a_profile_for_the_running_session(charger: Charger) -> None:
    transaction_id = await charger.start()
    profile = charging_profile("TxProfile", transactionId=transaction_id)
    await set_profile(profile).play(charger)
    assert charger.evse.foreign_profile


async def test_tc_057_a_limit_in_a_session_is_for_that_session(
    charger: Charger,
) -> None:
    transaction_id = await charger.start()
    before = len(charger.calls)
    await charger.station.limits.set(1, Limit(10))
    profile = charger.called("SetChargingProfile", since=before)[0][
        "csChargingProfiles"
    ]
    assert profile["chargingProfilePurpose"] == "TxProfile"
    assert profile["transactionId"] == transaction_id
    assert profile["chargingSchedule"]["chargingSchedulePeriod"] == [
        {"startPeriod": 0, "limit": 10.0}
    ]


async def test_tc_059_a_remote_start_brings_its_profile(charger: Charger) -> None:
    profile = charging_profile(
        "TxProfile",
        chargingProfileKind="Relative",
        chargingSchedule={
            "chargingRateUnit": "A",
            "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 6.0}],
        },
    )
    request = {"connectorId": 1, "idTag": "TAG", "chargingProfile": profile}
    await charger.report("Preparing")
    await relay("RemoteStartTransaction", request, ACCEPTED).play(charger)
    await charger.authorize()
    await charger.start()
    await charger.report("Charging")


# Security.


async def test_tc_074_tc_077_a_request_for_a_certificate_is_answered(
    charger: Charger,
) -> None:
    """Whether yes or no: a CallError would say that nothing is known of certificates at all."""
    request = (
        "-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----"
    )
    await charger.tell("SignCertificate", csr=request)


@pytest.fixture(scope="session")
def rsa_tls_files(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A certificate for this machine with an RSA key, and that key, as files."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    address = x509.IPAddress(IPv4Address("127.0.0.1"))
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("rsa")
    certificate_file, key_file = folder / "certificate.pem", folder / "key.pem"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return str(certificate_file), str(key_file)


@pytest.mark.parametrize(
    ("files", "suite"),
    [
        ("tls_files", "ECDHE-ECDSA-AES128-GCM-SHA256"),
        ("tls_files", "ECDHE-ECDSA-AES256-GCM-SHA384"),
        ("rsa_tls_files", "AES128-GCM-SHA256"),
        ("rsa_tls_files", "AES256-GCM-SHA384"),
    ],
)
async def test_tc_086_a_session_over_tls(
    request: pytest.FixtureRequest, files: str, suite: str
) -> None:
    """With each of the cipher suites that a central system must know."""
    certificate, key = request.getfixturevalue(files)
    trusting = ssl.create_default_context(cafile=certificate)
    trusting.maximum_version = ssl.TLSVersion.TLSv1_2
    trusting.set_ciphers(suite)
    async with (
        running(server_context([CertificateFiles(certificate, key)])) as bench,
        bench.connected(trusting) as charger,
    ):
        await charger.boot()
        transaction_id = await charger.start()
        await charger.finish(transaction_id, "Local")


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
async def test_tc_086_outdated_encryption_is_refused(
    tls_files: tuple[str, str],
) -> None:
    outdated = ssl.create_default_context(cafile=tls_files[0])
    outdated.set_ciphers("DEFAULT:@SECLEVEL=0")
    outdated.minimum_version = ssl.TLSVersion.TLSv1_1
    outdated.maximum_version = ssl.TLSVersion.TLSv1_1
    async with running(server_context([CertificateFiles(*tls_files)])) as bench:
        with pytest.raises(OSError):
            async with bench.connected(outdated):
                pass
        assert not bench.system.stations
