"""Sensors of values that change all the time: a state is written when it changes as it is shown.

Chargers report digits that nobody sees. Those of energies are written, too, but within a minute; the exact energy of a
session at its end.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import override

from homeassistant.components.sensor import (
    DOMAIN as SENSOR,
    SensorEntity,
    SensorStateClass,
)
from homeassistant.components.sensor.const import UNIT_CONVERTERS
from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.typing import StateType

from ..csms.model import Evse
from .base import MeasuringEntity
from .described import DescribedSensor

EXACT_WITHIN = timedelta(minutes=1)
"""The time within which an energy is written to its last digit."""

_TOTALS = (SensorStateClass.TOTAL, SensorStateClass.TOTAL_INCREASING)


class ValueSensor(MeasuringEntity[StateType], DescribedSensor):
    """A sensor of one value of a connector."""

    _shown_by: er.RegistryEntry | None = None
    _as_shown: Callable[[float], float] | None = None
    _last_as_shown: float | None = None
    _cancel_exact: CALLBACK_TYPE | None = None

    @property
    @override
    def native_value(self) -> StateType:
        """The value that was written last."""
        return self._last

    @override
    def show(self, value: StateType) -> None:
        self._last_as_shown = None

    @override
    async def async_will_remove_from_hass(self) -> None:
        """Write nothing any more."""
        if self._cancel_exact is not None:
            self._cancel_exact()
        await super().async_will_remove_from_hass()

    @callback
    @override
    def _async_on_change(self, evse: Evse) -> None:
        value = self.measure(evse)
        if value == self._last:
            return
        if self._is_shown(value):
            if self.state_class not in _TOTALS:
                return
            if evse.running_transaction is not None:
                self._async_write_exactly_soon()
                return
        self.async_show(value)

    def _is_shown(self, value: StateType) -> bool:
        """Return whether a value looks like the one that was written last."""
        last = self._last
        if not (isinstance(value, float) and isinstance(last, float)):
            return False
        # Nothing at all differs from what is merely too little to be shown.
        if not value or not last:
            return False
        if self.registry_entry is not self._shown_by:
            self._shown_by = self.registry_entry
            self._as_shown = as_shown_by(self)
            self._last_as_shown = None
        as_shown = self._as_shown
        if as_shown is None:
            return False
        if self._last_as_shown is None:
            self._last_as_shown = as_shown(last)
        return as_shown(value) == self._last_as_shown

    @callback
    def _async_write_exactly_soon(self) -> None:
        if self._cancel_exact is None:
            self._cancel_exact = async_call_later(
                self.hass, EXACT_WITHIN, self._async_write_exactly
            )

    @callback
    def _async_write_exactly(self, _: datetime) -> None:
        self._cancel_exact = None
        value = self.measure(self.evse)
        if value != self._last:
            self.async_show(value)


def as_shown_by(sensor: SensorEntity) -> Callable[[float], float] | None:
    """Return the rounding of a sensor's native values to what is shown: in its unit, with its digits.

    None means that all digits are shown.
    """
    entry = sensor.registry_entry
    options: Mapping[str, int] = {} if entry is None else entry.options.get(SENSOR, {})
    digits = options.get("display_precision")
    if digits is None and sensor.suggested_display_precision is not None:
        digits = options.get("suggested_display_precision")
    if digits is None:
        return None
    native, unit = sensor.native_unit_of_measurement, sensor.unit_of_measurement
    converter = UNIT_CONVERTERS.get(sensor.device_class)
    if converter is None or native == unit:
        return lambda value: round(value, digits)
    convert = converter.converter_factory(native, unit)
    return lambda value: round(convert(value), digits)
