"""A car that can feed energy in."""

from dataclasses import dataclass

from tests.simulator.car import Car


@dataclass(slots=True)
class V2xCar(Car):
    """Car that charges and discharges; its current is negative while it discharges."""

    max_discharge_a: float = 16.0

    def follow(self, setpoint_a: float, seconds: float) -> None:
        """Let `seconds` pass with a current that it has to keep to."""
        wanted_a = min(max(setpoint_a, -self.max_discharge_a), self.max_current_a)
        step_a = self.ramp_a_per_s * seconds
        self.current_a += max(-step_a, min(step_a, wanted_a - self.current_a))
