"""Context of a decision on one charger: its car, its owner's policy, and the available power."""

from dataclasses import dataclass

from ..cars.response import Car
from ..model import ChargerSettings, Estimate
from ..modes import SolarPolicy
from ..power.phases_apart import Reach
from .restart_costs import SLOW, RestartCosts, restart_costs

CHANGEABLE_SHARE = 0.85
"""Share of the least charging power that the sun must give on average for more of it to be hoped for: below, it is dusk or a
gray day."""


@dataclass(frozen=True, slots=True)
class DecisionContext:
    """Context of a decision on one charger at one sample of the meters.

    Attributes:
        settings: settings of the charger, limited to what its car and its circuits allow.
        car: its car.
        policy: weight of the sun against the grid.
        available_w: power for the car if all others have their minimum, including its grid allowance.
        average_w: short average of it.
        slow_w: longer average of it.
        long_w: long average of it.
        share_w: the car's share of the power on any number of phases.
        average_share_w: average of that share.
        seconds: time that the sample stands for.
        now_s: the present instant.
        needs_pulse: the car needs a pulse to stay awake.
        headroom_w: power that charging cars keep before this one starts.
        reach: power that it can draw on each number of phases, where each phase is paid for by itself.
        allowance_w: power that it may draw from the grid.
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
    reach: Reach | None = None
    allowance_w: float = 0.0

    def within_reach_w(self, power_w: float, phases: int) -> float:
        """Return the part of a power that the car can use on a number of phases without import on one of them."""
        if self.reach is None or phases not in self.reach:
            return power_w
        return min(power_w, self.reach[phases].likely + self.allowance_w)

    @property
    def costs(self) -> RestartCosts:
        """Costs of a stop and a later start of the car."""
        return restart_costs(self.car.return_s)

    def min_w(self, phases: int) -> float:
        """Return the power at the minimum current on a number of phases."""
        return self.car.expected_w(self.settings.min_current_a, phases)

    def max_w(self, phases: int) -> float:
        """Return the power at the maximum current on a number of phases."""
        return self.car.expected_w(self.settings.max_current_a, phases)

    def start_w(self, phases: int) -> float:
        """Return the power from which the car starts on a number of phases."""
        share = self.policy.start_share(self.costs.start_margin)
        return share * self.min_w(phases) + self.headroom_w

    def is_worth_a_pulse(self, phases: int) -> bool:
        """Return True if the sun may soon be back for a car on a number of phases, so that it is to stay awake."""
        share = self.policy.start_share(SLOW.start_margin)
        min_w = self.min_w(phases)
        return (
            self.long_w >= min(share, CHANGEABLE_SHARE) * min_w + self.headroom_w
            and self.hoped_w >= share * min_w + self.headroom_w
        )

    @property
    def hoped_w(self) -> float:
        """Power that changeable weather may bring back: as far above the long average as it is below it now."""
        return self.long_w + max(0.0, self.long_w - self.slow_w)

    def benefit_w(self, available_w: float, phases: int) -> float:
        """Return the benefit of charging in watts of sun, less the weighted import."""
        sun_w = max(0.0, self.within_reach_w(available_w, phases))
        min_w = self.min_w(phases)
        power_w = max(min_w, min(sun_w, self.max_w(phases)))
        deficit_w = max(0.0, power_w - sun_w)
        benefit_w = min(power_w, sun_w) - self.policy.import_aversion * deficit_w
        if deficit_w > 0 and not self.policy.tops_up:
            return min(benefit_w, -min(1.0, self.policy.import_aversion) * deficit_w)
        return benefit_w

    def benefit_wh(self, available_w: float, phases: int) -> float:
        """Return the benefit of charging for the time of the sample, in watt-hours of sun."""
        return self.benefit_w(available_w, phases) * self.seconds / 3600
