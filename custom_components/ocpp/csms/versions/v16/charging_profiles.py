"""Charging profiles: SetChargingProfile and ClearChargingProfile."""

from ocpp.v16 import call
from ocpp.v16.datatypes import ChargingProfile, ChargingSchedule, ChargingSchedulePeriod
from ocpp.v16.enums import (
    ChargingProfileKindType,
    ChargingProfilePurposeType,
    ChargingRateUnitType,
)

from ...devices.capabilities import Purpose
from ...limits.charging_profile import Profile
from ...ocppj.framing import Payload
from ..base import Request, timestamp
from .commands import command


def set_profile(profile: Profile) -> Request[None]:
    """Set a charging profile of ours."""
    return command(call.SetChargingProfile(profile.evse_id, _charging_profile(profile)))


def set_foreign_profile(connector_id: int, profile: Payload) -> Request[None]:
    """Set a charging profile that somebody else composed, as it is."""
    return command(call.SetChargingProfile(connector_id, profile))


def clear_profiles(connector_id: int | None, purpose: Purpose | None) -> Request[None]:
    """Clear the charging profiles of a connector, or of all; those for one purpose, or for any."""
    # Unknown means that there was nothing to clear, which is what was wanted.
    message = call.ClearChargingProfile(
        connector_id=connector_id,
        charging_profile_purpose=None
        if purpose is None
        else ChargingProfilePurposeType(purpose.value),
    )
    return command(message, "Accepted", "Unknown")


def _charging_profile(profile: Profile) -> ChargingProfile:
    transaction_id, duration = profile.transaction_id, profile.duration
    period = ChargingSchedulePeriod(0, profile.limit, profile.phases)
    return ChargingProfile(
        charging_profile_id=profile.id,
        transaction_id=None if transaction_id is None else int(transaction_id),
        stack_level=profile.stack_level,
        charging_profile_purpose=ChargingProfilePurposeType(profile.purpose.value),
        charging_profile_kind=ChargingProfileKindType(profile.kind.value),
        charging_schedule=ChargingSchedule(
            charging_rate_unit=ChargingRateUnitType(profile.unit.value),
            charging_schedule_period=[period],
            duration=None if duration is None else int(duration.total_seconds()),
            start_schedule=None
            if profile.starts_at is None
            else timestamp(profile.starts_at),
        ),
    )
