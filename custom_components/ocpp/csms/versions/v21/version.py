"""OCPP 2.1, edition 1: everything of 2.0.1, messages without an answer, and energy that flows in both directions."""

from collections.abc import Mapping

from ocpp.v21 import enums
from ocpp.v21.enums import Action
from ocpp.v201 import enums as earlier

from ...ocppj.framing import ALL_MESSAGE_TYPES
from ..incoming import Handler
from ..v2.network import NetworkTerms
from ..v2.reports import acknowledge
from ..v2.version import HANDLERS, version_of
from ..v2.words import words_in
from .charging_profiles import V21Profiles
from .reports import (
    battery_swap,
    certificate_chain_status,
    open_periodic_event_stream,
    pull_dynamic_schedule_update,
    vat_number_validation,
)

_HANDLERS: Mapping[str, Handler] = {
    **HANDLERS,
    "BatterySwap": battery_swap,
    "ClosePeriodicEventStream": acknowledge,
    "GetCertificateChainStatus": certificate_chain_status,
    "NotifyDERAlarm": acknowledge,
    "NotifyDERStartStop": acknowledge,
    "NotifyPeriodicEventStream": acknowledge,
    "NotifyPriorityCharging": acknowledge,
    "NotifySettlement": acknowledge,
    "OpenPeriodicEventStream": open_periodic_event_stream,
    "PullDynamicScheduleUpdate": pull_dynamic_schedule_update,
    "ReportDERControl": acknowledge,
    "VatNumberValidation": vat_number_validation,
}

V21 = version_of(
    "2.1",
    "ocpp.v21",
    Action,
    # The names of variables stand among those of 2.0.1 only.
    words_in(enums) | words_in(earlier),
    NetworkTerms("OCPP21", "Any"),
    V21Profiles(),
    _HANDLERS,
    ALL_MESSAGE_TYPES,
)
