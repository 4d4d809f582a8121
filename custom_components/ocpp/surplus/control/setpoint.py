"""From a power to the limit that has a car draw it, and whether that is worth telling."""

from dataclasses import dataclass
import math

from ..cars.response import Car
from ..model import ChargerSettings

DEADBAND_A = 0.25
"""A limit that differs by less is not worth a message. Less follows closer and sends more."""


@dataclass(frozen=True, slots=True)
class SetpointConverter:
    """How a charger can be set for its car; `rounding` is as in `SolarPolicy`."""

    settings: ChargerSettings
    car: Car
    rounding: float

    def current_a(self, power_w: float, phases: int) -> float:
        """Return the current that draws a power, as finely as the charger can be set, and at least the least."""
        settings = self.settings
        if math.isinf(power_w):
            return settings.max_current_a
        exact_a = power_w / self.car.w_per_a(phases) + self.car.bias_a
        steps = math.floor(exact_a / settings.step_a + self.rounding + 1e-9)
        return min(
            settings.max_current_a, max(settings.min_current_a, steps * settings.step_a)
        )

    def differs(self, current_a: float) -> bool:
        """Return whether a limit differs from the last by enough to be told."""
        deadband_a = max(self.settings.step_a, DEADBAND_A)
        return abs(current_a - self.car.offered_a) >= deadband_a - 1e-9
