"""Required fields that a message leaves out, filled in as far as they are known from elsewhere."""

from ..evses.status import ConnectorStatus
from ..model import Snapshot
from ..tokens.state import PRESENTED_FOR
from .incoming import Context


def only_evse_id(snapshot: Snapshot) -> int | None:
    """Return the number of the only EVSE; None if there are several."""
    match list(snapshot.evses):
        case []:
            return 1
        case [evse_id]:
            return evse_id
        case _:
            return None


def starting_evse_id(snapshot: Snapshot) -> int:
    """Return the number of the EVSE at which a session most likely starts."""
    if (only := only_evse_id(snapshot)) is not None:
        return only
    free = [
        evse for evse in snapshot.evses.values() if evse.running_transaction is None
    ]
    ready = [evse for evse in free if evse.status is ConnectorStatus.PREPARING]
    return next((evse.id for evse in (*ready, *free)), 1)


def running_evse_id(snapshot: Snapshot) -> int | None:
    """Return the number of the only EVSE at which a session runs; None if there are several, or none."""
    running = [evse.id for evse in snapshot.evses.values() if evse.running_transaction]
    return running[0] if len(running) == 1 else None


def starting_id_tag(snapshot: Snapshot, context: Context) -> str:
    """Return the id tag of a session that starts: the one that was shown for it, or none."""
    presented = snapshot.tokens.presented
    if presented is None or context.now - presented.at >= PRESENTED_FOR:
        return ""
    return presented.id_token
