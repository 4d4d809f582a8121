"""The way of a decision of the surplus controller to a connector."""

import asyncio
import logging

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ..csms.errors import CsmsError, NotConnectedError
from ..csms.model import Limit
from .charger import Charger
from .phase_switching import PhaseSwitcher

_LOGGER = logging.getLogger(__name__)


class LimitSender:
    """Sends limits to one connector, one at a time, and skips all but the last of those that come meanwhile.

    A limit that the charger refuses remains requested: the station tries it again later. If a limit needs other phases,
    and an entity of the user's switches them, that is done first.
    """

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, charger: Charger, evse_id: int
    ) -> None:
        """Initialize."""
        self._hass = hass
        self._entry = entry
        self._charger = charger
        self._evse_id = evse_id
        self._phase_switcher = PhaseSwitcher(hass, charger, evse_id)
        self._requested: Limit | None = None
        self._task: asyncio.Task[None] | None = None
        self._reported: str | None = None

    @callback
    def async_request(self, limit: Limit) -> None:
        """Send a limit, unless it is in force or on its way already."""
        self._requested = limit
        if self._task is None and self._differs():
            name = f"ocpp limit {self._charger.identity}/{self._evse_id}"
            self._task = self._entry.async_create_background_task(
                self._hass, self._send(), name
            )

    @callback
    def async_stop(self) -> None:
        """Stop sending limits."""
        self._phase_switcher.async_stop()
        if self._task is not None:
            self._task.cancel()

    def switches_phases_for(self, limit: Limit) -> bool:
        """Return whether a limit waits until the phases are switched, after which it is sent automatically."""
        return self._phase_switcher.busy or self._phase_switcher.must_switch(limit)

    def _differs(self) -> bool:
        evse = self._charger.evse(self._evse_id)
        takes_any = evse.limitable and evse.paused_instead_of_stop is None
        return takes_any and evse.limit != self._requested

    async def _send(self) -> None:
        try:
            while (limit := self._requested) is not None and self._differs():
                if limit.phases is not None and self._phase_switcher.must_switch(limit):
                    await self._phase_switcher.async_switch(limit.phases)
                    continue
                await self._charger.station.limits.set(self._evse_id, limit)
                self._reported = None
        except NotConnectedError:
            # The station sends the limit once the charger has reconnected.
            return
        except CsmsError as err:
            self._report(str(err))
        finally:
            self._task = None

    def _report(self, reason: str) -> None:
        """Log a refusal once, and not at each new limit."""
        if reason != self._reported:
            self._reported = reason
            _LOGGER.warning(
                "Charger %s does not take its limit: %s", self._charger.name, reason
            )
