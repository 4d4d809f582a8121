"""SetNetworkProfile: the ways in which a charging station connects, in slots that it tries by priority.

Source: OCPP 2.0.1 part 2, B09, B10 and A05.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from ...devices.settings import Settings
from ...devices.variables import VariableId
from ...errors import RejectedError
from ...ocppj.framing import Payload
from ...pki.security_profiles import Destination
from ..requests import ACCEPTED, Request, read_status
from .device_model.settings import SETTINGS

_SET = "SetNetworkProfile"
_PRIORITY = VariableId.parse("OCPPCommCtrlr.NetworkConfigurationPriority")
_INTERFACES = {
    slot: VariableId.parse(f"NetworkConfiguration[{slot}].OcppInterface")
    for slot in range(5)
}

CONNECTION_SETTINGS = (_PRIORITY, *_INTERFACES.values())
"""The variables that tell how a charging station connects."""

_FIRST_SLOT = 1
_MESSAGE_TIMEOUT_S = 30


@dataclass(frozen=True, slots=True)
class NetworkTerms:
    """A version's words: for itself, and for a network interface where none is known to be in use."""

    version: str
    interface: str


def connection_changes(
    terms: NetworkTerms, destination: Destination, settings: Settings
) -> Sequence[Request[bool]]:
    """Return the commands that have a charging station connect elsewhere after a reboot, and else as before.

    Raises:
        RejectedError: when there is nothing to connect to.
    """
    if destination.url is None:
        raise RejectedError(_SET, "NotSupported")
    slots = _slots(settings)
    free = next(slot for slot in count(min(slots)) if slot not in slots)
    data: Payload = {
        "ocppVersion": terms.version,
        "ocppTransport": "JSON",
        "ocppCsmsUrl": destination.url,
        "messageTimeout": _MESSAGE_TIMEOUT_S,
        "securityProfile": destination.profile.value,
        "ocppInterface": _interface(slots, settings) or terms.interface,
    }
    payload: Payload = {"configurationSlot": free, "connectionData": data}
    priority = ",".join(str(slot) for slot in (free, *slots))
    return [
        Request(_SET, payload, _taken),
        SETTINGS.change(_PRIORITY, priority),
    ]


def _taken(answer: Payload) -> bool:
    read_status(_SET, ACCEPTED)(answer)
    return True


def _slots(settings: Settings) -> list[int]:
    """Return the slots that are in use, the preferred one first."""
    setting = settings.get(_PRIORITY)
    told = (setting.value or "").split(",") if setting is not None else []
    slots = [
        int(slot) for slot in map(str.strip, told) if slot.isascii() and slot.isdigit()
    ]
    return slots or [_FIRST_SLOT]


def _interface(slots: Sequence[int], settings: Settings) -> str | None:
    """Return the network interface of the preferred slot that tells one."""
    for slot in slots:
        setting = settings.get(_INTERFACES[slot]) if slot in _INTERFACES else None
        if setting is not None and setting.value:
            return setting.value
    return None
