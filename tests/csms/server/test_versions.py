"""The choice of a version: the highest that both speak, unless something is known against it."""

from collections.abc import Sequence
from contextlib import suppress

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.devices.capabilities import ProtocolVersion, Traits
from custom_components.ocpp.csms.station_settings import StationSettings
from tests.simulator.station2 import simulated_station
from tests.simulator.station2.build import Build
from tests.simulator.station2.wire.link import ConnectionLost
from tests.waiting import until

ALL = ("ocpp1.6", "ocpp2.0.1", "ocpp2.1")


async def _agreed(url: str, offered: Sequence[str]) -> str | None:
    spoken = [Subprotocol(name) for name in offered]
    socket: ClientConnection
    async with connect(f"{url}/CP1", subprotocols=spoken) as socket:
        return socket.subprotocol


@pytest.mark.parametrize("version", ProtocolVersion)
async def test_the_owner_chooses_a_version(
    central_system: CentralSystem, url: str, version: ProtocolVersion
) -> None:
    traits = Traits.of(versions=(version,))
    central_system.adopt("CP1", StationSettings(traits=traits))
    assert await _agreed(url, ALL) == f"ocpp{version}"
    assert await _agreed(url, ALL[:2]) == (
        "ocpp1.6" if version is ProtocolVersion.OCPP_1_6 else "ocpp2.0.1"
    )


async def test_a_make_whose_newer_version_is_broken_speaks_an_older_one(
    central_system: CentralSystem, url: str
) -> None:
    build = Build(vendor="FoxESS", model="A011K")
    async with simulated_station(
        url, "CP1", subprotocols=["ocpp2.0.1", "ocpp1.6"], build=build
    ) as charger:
        with suppress(ConnectionLost):
            await charger.boot()
        await until(lambda: not charger.link.connected)
    assert await _agreed(url, ALL) == "ocpp1.6"
