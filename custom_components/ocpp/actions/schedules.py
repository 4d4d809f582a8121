"""The action by which energy managers set a schedule of limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import probatio

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.util import dt as dt_util

from ..chargers.external_schedule import VALID_AFTER_LAST, ScheduledLimit
from ..csms.devices.capabilities import Unit
from ..errors import translated_errors, validation_error
from . import fields
from .base import Action
from .feasible import feasible_limit, watts_per_ampere
from .permissions import controllers_of_targets
from .targets import ATTR_CHARGER_ID, Target, async_target

CANNOT_DISCHARGE = "cannot_discharge"
ATTR_TX_PROFILE = "tx_profile"
ATTR_SCHEDULE = "schedule"
ATTR_START_PERIOD = "start_period"
ATTR_LIMIT = "limit"
ATTR_CHARGING_RATE_UNIT = "charging_rate_unit"

PERIOD = probatio.Schema(
    {
        probatio.Required(ATTR_START_PERIOD): fields.moment,
        probatio.Required(ATTR_LIMIT): fields.number(),
    }
)
TX_PROFILE = probatio.All(
    fields.mapping,
    probatio.Schema(
        {
            probatio.Required(ATTR_SCHEDULE): fields.list_of(PERIOD),
            probatio.Optional(
                ATTR_CHARGING_RATE_UNIT, default=Unit.WATT
            ): fields.option(Unit),
        }
    ),
)


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry of a schedule: the limit in its own unit that is asked for, and the one that can be set."""

    limit: ScheduledLimit
    asked: float
    reason: str | None


async def _set_tx_profile(call: ServiceCall) -> ServiceResponse:
    target, given = async_target(call), call.data[ATTR_TX_PROFILE]
    in_watts = given[ATTR_CHARGING_RATE_UNIT] is Unit.WATT
    charger, evse_id = target.charger, target.evse_ids[0]
    per_ampere = watts_per_ampere(charger, evse_id) if in_watts else 1.0
    entries = sorted(
        (_entry(target, period, per_ampere) for period in given[ATTR_SCHEDULE]),
        key=lambda entry: entry.limit.starts_at,
    )
    if len({entry.limit.starts_at for entry in entries}) != len(entries):
        raise validation_error("schedule_repeats_itself")
    to_come = _to_come(entries, dt_util.utcnow())
    schedule = tuple(entry.limit for entry in to_come)
    with translated_errors(target.charger):
        for evse_id in target.evse_ids:
            target.charger.station.limits.release_external_profile(evse_id)
            target.charger.async_set_schedule(evse_id, schedule)
    return {
        "schedule": [
            {
                "start": entry.limit.starts_at.isoformat(),
                "limit_amps": entry.limit.current_a,
                "asked": entry.asked,
                "reason": entry.reason,
            }
            for entry in to_come
        ],
        "past_entries": len(entries) - len(to_come),
    }


def _to_come(entries: list[_Entry], now: datetime) -> list[_Entry]:
    """Return the entry that holds now and all later ones.

    Raises:
        ServiceValidationError: when there is none.
    """
    ends_at = entries[-1].limit.starts_at + VALID_AFTER_LAST
    if ends_at <= now:
        ended = dt_util.as_local(ends_at).isoformat(timespec="seconds")
        raise validation_error("schedule_in_past", ended=ended)
    begun = sum(entry.limit.starts_at <= now for entry in entries)
    return entries[max(0, begun - 1) :]


def _entry(target: Target, period: Mapping[str, Any], per_ampere: float) -> _Entry:
    """Return an entry within the limits of the charger; a negative one discharges the car, or pauses where that cannot be."""
    asked: float = period[ATTR_LIMIT]
    starts_at = dt_util.as_utc(period[ATTR_START_PERIOD])
    if asked < 0:
        return _discharging(target, asked, per_ampere, starts_at)
    feasible = feasible_limit(target.charger, asked / per_ampere)
    limit = ScheduledLimit(starts_at, round(feasible.current_a, 1))
    return _Entry(limit, asked, feasible.reason)


def _discharging(
    target: Target, asked: float, per_ampere: float, starts_at: datetime
) -> _Entry:
    charger = target.charger
    if not charger.station.capabilities.discharges:
        return _Entry(ScheduledLimit(starts_at, 0.0), asked, CANNOT_DISCHARGE)
    feasible = feasible_limit(charger, -asked / per_ampere)
    limit = ScheduledLimit(starts_at, round(-feasible.current_a, 1))
    return _Entry(limit, asked, feasible.reason)


ACTIONS = (
    Action(
        "set_tx_profile",
        _set_tx_profile,
        controllers_of_targets,
        {
            probatio.Optional(ATTR_CHARGER_ID): fields.text(),
            probatio.Required(ATTR_TX_PROFILE): TX_PROFILE,
        },
        SupportsResponse.OPTIONAL,
    ),
)
