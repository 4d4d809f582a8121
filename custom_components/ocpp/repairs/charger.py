"""The repairs of a charger and its connectors."""

from datetime import datetime

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

from ..chargers.charger import Charger
from ..csms.events import Booted, Event
from ..csms.model import Overuse, Snapshot
from ..issues import Issue, Issues
from .connectors import ConnectorRepairs
from .faults import charger_fault
from .identity import rival_issue
from .known_faults import known_faults_issues
from .restart import restart_fix, restart_issue
from .safe_current import safe_current_issue

OFFLINE_AFTER_S = 300.0
"""The time for which a charger may be offline in a session before the owner is told."""

AWAY_AFTER_S = 24 * 3600.0
"""The time for which a charger may be offline at all."""


class ChargerRepairs:
    """The repairs of one charger; they come and go with their causes."""

    def __init__(self, hass: HomeAssistant, charger: Charger) -> None:
        """Initialize, and create the repairs that are due already."""
        self._hass = hass
        self._charger = charger
        self._issues = Issues(hass)
        self._known_faults = Issues(hass)
        self._connectors = ConnectorRepairs(charger, self._issues)
        self._cancel_offline: list[CALLBACK_TYPE] = []
        station = charger.station
        self._unsubscribe = [
            station.subscribe(self._async_on_station),
            station.subscribe_all_events(self._async_on_event),
            charger.async_subscribe_preferences(self._async_look),
        ]
        self._async_on_station(station.snapshot)
        for evse_id in charger.evse_ids:
            self._unsubscribe.append(
                station.subscribe_evse(evse_id, self._connectors.async_look)
            )
            self._async_look(evse_id)

    @callback
    def async_stop(self) -> None:
        """Follow the charger no longer, and delete its repairs."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._async_show_online()
        self._issues.async_clear()
        self._known_faults.async_clear()

    @callback
    def _async_on_station(self, snapshot: Snapshot) -> None:
        status = snapshot.firmware.status if snapshot.firmware else None
        failed = None
        if status is not None and status.failed:
            placeholders = {"charger": self._charger.name, "status": status.value}
            failed = Issue("firmware_failed", placeholders)
        self._issues.async_set(f"firmware_failed_{self._charger.identity}", failed)
        self._issues.async_set(
            f"identity_disputed_{self._charger.identity}", rival_issue(self._charger)
        )
        self._issues.async_set(
            f"restart_required_{self._charger.identity}", restart_issue(self._charger)
        )
        placeholders = {"charger": self._charger.name}
        mute = Issue("charger_mute", placeholders) if snapshot.is_mute else None
        self._async_show_known_faults()
        safe = safe_current_issue(self._charger)
        self._issues.async_set(f"no_safe_current_{self._charger.identity}", safe)
        self._issues.async_set(f"charger_mute_{self._charger.identity}", mute)
        restart = restart_fix(self._charger)
        for overuse in Overuse:
            issue = Issue(f"overuse_{overuse}", placeholders, fix_data=restart)
            self._issues.async_set(
                f"overuse_{overuse}_{self._charger.identity}",
                issue if overuse in snapshot.overuses else None,
            )
        fault = charger_fault(snapshot, self._charger.name)
        self._issues.async_set(f"charger_faulted_{self._charger.identity}", fault)
        if snapshot.connected:
            self._async_show_online()
        elif not self._cancel_offline:
            self._cancel_offline = [
                async_call_later(self._hass, OFFLINE_AFTER_S, self._async_show_offline),
                async_call_later(self._hass, AWAY_AFTER_S, self._async_show_away),
            ]

    @callback
    def _async_look(self, evse_id: int) -> None:
        self._connectors.async_look(self._charger.evse(evse_id))

    @callback
    def _async_on_event(self, event: Event) -> None:
        if isinstance(event, Booted):
            # By now its make has been looked up.
            self._async_show_known_faults()

    @callback
    def _async_show_known_faults(self) -> None:
        self._known_faults.async_replace(known_faults_issues(self._charger))

    @callback
    def _async_show_online(self) -> None:
        for cancel in self._cancel_offline:
            cancel()
        self._cancel_offline.clear()
        for key in ("offline_in_session", "charger_away"):
            self._issues.async_set(f"{key}_{self._charger.identity}", None)

    @callback
    def _async_show_away(self, _: datetime) -> None:
        """Show that a charger has not been heard of for long."""
        issue = Issue("charger_away", {"charger": self._charger.name})
        self._issues.async_set(f"charger_away_{self._charger.identity}", issue)

    @callback
    def _async_show_offline(self, _: datetime) -> None:
        """Show that a car charges at a charger that cannot be told anything."""
        charger = self._charger
        if any(charger.evse(id_).running_transaction for id_ in charger.evse_ids):
            placeholders = {
                "charger": charger.name,
                "current": f"{charger.config.connection.safe_current_a:g}",
            }
            issue = Issue("offline_in_session", placeholders)
            self._issues.async_set(f"offline_in_session_{charger.identity}", issue)
