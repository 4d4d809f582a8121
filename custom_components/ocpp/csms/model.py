"""The model of a charger: in OCPP 2.x's terms, and the same for every protocol version.

Everything here is immutable: a message from the charger replaces a snapshot, it never edits one.
Units stand in the names; times are timezone-aware.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from .devices.claimants import Claimant
from .devices.station_info import StationInfo
from .evses.external_limit import ExternalLimit
from .evses.needs import ChargingNeeds
from .evses.rest import NO_REST, Rest
from .evses.status import (
    ChargingState,
    Connector,
    ConnectorStatus,
    Occupancy,
    StatusDetails,
    in_use,
    occupancy,
)
from .evses.transaction import SupersededTransaction, Transaction
from .files.firmware import FirmwareProgress
from .metering.charger_clock import ChargerClock
from .metering.energy_register import Ledger
from .metering.meter import Meter
from .metering.register_unit import RegisterUnit
from .records import changed
from .tokens.reservations import Reservations
from .tokens.state import PresentedToken, TokenState


class Registration(StrEnum):
    """The charger's admission by its owner (OCPP's RegistrationStatus)."""

    ACCEPTED = "Accepted"
    PENDING = "Pending"
    REJECTED = "Rejected"


class Availability(StrEnum):
    """The service state that an owner asks for (OCPP 1.6's AvailabilityType)."""

    OPERATIVE = "Operative"
    INOPERATIVE = "Inoperative"


class ResetKind(StrEnum):
    """A kind of reboot: after stopping all transactions in order, or at once."""

    SOFT = "Soft"
    HARD = "Hard"


class Trigger(StrEnum):
    """A message that a charger can be asked to send."""

    BOOT = "boot"
    CERTIFICATE_REQUEST = "certificate request"
    DIAGNOSTICS_STATUS = "diagnostics status"
    FIRMWARE_STATUS = "firmware status"
    HEARTBEAT = "heartbeat"
    LOG_STATUS = "log status"
    METER_VALUES = "meter values"
    SESSION = "session"
    """The message that names the session that goes on, with its meter values."""
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class Address:
    """The place that a command is for: a connector of an EVSE, an EVSE, or with neither the whole charger."""

    evse_id: int | None = None
    connector_id: int | None = None


STATION = Address()


@dataclass(frozen=True, slots=True)
class Limit:
    """The most a car may draw on each phase, and on how many phases; None leaves those to charger and car.

    0 A pauses; nothing between 0 A and the 6 A of IEC 61851-1 can be signalled to a car. `setpoint_a` is the current on
    each phase that it is to keep to, where it can discharge; it does if that is negative.
    """

    current_a: float
    phases: int | None = None
    setpoint_a: float | None = None


@dataclass(frozen=True, slots=True)
class StoppedForPause:
    """A session that was stopped for a pause, at a charger that cannot pause; it is to be started again.

    `id_token` is the one that it was started with.
    """

    transaction_id: str
    id_token: str | None


class LastResort(StrEnum):
    """The last measure against a charger that neither stops a session nor pauses it."""

    NOTHING = "nothing"
    UNLOCK = "unlock"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class PausedInsteadOfStop:
    """A session that was to be stopped, which the charger goes on with at 0 A; `limit` is what applied before."""

    limit: Limit | None


# Without slots: see `records`.
@dataclass(frozen=True)
class Evse:
    """One place to charge, with one connector or several, of which one is in use at a time.

    `connectors` are those that the charger has reported on, `remembered_connectors` the numbers of those that it had
    when this system stopped. `charging_state` is what it reported of the car last, if it
    reports that; it stays after the session until the car has left. `transaction` is the running one, or else the last;
    `heard_at`, when the charger last spoke of it on its present connection. `unsettled_since` is set while a session
    that began before the charger connected may turn out to be over; `superseded` is one that began before the running
    one; `rest`, what it reported of flows; `clock` is its clock beside ours;
    `register_unit`, the unit of its register; `ended_ids` are the ids of the latest sessions that have ended.
    `external_profile` is set while a charging profile that somebody else composed is in force, which must not be
    overwritten; `external_limits` are those that others impose, as the charger reports; `needs`, what the car has told of
    the present session; `ignores_limits`, once the car draws more than it may whatever the charger is told; `refuses_limits`,
    while the charger has not accepted the limit of a session for long; `stopped_for_pause`, while a pause has ended the
    session; `stays_stopped`, when it could not be started again; `sums_currents`, once the current that the charger
    tells was seen to be that of all phases together; `paused_instead_of_stop`, while a session is paused that was to be
    stopped.
    """

    id: int
    connectors: Mapping[int, Connector] = field(default_factory=dict)
    remembered_connectors: tuple[int, ...] = ()
    charging_state: ChargingState | None = None
    meter: Meter = field(default_factory=Meter)
    rest: Rest = NO_REST
    clock: ChargerClock = field(default_factory=ChargerClock)
    register_unit: RegisterUnit = field(default_factory=RegisterUnit)
    ledger: Ledger = field(default_factory=Ledger)
    transaction: Transaction | None = None
    heard_at: datetime | None = None
    unsettled_since: datetime | None = None
    superseded: SupersededTransaction | None = None
    ended_ids: tuple[str, ...] = ()
    limit: Limit | None = None
    external_limits: tuple[ExternalLimit, ...] = ()
    needs: ChargingNeeds | None = None
    external_profile: bool = field(
        default=False, metadata={"stored_as": "foreign_profile"}
    )
    ignores_limits: bool = False
    refuses_limits: bool = False
    stopped_for_pause: StoppedForPause | None = field(
        default=None, metadata={"stored_as": "halt"}
    )
    paused_instead_of_stop: PausedInsteadOfStop | None = field(
        default=None, metadata={"stored_as": "hold"}
    )
    stays_stopped: bool = False
    sums_currents: bool = False

    @property
    def running_transaction(self) -> Transaction | None:
        """The transaction that can be limited or stopped."""
        if self.transaction is not None and self.transaction.running:
            return self.transaction
        return None

    @property
    def awaits_authorization(self) -> bool:
        """True while a session goes on in which nobody may charge: it began with the car, or lasts until that leaves."""
        running = self.running_transaction
        if running is None or self.charging_state is not ChargingState.EV_CONNECTED:
            return False
        return running.id_token is None or bool(running.energy_wh)

    @property
    def limitable(self) -> bool:
        """True while this system's own limits are to be brought into force."""
        return not self.external_profile and self.unsettled_since is None

    @property
    def occupancy(self) -> Occupancy:
        """The use of the EVSE, derived from all that was reported."""
        return occupancy(
            self.connectors.values(), self.charging_state, self.transaction
        )

    @property
    def status(self) -> ConnectorStatus | None:
        """The status in one word; None until the charger has reported it."""
        return self.occupancy.status

    @property
    def plugged_in(self) -> bool | None:
        """True while a car is connected; None until the charger has reported on it."""
        return self.occupancy.plugged_in

    @property
    def connector(self) -> Connector | None:
        """The connector in use, or the one that could be."""
        return in_use(self.connectors.values())

    @property
    def connector_ids(self) -> tuple[int, ...]:
        """The numbers of all its connectors, as far as they are known."""
        return tuple(sorted({*self.connectors, *self.remembered_connectors}))

    @property
    def is_free(self) -> bool:
        """True if the charger reports that no connector is occupied, whatever it reports of a session."""
        connector = self.connector
        return connector is not None and connector.report == ConnectorStatus.AVAILABLE

    @property
    def status_at(self) -> datetime | None:
        """The time of that connector's report on the present connection; None until there is one."""
        connector = self.connector
        return None if connector is None else connector.reported_at

    @property
    def status_details(self) -> StatusDetails:
        """The details of the status: of a connector that reports an error if one does, or else of the one in use."""
        for connector in self.connectors.values():
            if connector.details.error_code is not None:
                return connector.details
        return self.connector.details if self.connector else StatusDetails()

    @property
    def error_code(self) -> str | None:
        """The error that a connector reports."""
        return self.status_details.error_code


@dataclass(frozen=True, slots=True)
class DataAnswer:
    """A charger's answer to data of its vendor's own; `status` is one of the specification's DataTransferStatus."""

    status: str
    data: str | None = None


class Overuse(StrEnum):
    """The things that a charger may do too often."""

    SESSIONS = "sessions"
    EVENTS = "events"
    CONNECTIONS = "connections"


# Without slots, likewise.
@dataclass(frozen=True)
class Snapshot:
    """All that is known of one charger at one instant.

    `connected_at` is when it connected last; `status` and its details are those of the charger as a whole; `firmware`,
    how an update goes, or how the last one went; `rival`, another device that uses its identity, until the owner has
    decided about it. `is_mute` means that it is connected and answers no calls; `awaits_restart`, that settings of it
    take effect after a restart only; `lacks_safe_current`, that it takes limits for sessions, but none beneath them.
    `overuses` is what it did too often until just now.
    """

    identity: str
    connected: bool = False
    connected_at: datetime | None = None
    registration: Registration = Registration.PENDING
    version: str | None = None
    info: StationInfo | None = None
    status: ConnectorStatus | None = None
    status_details: StatusDetails = field(default_factory=StatusDetails)
    evses: Mapping[int, Evse] = field(default_factory=dict)
    tokens: TokenState = field(default_factory=TokenState)
    firmware: FirmwareProgress | None = None
    rival: Claimant | None = None
    is_mute: bool = False
    awaits_restart: bool = False
    lacks_safe_current: bool = False
    overuses: frozenset[Overuse] = frozenset()

    def evse(self, evse_id: int) -> Evse:
        """Return an EVSE; one that the charger has not spoken of yet is blank."""
        return self.evses.get(evse_id) or Evse(evse_id)

    def with_evse(self, evse: Evse) -> Snapshot:
        """Return the snapshot with an EVSE in place of what was known of it."""
        return changed(self, evses={**self.evses, evse.id: evse})

    def with_presented_token(self, presented: PresentedToken | None) -> Snapshot:
        """Return the snapshot after an id token was presented, or has started a session."""
        return replace(self, tokens=replace(self.tokens, presented=presented))

    def with_reservations(self, reservations: Reservations) -> Snapshot:
        """Return the snapshot with these reservations in place of those that were known."""
        return replace(self, tokens=replace(self.tokens, reservations=reservations))
