"""GetChargingProfiles and ReportChargingProfiles.

Source: OCPP 2.0.1 part 2, K09.
"""

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict, cast

from ....devices.capabilities import Purpose
from ....errors import RejectedError
from ....limits.held_profiles import HeldProfile, ProfileFilter
from ....ocppj.framing import Payload
from ...parts import Part
from ...requests import Exchange, Request

_GET = "GetChargingProfiles"


class _Report(TypedDict):
    requestId: NotRequired[int]
    chargingLimitSource: NotRequired[str]
    evseId: NotRequired[int]
    tbc: NotRequired[bool]
    chargingProfile: NotRequired[list[Payload]]


def get_profiles(
    wanted: ProfileFilter, purposes: Mapping[Purpose, str], request_id: int
) -> Exchange[tuple[HeldProfile, ...]]:
    """Ask for charging profiles, which the charger tells in reports that are not numbered."""

    def part(action: str, payload: Payload) -> Part | None:
        report = cast(_Report, payload)
        if action != "ReportChargingProfiles" or report.get("requestId") != request_id:
            return None
        return Part(payload, None, report.get("tbc", False))

    payload: Payload = {
        "requestId": request_id,
        "chargingProfile": _criterion(wanted, purposes),
    }
    if wanted.evse_id is not None:
        payload["evseId"] = wanted.evse_id
    return Exchange(Request(_GET, payload, _follows), part, _reported)


def _criterion(wanted: ProfileFilter, purposes: Mapping[Purpose, str]) -> Payload:
    criterion: Payload = {}
    if wanted.sources:
        criterion["chargingLimitSource"] = [*wanted.sources]
    if wanted.ids:
        return {**criterion, "chargingProfileId": [*wanted.ids]}
    if wanted.purpose is not None:
        criterion["chargingProfilePurpose"] = purposes[wanted.purpose]
    if wanted.stack_level is not None:
        criterion["stackLevel"] = wanted.stack_level
    return criterion


def _follows(answer: Payload) -> bool:
    """Return whether reports will follow."""
    match str(answer.get("status")):
        case "Accepted":
            return True
        case "NoProfiles":
            return False
        case status:
            raise RejectedError(_GET, status)


def _reported(payloads: Sequence[Payload]) -> tuple[HeldProfile, ...]:
    reports = (cast(_Report, payload) for payload in payloads)
    return tuple(
        HeldProfile(
            report.get("evseId", 0), report.get("chargingLimitSource", ""), profile
        )
        for report in reports
        for profile in report.get("chargingProfile", [])
    )
