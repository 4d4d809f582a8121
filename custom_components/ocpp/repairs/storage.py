"""The repairs of stored data: files that cannot be written, and files that were damaged."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.storage import STORAGE_DIR

from ..chapters import learn_more_url
from ..const import DOMAIN
from ..issues import Issue, Issues
from ..storage.health import StorageHealth


@callback
def async_forget_damage(hass: HomeAssistant, entry_id: str) -> None:
    """Delete the repairs of the damaged files of a central system that is removed."""
    beginning = f"storage_damaged_{DOMAIN}.{entry_id}"
    for domain, issue_id in tuple(ir.async_get(hass).issues):
        if domain == DOMAIN and issue_id.startswith(beginning):
            ir.async_delete_issue(hass, DOMAIN, issue_id)


class StorageRepairs:
    """The repairs of the stored data of one central system."""

    def __init__(
        self, hass: HomeAssistant, entry_id: str, health: StorageHealth
    ) -> None:
        """Initialize, and follow the health of the files."""
        self._hass = hass
        self._entry_id = entry_id
        self._health = health
        self._issues = Issues(hass)
        self._unsubscribe = health.async_subscribe(self._async_on_change)

    @callback
    def async_stop(self) -> None:
        """Follow it no longer, and delete what goes away by itself."""
        self._unsubscribe()
        self._issues.async_clear()

    @callback
    def _async_on_change(self) -> None:
        folder = self._hass.config.path(STORAGE_DIR)
        reason, issue = self._health.reason, None
        if reason is not None:
            placeholders = {"folder": folder, "reason": reason}
            issue = Issue("storage_unwritable", placeholders, ir.IssueSeverity.ERROR)
        self._issues.async_set(f"storage_unwritable_{self._entry_id}", issue)
        for name, set_aside in self._health.damaged.items():
            self._async_show_damage(folder, name, set_aside)

    @callback
    def _async_show_damage(self, folder: str, name: str, set_aside: str) -> None:
        """Show a damaged file until the owner has taken note, even after a restart."""
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            f"storage_damaged_{name}",
            is_fixable=True,
            is_persistent=True,
            learn_more_url=learn_more_url("storage_damaged"),
            severity=ir.IssueSeverity.ERROR,
            translation_key="storage_damaged",
            translation_placeholders={"file": f"{folder}/{set_aside}"},
        )
