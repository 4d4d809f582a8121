"""Simulated car."""

from dataclasses import dataclass

NOMINAL_VOLTAGE_V = 230.0
MIN_CURRENT_A = 6.0


@dataclass(slots=True)
class Car:
    """Car with the habits of real ones: it wakes slowly, ramps, and draws less than offered.

    `step` lets time pass; `current_a` is its current per phase after that. It charges on no more than `phases`, nor on more
    than it is offered, and with no less than `least_a`.
    """

    phases: int = 3
    max_current_a: float = 16.0
    offset_a: float = 0.4
    least_a: float = 0.0
    ramp_a_per_s: float = 2.0
    wake_up_s: float = 6.0
    reaction_s: float = 1.0
    current_a: float = 0.0
    _offered_a: float = 0.0
    _since_offer_s: float = 0.0
    _offered_phases: int = 3

    @property
    def phases_in_use(self) -> int:
        """Number of phases on which it charges."""
        return min(self.phases, self._offered_phases)

    @property
    def power_w(self) -> float:
        """Power on all its phases."""
        return self.current_a * self.phases_in_use * NOMINAL_VOLTAGE_V

    @property
    def charging(self) -> bool:
        """True if it draws current."""
        return self.current_a > 0

    def step(self, offered_a: float, seconds: float, offered_phases: int = 3) -> None:
        """Let `seconds` pass with a limit on a number of phases; a change of phases interrupts the car."""
        changes_over = offered_phases != self._offered_phases
        self._offered_phases = offered_phases
        if changes_over or offered_a < MIN_CURRENT_A:
            self._offered_a, self._since_offer_s = 0.0, 0.0
            self.current_a = 0.0
            return
        if offered_a != self._offered_a:
            waking = self._offered_a == 0.0
            self._since_offer_s = (
                0.0 if waking or self.charging else self._since_offer_s
            )
            self._offered_a = offered_a
        self._since_offer_s += seconds
        if self._since_offer_s <= (
            self.reaction_s if self.charging else self.wake_up_s
        ):
            return
        wanted_a = min(offered_a - self.offset_a, self.max_current_a)
        wanted_a = max(wanted_a, self.least_a)
        step_a = self.ramp_a_per_s * seconds
        change_a = max(-step_a, min(step_a, wanted_a - self.current_a))
        self.current_a = max(0.0, self.current_a + change_a)
