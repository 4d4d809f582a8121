"""The repair of a charger that takes no safe current."""

from ..chargers.charger import Charger
from ..issues import Issue


def safe_current_issue(charger: Charger) -> Issue | None:
    """Return the issue of a charger that falls back to nothing when Home Assistant is gone."""
    if not charger.station.snapshot.lacks_safe_current:
        return None
    safe_a = charger.config.connection.safe_current_a
    return Issue("no_safe_current", {"charger": charger.name, "current": f"{safe_a:g}"})
