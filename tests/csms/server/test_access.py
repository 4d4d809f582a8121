"""Access that changes while somebody is connected: whoever does not meet it any more must prove itself again."""

import asyncio
from collections.abc import Callable
import json
from uuid import uuid4

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from custom_components.ocpp.csms.central_system import CentralSystem
from custom_components.ocpp.csms.events import Event, TokenShown
from custom_components.ocpp.csms.pki.security_profiles import (
    Access,
    PasswordDigest,
    SecurityProfile,
)
from custom_components.ocpp.csms.station import ChargingStation
from custom_components.ocpp.csms.station_settings import StationSettings
from tests.pki import authority, charger_context, client_files, encryption

from .test_listener import PASSWORD, heartbeat, serving

OTHER = PasswordDigest.of("another-long-password")
DIGEST = PasswordDigest.of(PASSWORD)


def demand(system: CentralSystem, access: Access) -> None:
    """Have the charger connect in a certain way."""
    system.adopt("CP1", StationSettings(access=access))


async def is_cut(socket: ClientConnection) -> bool:
    """Return whether a connection has been cut: nothing more that comes on it is answered."""
    try:
        await heartbeat(socket)
    except ConnectionClosed:
        return True
    return False


def removed(system: CentralSystem) -> None:
    """Remove the charger."""
    system.release("CP1")


CHANGES: dict[str, Callable[[CentralSystem], None]] = {
    "another password": lambda system: demand(
        system, Access(SecurityProfile.PASSWORD, OTHER)
    ),
    "no password": lambda system: demand(system, Access(SecurityProfile.PASSWORD)),
    "encryption": lambda system: demand(
        system, Access(SecurityProfile.ENCRYPTED_PASSWORD, DIGEST)
    ),
    "a certificate": lambda system: demand(
        system, Access(SecurityProfile.CERTIFICATE, DIGEST)
    ),
    "removal": removed,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
async def test_who_does_not_meet_what_is_required_now_is_cut(
    change: Callable[[CentralSystem], None],
) -> None:
    async with serving() as server:
        demand(server.system, Access(SecurityProfile.PASSWORD, DIGEST))
        async with server.connected(password=PASSWORD) as socket:
            change(server.system)
            assert await is_cut(socket)


UNCHANGED = {
    "the same": Access(SecurityProfile.PASSWORD, DIGEST),
    "the same password with another salt": Access(
        SecurityProfile.PASSWORD, PasswordDigest.of(PASSWORD)
    ),
    "a higher profile once it is used": Access(
        SecurityProfile.PASSWORD, DIGEST, SecurityProfile.CERTIFICATE
    ),
    "less": Access(),
}


@pytest.mark.parametrize("access", UNCHANGED.values(), ids=UNCHANGED.keys())
async def test_who_meets_what_is_required_now_stays(access: Access) -> None:
    async with serving() as server:
        demand(server.system, Access(SecurityProfile.PASSWORD, DIGEST))
        async with server.connected(password=PASSWORD) as socket:
            demand(server.system, access)
            assert not await is_cut(socket)


async def test_a_stranger_that_is_adopted_with_a_password_must_show_it() -> None:
    async with serving() as server, server.connected() as socket:
        demand(server.system, Access(SecurityProfile.PASSWORD, DIGEST))
        assert await is_cut(socket)


async def test_a_revoked_certificate_ends_its_connection_whatever_is_required() -> None:
    with client_files("CP1", authority()) as files:
        tls = charger_context(files=files)
    async with serving(encryption(asks_for_certificates=True)) as server:
        demand(server.system, Access())
        async with server.connected(tls) as socket:
            demand(server.system, Access(certificates=()))
            assert await is_cut(socket)


async def boot(socket: ClientConnection, make: str) -> None:
    """Announce a device."""
    told = {"chargePointVendor": make, "chargePointModel": "One"}
    await socket.send(json.dumps([2, str(uuid4()), "BootNotification", told]))
    await heartbeat(socket)


async def test_what_came_before_the_cut_is_not_acted_upon() -> None:
    """The frames of one moment are read one after the other."""
    async with serving() as server:
        demand(server.system, Access(SecurityProfile.PASSWORD, DIGEST))
        changed = Access(SecurityProfile.PASSWORD, OTHER)
        tags: list[str] = []

        def note(_: ChargingStation, event: Event) -> None:
            if isinstance(event, TokenShown):
                tags.append(event.id_token)
                demand(server.system, changed)

        server.system.subscribe(note)
        async with server.connected(password=PASSWORD) as socket:
            for tag in ("FIRST", "SECOND", "THIRD"):
                call = [2, tag, "Authorize", {"idTag": tag}]
                await socket.send(json.dumps(call))
            assert await is_cut(socket)
        await asyncio.sleep(0)
        assert tags == ["FIRST"]


async def test_who_waits_for_the_owner_must_meet_what_is_required_now() -> None:
    """One that is held is put in charge, later, for what it has shown when it came."""
    async with serving() as server:
        demand(server.system, Access())
        async with server.connected() as known:
            await boot(known, "Make")
        async with server.connected() as held:
            await boot(held, "Another")
            assert server.system.stations["CP1"].snapshot.rival is not None
            demand(server.system, Access(SecurityProfile.PASSWORD, DIGEST))
            assert await is_cut(held)
