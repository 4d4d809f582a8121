"""The repair of a charger whose clock is wrong."""

from datetime import datetime, timedelta

from ..chargers.charger import Charger
from ..csms.model import Evse
from ..issues import Issue
from .restart import restart_fix

OFF = timedelta(minutes=5)
"""The least error of a clock that is worth a word: limits of a schedule, and times of sessions, are off by it."""
PATIENCE = timedelta(minutes=15)
"""The time for which a clock must be wrong: reports that were held up look like a wrong clock at first."""

_STEP = timedelta(minutes=5)


class ClockWatch:
    """The clock of one charger, by the reports from its connectors."""

    def __init__(self) -> None:
        """Initialize with a clock that is right."""
        self._off_since: dict[int, datetime] = {}

    def issue(self, charger: Charger, evse: Evse, now: datetime) -> Issue | None:
        """Return the repair that is due after a report from a connector."""
        error = abs(evse.clock.behind or timedelta())
        if error < OFF:
            self._off_since.pop(evse.id, None)
            return None
        if now - self._off_since.setdefault(evse.id, now) < PATIENCE:
            return None
        # Rounded, so that it does not change with every report.
        minutes = round(error / _STEP) * _STEP // timedelta(minutes=1)
        return Issue(
            "clock_off",
            {"charger": charger.name, "minutes": str(minutes)},
            fix_data=restart_fix(charger),
        )
