"""The repairs of the connectors of one charger."""

from collections.abc import Iterator

from homeassistant.core import callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from ..chargers.charger import Charger
from ..config.accepted import AcceptedFault
from ..csms.model import Evse
from ..issues import Issue, Issues
from .clock import ClockWatch
from .faults import connector_fault
from .fixes.limits import limits_fix
from .phases import PhaseWatch


class ConnectorRepairs:
    """The repairs of a charger's connectors; they come and go with their causes."""

    def __init__(self, charger: Charger, issues: Issues) -> None:
        """Initialize without repairs."""
        self._charger = charger
        self._issues = issues
        self._clock = ClockWatch()
        self._phases = PhaseWatch(charger)
        self._causes: dict[int, tuple[object, ...]] = {}

    @callback
    def async_look(self, evse: Evse) -> None:
        """Show the repairs that are due after a report from a connector."""
        now, identifier = dt_util.utcnow(), self._charger.evse_identifier(evse.id)
        clock = self._clock.issue(self._charger, evse, now)
        self._issues.async_set(f"clock_off_{identifier}", clock)
        phases = self._phases.issue(evse, now)
        self._issues.async_set(f"one_phase_{identifier}", phases)
        causes = (
            evse.ignores_limits,
            evse.refuses_limits,
            evse.limit is None,
            evse.paused_instead_of_stop is not None,
            evse.stays_stopped,
            self._charger.config.accepted,
            connector_fault(evse, self._charger.name),
        )
        if causes == self._causes.get(evse.id):
            # This is called at each meter value.
            return
        self._causes[evse.id] = causes
        for key, issue in self._issues_of(evse):
            self._issues.async_set(f"{key}_{identifier}", issue)

    def _issues_of(self, evse: Evse) -> Iterator[tuple[str, Issue | None]]:
        """Yield the issues of a connector by their keys, None for those that it does not have."""
        charger = self._charger
        yield "connector_faulted", connector_fault(evse, charger.name)
        placeholders = {"charger": charger.name, "connector": str(evse.id)}
        matters = (
            evse.limit is not None
            and AcceptedFault.LIMITS not in charger.config.accepted
        )
        for key, found in (
            ("limits_ignored", evse.ignores_limits),
            ("limits_refused", evse.refuses_limits),
        ):
            severity, fix = ir.IssueSeverity.ERROR, limits_fix(charger, evse.id)
            issue = Issue(key, placeholders, severity, fix)
            yield key, issue if found and matters else None
        for key, found in (
            ("session_goes_on", evse.paused_instead_of_stop is not None),
            ("session_stays_stopped", evse.stays_stopped),
        ):
            yield key, Issue(key, placeholders) if found else None
