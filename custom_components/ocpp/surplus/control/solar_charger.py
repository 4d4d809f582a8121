"""Chargers that follow the sun, and the order in which they are served."""

from collections.abc import Iterable
from dataclasses import dataclass
import math

from ..cars.response import Car
from ..cars.wake_up import WakeUp
from ..model import ChargerReading, ChargerSettings, Estimate, Sharing
from ..modes import SolarPolicy
from ..power.phases_apart import Reach
from .phases import phase_options
from .sharing import PowerRequest
from .start_stop import StartStopState

ORDER_HYSTERESIS = 1.1
"""Factor by which a waiting car must be more urgent than a charging one to take its place, since each change costs a start."""
URGENCY_EXPONENT = 2.0
"""Exponent of the urgency in a car's weight: 1 shares in proportion to it, higher values prefer the most urgent, so that more
cars are ready at their departure."""
DEFAULT_NEED_WH = 50000.0
"""Assumed energy need of a car."""
MIN_NEED_WH = 2000.0
DEFAULT_STAY_S = 8 * 3600.0
"""Assumed stay of a car without a departure."""
MIN_STAY_S = 600.0


@dataclass(frozen=True, slots=True)
class SolarCharger:
    """Charger that follows the sun.

    Attributes:
        key: key of the charger.
        reading: its reading.
        settings: its settings, limited to what its car and its circuits allow.
        car: its car.
        start_stop: memory of starts, stops and phases.
        policy: weight of the sun against the grid.
        allowance_w: power that it may draw from the grid.
        decided_s: the instant of the last change of its limit.
        needs_pulse: the car needs a pulse to stay awake.
        wake_up: wake-up in progress.
        reach: power that it can draw on each number of phases, where each phase is paid for by itself.
    """

    key: str
    reading: ChargerReading
    settings: ChargerSettings
    car: Car
    start_stop: StartStopState
    policy: SolarPolicy
    allowance_w: float
    decided_s: float = -math.inf
    needs_pulse: bool = False
    wake_up: WakeUp | None = None
    reach: Reach | None = None

    def reach_w(self, phases: int) -> Estimate | None:
        """Return what it can draw on a number of phases, with its allowance; None without a bound."""
        if self.reach is None or phases not in self.reach:
            return None
        return self.reach[phases] + Estimate.exactly(self.allowance_w)

    def request(self, on_phases: int, now_s: float) -> PowerRequest:
        """Return the power request on a number of phases."""
        settings, car = self.settings, self.car
        max_w = car.expected_w(settings.max_current_a, on_phases)
        min_w = car.expected_w(settings.min_current_a, on_phases)
        if (reach_w := self.reach_w(on_phases)) is not None:
            max_w = max(min_w, min(max_w, reach_w.likely))
        return PowerRequest(
            self.key,
            self.reading.priority,
            min(max_w, max(min_w, self.allowance_w)),
            max_w,
            car.expected_w(car.offered_a, on_phases),
            self._weight(max_w, now_s),
            now_s - self.decided_s,
        )

    def _weight(self, max_w: float, now_s: float) -> float:
        """Return the weight in the sharing: higher for large cars and for urgent ones."""
        return max_w * math.pow(self.urgency(now_s), URGENCY_EXPONENT)

    def urgency(self, now_s: float) -> float:
        """Return the share of its stay during which the car would have to charge at full power."""
        max_phases = max(phase_options(self.settings, self.car))
        max_w = self.car.expected_w(self.settings.max_current_a, max_phases)
        return self.mean_power_w(now_s) / max(1.0, max_w)

    def mean_power_w(self, now_s: float) -> float:
        """Return the mean power with which the car would be ready at its departure."""
        reading = self.reading
        needed_wh = DEFAULT_NEED_WH - reading.charged_wh
        if reading.soc_percent is not None:
            needed_wh = DEFAULT_NEED_WH * (1 - reading.soc_percent / 100)
        stay_s = min(DEFAULT_STAY_S, reading.departs_s - now_s)
        return max(MIN_NEED_WH, needed_wh) * 3600 / max(MIN_STAY_S, stay_s)


def ranked(
    chargers: Iterable[SolarCharger], sharing: Sharing, now_s: float
) -> list[SolarCharger]:
    """Return the chargers in the order in which they are served.

    With strict sharing that is by priority, departure, state of charge and arrival; with fair sharing by priority and urgency.
    A charging car stays ahead of waiting ones unless they are much more urgent.
    """

    def place(charger: SolarCharger) -> tuple[float, ...]:
        reading = charger.reading
        running = charger.start_stop.running
        soc_percent = math.inf if reading.soc_percent is None else reading.soc_percent
        if sharing is Sharing.FAIR:
            urgency = charger.urgency(now_s) * (ORDER_HYSTERESIS if running else 1.0)
            return (-reading.priority, -urgency, soc_percent, reading.plugged_in_s)
        return (
            -reading.priority,
            0 if running else 1,
            reading.departs_s,
            soc_percent,
            reading.plugged_in_s,
        )

    return sorted(chargers, key=place)
