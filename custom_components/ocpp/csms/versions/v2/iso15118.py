"""ISO 15118: the certificates that a vehicle asks for."""

from ...model import Snapshot
from ...ocppj.framing import Payload
from ..incoming import Context, Handled


def get_15118_ev_certificate(_: Payload, snapshot: Snapshot, __: Context) -> Handled:
    """Tell a vehicle that nobody here has contracts to give away."""
    return Handled({"status": "Failed", "exiResponse": ""}, snapshot)


def get_certificate_status(_: Payload, snapshot: Snapshot, __: Context) -> Handled:
    """Tell that nothing is known of a certificate's revocation."""
    return Handled({"status": "Failed"}, snapshot)
