"""OCPP 1.6-J: which message means what, and commands to messages.

What 1.6 calls a connector is an EVSE here; connector 0, the whole charge point, is the station.
Source: OCPP 1.6 specification, edition 2, sections 4 to 6 and 9.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import ClassVar, NotRequired, TypedDict, cast, override

from ocpp.v16 import call
from ocpp.v16.datatypes import ChargingProfile, ChargingSchedule, ChargingSchedulePeriod
from ocpp.v16.enums import (
    Action,
    AvailabilityType,
    ChargingProfileKindType,
    ChargingProfilePurposeType,
    ChargingRateUnitType,
    ConfigurationKey,
    MessageTrigger,
    ResetType,
)

from ...capabilities import Unit
from ...errors import RejectedError
from ...framing import Payload
from ...limits import Profile
from ...model import Availability, ResetKind
from ...provisioning import SAMPLE_INTERVAL_S, Setting, differing, measurands
from ...schedules import Schedule
from ...schemas import Schemas, load
from ..base import Handler, MalformedCode, Request, Version, timestamp, to_payload
from .authorizing import authorize
from .composite_schedule import get_composite_schedule
from .meter_values import meter_values
from .notifications import (
    acknowledge,
    boot_notification,
    data_transfer,
    heartbeat,
    security_event_notification,
    sign_certificate,
    status_notification,
)
from .terms import MAX_CONNECTORS
from .transactions import start_transaction, stop_transaction


class _ConfigurationKey(TypedDict):
    key: str
    readonly: bool
    value: NotRequired[str]


class _Configuration(TypedDict):
    configurationKey: NotRequired[list[_ConfigurationKey]]


def _granted(action: str, *statuses: str) -> Callable[[Payload], None]:
    """Return the reader of an answer that is only a status, granted by any of `statuses`."""

    def read_status(answer: Payload) -> None:
        status = str(answer.get("status"))
        if status not in statuses:
            raise RejectedError(action, status)

    return read_status


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
    actions = frozenset(action.value for action in Action)
    once_only = frozenset(
        {
            Action.data_transfer.value,
            Action.security_event_notification.value,
            Action.start_transaction.value,
            Action.stop_transaction.value,
        }
    )
    handlers: ClassVar[Mapping[str, Handler]] = {
        Action.authorize: authorize,
        Action.boot_notification: boot_notification,
        Action.data_transfer: data_transfer,
        Action.diagnostics_status_notification: acknowledge,
        Action.firmware_status_notification: acknowledge,
        Action.heartbeat: heartbeat,
        Action.log_status_notification: acknowledge,
        Action.meter_values: meter_values,
        Action.security_event_notification: security_event_notification,
        Action.sign_certificate: sign_certificate,
        Action.signed_firmware_status_notification: acknowledge,
        Action.start_transaction: start_transaction,
        Action.status_notification: status_notification,
        Action.stop_transaction: stop_transaction,
    }

    @cached_property
    @override
    def schemas(self) -> Schemas:
        return load("ocpp.v16", "")

    @override
    def announce(self) -> Request[None]:
        return self.trigger(MessageTrigger.boot_notification, None)

    @override
    def trigger(self, message: str, evse_id: int | None) -> Request[None]:
        return _command(call.TriggerMessage(MessageTrigger(message), evse_id))

    @override
    def get_settings(self, keys: tuple[str, ...]) -> Request[dict[str, Setting]]:
        message = call.GetConfiguration(key=list(keys) or None)
        return Request("GetConfiguration", to_payload(message), _settings)

    @override
    def change_setting(self, key: str, value: str) -> Request[bool]:
        def reboot_required(answer: Payload) -> bool:
            _granted("ChangeConfiguration", "Accepted", "RebootRequired")(answer)
            return answer.get("status") == "RebootRequired"

        message = call.ChangeConfiguration(key, value)
        return Request("ChangeConfiguration", to_payload(message), reboot_required)

    @override
    def set_profile(self, profile: Profile) -> Request[None]:
        transaction_id = profile.transaction_id
        duration = profile.duration
        return _command(
            call.SetChargingProfile(
                profile.evse_id,
                ChargingProfile(
                    charging_profile_id=profile.id,
                    transaction_id=None
                    if transaction_id is None
                    else int(transaction_id),
                    stack_level=0,
                    charging_profile_purpose=ChargingProfilePurposeType(
                        profile.purpose.value
                    ),
                    charging_profile_kind=ChargingProfileKindType(profile.kind.value),
                    charging_schedule=ChargingSchedule(
                        charging_rate_unit=ChargingRateUnitType(profile.unit.value),
                        charging_schedule_period=[
                            ChargingSchedulePeriod(0, profile.limit)
                        ],
                        duration=None
                        if duration is None
                        else int(duration.total_seconds()),
                        start_schedule=None
                        if profile.starts_at is None
                        else timestamp(profile.starts_at),
                    ),
                ),
            )
        )

    @override
    def set_foreign_profile(self, evse_id: int, profile: Payload) -> Request[None]:
        return _command(call.SetChargingProfile(evse_id, profile))

    @override
    def clear_profiles(self, evse_id: int | None) -> Request[None]:
        # Unknown means that there was nothing to clear, which is what was wanted.
        return _command(
            call.ClearChargingProfile(connector_id=evse_id), "Accepted", "Unknown"
        )

    @override
    def get_composite_schedule(
        self, evse_id: int, duration: timedelta, unit: Unit | None, now: datetime
    ) -> Request[Schedule | None]:
        return get_composite_schedule(evse_id, duration, unit, now)

    @override
    def start_transaction(self, evse_id: int, id_token: str) -> Request[None]:
        return _command(call.RemoteStartTransaction(id_token, evse_id))

    @override
    def stop_transaction(self, transaction_id: str) -> Request[None]:
        return _command(call.RemoteStopTransaction(int(transaction_id)))

    @override
    def reset(self, kind: ResetKind) -> Request[None]:
        return _command(call.Reset(ResetType(kind.value)))

    @override
    def unlock(self, evse_id: int) -> Request[None]:
        return _command(call.UnlockConnector(evse_id), "Unlocked")

    @override
    def change_availability(
        self, evse_id: int | None, availability: Availability
    ) -> Request[None]:
        message = call.ChangeAvailability(
            evse_id or 0, AvailabilityType(availability.value)
        )
        return _command(message, "Accepted", "Scheduled")

    @override
    def wanted_settings(self, settings: Mapping[str, Setting]) -> dict[str, str]:
        wanted = {
            ConfigurationKey.meter_value_sample_interval.value: str(SAMPLE_INTERVAL_S)
        }
        sampled = settings.get(ConfigurationKey.meter_values_sampled_data)
        max_length = _count(
            settings, ConfigurationKey.meter_values_sampled_data_max_length
        )
        if sampled is not None and (names := measurands(sampled.value, max_length)):
            wanted[ConfigurationKey.meter_values_sampled_data.value] = ",".join(names)
        return differing(settings, wanted)

    @override
    def rate_unit(self, settings: Mapping[str, Setting]) -> Unit:
        key = ConfigurationKey.charging_schedule_allowed_charging_rate_unit
        setting = settings.get(key)
        allowed = (setting.value or "").lower() if setting else ""
        # The specification says Current and Power; A and W are as common.
        names = {name.strip() for name in allowed.split(",")}
        only_watts = names & {"power", "w", "watt", "watts"} and not names & {
            "current",
            "a",
            "amp",
            "amps",
            "ampere",
        }
        return Unit.WATT if only_watts else Unit.AMPERE

    @override
    def evse_count(self, settings: Mapping[str, Setting]) -> int | None:
        count = _count(settings, ConfigurationKey.number_of_connectors)
        return count if count is not None and 1 <= count <= MAX_CONNECTORS else None


def _command(message: object, *granted: str) -> Request[None]:
    action = type(message).__name__
    return Request(
        action, to_payload(message), _granted(action, *(granted or ("Accepted",)))
    )


def _settings(answer: Payload) -> dict[str, Setting]:
    keys = cast(_Configuration, answer).get("configurationKey", [])
    return {
        item["key"]: Setting(item["key"], item.get("value"), item["readonly"])
        for item in keys
    }


def _count(settings: Mapping[str, Setting], key: ConfigurationKey) -> int | None:
    setting = settings.get(key)
    if setting is None or setting.value is None:
        return None
    try:
        return int(setting.value)
    except ValueError:
        return None
