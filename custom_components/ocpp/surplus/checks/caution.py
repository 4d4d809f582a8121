"""Caution while the meters cannot be trusted: what looks like sun may be bought."""

from collections.abc import Iterable
from dataclasses import replace
import math

from ..cars.response import NOMINAL_VOLTAGE_V
from ..model import ChargerReading
from ..modes import FULL_POWER_MODE, PAUSE_MODE
from ..sensing.told import Told, ToldSite
from .findings import Fault, Finding


def cautious(reading: ChargerReading) -> ChargerReading:
    """Return the reading of a charger that must not follow the sun: it draws what its owner lets it buy, or nothing."""
    if not reading.mode.policy.follows_sun:
        return reading
    settings = reading.settings
    allowed_a = reading.allowance_w / (settings.phases * NOMINAL_VOLTAGE_V)
    if allowed_a < settings.min_current_a:
        return replace(reading, mode=PAUSE_MODE)
    maximum_a = min(settings.max_current_a, allowed_a)
    if maximum_a < settings.max_current_a:
        steps = math.floor(maximum_a / settings.step_a + 1e-9)
        maximum_a = max(settings.min_current_a, steps * settings.step_a)
    limited = replace(settings, max_current_a=maximum_a)
    return replace(reading, mode=FULL_POWER_MODE, settings=limited)


def as_found(told: ToldSite, findings: Iterable[Finding]) -> ToldSite:
    """Return what the sources tell, with a grid meter that does not see the import as one of the export alone."""
    if not told.grid or not any(
        finding.fault is Fault.IMPORT_UNSEEN for finding in findings
    ):
        return told
    # A phase that stands at zero may import whatever it likes.
    phases = () if told.grid_phases == told.grid else told.grid_phases
    exports = tuple(map(_negated, told.grid))
    return replace(told, grid=(), exports=exports, grid_phases=phases)


def _negated(told: Told) -> Told:
    return told if told.value is None else replace(told, value=-told.value)
