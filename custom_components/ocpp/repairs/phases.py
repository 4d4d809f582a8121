"""The repair of a charger with three phases where cars draw on one."""

from datetime import datetime, timedelta

from ..chargers.charger import Charger
from ..config.accepted import AcceptedFault
from ..csms.model import Evse
from ..issues import Issue
from .fixes.phases import phases_fix

PATIENCE = timedelta(minutes=10)
"""The time for which a car must draw on one phase: some begin there, and others end there when they are nearly full."""


class PhaseWatch:
    """The phases that cars draw on, at the connectors of one charger."""

    def __init__(self, charger: Charger) -> None:
        """Initialize; nothing is known of the cars."""
        self._charger = charger
        self._draws_since: dict[int, datetime] = {}
        self._wide_sessions: dict[int, str] = {}
        self._found: set[int] = set()

    def issue(self, evse: Evse, now: datetime) -> Issue | None:
        """Return the repair that is due after a report from a connector; it stays until a car draws on more phases."""
        if not self._matters(evse):
            self._forget(evse.id)
            return None
        self._look(evse, now)
        if evse.id not in self._found:
            return None
        placeholders = {"charger": self._charger.name, "connector": str(evse.id)}
        fix_data = phases_fix(self._charger)
        return Issue("one_phase", placeholders, fix_data=fix_data)

    def _matters(self, evse: Evse) -> bool:
        """Return whether one phase is less than the owner expects."""
        config = self._charger.config
        return (
            config.phases == 3
            and AcceptedFault.ONE_PHASE not in config.accepted
            and self._charger.vehicle_of(evse.id).phases != 1
        )

    def _look(self, evse: Evse, now: datetime) -> None:
        phases, session = evse.meter.phases_in_use, evse.running_transaction
        if phases is not None and phases > 1:
            self._forget(evse.id)
            if session is not None:
                self._wide_sessions[evse.id] = session.id
            return
        offered = 3 if evse.limit is None else evse.limit.phases or 3
        if (
            phases != 1
            or session is None
            or session.id == self._wide_sessions.get(evse.id)
            or offered == 1
            or self._is_switched_to_one(evse)
        ):
            self._draws_since.pop(evse.id, None)
            return
        if now - self._draws_since.setdefault(evse.id, now) >= PATIENCE:
            self._found.add(evse.id)

    def _is_switched_to_one(self, evse: Evse) -> bool:
        """Return whether the owner has chosen one phase, or may have switched to it without a word."""
        chosen = self._charger.chosen_phases(evse.id)
        return chosen == 1 or (self._charger.switches_phases and evse.limit is None)

    def _forget(self, evse_id: int) -> None:
        self._draws_since.pop(evse_id, None)
        self._found.discard(evse_id)
