"""Upgrades of a charger's security profile.

Source: OCPP 1.6 security whitepaper, edition 3, section 3.5.
"""

from dataclasses import replace

from ..pki.security_profiles import SecurityProfile
from ..station import ChargingStation


async def raise_profile(station: ChargingStation, profile: SecurityProfile) -> bool:
    """Have a charger use a higher security profile, and return whether it must reboot for that.

    Until it has connected with it, the former profile is accepted: some chargers cannot go back from one that fails.

    Raises:
        CsmsError: when it cannot or will not.
    """
    reboot = await station.request(
        lambda version: version.security.set_profile(profile)
    )
    station.access = replace(station.access, next_profile=profile)
    return reboot
