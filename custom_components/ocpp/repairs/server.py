"""The repairs of the central system: its certificate, and connections that it refused."""

from collections.abc import Mapping
from datetime import datetime

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from ..const import CONF_CERTIFICATE, CONF_PRIVATE_KEY
from ..csms.server.refusals import RefusalReason, RefusedConnection, RefusedConnections
from ..issues import FixData, Issue, Issues
from .fixes.certificate import certificate_fix
from .fixes.password import password_fix


class CertificateRepair:
    """The repair of a certificate of the owner's that cannot be used, or expires soon."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Initialize without a repair."""
        self._entry = entry
        self._issues = Issues(hass)

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
        data, entry_id = self._entry.data, self._entry.entry_id
        files = {
            "certificate": str(data.get(CONF_CERTIFICATE, "–")),
            "private_key": str(data.get(CONF_PRIVATE_KEY, "–")),
        }
        issue = Issue(
            key,
            {**placeholders, **files},
            ir.IssueSeverity.ERROR,
            certificate_fix(entry_id),
        )
        self._issues.async_set(f"certificate_{entry_id}", issue)


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
                fix_data=_fix_of(refused),
                own_placeholders={"url": self._charger_url},
            )
        self._issues.async_set(f"refused_{self._entry_id}_{address}", issue)


def _fix_of(refused: RefusedConnection) -> FixData | None:
    """Return the data of the flow that fixes a refusal; None if it cannot be fixed from here."""
    if refused.reason is not RefusalReason.PASSWORD:
        return None
    return password_fix(refused.identity or "")
