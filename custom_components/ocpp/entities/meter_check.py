"""The button that asks for a test charge, and the sensor that shows its result."""

from collections.abc import Mapping
from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
)
from homeassistant.const import EntityCategory

from ..site.meter_checks import CheckResult
from ..surplus.checks.evidence import Verdict
from ..surplus.checks.findings import Fault
from ..surplus.checks.trial_charge import NoTrial
from .base import HubEntity

RUNNING, FITS, UNCLEAR = "running", "fits", "unclear"

CHECK_METERS = ButtonEntityDescription(
    key="check_meters",
    translation_key="check_meters",
    entity_category=EntityCategory.DIAGNOSTIC,
)
METER_CHECK = SensorEntityDescription(
    key="meter_check",
    translation_key="meter_check",
    device_class=SensorDeviceClass.ENUM,
    entity_category=EntityCategory.DIAGNOSTIC,
    options=[
        RUNNING,
        FITS,
        UNCLEAR,
        NoTrial.NO_DRAW.value,
        NoTrial.UNPLUGGED.value,
        *(fault.value for fault in Fault),
    ],
)


class CheckMetersButton(HubEntity, ButtonEntity):
    """Has a car charge and pause for about a minute each, and compares the meters with it."""

    @override
    def is_known(self) -> bool:
        return self.hub.site.sources.tell_grid

    @override
    async def async_press(self) -> None:
        """Begin the test charge."""
        self.hub.site.checks.async_begin_test()
        self.hub.site.async_step()


class MeterCheckSensor(HubEntity, SensorEntity):
    """The result of the last test charge."""

    @override
    def is_known(self) -> bool:
        return self.native_value is not None

    @property
    @override
    def native_value(self) -> str | None:
        """Result of the last check; None before the first one."""
        checks = self.hub.site.checks
        if checks.trial is not None:
            return RUNNING
        return None if checks.result is None else _state(checks.result)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, str | float]:
        """The step of the car, and the answer of grid and battery together."""
        result = self.hub.site.checks.result
        if result is None or not isinstance(result.outcome, Verdict):
            return {}
        return {
            "step": round(result.outcome.step_w),
            "answer": round(result.outcome.told_w),
            "checked_at": result.at.isoformat(timespec="seconds"),
        }

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the checks."""
        self.async_follow(self.hub.site.checks.async_subscribe)


def _state(result: CheckResult) -> str:
    outcome = result.outcome
    if isinstance(outcome, NoTrial):
        return outcome.value
    if outcome.findings:
        return outcome.findings[0].fault.value
    return FITS if outcome.fits else UNCLEAR
