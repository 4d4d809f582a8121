"""OCPP 1.6-J: messages to states, commands to messages.

What 1.6 calls a connector is an EVSE here; connector 0, the whole charge point, is the station.
Source: OCPP 1.6 specification, edition 2, sections 4 to 6 and 9.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from typing import ClassVar, NotRequired, TypedDict, cast, override

from ocpp.v16 import call, call_result
from ocpp.v16.datatypes import (
    ChargingProfile,
    ChargingSchedule,
    ChargingSchedulePeriod,
    IdTagInfo,
)
from ocpp.v16.enums import (
    Action,
    AuthorizationStatus,
    AvailabilityType,
    ChargingProfileKindType,
    ChargingProfilePurposeType,
    ChargingRateUnitType,
    ConfigurationKey,
    DataTransferStatus,
    GenericStatus,
    MessageTrigger,
    RegistrationStatus,
    ResetType,
)

from ..authorization import NOT_AUTHORIZED
from ..errors import RejectedError
from ..framing import Payload
from ..ledger import Ledger, begin, integrate, read as read_register
from ..limits import Profile, Unit
from ..metering import Metered, Sample, at_rest, read
from ..model import (
    Availability,
    Booted,
    ConnectorStatus,
    Event,
    Evse,
    Registration,
    ResetKind,
    Snapshot,
    StationInfo,
    Transaction,
    TransactionEnded,
    TransactionStarted,
)
from ..provisioning import SAMPLE_INTERVAL_S, Setting, differing, measurands
from ..schemas import Schemas, UnusableError, load
from .base import (
    Context,
    Handled,
    Handler,
    MalformedCode,
    Request,
    Version,
    timestamp,
    to_payload,
)

HEARTBEAT_INTERVAL_S = 60
PENDING_RETRY_INTERVAL_S = 30
MAX_CONNECTORS = 16
"""More connectors than any charger has; some report garbage."""


class _SampledValue(TypedDict):
    value: str
    measurand: NotRequired[str]
    phase: NotRequired[str]
    unit: NotRequired[str]


class _MeterValue(TypedDict):
    timestamp: str
    sampledValue: list[_SampledValue]


class _BootNotification(TypedDict):
    chargePointVendor: str
    chargePointModel: str
    chargePointSerialNumber: NotRequired[str]
    chargeBoxSerialNumber: NotRequired[str]
    firmwareVersion: NotRequired[str]


class _StatusNotification(TypedDict):
    connectorId: int
    errorCode: str
    status: str


class _MeterValues(TypedDict):
    connectorId: int
    transactionId: NotRequired[int]
    meterValue: list[_MeterValue]


class _Authorize(TypedDict):
    idTag: str


class _StartTransaction(TypedDict):
    connectorId: int
    idTag: str
    meterStart: int
    timestamp: str


class _StopTransaction(TypedDict):
    transactionId: int
    idTag: NotRequired[str]
    meterStop: int
    timestamp: str
    reason: NotRequired[str]


class _ConfigurationKey(TypedDict):
    key: str
    readonly: bool
    value: NotRequired[str]


class _Configuration(TypedDict):
    configurationKey: NotRequired[list[_ConfigurationKey]]


def _boot_notification(
    payload: Payload, snapshot: Snapshot, context: Context
) -> Handled:
    boot = cast(_BootNotification, payload)
    info = StationInfo(
        vendor=boot["chargePointVendor"],
        model=boot["chargePointModel"],
        serial_number=boot.get("chargePointSerialNumber")
        or boot.get("chargeBoxSerialNumber"),
        firmware_version=boot.get("firmwareVersion"),
    )
    accepted = context.registration is Registration.ACCEPTED
    answer = call_result.BootNotification(
        current_time=timestamp(context.now),
        interval=HEARTBEAT_INTERVAL_S if accepted else PENDING_RETRY_INTERVAL_S,
        status=RegistrationStatus(context.registration.value),
    )
    booted = replace(snapshot, info=info, registration=context.registration)
    return Handled(to_payload(answer), booted, (Booted(snapshot.identity, info),))


def _heartbeat(payload: Payload, snapshot: Snapshot, context: Context) -> Handled:
    return Handled(to_payload(call_result.Heartbeat(timestamp(context.now))), snapshot)


def _authorize(payload: Payload, snapshot: Snapshot, context: Context) -> Handled:
    info = _id_tag_info(cast(_Authorize, payload)["idTag"], context)
    return Handled(to_payload(call_result.Authorize(info)), snapshot)


def _id_tag_info(
    id_tag: str, context: Context, evse_id: int | None = None
) -> IdTagInfo:
    # Nobody may charge at a charger that has not been adopted.
    adopted = context.registration is Registration.ACCEPTED
    answer = context.authorize(id_tag, evse_id) if adopted else NOT_AUTHORIZED
    return IdTagInfo(
        AuthorizationStatus(answer.status.value),
        parent_id_tag=answer.parent_id,
        expiry_date=None if answer.expires_at is None else timestamp(answer.expires_at),
    )


def _status_notification(
    payload: Payload, snapshot: Snapshot, context: Context
) -> Handled:
    notification = cast(_StatusNotification, payload)
    answer = to_payload(call_result.StatusNotification())
    try:
        status = ConnectorStatus(notification["status"])
    except ValueError:
        # The schema check has already counted it; the last known status is the better guess.
        return Handled(answer, snapshot)
    connector_id = notification["connectorId"]
    if connector_id == 0:
        return Handled(answer, replace(snapshot, status=status))
    if not 0 < connector_id <= MAX_CONNECTORS:
        return Handled(answer, snapshot)
    error_code = notification["errorCode"]
    evse = snapshot.evse(connector_id)
    evse = replace(
        evse,
        status=status,
        error_code=None if error_code == "NoError" else error_code,
        meter=evse.meter
        if status is ConnectorStatus.CHARGING
        else at_rest(evse.meter, context.now),
    )
    return Handled(answer, _with_evse(snapshot, evse))


def _start_transaction(
    payload: Payload, snapshot: Snapshot, context: Context
) -> Handled:
    start = cast(_StartTransaction, payload)
    # A charger with a single connector may speak of itself as connector 0.
    evse_id = start["connectorId"] or 1
    if not 0 < evse_id <= MAX_CONNECTORS:
        raise UnusableError("maximum", f"connectorId: there is no connector {evse_id}")
    evse = snapshot.evse(evse_id)
    started_at = _moment(start["timestamp"], context.now)
    ledger = begin(evse.ledger, start["meterStart"], started_at)
    transaction = Transaction(
        id=str(context.next_transaction_id),
        evse_id=evse_id,
        id_token=start["idTag"],
        started_at=started_at,
        meter_start_wh=float(start["meterStart"]),
        total_start_wh=ledger.total_wh,
        energy_wh=0.0,
    )
    if evse.transaction is not None and _is_repeated(transaction, evse.transaction):
        return Handled(_started(evse.transaction, start["idTag"], context), snapshot)
    answer = _started(transaction, start["idTag"], context)
    if context.registration is not Registration.ACCEPTED:
        return Handled(answer, snapshot)
    evse = replace(evse, transaction=transaction, ledger=ledger)
    started = TransactionStarted(snapshot.identity, transaction)
    return Handled(answer, _with_evse(snapshot, evse), (started,))


def _started(transaction: Transaction, id_tag: str, context: Context) -> Payload:
    info = _id_tag_info(id_tag, context, transaction.evse_id)
    return to_payload(call_result.StartTransaction(int(transaction.id), info))


def _is_repeated(transaction: Transaction, known: Transaction) -> bool:
    """Whether a start was told before: a charger that got no answer tells it again after a reconnect."""
    return (
        transaction.started_at,
        transaction.id_token,
        transaction.meter_start_wh,
    ) == (
        known.started_at,
        known.id_token,
        known.meter_start_wh,
    )


def _stop_transaction(
    payload: Payload, snapshot: Snapshot, context: Context
) -> Handled:
    stop = cast(_StopTransaction, payload)
    id_tag = stop.get("idTag")
    info = None if id_tag is None else _id_tag_info(id_tag, context)
    answer = to_payload(call_result.StopTransaction(info))
    evse = _evse_of_transaction(snapshot, str(stop["transactionId"]))
    if evse is None or evse.running_transaction is None:
        return Handled(answer, snapshot)
    ended_at = _moment(stop["timestamp"], context.now)
    evse = _credited(evse, read_register(evse.ledger, stop["meterStop"], ended_at))
    assert evse.transaction is not None
    ended = replace(
        evse.transaction, ended_at=ended_at, stop_reason=stop.get("reason", "Local")
    )
    evse = replace(
        evse,
        transaction=ended,
        meter=at_rest(evse.meter, context.now),
        foreign_profile=False,
    )
    events = (TransactionEnded(snapshot.identity, ended),)
    return Handled(answer, _with_evse(snapshot, evse), events)


def _meter_values(payload: Payload, snapshot: Snapshot, context: Context) -> Handled:
    values = cast(_MeterValues, payload)
    answer = to_payload(call_result.MeterValues())
    connector_id = values["connectorId"]
    if not 0 < connector_id <= MAX_CONNECTORS:
        # Connector 0 is the charger's own supply, not what a car draws.
        return Handled(answer, snapshot)
    evse = snapshot.evse(connector_id)
    metered = read(evse.meter, _samples(values["meterValue"]), context.now)
    ledger = _booked(evse, metered, context.now)
    adopted = _adopted(evse, values.get("transactionId"), context)
    credited = _credited(replace(adopted, meter=metered.meter), ledger)
    events: tuple[Event, ...] = ()
    if adopted is not evse and credited.transaction is not None:
        events = (TransactionStarted(snapshot.identity, credited.transaction),)
    return Handled(answer, _with_evse(snapshot, credited), events, metered.dropped)


def _booked(evse: Evse, metered: Metered, now: datetime) -> Ledger:
    """Count what the register shows, or where the charger never shows one, what the power amounts to."""
    if metered.register_wh is not None:
        return read_register(evse.ledger, metered.register_wh, now)
    before, after = evse.meter, metered.meter
    if before.sampled_at is None or before.energy_wh is not None:
        return evse.ledger
    if before.power_w is None or after.power_w is None:
        return evse.ledger
    mean_w = (before.power_w + after.power_w) / 2
    return integrate(evse.ledger, mean_w, before.sampled_at, now)


def _samples(meter_values: list[_MeterValue]) -> Iterator[Sample]:
    for meter_value in meter_values:
        for sampled in meter_value["sampledValue"]:
            yield Sample(
                sampled.get("measurand", "Energy.Active.Import.Register"),
                sampled["value"],
                sampled.get("unit"),
                sampled.get("phase"),
            )


def _adopted(evse: Evse, transaction_id: int | None, context: Context) -> Evse:
    """Take over a transaction that the charger speaks of and nobody here knows."""
    adopts = context.registration is Registration.ACCEPTED and _stranger(
        evse, transaction_id
    )
    if not adopts:
        return evse
    transaction = Transaction(
        str(transaction_id),
        evse.id,
        None,
        context.now,
        total_start_wh=evse.ledger.total_wh,
    )
    return replace(evse, transaction=transaction)


def _credited(evse: Evse, ledger: Ledger) -> Evse:
    """Take over what the ledger has counted, into the running transaction, too."""
    transaction = evse.running_transaction
    if transaction is not None and ledger.total_wh is not None:
        start_wh = transaction.total_start_wh
        start_wh = ledger.total_wh if start_wh is None else start_wh
        transaction = replace(
            transaction,
            total_start_wh=start_wh,
            energy_wh=ledger.total_wh - start_wh,
        )
        evse = replace(evse, transaction=transaction)
    return replace(evse, ledger=ledger)


def _stranger(evse: Evse, transaction_id: int | None) -> bool:
    """Whether the charger speaks of a transaction that is neither the running nor the last one.

    It knows better: the start may have been missed, or the stop of the one that is remembered.
    """
    # 0 and negative numbers are sent for "none", closing values after the stop with the old id.
    if transaction_id is None or transaction_id <= 0:
        return False
    return evse.transaction is None or evse.transaction.id != str(transaction_id)


def _data_transfer(payload: Payload, snapshot: Snapshot, context: Context) -> Handled:
    answer = call_result.DataTransfer(DataTransferStatus.unknown_vendor_id)
    return Handled(to_payload(answer), snapshot)


def _sign_certificate(
    payload: Payload, snapshot: Snapshot, context: Context
) -> Handled:
    # There is nobody here who signs certificates.
    answer = call_result.SignCertificate(GenericStatus.rejected)
    return Handled(to_payload(answer), snapshot)


def _acknowledge(payload: Payload, snapshot: Snapshot, context: Context) -> Handled:
    """Take note of a message whose answer is empty and whose content nobody here needs."""
    return Handled({}, snapshot)


def _evse_of_transaction(snapshot: Snapshot, transaction_id: str) -> Evse | None:
    for evse in snapshot.evses.values():
        if evse.transaction is not None and evse.transaction.id == transaction_id:
            return evse
    return None


def _with_evse(snapshot: Snapshot, evse: Evse) -> Snapshot:
    return replace(snapshot, evses={**snapshot.evses, evse.id: evse})


def _moment(text: str, now: datetime) -> datetime:
    """Return the charger's own time of an event, or ours where that cannot be."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return now
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    # A clock that was never set, or runs ahead, would make sessions decades long.
    return moment if moment.year >= 2020 and moment <= now else now


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
        {Action.start_transaction.value, Action.stop_transaction.value}
    )
    handlers: ClassVar[Mapping[str, Handler]] = {
        Action.authorize: _authorize,
        Action.boot_notification: _boot_notification,
        Action.data_transfer: _data_transfer,
        Action.diagnostics_status_notification: _acknowledge,
        Action.firmware_status_notification: _acknowledge,
        Action.heartbeat: _heartbeat,
        Action.log_status_notification: _acknowledge,
        Action.meter_values: _meter_values,
        Action.security_event_notification: _acknowledge,
        Action.sign_certificate: _sign_certificate,
        Action.signed_firmware_status_notification: _acknowledge,
        Action.start_transaction: _start_transaction,
        Action.status_notification: _status_notification,
        Action.stop_transaction: _stop_transaction,
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


VERSION = V16()
