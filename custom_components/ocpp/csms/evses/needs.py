"""The needs of a car, as it tells its charger by ISO 15118."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ChargingNeeds:
    """The needs of a car in the present session; None for whatever it has not told.

    `energy_wh` is what it wants, from `told_at` on until it `departs_at`; the currents are per phase. `soc_percent` is its
    state of charge at that time, `capacity_wh` that of its battery; `charged_wh`, what the session had charged by then.
    """

    told_at: datetime
    energy_wh: float | None = None
    departs_at: datetime | None = None
    min_current_a: float | None = None
    max_current_a: float | None = None
    soc_percent: float | None = None
    capacity_wh: float | None = None
    charged_wh: float = 0.0
