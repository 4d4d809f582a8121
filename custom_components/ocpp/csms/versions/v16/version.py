"""OCPP 1.6-J: which message means what, and commands to messages.

What 1.6 calls a connector is an EVSE here; connector 0, the whole charge point, is the station.
Source: OCPP 1.6 specification, edition 2, sections 4 to 6 and 9.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import ClassVar, NotRequired, TypedDict, cast, override

from ocpp.v16 import call
from ocpp.v16.enums import Action, AvailabilityType, MessageTrigger, ResetType

from ...devices.capabilities import Capabilities, Purpose, Traits, Unit
from ...devices.settings import Setting
from ...limits.charging_profile import Profile
from ...limits.composite_schedule import Schedule
from ...model import Availability, DataAnswer, ResetKind
from ...ocppj.framing import Payload
from ...ocppj.schemas import Schemas, load
from ..base import Handler, MalformedCode, Request, Version, to_payload
from .authorizing import authorize
from .charging_profiles import clear_profiles, set_foreign_profile, set_profile
from .commands import change_setting, command
from .composite_schedule import get_composite_schedule
from .data_transfer import data_transfer, transfer_data
from .files import V16Files
from .firmware import firmware_status_notification
from .logs import diagnostics_status_notification, log_status_notification
from .meter_values import meter_values
from .notifications import (
    boot_notification,
    heartbeat,
    security_event_notification,
    status_notification,
)
from .reservations import V16Reservations
from .security import Security, sign_certificate
from .settings import NEEDED, connectors, traits, unusable, wanted
from .tokens import V16Tokens
from .transactions import start_transaction, stop_transaction
from .triggers import trigger, trigger_otherwise


class _ConfigurationKey(TypedDict):
    key: str
    readonly: bool
    value: NotRequired[str]


class _Configuration(TypedDict):
    configurationKey: NotRequired[list[_ConfigurationKey]]


class V16(Version):
    """OCPP 1.6-J."""

    name = "1.6"
    subprotocol = "ocpp1.6"
    error_codes: ClassVar[Mapping[MalformedCode, str]] = {
        MalformedCode.FRAME: "FormationViolation",
        MalformedCode.UNKNOWN_ACTION: "NotImplemented",
        MalformedCode.UNSUPPORTED_ACTION: "NotSupported",
        # The specification's own spelling.
        MalformedCode.OCCURRENCE: "OccurenceConstraintViolation",
        MalformedCode.TYPE: "TypeConstraintViolation",
        MalformedCode.PROPERTY: "PropertyConstraintViolation",
        MalformedCode.INTERNAL: "InternalError",
    }
    needed_settings = tuple(key.value for key in NEEDED)
    actions = frozenset(action.value for action in Action)
    profile_actions = frozenset(
        {Action.set_charging_profile.value, Action.clear_charging_profile.value}
    )
    once_only = frozenset(
        {
            Action.data_transfer.value,
            Action.security_event_notification.value,
            Action.start_transaction.value,
            Action.stop_transaction.value,
        }
    )
    security = Security()
    handlers: ClassVar[Mapping[str, Handler]] = {
        Action.authorize: authorize,
        Action.boot_notification: boot_notification,
        Action.data_transfer: data_transfer,
        Action.diagnostics_status_notification: diagnostics_status_notification,
        Action.firmware_status_notification: firmware_status_notification,
        Action.heartbeat: heartbeat,
        Action.log_status_notification: log_status_notification,
        Action.meter_values: meter_values,
        Action.security_event_notification: security_event_notification,
        Action.sign_certificate: sign_certificate,
        Action.signed_firmware_status_notification: firmware_status_notification,
        Action.start_transaction: start_transaction,
        Action.status_notification: status_notification,
        Action.stop_transaction: stop_transaction,
    }

    reservations = V16Reservations()
    tokens = V16Tokens()
    files = V16Files()

    @cached_property
    @override
    def schemas(self) -> Schemas:
        return load("ocpp.v16", "")

    @override
    def announce(self) -> Request[None]:
        return self.trigger(MessageTrigger.boot_notification, None)

    @override
    def trigger(self, message: str, evse_id: int | None) -> Request[None]:
        return trigger(message, evse_id)

    @override
    def trigger_otherwise(
        self, message: str, evse_id: int | None
    ) -> Request[None] | None:
        return trigger_otherwise(message, evse_id)

    @override
    def transfer_data(
        self, vendor_id: str, message_id: str | None, data: str | None
    ) -> Request[DataAnswer]:
        return transfer_data(vendor_id, message_id, data)

    @override
    def get_settings(self, keys: tuple[str, ...]) -> Request[dict[str, Setting]]:
        message = call.GetConfiguration(key=list(keys) or None)
        return Request("GetConfiguration", to_payload(message), _settings)

    @override
    def change_setting(self, key: str, value: str) -> Request[bool]:
        return change_setting(key, value)

    @override
    def set_profile(self, profile: Profile) -> Request[None]:
        return set_profile(profile)

    @override
    def set_foreign_profile(self, evse_id: int, profile: Payload) -> Request[None]:
        return set_foreign_profile(evse_id, profile)

    @override
    def clear_profiles(
        self, evse_id: int | None, purpose: Purpose | None
    ) -> Request[None]:
        return clear_profiles(evse_id, purpose)

    @override
    def get_composite_schedule(
        self, evse_id: int, duration: timedelta, unit: Unit | None, now: datetime
    ) -> Request[Schedule | None]:
        return get_composite_schedule(evse_id, duration, unit, now)

    @override
    def start_transaction(self, evse_id: int, id_token: str) -> Request[None]:
        return command(call.RemoteStartTransaction(id_token, evse_id))

    @override
    def stop_transaction(self, transaction_id: str) -> Request[None]:
        return command(call.RemoteStopTransaction(int(transaction_id)))

    @override
    def reset(self, kind: ResetKind) -> Request[None]:
        return command(call.Reset(ResetType(kind.value)))

    @override
    def unlock(self, evse_id: int) -> Request[None]:
        return command(call.UnlockConnector(evse_id), "Unlocked")

    @override
    def change_availability(
        self, evse_id: int | None, availability: Availability
    ) -> Request[None]:
        message = call.ChangeAvailability(
            evse_id or 0, AvailabilityType(availability.value)
        )
        return command(message, "Accepted", "Scheduled")

    @override
    def wanted_settings(
        self, settings: Mapping[str, Setting], capabilities: Capabilities
    ) -> dict[str, Sequence[str]]:
        return wanted(settings, capabilities)

    @override
    def traits(self, settings: Mapping[str, Setting]) -> Traits:
        return traits(settings)

    @override
    def unusable_settings(self, settings: Mapping[str, Setting]) -> list[str]:
        return unusable(settings)

    @override
    def evse_count(self, settings: Mapping[str, Setting]) -> int | None:
        return connectors(settings)


def _settings(answer: Payload) -> dict[str, Setting]:
    keys = cast(_Configuration, answer).get("configurationKey", [])
    return {
        item["key"]: Setting(item["key"], item.get("value"), item["readonly"])
        for item in keys
    }
