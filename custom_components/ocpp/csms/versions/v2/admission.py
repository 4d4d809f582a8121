"""Admission: what a charging station may send before it is adopted.

It may introduce itself and send what it was asked for; anything else is refused (OCPP 2.0.1 part 2, B02.FR.09 and
B03.FR.07).
"""

from collections.abc import Mapping

from ...model import Registration, Snapshot
from ...ocppj.framing import Payload
from ..incoming import Context, Handled, Handler, NotAdmittedError

_FOLLOW: Mapping[str, str] = {
    "CustomerInformation": "NotifyCustomerInformation",
    "GetBaseReport": "NotifyReport",
    "GetChargingProfiles": "ReportChargingProfiles",
    "GetDisplayMessages": "NotifyDisplayMessages",
    "GetLog": "LogStatusNotification",
    "GetMonitoringReport": "NotifyMonitoringReport",
    "GetReport": "NotifyReport",
    "UpdateFirmware": "FirmwareStatusNotification",
}
"""The messages that follow a call, by the call."""

_TRIGGERED: Mapping[str, str] = {
    "SignChargingStationCertificate": "SignCertificate",
    "SignCombinedCertificate": "SignCertificate",
    "SignV2G20Certificate": "SignCertificate",
    "SignV2GCertificate": "SignCertificate",
}
"""Messages that a station is asked for under another name."""


def invites(action: str, payload: Payload) -> frozenset[str]:
    """Return the messages that a call asks for."""
    match payload:
        case {"requestedMessage": str(name)} if action == "TriggerMessage":
            return frozenset({_TRIGGERED.get(name, name)})
    return frozenset({_FOLLOW[action]}) if action in _FOLLOW else frozenset()


def for_adopted(action: str, handler: Handler) -> Handler:
    """Return a handler that serves stations only which are adopted, or were asked."""

    def handle(payload: Payload, snapshot: Snapshot, context: Context) -> Handled:
        is_adopted = context.registration is Registration.ACCEPTED
        if not is_adopted and action not in context.invited:
            raise NotAdmittedError
        return handler(payload, snapshot, context)

    return handle
