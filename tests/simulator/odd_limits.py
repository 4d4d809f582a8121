"""The handling of charging profiles by an odd charger, according to its `Limits`."""

from collections.abc import Collection
import json
from typing import Any

from .behaviour import Limits
from .charger import Connector, Payload


def is_mute(limits: Limits, profile: Payload) -> bool:
    """Return True if it never answers such a profile."""
    return profile.get("chargingProfileKind") in limits.mute_kinds


def takes(limits: Limits, profile: Payload, sessions: Collection[int | None]) -> bool:
    """Return True if it accepts a profile while these sessions run."""
    purpose, schedule = profile["chargingProfilePurpose"], profile["chargingSchedule"]
    if purpose == "TxProfile" and profile.get("transactionId") not in sessions:
        return False
    return (
        _in(purpose, limits.purposes)
        and _in(profile["chargingProfileKind"], limits.kinds)
        and _in(schedule["chargingRateUnit"], limits.units)
        and _in(profile["stackLevel"], limits.stack_levels)
    )


def offered_a(limits: Limits, allowed_a: float) -> float:
    """Return what it offers where it is allowed so much."""
    if limits.currents_a:
        known = (current_a for current_a in limits.currents_a if current_a <= allowed_a)
        allowed_a = max(known, default=0.0)
    return max(allowed_a, limits.least_a) if allowed_a > 0 else 0.0


def blocks(limits: Limits, connector: Connector) -> bool:
    """Return True if a default of 0 keeps it from charging at all."""
    return limits.zero_default_blocks and any(
        purpose == "TxDefaultProfile"
        and profile["charging_schedule"]["charging_schedule_period"][0]["limit"] == 0
        for (purpose, _), profile in connector.profiles.items()
    )


def consent(limits: Limits, message_id: str) -> str | None:
    """Return the frame that says in its own words that it took a profile, if it has any."""
    if limits.errs:
        return json.dumps([4, message_id, "InternalError", "", {}])
    if limits.consent is not None:
        return json.dumps([3, message_id, {"status": limits.consent}])
    return None


def _in(item: object, allowed: frozenset[Any] | None) -> bool:
    return allowed is None or item in allowed
