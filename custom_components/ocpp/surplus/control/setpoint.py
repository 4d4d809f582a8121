"""Conversion of power to a limit, and the deadband of limits."""

from dataclasses import dataclass
import math

from ..cars.response import Car
from ..model import ChargerSettings

DEADBAND_A = 0.25
"""Least change of a limit worth a message. Less follows more closely and sends more."""


@dataclass(frozen=True, slots=True)
class SetpointConverter:
    """Converter for one charger and its car; `rounding` is that of `SolarPolicy`."""

    settings: ChargerSettings
    car: Car
    rounding: float

    def current_a(self, power_w: float, phases: int) -> float:
        """Return the limit for a power, rounded to the charger's step and within its range."""
        settings = self.settings
        if math.isinf(power_w):
            return settings.max_current_a
        exact_a = power_w / self.car.w_per_a(phases) + self.car.bias_a
        steps = math.floor(exact_a / settings.step_a + self.rounding + 1e-9)
        return min(
            settings.max_current_a, max(settings.min_current_a, steps * settings.step_a)
        )

    def differs(self, current_a: float) -> bool:
        """Return True if a limit differs from the last one by more than the deadband."""
        deadband_a = max(self.settings.step_a, DEADBAND_A)
        return abs(current_a - self.car.offered_a) >= deadband_a - 1e-9
