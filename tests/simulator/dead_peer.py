"""A charger whose network went away without a word: its socket is open, and nobody reads it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
import socket

from websockets.frames import Frame, Opcode

_HANDSHAKE = (
    "GET /{identity} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Protocol: ocpp1.6\r\n\r\n"
)


@contextmanager
def half_open(
    port: int, identity: str, address: str = "127.0.0.1"
) -> Iterator[socket.socket]:
    """Connect a charger that will never read anything."""
    with socket.socket() as dead:
        dead.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        dead.bind((address, 0))
        dead.connect(("127.0.0.1", port))
        dead.sendall(_HANDSHAKE.format(identity=identity).encode())
        dead.setblocking(False)
        yield dead


async def given_up(dead: socket.socket) -> None:
    """Wait until the other side has cut the connection."""
    loop = asyncio.get_running_loop()
    with suppress(ConnectionError):
        while await loop.sock_recv(dead, 65_536):
            pass


def masked(data: bytes, opcode: Opcode = Opcode.TEXT) -> bytes:
    """Return data as a client's websocket frame, which is a text if it is not said."""
    return Frame(opcode, data).serialize(mask=True)


async def stuff(dead: socket.socket) -> None:
    """Call until the other side, whose answers nobody takes, reads no more."""
    loop = asyncio.get_running_loop()
    frame = masked(b'[2,"%s","Heartbeat",{}]' % (b"x" * 60_000))
    with suppress(TimeoutError):
        while True:
            async with asyncio.timeout(0.5):
                await loop.sock_sendall(dead, frame)
