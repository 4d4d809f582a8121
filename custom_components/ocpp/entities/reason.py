"""The reason why a connector charges or not."""

from datetime import datetime
from typing import override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntityDescription
from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.event import async_call_later

from ..surplus.explain.reasons import Reason
from .described import DescribedSensor
from .plan import DecisionEntity

REASON = SensorEntityDescription(
    key="reason",
    translation_key="reason",
    device_class=SensorDeviceClass.ENUM,
    options=[reason.value for reason in Reason],
)
FLEETING = frozenset({Reason.STARTING, Reason.NO_SESSION})
"""Reasons that are usually over in a moment; each would be an entry in the logbook."""
FLEETING_S = 10.0
"""The time after which a fleeting reason is shown after all."""


class ReasonSensor(DecisionEntity, DescribedSensor):
    """The reason why a connector charges or not; a fleeting one is shown once it lasts."""

    _reason: Reason | None = None
    _stop_waiting: CALLBACK_TYPE | None = None

    @property
    @override
    def native_value(self) -> str | None:
        """The reason."""
        return self._reason

    @override
    def async_subscribe(self) -> CALLBACK_TYPE:
        self._reason = self._present
        self.async_on_remove(self._async_wait_no_longer)
        return self.site.explanations.async_subscribe(
            self.identifier, self._async_on_reason
        )

    @property
    def _present(self) -> Reason | None:
        return self.site.explanations.reason(self.identifier)

    @callback
    def _async_on_reason(self) -> None:
        self._async_wait_no_longer()
        if self._present in FLEETING:
            self._stop_waiting = async_call_later(
                self.hass, FLEETING_S, self._async_on_lasting
            )
        else:
            self._async_show()

    @callback
    def _async_wait_no_longer(self) -> None:
        if self._stop_waiting is not None:
            self._stop_waiting()
            self._stop_waiting = None

    @callback
    def _async_on_lasting(self, _: datetime) -> None:
        self._stop_waiting = None
        self._async_show()

    @callback
    def _async_show(self) -> None:
        if self._present is not self._reason:
            self._reason = self._present
            self.async_write_ha_state()
