"""The safe current beneath all limits: one that the charger can offer, and no more than that."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from custom_components.ocpp.csms.devices.capabilities import PauseBy
from tests.simulator.behaviour import Behaviour, Limits

from .stage import Stage

type Staging = Callable[..., AbstractAsyncContextManager[Stage]]

PURPOSES = ("TxDefaultProfile", "ChargePointMaxProfile")


def _last_limits_a(at: Stage) -> set[float]:
    """Return the limits that profiles end with, but for those that end by themselves."""
    profiles = [
        payload["profile"]
        for action, payload in at.charger.received
        if action == "SetChargingProfile" and "profile" in payload
    ]
    return {
        profile["charging_schedule"]["charging_schedule_period"][-1]["limit"]
        for profile in profiles
        if profile["charging_profile_purpose"] != "TxProfile"
        and (
            len(profile["charging_schedule"]["charging_schedule_period"]) > 1
            or "duration" not in profile["charging_schedule"]
        )
    }


@pytest.mark.parametrize(
    ("safe_a", "traits", "offered_a"),
    [
        (6, {"minimum_current_a": 7.0}, 0),
        (6, {"minimum_current_a": 7.0, "pause_by": PauseBy.LEAST_CURRENT}, 0),
        (9, {"minimum_current_a": 7.0}, 9),
        (9, {"currents_a": (6.0, 8.0, 10.0)}, 8),
        (9.7, {"current_step_a": 1.0}, 9),
    ],
)
@pytest.mark.parametrize("purpose", PURPOSES)
async def test_what_follows_a_limit_can_be_offered_and_is_safe(
    stage: Staging,
    purpose: str,
    safe_a: float,
    traits: dict[str, Any],
    offered_a: float,
) -> None:
    limits = Limits(purposes=frozenset({purpose}))
    async with stage(Behaviour(limits=limits)) as at:
        at.configure(safe_a, **traits)
        at.charger.received.clear()
        await at.begins()
        for limit_a in (13, 10, 16):
            await at.limited(limit_a)
            await at.lasts(60)
        await at.ends()
        await at.lasts(60)
        assert _last_limits_a(at) == {offered_a}
