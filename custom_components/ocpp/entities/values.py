"""Sensors of a connector's values, which change all the time: a state is written when it changes as it is shown, at a pace.

Chargers report digits that nobody sees. Those of energies are written, too; the exact energy of a session at its end.
"""

from collections.abc import Callable, Mapping
from typing import override

from homeassistant.components.sensor import (
    DOMAIN as SENSOR,
    SensorEntity,
    SensorStateClass,
)
from homeassistant.components.sensor.const import UNIT_CONVERTERS
from homeassistant.core import callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.typing import StateType

from ..csms.model import Evse
from .base import MeasuringEntity
from .described import DescribedSensor
from .pace import COUNTED, MEASURED, Pace, PacedWriter

_TOTALS = (SensorStateClass.TOTAL, SensorStateClass.TOTAL_INCREASING)


class ValueSensor(MeasuringEntity[StateType], DescribedSensor):
    """A sensor of one value of a connector."""

    _shown_by: er.RegistryEntry | None = None
    _as_shown: Callable[[float], float] | None = None
    _last_as_shown: float | None = None
    _writer: PacedWriter

    @property
    @override
    def native_value(self) -> StateType:
        """The value that was written last."""
        return self._last

    @override
    def show(self, value: StateType) -> None:
        self._last_as_shown = None

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the connector."""
        self._writer = PacedWriter(self.hass, lambda: self._pace, self._async_write)
        self.async_on_remove(self._writer.async_stop)
        await super().async_added_to_hass()

    @property
    def _is_total(self) -> bool:
        return self.state_class in _TOTALS

    @property
    def _pace(self) -> Pace:
        return COUNTED if self._is_total else MEASURED

    @callback
    @override
    def _async_on_change(self, evse: Evse) -> None:
        value, last = self.measure(evse), self._last
        if value == last:
            return
        # Nothing at all differs from what is merely too little to be shown.
        if not (
            isinstance(value, float) and isinstance(last, float) and value and last
        ) or (self._is_total and evse.running_transaction is None):
            self._writer.async_write_now()
        elif self._is_total or not self._looks_the_same(value, last):
            self._writer.async_write_in_time()

    @callback
    def _async_write(self) -> None:
        value = self.measure(self.evse)
        if value != self._last:
            self.async_show(value)

    def _looks_the_same(self, value: float, last: float) -> bool:
        """Return whether a value is shown like the one that was written last."""
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
