"""OCPP 1.6-J.

What 1.6 calls a connector is an EVSE here; connector 0, the whole charge point, is the station.
Source: OCPP 1.6 specification, edition 2, sections 4 to 6 and 9.
"""

from functools import partial

from ocpp.v16.enums import Action

from ...ocppj.repeated_calls import Repetition
from ...ocppj.schemas.compiled import load
from ..unchanged import (
    firmware_status_notification,
    log_status_notification,
    security_event_notification,
)
from ..version import MalformedCode, Version
from .absent.customers import V16Customers
from .absent.displays import V16Displays
from .absent.monitoring import V16Monitors
from .authorizing import authorize
from .charging_profiles import V16Profiles
from .control import V16Control
from .data_transfer import V16Data, data_transfer
from .disclosure import DISCLOSURE
from .firmware import V16Firmware
from .logs import V16Logs, diagnostics_status_notification
from .meter_values import meter_values
from .notifications import boot_notification, heartbeat, status_notification
from .reservations import V16Reservations
from .security import V16Security, sign_certificate
from .settings import SETTINGS
from .terms import with_own_names
from .tokens import V16Tokens
from .transactions import V16Transactions, start_transaction, stop_transaction
from .triggers import V16Triggers

V16 = Version(
    name="1.6",
    subprotocol="ocpp1.6",
    error_codes={
        MalformedCode.FRAME: "FormationViolation",
        MalformedCode.UNKNOWN_ACTION: "NotImplemented",
        MalformedCode.UNSUPPORTED_ACTION: "NotSupported",
        # The specification's own spelling.
        MalformedCode.OCCURRENCE: "OccurenceConstraintViolation",
        MalformedCode.PROPERTY: "PropertyConstraintViolation",
        MalformedCode.INTERNAL: "InternalError",
        MalformedCode.SECURITY: "SecurityError",
    },
    handlers={
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
    },
    actions=frozenset(action.value for action in Action),
    once_only=frozenset(
        {
            Action.data_transfer.value,
            Action.security_event_notification.value,
            Action.start_transaction.value,
            Action.stop_transaction.value,
        }
    ),
    essential={
        Action.start_transaction.value: frozenset({"idTag"}),
        # Which session has ended is known without it, if there is only one.
        Action.stop_transaction.value: frozenset(),
    },
    repetitions={
        # A card is shown twice, too, but not as soon; and one more announcement may have been asked for.
        Action.authorize.value: Repetition(2, 10.0, ("idTagInfo", "status")),
        Action.boot_notification.value: Repetition(3, 120.0, ("status",)),
        Action.start_transaction.value: Repetition(2, 300.0, ("idTagInfo", "status")),
    },
    introductions=frozenset({Action.boot_notification.value, Action.heartbeat.value}),
    with_own_names=with_own_names,
    load_schemas=partial(load, "ocpp.v16", ""),
    disclosure=DISCLOSURE,
    control=V16Control(),
    customers=V16Customers(),
    data=V16Data(),
    displays=V16Displays(),
    firmware=V16Firmware(),
    logs=V16Logs(),
    monitors=V16Monitors(),
    profiles=V16Profiles(),
    reservations=V16Reservations(),
    security=V16Security(),
    settings=SETTINGS,
    tokens=V16Tokens(),
    transactions=V16Transactions(),
    triggers=V16Triggers(),
)
