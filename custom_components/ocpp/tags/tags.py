"""The tags of a central system: their permission to charge, and their names."""

from collections.abc import Mapping

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from ..chargers.charger import Charger
from ..const import CONF_HOME_ASSISTANT_TAGS
from ..csms.central_system import CentralSystem
from .configured import authority_of, name_of
from .home_assistant import async_report_tag, async_track_tags


class Tags:
    """The tags that may charge at a central system, kept up to date."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        central_system: CentralSystem,
        chargers: Mapping[str, Charger],
    ) -> None:
        """Initialize; `async_start` follows changes."""
        self._hass = hass
        self._entry = entry
        self._central_system = central_system
        self._chargers = chargers
        self._stop_tracking: CALLBACK_TYPE | None = None

    @callback
    def async_start(self) -> None:
        """Follow the tags of Home Assistant."""
        self._stop_tracking = async_track_tags(self._hass, self.async_authorize)

    @callback
    def async_stop(self) -> None:
        """Follow them no longer."""
        if self._stop_tracking is not None:
            self._stop_tracking()

    @callback
    def async_authorize(self) -> None:
        """Give the central system the tags that may charge now."""
        self._central_system.authority = authority_of(self._hass, self._entry)

    @callback
    def async_scanned(self, identity: str, id_token: str) -> None:
        """Report a tag that was presented to a charger, if Home Assistant's own tags are in use."""
        charger = self._chargers.get(identity)
        if charger is None or not self._entry.options.get(
            CONF_HOME_ASSISTANT_TAGS, False
        ):
            return
        self._entry.async_create_task(
            self._hass,
            async_report_tag(self._hass, id_token, charger.device_id),
            "ocpp tag",
        )

    def name(self, id_token: str) -> str | None:
        """Return the name of a tag, if it is set up."""
        return name_of(self._entry, id_token)
