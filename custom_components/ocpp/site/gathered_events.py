"""Events of chargers, gathered where there are so many that a step for each would take all the time there is."""

from datetime import datetime

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

FEW = 20
"""The number of connectors up to which each event is answered at once."""
WAIT_S_PER_PLACE = 0.002
"""The time for which the events of a large site are gathered: twice what a step takes for each connector, or more."""


class GatheredEvents:
    """The events of a site's chargers, and the step that they lead to.

    A step looks at all connectors. When hundreds of chargers come back together, it must not be taken for each of them.
    """

    def __init__(
        self, hass: HomeAssistant, step: CALLBACK_TYPE, reevaluate: CALLBACK_TYPE
    ) -> None:
        """Initialize with a step, and with one that plans anew, too."""
        self.places = 0
        """The number of connectors."""
        self._hass = hass
        self._step = step
        self._reevaluate = reevaluate
        self._situation_changed = False
        self._cancel: CALLBACK_TYPE | None = None

    @callback
    def async_note(self) -> None:
        """Take a step for an event."""
        self._async_gather()

    @callback
    def async_note_situation(self) -> None:
        """Take a step and plan anew, for an event that plans do not expect."""
        self._situation_changed = True
        self._async_gather()

    @callback
    def async_stop(self) -> None:
        """Take no more steps."""
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    @callback
    def _async_gather(self) -> None:
        if self.places <= FEW:
            self._async_answer()
        elif self._cancel is None:
            wait_s = WAIT_S_PER_PLACE * self.places
            self._cancel = async_call_later(self._hass, wait_s, self._async_answer)

    @callback
    def _async_answer(self, _: datetime | None = None) -> None:
        self._cancel = None
        changed, self._situation_changed = self._situation_changed, False
        if changed:
            self._reevaluate()
        else:
            self._step()
