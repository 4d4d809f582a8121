"""What all parts of OCPP 1.6-J share."""

from datetime import UTC, datetime

MAX_CONNECTORS = 16
"""More connectors than any charger has; some report garbage."""


def moment_of(text: str, now: datetime) -> datetime:
    """Return the charger's own time of an event, or ours where that cannot be."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return now
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    # A clock that was never set, or runs ahead, would make sessions decades long.
    return moment if moment.year >= 2020 and moment <= now else now
