"""The reading of a connector that the surplus controller decides by."""

from datetime import datetime

from ..chargers.charger import Charger
from ..chargers.external_schedule import limit_at
from ..config.vehicle import Vehicle
from ..csms.evses.external_limit import lowest_a
from ..csms.evses.status import ConnectorStatus
from ..csms.model import Evse
from ..surplus.model import ChargerReading, ChargerSettings
from ..surplus.modes import FULL_POWER_MODE, PAUSE_MODE

DRAWING_A = 1.0
"""The current from which on a car is taken to charge, whatever its charger's status."""


def read_charger(
    charger: Charger, evse_id: int, plugged_in_s: float, now: datetime
) -> ChargerReading:
    """Return the present reading of a connector, with the preferences of its owner."""
    evse = charger.evse(evse_id)
    meter = evse.meter
    maximum_a = charger.maximum_current_a(evse_id)
    preferences = charger.preferences_of(evse_id)
    mode = preferences.mode
    scheduled_a = limit_at(preferences.schedule, now)
    if scheduled_a is not None:
        maximum_a, mode = min(maximum_a, scheduled_a), FULL_POWER_MODE
    imposed_a = lowest_a(evse.external_limits, now)
    if imposed_a is not None:
        maximum_a = min(maximum_a, imposed_a)
    vehicle = charger.vehicle_of(evse_id)
    maximum_a = min(maximum_a, vehicle.max_current_a or maximum_a)
    minimum_a = least_current_a(charger.minimum_current_a, vehicle, maximum_a)
    in_session = (
        evse.running_transaction is not None or evse.stopped_for_pause is not None
    )
    return ChargerReading(
        settings=ChargerSettings(
            phases=charger.config.phases,
            min_current_a=minimum_a,
            max_current_a=max(maximum_a, minimum_a),
            connection=charger.config.connection,
            switches_phases=charger.switches_phases,
            chosen_phases=charger.chosen_phases(evse_id),
            switch_pause_s=charger.phase_pause_s,
        ),
        mode=mode if maximum_a >= minimum_a else PAUSE_MODE,
        connected=charger.station.connected,
        ready=(
            charger.station.connected
            and in_session
            and _is_in_order(evse)
            and not evse.external_profile
        ),
        charging=evse.status is ConnectorStatus.CHARGING
        or (meter.current_a or 0) >= DRAWING_A,
        current_a=meter.current_a,
        phases_in_use=meter.phases_in_use or None,
        voltage_v=meter.voltage_v,
        power_w=meter.power_with_current_w,
        measured_at_s=None
        if meter.current_sampled_at is None
        else meter.current_sampled_at.timestamp(),
        solar_share_percent=preferences.solar.solar_share_percent,
        soc_floor_percent=charger.soc_floor_percent(evse_id),
        priority=preferences.solar.priority,
        plugged_in_s=plugged_in_s,
        vehicle_phases=vehicle.phases,
    )


def least_current_a(charger_a: float, vehicle: Vehicle, maximum_a: float) -> float:
    """Return the least current that charger and vehicle charge with, where it is not more than the maximum."""
    least_a = max(charger_a, vehicle.min_current_a or charger_a)
    return max(charger_a, min(least_a, maximum_a))


def _is_in_order(evse: Evse) -> bool:
    """Return whether a connector is in service, or out of it because it was paused that way."""
    if evse.status is ConnectorStatus.UNAVAILABLE:
        return evse.stopped_for_pause is not None
    return evse.status not in (None, ConnectorStatus.FAULTED)
