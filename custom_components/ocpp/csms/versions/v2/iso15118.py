"""ISO 15118: what a vehicle needs, and the certificates that it asks for."""

from ...model import Snapshot
from ...ocppj.framing import Payload
from ..incoming import Context, Handled


def notify_ev_charging_needs(_: Payload, snapshot: Snapshot, __: Context) -> Handled:
    """Take note of what a vehicle needs; a charging profile is on its way in any case."""
    return Handled({"status": "Accepted"}, snapshot)


def notify_ev_charging_schedule(_: Payload, snapshot: Snapshot, __: Context) -> Handled:
    """Take note of how a vehicle wants to charge."""
    return Handled({"status": "Accepted"}, snapshot)


def get_15118_ev_certificate(_: Payload, snapshot: Snapshot, __: Context) -> Handled:
    """Tell a vehicle that nobody here has contracts to give away."""
    return Handled({"status": "Failed", "exiResponse": ""}, snapshot)


def get_certificate_status(_: Payload, snapshot: Snapshot, __: Context) -> Handled:
    """Tell that nothing is known of a certificate's revocation."""
    return Handled({"status": "Failed"}, snapshot)
