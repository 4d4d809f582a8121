"""The repairs of a charger and its connectors."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..chargers.charger import Charger
from ..csms.model import Evse, Snapshot
from ..issues import Issue, Issues


class ChargerRepairs:
    """The repairs of one charger; they come and go with their causes."""

    def __init__(self, hass: HomeAssistant, charger: Charger) -> None:
        """Initialize, and create the repairs that are due already."""
        self._charger = charger
        self._issues = Issues(hass)
        self._causes: dict[int, tuple[bool, bool]] = {}
        station = charger.station
        self._unsubscribe = [station.subscribe(self._async_on_station)]
        self._async_on_station(station.snapshot)
        for evse_id in charger.evse_ids:
            self._unsubscribe.append(
                station.subscribe_evse(evse_id, self._async_on_evse)
            )
            self._async_on_evse(charger.evse(evse_id))

    @callback
    def async_stop(self) -> None:
        """Follow the charger no longer; its repairs stay for as long as it is set up."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()

    @callback
    def async_clear(self) -> None:
        """Delete the repairs of a charger that was removed."""
        self.async_stop()
        self._issues.async_clear()

    @callback
    def _async_on_station(self, snapshot: Snapshot) -> None:
        status = snapshot.firmware.status if snapshot.firmware else None
        failed = None
        if status is not None and status.failed:
            placeholders = {"charger": self._charger.name, "status": status.value}
            failed = Issue("firmware_failed", placeholders)
        self._issues.async_set(f"firmware_failed_{self._charger.identity}", failed)

    @callback
    def _async_on_evse(self, evse: Evse) -> None:
        ignores_limits, session_goes_on = causes = (
            evse.ignores_limits,
            evse.paused_instead_of_stop is not None,
        )
        if causes == self._causes.get(evse.id):
            # This is called at each meter value.
            return
        self._causes[evse.id] = causes
        identifier = self._charger.evse_identifier(evse.id)
        placeholders = {"charger": self._charger.name, "connector": str(evse.id)}
        for key, severity, applies in (
            ("limits_ignored", ir.IssueSeverity.ERROR, ignores_limits),
            ("session_goes_on", ir.IssueSeverity.WARNING, session_goes_on),
        ):
            issue = Issue(key, placeholders, severity) if applies else None
            self._issues.async_set(f"{key}_{identifier}", issue)
