"""The repairs of the central system: its certificate, and connections that it refused."""

from collections.abc import Mapping
from datetime import datetime

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from ..csms.server.refusals import RefusedConnection, RefusedConnections
from ..issues import Issue, Issues


class CertificateRepair:
    """The repair of a certificate of the owner's that cannot be used, or expires soon."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Initialize without a repair."""
        self._issues = Issues(hass)
        self._id = f"certificate_{entry_id}"

    @callback
    def async_show_unusable(self, reason: str) -> None:
        """Show the reason why it cannot be used."""
        self._async_show("certificate_unusable", {"reason": reason})

    @callback
    def async_show_expiry(self, expires_at: datetime) -> None:
        """Show the day on which it expires."""
        day = dt_util.as_local(expires_at).date().isoformat()
        self._async_show("certificate_expires", {"date": day})

    @callback
    def async_clear(self) -> None:
        """Delete the repair."""
        self._issues.async_clear()

    @callback
    def _async_show(self, key: str, placeholders: Mapping[str, str]) -> None:
        issue = Issue(key, placeholders, ir.IssueSeverity.ERROR)
        self._issues.async_set(self._id, issue)


class RefusalRepairs:
    """The repairs of addresses that keep failing to connect; one for each address."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry_id: str,
        charger_url: str,
        refused: RefusedConnections,
    ) -> None:
        """Initialize, and follow the refusals; `charger_url` is what chargers should connect to."""
        self._issues = Issues(hass)
        self._entry_id = entry_id
        self._charger_url = charger_url
        self._unsubscribe = refused.subscribe(self._async_on_refused)

    @callback
    def async_stop(self) -> None:
        """Delete all repairs."""
        self._unsubscribe()
        self._issues.async_clear()

    @callback
    def _async_on_refused(
        self, address: str, refused: RefusedConnection | None
    ) -> None:
        issue = None
        if refused is not None:
            issue = Issue(
                f"refused_{refused.reason}",
                {
                    "address": address,
                    "charger": refused.identity or "?",
                    "reason": refused.detail,
                },
                own_placeholders={"url": self._charger_url},
            )
        self._issues.async_set(f"refused_{self._entry_id}_{address}", issue)
