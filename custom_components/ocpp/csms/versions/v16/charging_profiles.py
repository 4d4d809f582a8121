"""SetChargingProfile, ClearChargingProfile and GetCompositeSchedule."""

from datetime import datetime, timedelta
from functools import partial
from typing import override

from ocpp.v16 import call
from ocpp.v16.datatypes import ChargingProfile, ChargingSchedule, ChargingSchedulePeriod
from ocpp.v16.enums import (
    Action,
    ChargingProfileKindType,
    ChargingProfilePurposeType,
    ChargingRateUnitType,
)

from ...devices.capabilities import Purpose, Unit
from ...errors import RejectedError
from ...limits.charging_profile import Profile
from ...limits.composite_schedule import Schedule
from ...limits.held_profiles import HeldProfile, ProfileFilter
from ...ocppj.framing import Payload
from ..commands.charging_profiles import ProfileMessages
from ..encoding import timestamp, to_payload
from ..instants import instant_of
from ..requests import Command, Request
from .commands import command
from .composite_schedule import read_schedule

_PURPOSES = {
    Purpose.TX_DEFAULT: ChargingProfilePurposeType.tx_default_profile,
    Purpose.TX: ChargingProfilePurposeType.tx_profile,
    Purpose.CHARGE_POINT_MAX: ChargingProfilePurposeType.charge_point_max_profile,
}


class V16Profiles(ProfileMessages):
    """Charging profiles, and the schedule that a charge point makes of them."""

    actions = frozenset(
        {Action.set_charging_profile.value, Action.clear_charging_profile.value}
    )

    @override
    def set(self, profile: Profile) -> Request[None]:
        if profile.setpoint is not None:
            raise RejectedError("SetChargingProfile", "NotSupported")
        message = call.SetChargingProfile(profile.evse_id, _charging_profile(profile))
        return command(message)

    @override
    def set_external(self, evse_id: int, profile: Payload) -> Request[None]:
        return command(call.SetChargingProfile(evse_id, profile))

    @override
    def purpose_of(self, profile: Payload) -> Purpose | None:
        told = profile.get("chargingProfilePurpose")
        named = (purpose for purpose, name in _PURPOSES.items() if name == told)
        return next(named, None)

    @override
    def period_count(self, profile: Payload) -> int:
        match profile:
            case {"chargingSchedule": {"chargingSchedulePeriod": [*periods]}}:
                return len(periods)
        return 0

    @override
    def ends_at(self, profile: Payload) -> datetime | None:
        ends = [_moment(profile.get("validTo"))]
        match profile:
            case {
                "chargingProfileKind": "Absolute",
                "chargingSchedule": {
                    "startSchedule": starts,
                    "duration": int(duration_s),
                },
            } if (starts_at := _moment(starts)) is not None:
                ends.append(starts_at + timedelta(seconds=duration_s))
        return min((end for end in ends if end is not None), default=None)

    @override
    def is_for_session(self, profile: Payload) -> bool:
        return self.purpose_of(profile) is Purpose.TX

    @override
    def clear(self, evse_id: int | None, purpose: Purpose | None) -> Request[None]:
        # Unknown means that there was nothing to clear, which is what was wanted.
        message = call.ClearChargingProfile(
            connector_id=evse_id,
            charging_profile_purpose=None if purpose is None else _PURPOSES[purpose],
        )
        return command(message, "Accepted", "Unknown")

    @override
    def get(
        self, wanted: ProfileFilter, request_id: int
    ) -> Command[tuple[HeldProfile, ...]]:
        raise RejectedError("GetChargingProfiles", "NotSupported")

    @override
    def get_composite_schedule(
        self, evse_id: int, duration: timedelta, unit: Unit | None, now: datetime
    ) -> Request[Schedule | None]:
        message = call.GetCompositeSchedule(
            evse_id,
            int(duration.total_seconds()),
            None if unit is None else ChargingRateUnitType(unit.value),
        )
        read = partial(read_schedule, asked_for=duration, now=now)
        return Request("GetCompositeSchedule", to_payload(message), read)


def _moment(told: object) -> datetime | None:
    return instant_of(told) if isinstance(told, str) else None


def _charging_profile(profile: Profile) -> ChargingProfile:
    transaction_id, duration = profile.transaction_id, profile.duration
    periods = [ChargingSchedulePeriod(0, profile.limit, profile.phases)]
    if (then := profile.then) is not None and then.limit is not None:
        starts = int(then.start.total_seconds())
        periods.append(ChargingSchedulePeriod(starts, then.limit, then.phases))
    return ChargingProfile(
        charging_profile_id=profile.id,
        transaction_id=None if transaction_id is None else int(transaction_id),
        stack_level=profile.stack_level,
        charging_profile_purpose=_PURPOSES[profile.purpose],
        charging_profile_kind=ChargingProfileKindType(profile.kind.value),
        charging_schedule=ChargingSchedule(
            charging_rate_unit=ChargingRateUnitType(profile.unit.value),
            charging_schedule_period=periods,
            duration=None if duration is None else int(duration.total_seconds()),
            start_schedule=None
            if profile.starts_at is None
            else timestamp(profile.starts_at),
        ),
    )
