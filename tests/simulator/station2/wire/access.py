"""The way of a station to its central system."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
import ssl

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

DEFAULT_SUBPROTOCOLS = {"2.0.1": ("ocpp2.0.1",), "2.1": ("ocpp2.1", "ocpp2.0.1")}
"""The subprotocols that a station of a version offers, in order of preference."""


@dataclass(frozen=True, slots=True)
class Access:
    """Address and credentials of a station.

    Args:
        url: the URL of the central system, without the identity.
        identity: the last segment of the URL.
        subprotocols: those that the station offers, in order of preference.
        password: the password for basic authentication.
        tls: the encryption, if there is any.
    """

    url: str
    identity: str
    subprotocols: Sequence[str]
    password: str | None = None
    tls: ssl.SSLContext | None = None

    async def open(self) -> ClientConnection:
        """Return a new connection.

        Raises:
            OSError: the central system cannot be reached.
            InvalidStatus: it does not let the station in.
        """
        headers = {}
        if self.password is not None:
            credentials = b64encode(f"{self.identity}:{self.password}".encode())
            headers["Authorization"] = f"Basic {credentials.decode()}"
        return await connect(
            f"{self.url}/{self.identity}",
            subprotocols=[Subprotocol(each) for each in self.subprotocols],
            ssl=self.tls,
            additional_headers=headers,
            compression=None,
            # Only what a test has it send comes from a station.
            ping_interval=None,
        )
