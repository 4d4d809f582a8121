"""Upgrades of a charger's security profile.

Source: OCPP 1.6 security whitepaper, edition 3, section 3.5; OCPP 2.0.1 part 2, A05.
"""

from dataclasses import replace

from ..devices.settings import Settings
from ..pki.security_profiles import Destination, SecurityProfile
from ..station import ChargingStation


async def raise_profile(station: ChargingStation, profile: SecurityProfile) -> bool:
    """Have a charger use a higher security profile, and return whether it must reboot for that.

    Until it has connected with it, the former profile is accepted: some chargers cannot go back from one that fails.

    Raises:
        CsmsError: when it cannot or will not.
    """
    messages = station.version.security
    settings: Settings = {}
    if messages.connection_settings:
        settings = await station.commands.get_settings(*messages.connection_settings)
    destination = Destination(station.url_for(profile), profile)
    reboots = [
        await station.request(lambda _: change)  # noqa: B023 - it is called at once
        for change in messages.set_profile(destination, settings)
    ]
    station.access = replace(station.access, next_profile=profile)
    return any(reboots)
