"""Errors that chargers tell of, and the event of a new one."""

from ..events import Event, FaultReported
from ..model import Snapshot
from .incoming import Context, of_adopted


def new_fault(
    before: Snapshot, evse_id: int | None, after: Snapshot, context: Context
) -> tuple[Event, ...]:
    """Return the event of an error that was not told before; without the number of an EVSE, of the charger as a whole."""
    if evse_id is None:
        known, told = before.status_details, after.status_details
    else:
        known = before.evse(evse_id).status_details
        told = after.evse(evse_id).status_details
    if told.error_code is None or told == known:
        return ()
    return of_adopted(context, FaultReported(after.identity, evse_id, told))
