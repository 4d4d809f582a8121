"""The parts that the versions of OCPP 2.x are made of.

Source: OCPP 2.0.1 and 2.1, part 2.
"""

from collections.abc import Iterable, Mapping
from functools import partial

from ...ocppj.framing import CALLS_AND_ANSWERS, MessageType
from ...ocppj.repeated_calls import Repetition
from ...ocppj.schemas.compiled import load
from ..commands.charging_profiles import ProfileMessages
from ..incoming import Handler
from ..unchanged import (
    firmware_status_notification,
    log_status_notification,
    security_event_notification,
)
from ..version import MalformedCode, Version
from .admission import for_adopted, invites
from .authorization.authorizing import authorize
from .authorization.customers import V2Customers
from .authorization.tokens import V2Tokens
from .charging.external_limits import cleared_charging_limit, notify_charging_limit
from .charging.needs import notify_ev_charging_needs, notify_ev_charging_schedule
from .charging.profiles import V2Profiles
from .control import V2Control
from .data_transfer import V2Data, data_transfer
from .device_model.events import notify_event
from .device_model.monitoring import V2Monitors
from .device_model.settings import SETTINGS
from .disclosure import disclosure_of
from .displays import V2Displays
from .firmware import V2Firmware, publish_firmware_status_notification
from .iso15118 import get_15118_ev_certificate, get_certificate_status
from .logs import V2Logs
from .network import NetworkTerms
from .notifications import boot_notification, heartbeat, status_notification
from .reports import acknowledge, reservation_status_update
from .reservations import V2Reservations
from .security import V2Security, sign_certificate
from .sessions.events import transaction_event
from .sessions.meter_values import meter_values
from .sessions.transactions import V2Transactions
from .terms import with_own_names
from .triggers import V2Triggers

_BOOT = "BootNotification"

HANDLERS: Mapping[str, Handler] = {
    "Authorize": authorize,
    _BOOT: boot_notification,
    "ClearedChargingLimit": cleared_charging_limit,
    "DataTransfer": data_transfer,
    "FirmwareStatusNotification": firmware_status_notification,
    "Get15118EVCertificate": get_15118_ev_certificate,
    "GetCertificateStatus": get_certificate_status,
    "Heartbeat": heartbeat,
    "LogStatusNotification": log_status_notification,
    "MeterValues": meter_values,
    "NotifyChargingLimit": notify_charging_limit,
    "NotifyCustomerInformation": acknowledge,
    "NotifyDisplayMessages": acknowledge,
    "NotifyEVChargingNeeds": notify_ev_charging_needs,
    "NotifyEVChargingSchedule": notify_ev_charging_schedule,
    "NotifyEvent": notify_event,
    "NotifyMonitoringReport": acknowledge,
    "NotifyReport": acknowledge,
    "PublishFirmwareStatusNotification": publish_firmware_status_notification,
    "ReportChargingProfiles": acknowledge,
    "ReservationStatusUpdate": reservation_status_update,
    "SecurityEventNotification": security_event_notification,
    "SignCertificate": sign_certificate,
    "StatusNotification": status_notification,
    "TransactionEvent": transaction_event,
}
"""The messages that a charging station may send in any version of 2.x."""


def version_of(
    name: str,
    package: str,
    actions: Iterable[str],
    words: frozenset[str],
    network: NetworkTerms,
    profiles: ProfileMessages = V2Profiles(),
    handlers: Mapping[str, Handler] = HANDLERS,
    message_types: frozenset[MessageType] = CALLS_AND_ANSWERS,
) -> Version:
    """Return one version of OCPP 2.x.

    Args:
        name: its number.
        package: the package of the `ocpp` library with its schemas.
        actions: the names of its messages.
        words: the words of its enumerations, and the names of its components and variables.
        network: its words for a network.
        handlers: what a charging station may send.
        message_types: the kinds of frames that it knows.
    """
    known = frozenset(actions)
    return Version(
        name=name,
        subprotocol=f"ocpp{name}",
        message_types=message_types,
        error_codes={
            MalformedCode.FRAME: "FormatViolation",
            MalformedCode.UNKNOWN_ACTION: "NotImplemented",
            MalformedCode.UNSUPPORTED_ACTION: "NotSupported",
            MalformedCode.OCCURRENCE: "OccurrenceConstraintViolation",
            MalformedCode.PROPERTY: "PropertyConstraintViolation",
            MalformedCode.INTERNAL: "InternalError",
            MalformedCode.SECURITY: "SecurityError",
        },
        handlers={
            action: handler if action == _BOOT else for_adopted(action, handler)
            for action, handler in handlers.items()
        },
        actions=known,
        once_only=frozenset(
            {"DataTransfer", "SecurityEventNotification", "TransactionEvent"}
        ),
        essential={},
        repetitions={
            # A card is shown twice, too, but not as soon; and one more announcement may have been asked for.
            "Authorize": Repetition(2, 10.0, ("idTokenInfo", "status")),
            _BOOT: Repetition(3, 120.0, ("status",)),
        },
        introductions=frozenset({_BOOT, "Heartbeat"}),
        invites=invites,
        with_own_names=with_own_names,
        load_schemas=partial(load, package, "Request"),
        disclosure=disclosure_of(package, known, words),
        control=V2Control(),
        customers=V2Customers(),
        data=V2Data(),
        displays=V2Displays(),
        firmware=V2Firmware(),
        logs=V2Logs(),
        monitors=V2Monitors(),
        profiles=profiles,
        reservations=V2Reservations(),
        security=V2Security(network),
        settings=SETTINGS,
        tokens=V2Tokens(),
        transactions=V2Transactions(),
        triggers=V2Triggers(),
    )
