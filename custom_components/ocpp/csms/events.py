"""Events at a charger that a snapshot alone would not show."""

from dataclasses import dataclass
from datetime import datetime

from .devices.monitors import ValueReason
from .devices.station_info import StationInfo
from .devices.variables import VariableId
from .evses.status import StatusDetails
from .evses.transaction import Transaction
from .files.firmware import FirmwareStatus, PublicationStatus
from .files.logs import LogStatus
from .pki.certificates import CertificatePurpose
from .pki.signing_requests import SigningRequest
from .tokens.authorization import TokenStatus


@dataclass(frozen=True, slots=True)
class Booted:
    """The charger announced itself with a BootNotification."""

    identity: str
    info: StationInfo


@dataclass(frozen=True, slots=True)
class AwaitingAdoption:
    """A charger that is not adopted is connected, and has identified itself as far as it will."""

    identity: str


@dataclass(frozen=True, slots=True)
class StrangerLeft:
    """A charger that is not adopted has disconnected."""

    identity: str


@dataclass(frozen=True, slots=True)
class TransactionStarted:
    """A charging session began, or one that was running already became known."""

    identity: str
    transaction: Transaction


@dataclass(frozen=True, slots=True)
class TransactionEnded:
    """A charging session ended."""

    identity: str
    transaction: Transaction


@dataclass(frozen=True, slots=True)
class TransactionReported:
    """A charging session became known that was over before the charger could report it."""

    identity: str
    transaction: Transaction


@dataclass(frozen=True, slots=True)
class TokenShown:
    """Somebody presented a tag; `evse_id` is the place, if the charger has reported it."""

    identity: str
    id_token: str
    status: TokenStatus
    evse_id: int | None = None


@dataclass(frozen=True, slots=True)
class FaultReported:
    """The charger reports another error than before; without an `evse_id`, one of the charger as a whole."""

    identity: str
    evse_id: int | None
    details: StatusDetails


@dataclass(frozen=True, slots=True)
class SecurityEvent:
    """Something that concerns the charger's security, by its own clock.

    `kind` is one of the names in the OCPP security whitepaper, section 3.4, or the vendor's own.
    """

    identity: str
    kind: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class DataReceived:
    """The charger sent data of its vendor's own; `welcome` if it was accepted."""

    identity: str
    vendor_id: str
    message_id: str | None
    data: str | None
    welcome: bool


@dataclass(frozen=True, slots=True)
class SecurityRaised:
    """The charger has connected with the higher security profile it was told to use."""

    identity: str
    profile: int


@dataclass(frozen=True, slots=True)
class CertificatesChanged:
    """Only these certificates of the charger's are valid from now on, by their serial numbers."""

    identity: str
    certificates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CertificateRequested:
    """The charger asks for its certificate to be signed; `request` is its signing request, which may be signed.

    `number` is that of the request, where the charger tells one.
    """

    identity: str
    request: SigningRequest
    purpose: CertificatePurpose = CertificatePurpose.CENTRAL_SYSTEM
    number: int | None = None


@dataclass(frozen=True, slots=True)
class CertificateSettled:
    """The charger has the certificate that it has requested; or not, for the `problem` in words."""

    identity: str
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class LogReported:
    """The upload of a log has gone on; `request_id` is its number, if the charger reports it."""

    identity: str
    status: LogStatus
    request_id: int | None = None


@dataclass(frozen=True, slots=True)
class FirmwareReported:
    """The update of the charger's firmware has gone on."""

    identity: str
    status: FirmwareStatus


@dataclass(frozen=True, slots=True)
class ProfileAwaited:
    """A car waits for the charging profile of its session, since it has told its needs or wants more than it may."""

    identity: str
    evse_id: int


@dataclass(frozen=True, slots=True)
class PublicationReported:
    """Firmware for the chargers behind a local controller is further on its way, or offered at `locations`."""

    identity: str
    status: PublicationStatus
    request_id: int | None = None
    locations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ValueReported:
    """The charger tells the value of a variable by itself, by its own clock.

    An alert is `cleared` once its reason is gone. `monitor_id` is the monitor that tells it, `transaction_id` the session
    that it concerns; `severity` counts from 0, a danger, to 9.
    """

    identity: str
    variable: VariableId
    value: str
    reason: ValueReason
    occurred_at: datetime
    cleared: bool = False
    code: str | None = None
    monitor_id: int | None = None
    transaction_id: str | None = None
    severity: int | None = None


@dataclass(frozen=True, slots=True)
class MemoryChanged:
    """Something changed that must survive a restart and that no other event reports."""

    identity: str


type Event = (
    Booted
    | AwaitingAdoption
    | StrangerLeft
    | TransactionStarted
    | TransactionEnded
    | TransactionReported
    | TokenShown
    | FaultReported
    | SecurityEvent
    | DataReceived
    | LogReported
    | FirmwareReported
    | PublicationReported
    | ValueReported
    | MemoryChanged
    | ProfileAwaited
    | SecurityRaised
    | CertificateRequested
    | CertificateSettled
    | CertificatesChanged
)
