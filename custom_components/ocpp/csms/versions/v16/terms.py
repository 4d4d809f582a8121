"""Terms that all parts of OCPP 1.6-J share."""

from datetime import UTC, datetime

from ...events import Event
from ...model import Address, Registration
from ..incoming import Context

MAX_CONNECTORS = 16
"""The highest credible number of connectors; some chargers report garbage."""

ONLY_CONNECTOR = 1
"""The number of the connector of an EVSE, which has one: 1.6 numbers the EVSEs, and calls them connectors."""


def connector_of(address: Address) -> int:
    """Return the number of a place, which 1.6 calls a connector; 0 is the whole charge point."""
    return address.evse_id or 0


def instant_of(text: str) -> datetime | None:
    """Return the instant in a charger's text; None if it is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def moment_of(text: str, now: datetime) -> datetime:
    """Return the charger's own time of an event, or ours if that is impossible."""
    moment = instant_of(text)
    if moment is None:
        return now
    # A clock that was never set, or runs ahead, would make sessions decades long.
    return moment if moment.year >= 2020 and moment <= now else now


def of_adopted(context: Context, event: Event) -> tuple[Event, ...]:
    """Return an event of an adopted charger; those of others are of no interest."""
    return (event,) if context.registration is Registration.ACCEPTED else ()
