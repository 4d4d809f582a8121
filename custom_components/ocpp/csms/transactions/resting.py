"""EVSEs at rest: what a charger reports of one through which nothing can flow tells of the time before.

Many chargers report their last values once more when a session has paused or ended, and those of an earlier session
after a new connection.
"""

from datetime import datetime, timedelta

from ..evses.status import CHARGING, ConnectorStatus
from ..metering.meter import Meter
from ..metering.presence import at_rest, not_offering, without_car
from ..model import Evse
from ..records import changed

CLOSING_FOR = timedelta(seconds=10)
"""The time for which values may still be those of before; a charger whose meter goes on after that is believed."""
_TOLERANCE = timedelta(seconds=2)
"""The time by which a clock may be behind that knows whole seconds only."""


def rested(evse: Evse, now: datetime) -> Evse:
    """Return an EVSE through which nothing flows from now on, as was reported or must be."""
    return changed(evse, meter=_still(evse, now), rest=evse.rest._replace(at=now))


def roused(evse: Evse, now: datetime) -> Evse:
    """Return an EVSE at which a car has begun to charge."""
    if evse.rest.at is None:
        return evse
    begun_at = now - CLOSING_FOR - _TOLERANCE
    return changed(evse, rest=evse.rest._replace(at=min(evse.rest.at, begun_at)))


def _still(evse: Evse, now: datetime) -> Meter:
    """Return the meter of an EVSE at rest; only to a car that has paused by itself is something offered."""
    meter = at_rest(evse.meter, now)
    running = evse.running_transaction
    if running is None or evse.status is not ConnectorStatus.SUSPENDED_EV:
        meter = not_offering(meter, now)
    return without_car(meter) if running is None and evse.is_free else meter


def rests(evse: Evse, taken_at: datetime) -> bool:
    """Return whether nothing can have flown through an EVSE at a time, whatever the values of then are.

    Where no session was ever seen, there is none whose values they could be.
    """
    if evse.transaction is None:
        return False
    status = evse.status
    if evse.running_transaction is None and status is not None:
        if status not in CHARGING:
            return True
    rested_at = evse.rest.at
    return rested_at is not None and taken_at < rested_at + CLOSING_FOR
