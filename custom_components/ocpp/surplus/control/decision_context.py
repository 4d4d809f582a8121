"""What a decision is made in: one charger, its car, what its owner wants, and the power that is there for it."""

from dataclasses import dataclass

from ..cars.response import Car
from ..model import ChargerSettings, Estimate
from ..modes import SolarPolicy


@dataclass(frozen=True, slots=True)
class DecisionContext:
    """One charger at one sample of the meters.

    `available_w` is what the car may draw when all others have the least, counting what its owner lets it take from the
    grid; `average_w`, `slow_w` and `long_w` are the same averaged over ever longer times. `share_w` is what it would get among
    the others on any number of phases, now and on average. The sample stands for `seconds`. `needs_pulse` means that the car
    has been paused for as long as it bears. `headroom_w` is what shall be left to those that charge already before it starts.
    """

    settings: ChargerSettings
    car: Car
    policy: SolarPolicy
    available_w: Estimate
    average_w: float
    slow_w: float
    long_w: float
    share_w: float
    average_share_w: float
    seconds: float
    now_s: float
    needs_pulse: bool = False
    headroom_w: float = 0.0

    def min_w(self, phases: int) -> float:
        """Return what the car draws at the least current when it is given so many phases."""
        return self.car.expected_w(self.settings.min_current_a, phases)

    def max_w(self, phases: int) -> float:
        """Return what the car draws at the most."""
        return self.car.expected_w(self.settings.max_current_a, phases)

    def start_w(self, phases: int) -> float:
        """Return what there must be before the car starts on so many phases."""
        return self.policy.start_share * self.min_w(phases) + self.headroom_w

    def benefit_w(self, available_w: float, phases: int) -> float:
        """Return what running gains, in watts of sun: what comes from the grid counts against it."""
        sun_w = max(0.0, available_w)
        min_w = self.min_w(phases)
        power_w = max(min_w, min(sun_w, self.max_w(phases)))
        deficit_w = max(0.0, power_w - sun_w)
        benefit_w = min(power_w, sun_w) - self.policy.import_aversion * deficit_w
        if deficit_w > 0 and not self.policy.tops_up:
            return min(benefit_w, -deficit_w)
        return benefit_w

    def benefit_wh(self, available_w: float, phases: int) -> float:
        """Return what running gains while the sample lasts, in watt-hours of sun."""
        return self.benefit_w(available_w, phases) * self.seconds / 3600
