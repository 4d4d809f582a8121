"""Charging profiles of OCPP 2.1, which can have a car feed in."""

from typing import override

from ...limits.charging_profile import Profile
from ...ocppj.framing import Payload
from ..v2.charging.profiles import V2Profiles, profile_payload


class V21Profiles(V2Profiles):
    """Charging profiles with setpoints.

    Source: OCPP 2.1 part 2, chapter Q (OperationModeEnumType).
    """

    @override
    def payload_of(self, profile: Profile) -> Payload:
        payload = profile_payload(profile)
        if profile.setpoint is not None:
            _set_point(payload, profile.setpoint)
        return payload


def _set_point(payload: Payload, setpoint: float) -> None:
    """Have the car keep to a setpoint in the first period of a profile."""
    match payload:
        case {"chargingSchedule": [{"chargingSchedulePeriod": [dict(period), *_]}]}:
            period |= {"operationMode": "CentralSetpoint", "setpoint": setpoint}
