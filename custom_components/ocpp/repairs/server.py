"""Repairs that concern the central system as a whole: its certificate, and who tries to get in."""

from datetime import datetime

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..csms.server.refusals import RefusedConnection, RefusedConnections

# What strangers call themselves is shown as Markdown, and must not become a link or a picture there.
_HARMLESS = str.maketrans("[]<>`", "()()'")


class CertificateRepair:
    """The repair for a certificate of the owner's that cannot be used, or not for long."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Initialize."""
        self._hass = hass
        self._id = f"certificate_{entry_id}"
        self._told: tuple[str, str] | None = None

    @callback
    def async_tell_unusable(self, reason: str) -> None:
        """Tell why it cannot be used."""
        self._async_tell("certificate_unusable", "reason", reason)

    @callback
    def async_tell_expiry(self, expires_at: datetime) -> None:
        """Tell when it ends."""
        day = dt_util.as_local(expires_at).date().isoformat()
        self._async_tell("certificate_expires", "date", day)

    @callback
    def async_take_back(self) -> None:
        """Tell that all is well."""
        if self._told is not None:
            self._told = None
            ir.async_delete_issue(self._hass, DOMAIN, self._id)

    @callback
    def _async_tell(self, key: str, placeholder: str, detail: str) -> None:
        if self._told != (key, detail):
            self._told = (key, detail)
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                self._id,
                is_fixable=False,
                severity=ir.IssueSeverity.ERROR,
                translation_key=key,
                translation_placeholders={placeholder: detail},
            )


class RefusalRepairs:
    """The repairs for addresses that keep trying what cannot be let happen; one for each."""

    def __init__(
        self, hass: HomeAssistant, entry_id: str, refused: RefusedConnections
    ) -> None:
        """Initialize, and tell from now on."""
        self._hass = hass
        self._entry_id = entry_id
        self._addresses: set[str] = set()
        self._unsubscribe = refused.subscribe(self._async_tell)

    @callback
    def async_stop(self) -> None:
        """Take all of them back."""
        self._unsubscribe()
        for address in tuple(self._addresses):
            self._async_tell(address, None)

    @callback
    def _async_tell(self, address: str, refused: RefusedConnection | None) -> None:
        issue_id = f"refused_{self._entry_id}_{address}"
        if refused is None:
            self._addresses.discard(address)
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
            return
        self._addresses.add(address)
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            issue_id,
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key=f"refused_{refused.reason}",
            translation_placeholders={
                "address": address,
                "charger": (refused.identity or "?").translate(_HARMLESS),
                "reason": refused.detail.translate(_HARMLESS),
            },
        )
