"""Conversion of power to a limit."""

from dataclasses import dataclass
import math

from ..cars.response import Car
from ..model import ChargerSettings

NOISE_A = 0.05
"""Current beyond its step by which a limit must be wrong to be worth a message. Less follows noise."""


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
        exact_a = self._exact_a(power_w, phases)
        steps = math.floor(exact_a / settings.step_a + self.rounding + 1e-9)
        return min(
            settings.max_current_a, max(settings.min_current_a, steps * settings.step_a)
        )

    def changed_a(self, power_w: float, phases: int) -> float | None:
        """Return the limit for a power; None if the present one is as good, but for noise."""
        current_a, offered_a = self.current_a(power_w, phases), self.car.offered_a
        if abs(current_a - offered_a) < self.settings.step_a - 1e-9:
            return None
        # The power that the present limit is best for lies within half a step around this.
        centre_a = offered_a + self.settings.step_a * (0.5 - self.rounding)
        off_a = abs(self._exact_a(power_w, phases) - centre_a)
        return current_a if off_a >= self.settings.step_a / 2 + NOISE_A else None

    def _exact_a(self, power_w: float, phases: int) -> float:
        drawn_a = power_w / self.car.w_per_a(phases)
        if drawn_a <= self.car.floor_a:
            # It draws no less; should that be wrong, the least limit shows it.
            return self.settings.min_current_a
        return drawn_a + self.car.bias_a
