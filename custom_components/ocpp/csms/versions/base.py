"""What every protocol version offers to the rest of the central system."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import cache
from typing import ClassVar, cast

from ocpp.charge_point import snake_to_camel_case

from ..devices.capabilities import Capabilities, Purpose, Traits, Unit
from ..devices.settings import Setting
from ..events import Event
from ..limits.charging_profile import Profile
from ..limits.composite_schedule import Schedule
from ..model import Availability, DataAnswer, Registration, ResetKind, Snapshot
from ..ocppj.framing import Json, Payload
from ..ocppj.schemas import Schemas
from ..ocppj.violations import Fault
from ..tokens.authorization import Authorization
from .files import FileMessages
from .requests import Request
from .security import SecurityMessages
from .tokens import ReservationMessages, TokenMessages


@dataclass(frozen=True, slots=True)
class Context:
    """What a message's meaning depends on besides the charger's own state.

    `authorize` answers about an id token; with the number of an EVSE, about one that starts a session there.
    `data_vendors` are those whose own data is welcome. `wired` is the number of phases that the charger has.
    `signs_certificates` tells whether there is somebody who does; `starts_with`, whether sessions are started from here
    with an id token.
    """

    now: datetime
    registration: Registration
    next_transaction_id: int
    authorize: Callable[[str, int | None], Authorization]
    data_vendors: frozenset[str] = frozenset()
    wired: int = 3
    signs_certificates: bool = False
    starts_with: Callable[[str], bool] = lambda _: False


@dataclass(frozen=True, slots=True)
class Handled:
    """What follows from a charger's message: the answer, the new state, and what happened.

    `dropped_values` counts those that were no numbers; `faults` are others of the charger's. `uses_transaction_id` tells
    that the next transaction id has been given away.
    """

    answer: Payload
    snapshot: Snapshot
    events: tuple[Event, ...] = ()
    dropped_values: int = 0
    faults: tuple[Fault, ...] = ()
    uses_transaction_id: bool = False


type Handler = Callable[[Payload, Snapshot, Context], Handled]


class MalformedCode(Enum):
    """Why a frame is answered with a CallError, whatever a version calls it."""

    FRAME = "frame"
    UNKNOWN_ACTION = "unknown action"
    UNSUPPORTED_ACTION = "unsupported action"
    OCCURRENCE = "required"
    TYPE = "type"
    PROPERTY = "property"
    INTERNAL = "internal"


class Version(ABC):
    """One OCPP version: how messages become states and commands become messages."""

    name: ClassVar[str]
    subprotocol: ClassVar[str]
    error_codes: ClassVar[Mapping[MalformedCode, str]]
    handlers: ClassVar[Mapping[str, Handler]]
    actions: ClassVar[frozenset[str]]
    """Every action of the version, handled or not."""
    once_only: ClassVar[frozenset[str]]
    """Actions that must not be done twice when a charger repeats its call."""
    needed_settings: ClassVar[tuple[str, ...]]
    """The settings that are made use of here."""
    profile_actions: ClassVar[frozenset[str]]
    """Commands that change a charger's charging profiles."""
    security: ClassVar[SecurityMessages]
    reservations: ClassVar[ReservationMessages]
    tokens: ClassVar[TokenMessages]
    files: ClassVar[FileMessages]

    @property
    @abstractmethod
    def schemas(self) -> Schemas:
        """The version's schemas; the first access reads them from disk."""

    @abstractmethod
    def announce(self) -> Request[None]:
        """Ask the charger to send its BootNotification again."""

    @abstractmethod
    def trigger(self, message: str, evse_id: int | None) -> Request[None]:
        """Ask the charger to send a message now."""

    @abstractmethod
    def trigger_otherwise(
        self, message: str, evse_id: int | None
    ) -> Request[None] | None:
        """Ask in another way, for chargers that do not know the usual one; None where there is none."""

    @abstractmethod
    def transfer_data(
        self, vendor_id: str, message_id: str | None, data: str | None
    ) -> Request[DataAnswer]:
        """Send what only the charger's vendor knows the meaning of."""

    @abstractmethod
    def get_settings(self, keys: tuple[str, ...]) -> Request[dict[str, Setting]]:
        """Read settings; all of them when no key is given."""

    @abstractmethod
    def change_setting(self, key: str, value: str) -> Request[bool]:
        """Change a setting; the answer tells whether a reboot is needed for it."""

    @abstractmethod
    def set_profile(self, profile: Profile) -> Request[None]:
        """Set a charging profile."""

    @abstractmethod
    def set_foreign_profile(self, evse_id: int, profile: Payload) -> Request[None]:
        """Set a charging profile that somebody else composed, as it is."""

    @abstractmethod
    def clear_profiles(
        self, evse_id: int | None, purpose: Purpose | None
    ) -> Request[None]:
        """Clear the charging profiles of an EVSE, or of all; those for one purpose, or for any."""

    @abstractmethod
    def get_composite_schedule(
        self, evse_id: int, duration: timedelta, unit: Unit | None, now: datetime
    ) -> Request[Schedule | None]:
        """Ask what an EVSE, or as number 0 the whole charger, will allow from now on."""

    @abstractmethod
    def start_transaction(self, evse_id: int, id_token: str) -> Request[None]:
        """Start a transaction remotely."""

    @abstractmethod
    def stop_transaction(self, transaction_id: str) -> Request[None]:
        """Stop a transaction remotely."""

    @abstractmethod
    def reset(self, kind: ResetKind) -> Request[None]:
        """Reboot the charger."""

    @abstractmethod
    def unlock(self, evse_id: int) -> Request[None]:
        """Release the cable."""

    @abstractmethod
    def change_availability(
        self, evse_id: int | None, availability: Availability
    ) -> Request[None]:
        """Put an EVSE, or the whole charger, into or out of service."""

    @abstractmethod
    def wanted_settings(
        self, settings: Mapping[str, Setting], capabilities: Capabilities
    ) -> dict[str, Sequence[str]]:
        """Return the values that the charger's settings should have, the best first."""

    @abstractmethod
    def traits(self, settings: Mapping[str, Setting]) -> Traits:
        """Return what a charger's settings say of its capabilities."""

    @abstractmethod
    def unusable_settings(self, settings: Mapping[str, Setting]) -> list[str]:
        """Return the settings whose values cannot be."""

    @abstractmethod
    def evse_count(self, settings: Mapping[str, Setting]) -> int | None:
        """Return how many EVSEs the charger says it has; None if it does not, or not credibly."""


def to_payload(message: object) -> Payload:
    """Return one of the `ocpp` library's message dataclasses as the payload of a frame."""
    return cast(Payload, _to_json(message))


def _to_json(value: object) -> Json:
    if is_dataclass(value):
        pairs = ((field.name, getattr(value, field.name)) for field in fields(value))
        return {
            _camel_case(name): _to_json(item)
            for name, item in pairs
            if item is not None
        }
    if isinstance(value, dict):
        return {str(key): _to_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_to_json(item) for item in value]
    if isinstance(value, Enum):
        return str(value.value)
    return cast(Json, value)


@cache
def _camel_case(name: str) -> str:
    return str(next(iter(snake_to_camel_case({name: None}))))


def timestamp(moment: datetime) -> str:
    """Return an instant as chargers read it best: UTC, whole seconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
