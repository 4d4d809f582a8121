"""One OCPP version: a record of its commands and of the meaning of its messages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from ..ocppj.disclosure import Disclosure
from ..ocppj.framing import CALLS_AND_ANSWERS, MessageType, Payload
from ..ocppj.reading import EssentialFields
from ..ocppj.repeated_calls import Repetition
from ..ocppj.spelling import by_spelling, spelling
from .commands.charging_profiles import ProfileMessages
from .commands.control import ControlMessages
from .commands.customers import CustomerMessages
from .commands.data_transfer import DataMessages
from .commands.displays import DisplayMessages
from .commands.firmware import FirmwareMessages
from .commands.logs import LogMessages
from .commands.monitoring import MonitorMessages
from .commands.reservations import ReservationMessages
from .commands.security import SecurityMessages
from .commands.settings import SettingMessages
from .commands.tokens import TokenMessages
from .commands.transactions import TransactionMessages
from .commands.triggers import TriggerMessages
from .incoming import Handler

if TYPE_CHECKING:
    # It takes a library that is loaded with the first schemas.
    from ..ocppj.schemas.compiled import Schemas


class MalformedCode(Enum):
    """The reason for a CallError, under no version's name."""

    FRAME = "frame"
    UNKNOWN_ACTION = "unknown action"
    UNSUPPORTED_ACTION = "unsupported action"
    OCCURRENCE = "required"
    PROPERTY = "property"
    INTERNAL = "internal"
    SECURITY = "security"


@dataclass(frozen=True, kw_only=True)
class Version:
    """One OCPP version: messages of chargers by action, commands in groups by subject.

    `actions` are all that the version has, handled or not; those in `once_only` must not be carried out twice when a
    charger repeats its call; those in `essential` are acted upon even if they were cut off, as long as those fields are
    there. `repetitions` show that a charger does not notice our answers. `disclosure` is what may be shown of messages
    and settings. `introductions` are those by which a charger says that it is there, and nothing else. `invites` returns the messages that a call asks for. `with_own_names`
    puts its names in place of those of other versions.
    """

    name: str
    subprotocol: str
    message_types: frozenset[MessageType] = CALLS_AND_ANSWERS
    error_codes: Mapping[MalformedCode, str]
    handlers: Mapping[str, Handler]
    actions: frozenset[str]
    once_only: frozenset[str]
    essential: EssentialFields
    repetitions: Mapping[str, Repetition]
    introductions: frozenset[str] = frozenset()
    invites: Callable[[str, Payload], frozenset[str]] = lambda _, __: frozenset()
    with_own_names: Callable[[str, Payload], Payload] = lambda _, payload: payload
    load_schemas: Callable[[], Schemas]
    disclosure: Disclosure

    control: ControlMessages
    customers: CustomerMessages
    data: DataMessages
    displays: DisplayMessages
    firmware: FirmwareMessages
    logs: LogMessages
    monitors: MonitorMessages
    profiles: ProfileMessages
    reservations: ReservationMessages
    security: SecurityMessages
    settings: SettingMessages
    tokens: TokenMessages
    transactions: TransactionMessages
    triggers: TriggerMessages

    def action_of(self, name: str) -> str:
        """Return the action that a charger means by the name of a message; the name, if it is none that is handled."""
        if name in self.actions:
            return name
        spelled = spelling(name)
        bare = spelled.removesuffix("request").removesuffix("req")
        return self._by_spelling.get(spelled) or self._by_spelling.get(bare, name)

    @cached_property
    def _by_spelling(self) -> Mapping[str, str]:
        return by_spelling(self.handlers)

    @cached_property
    def schemas(self) -> Schemas:
        """The version's schemas; the first access reads them from disk."""
        return self.load_schemas()
