"""SetChargingProfile, ClearChargingProfile and GetCompositeSchedule."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import override

from ....devices.capabilities import Kind, Purpose, Unit
from ....errors import RejectedError
from ....limits.charging_profile import Profile
from ....limits.composite_schedule import Schedule
from ....limits.held_profiles import HeldProfile, ProfileFilter
from ....ocppj.framing import Json, Payload
from ...commands.charging_profiles import ProfileMessages
from ...encoding import timestamp
from ...instants import instant_of
from ...requests import Command, Request
from ...schedules import schedule_in
from ..commands import command
from .held_profiles import get_profiles

_PURPOSES = {
    Purpose.TX_DEFAULT: "TxDefaultProfile",
    Purpose.TX: "TxProfile",
    Purpose.CHARGE_POINT_MAX: "ChargingStationMaxProfile",
}
_SET = "SetChargingProfile"


class V2Profiles(ProfileMessages):
    """Charging profiles, and the schedule that a charging station makes of them."""

    actions = frozenset({_SET, "ClearChargingProfile"})

    @override
    def set(self, profile: Profile) -> Request[None]:
        is_maximum = profile.purpose is Purpose.CHARGE_POINT_MAX
        if is_maximum and profile.kind is Kind.RELATIVE:
            # It has no session to begin with (K01.FR.38).
            raise RejectedError(_SET, "NotSupported")
        return self.set_external(profile.evse_id, self.payload_of(profile))

    def payload_of(self, profile: Profile) -> Payload:
        """Return a charging profile as chargers read it.

        Raises:
            RejectedError: when the version has no words for it.
        """
        if profile.setpoint is not None:
            raise RejectedError(_SET, "NotSupported")
        return profile_payload(profile)

    @override
    def set_external(self, evse_id: int, profile: Payload) -> Request[None]:
        return command(_SET, {"evseId": evse_id, "chargingProfile": profile})

    @override
    def purpose_of(self, profile: Payload) -> Purpose | None:
        told = profile.get("chargingProfilePurpose")
        named = (purpose for purpose, name in _PURPOSES.items() if name == told)
        return next(named, None)

    @override
    def period_count(self, profile: Payload) -> int:
        return max(
            (
                len(periods)
                for schedule in _schedules(profile)
                if isinstance(periods := schedule.get("chargingSchedulePeriod"), list)
            ),
            default=0,
        )

    @override
    def ends_at(self, profile: Payload) -> datetime | None:
        ends = [_moment(profile.get("validTo"))]
        if profile.get("chargingProfileKind") == "Absolute":
            schedules = [*_schedules(profile)]
            # With several of them, the last to end counts.
            last = [_end_of(schedule) for schedule in schedules]
            known = [end for end in last if end is not None]
            ends.append(max(known) if len(known) == len(schedules) and known else None)
        return min((end for end in ends if end is not None), default=None)

    @override
    def is_for_session(self, profile: Payload) -> bool:
        return self.purpose_of(profile) is Purpose.TX

    @override
    def clear(self, evse_id: int | None, purpose: Purpose | None) -> Request[None]:
        criteria: Payload = {}
        if evse_id is not None:
            criteria["evseId"] = evse_id
        if purpose is not None:
            criteria["chargingProfilePurpose"] = _PURPOSES[purpose]
        payload: Payload = {"chargingProfileCriteria": criteria} if criteria else {}
        # Unknown means that there was nothing to clear, which is what was wanted.
        return command("ClearChargingProfile", payload, "Accepted", "Unknown")

    @override
    def get(
        self, wanted: ProfileFilter, request_id: int
    ) -> Command[tuple[HeldProfile, ...]]:
        return get_profiles(wanted, _PURPOSES, request_id)

    @override
    def get_composite_schedule(
        self, evse_id: int, duration: timedelta, unit: Unit | None, now: datetime
    ) -> Request[Schedule | None]:
        payload: Payload = {
            "evseId": evse_id,
            "duration": int(duration.total_seconds()),
        }
        if unit is not None:
            payload["chargingRateUnit"] = unit.value

        def read(answer: Payload) -> Schedule | None:
            if (status := str(answer.get("status"))) != "Accepted":
                raise RejectedError("GetCompositeSchedule", status)
            return schedule_in(answer.get("schedule"), None, duration, now)

        return Request("GetCompositeSchedule", payload, read)


def _schedules(profile: Payload) -> Iterator[Payload]:
    match profile.get("chargingSchedule"):
        case list(items):
            yield from (item for item in items if isinstance(item, dict))
        case dict(item):
            yield item


def _end_of(schedule: Payload) -> datetime | None:
    match schedule:
        case {"startSchedule": starts, "duration": int(duration_s)}:
            starts_at = _moment(starts)
            lasts = timedelta(seconds=duration_s)
            return None if starts_at is None else starts_at + lasts
    return None


def _moment(told: object) -> datetime | None:
    return instant_of(told) if isinstance(told, str) else None


def profile_payload(profile: Profile) -> Payload:
    """Return a charging profile as chargers read it."""
    periods: list[Json] = [_period(timedelta(), profile.limit, profile.phases)]
    if (then := profile.then) is not None and then.limit is not None:
        periods.append(_period(then.start, then.limit, then.phases))
    schedule: Payload = {
        "id": profile.id,
        "chargingRateUnit": profile.unit.value,
        "chargingSchedulePeriod": periods,
    }
    if profile.starts_at is not None:
        schedule["startSchedule"] = timestamp(profile.starts_at)
    if profile.duration is not None:
        schedule["duration"] = int(profile.duration.total_seconds())
    payload: Payload = {
        "id": profile.id,
        "stackLevel": profile.stack_level,
        "chargingProfilePurpose": _PURPOSES[profile.purpose],
        "chargingProfileKind": profile.kind.value,
        "chargingSchedule": [schedule],
    }
    if profile.transaction_id is not None:
        payload["transactionId"] = profile.transaction_id
    return payload


def _period(start: timedelta, limit: float, phases: int | None) -> Payload:
    period: Payload = {"startPeriod": int(start.total_seconds()), "limit": limit}
    if phases is not None:
        period["numberPhases"] = phases
    return period
