"""The versions of OCPP in which frames are made, and what differs there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from custom_components.ocpp.csms.devices.station_info import StationInfo
from custom_components.ocpp.csms.devices.variables import VariableId
from custom_components.ocpp.csms.ocppj.tolerant import MAX_LENGTH
from custom_components.ocpp.csms.ocppj.violations import Fault
from custom_components.ocpp.csms.versions import Version
from custom_components.ocpp.csms.versions.v16 import VERSION as V16
from custom_components.ocpp.csms.versions.v21 import VERSION as V21
from custom_components.ocpp.csms.versions.v201 import VERSION as V201

ALWAYS = (
    Fault.MALFORMED_FRAME,
    Fault.UNKNOWN_MESSAGE_TYPE,
    Fault.UNKNOWN_ACTION,
    Fault.SCHEMA_VIOLATION,
    Fault.UNUSABLE_VALUE,
    Fault.DUPLICATE_MESSAGE_ID,
    Fault.LATE_ANSWER,
)


@dataclass(frozen=True)
class Dialect:
    """A version of OCPP, as the fuzzer speaks it.

    Its schemas are those in `package`; those of `foreign` have messages that it has not. `wrongs` are faults that frames
    always contain by their number. It makes `share` of all frames, and knows of so many EVSEs at most. Calls in
    `refused` get a result only if nothing is missing in them.
    """

    version: Version
    package: str
    foreign: str
    start: str
    heartbeat_setting: VariableId
    most_evses: int
    wrongs: tuple[Fault, ...]
    share: float
    weights: Mapping[str, int] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()
    longest: int = MAX_LENGTH
    """The length of a frame that is understood in whatever form; those of 1.6 are that short by themselves."""

    @property
    def handled(self) -> tuple[str, ...]:
        """Calls that always get a result."""
        calls = self.version.schemas.requests.keys()
        return tuple(sorted(map(str, self.version.handlers.keys() & calls)))

    def boot(self, info: StationInfo) -> dict[str, Any]:
        """Return the announcement of a device."""
        if self.version is V16:
            return _told(
                chargePointVendor=info.vendor,
                chargePointModel=info.model,
                chargePointSerialNumber=info.serial_number,
            )
        device = _told(
            vendorName=info.vendor, model=info.model, serialNumber=info.serial_number
        )
        return {"reason": "PowerUp", "chargingStation": device}


def _told(**fields: str | None) -> dict[str, Any]:
    return {name: text for name, text in fields.items() if text is not None}


_V2_WEIGHTS = {
    "BootNotification": 1,
    "MeterValues": 60,
    "StatusNotification": 40,
    "TransactionEvent": 120,
}
_V2_HEARTBEAT = VariableId.parse("OCPPCommCtrlr.HeartbeatInterval")

DIALECTS = (
    Dialect(
        V16,
        "ocpp.v16",
        "ocpp.v201",
        "StartTransaction",
        VariableId("HeartbeatInterval"),
        16,
        (
            *ALWAYS,
            Fault.WRONG_CLOCK,
            Fault.UNKNOWN_TRANSACTION,
            Fault.UNENDED_TRANSACTION,
        ),
        1.0,
        {
            "BootNotification": 1,
            "MeterValues": 80,
            "StartTransaction": 40,
            "StatusNotification": 40,
            "StopTransaction": 40,
        },
        longest=2**19,
    ),
    Dialect(
        V201,
        "ocpp.v201",
        "ocpp.v16",
        "TransactionEvent",
        _V2_HEARTBEAT,
        32,
        ALWAYS,
        0.2,
        _V2_WEIGHTS,
    ),
    Dialect(
        V21,
        "ocpp.v21",
        "ocpp.v16",
        "TransactionEvent",
        _V2_HEARTBEAT,
        32,
        ALWAYS,
        0.2,
        _V2_WEIGHTS,
        frozenset({"GetCertificateChainStatus"}),
    ),
)
