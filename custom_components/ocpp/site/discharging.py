"""Cars that feed in, as a schedule from outside wants it."""

from dataclasses import replace
from datetime import datetime

from ..chargers.charger import Charger
from ..chargers.external_schedule import limit_at
from ..chargers.state_of_charge import SocReport
from ..csms.model import Limit

FRESH_S = 900.0
"""The time for which a state of charge holds while a car feeds in."""


def with_setpoint(
    limit: Limit,
    charger: Charger,
    evse_id: int,
    soc: SocReport | None,
    now: datetime,
) -> Limit:
    """Return a limit with the current that the car of a connector is to feed in, if it may.

    It never does below the state of charge that its owner keeps, nor while it is not certain to have more. The maximum
    that the owner has set holds in both directions; 0 A pauses.
    """
    scheduled_a = limit_at(charger.preferences_of(evse_id).schedule, now)
    if scheduled_a is None or scheduled_a >= 0 or limit.current_a > 0:
        return limit
    reserve_percent = charger.soc_floor_percent(evse_id)
    is_fresh = soc is not None and now.timestamp() - soc.told_s < FRESH_S
    known_percent = soc.percent if soc is not None and is_fresh else 0.0
    maximum_a = charger.maximum_current_a(evse_id)
    may = charger.station.capabilities.discharges and known_percent >= reserve_percent
    if not may or maximum_a == 0:
        return limit
    return replace(limit, setpoint_a=max(scheduled_a, -maximum_a))
