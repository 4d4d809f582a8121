"""Refused connections that the owner should know of, by network address."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from ..observers import Listeners, Unsubscribe

MAX_ADDRESSES = 1000
"""The number of addresses that are remembered; those heard of least recently are forgotten first."""

MAX_TOLD = 20
"""The number of addresses that the owner is told of at once."""


class RefusalReason(StrEnum):
    """The reason for a refusal, or what keeps going wrong on open connections."""

    HTTP = "http"
    """It asks for no websocket."""
    TLS = "tls"
    """Encryption could not be agreed on."""
    TLS_VERSION = "tls_version"
    """It encrypts in too old a way."""
    DISTRUST = "distrust"
    """It does not trust our certificate."""
    IDENTITY = "identity"
    """Its URL does not end with anything that can be a charger's identity."""
    VERSION = "version"
    """It speaks no version of OCPP that is spoken here."""
    PASSWORD = "password"
    """It has a wrong password, or none."""
    UNENCRYPTED = "unencrypted"
    """It comes without encryption as a charger that must have it."""
    CERTIFICATE = "certificate"
    """It has no certificate, or another charger's."""
    STRANGERS = "strangers"
    """It comes under too many unknown identities."""
    CONNECTIONS = "connections"
    """It connects too often."""
    FRAMES = "frames"
    """It sends too many messages."""


@dataclass(frozen=True, slots=True)
class RefusedConnection:
    """A connection that an address keeps trying, or that it misuses.

    `identity` is the charger as which it comes, where it says so; `detail` is for whoever commissions it. `last_at`
    is in seconds of a clock that never goes back.
    """

    address: str
    reason: RefusalReason
    detail: str
    identity: str | None
    last_at: float
    count: int = 1


type RefusalListener = Callable[[str, RefusedConnection | None], None]
"""Is called with an address that keeps trying, and, with None, with one that has stopped."""


class RefusedConnections:
    """The first refusal of each address, until its reason has gone."""

    def __init__(self, patience: int, quiet_s: float) -> None:
        """Initialize with none.

        Args:
            patience: how often an address may be refused for the same reason until the owner is told.
            quiet_s: after how many seconds without a refusal its reason has gone.
        """
        self._patience = patience
        self._quiet_s = quiet_s
        self._by_address: OrderedDict[str, RefusedConnection] = OrderedDict()
        self._told: set[str] = set()
        self._listeners = Listeners[str, RefusedConnection | None]()

    def subscribe(self, listener: RefusalListener) -> Unsubscribe:
        """Call `listener` with what there is to tell, from now on."""
        return self._listeners.add(listener)

    def add(self, refused: RefusedConnection) -> None:
        """Count a refusal."""
        address, now = refused.address, refused.last_at
        earlier = self._by_address.get(address)
        if earlier is not None and now - earlier.last_at > self._quiet_s:
            self._drop(address)
            earlier = None
        if earlier is not None:
            if (earlier.reason, earlier.identity) != (refused.reason, refused.identity):
                return
            refused = replace(earlier, count=earlier.count + 1, last_at=now)
        self._by_address[address] = refused
        self._by_address.move_to_end(address)
        if len(self._by_address) > MAX_ADDRESSES:
            self._drop(next(iter(self._by_address)))
        self._tell(refused)

    def settle(self, address: str, identity: str) -> None:
        """Drop the refusal of a charger that has been admitted since."""
        refused = self._by_address.get(address)
        if refused is not None and refused.identity == identity:
            self._drop(address)

    def tidy(self, now: float) -> None:
        """Drop the refusals whose reason has gone."""
        while self._by_address:
            address, refused = next(iter(self._by_address.items()))
            if now - refused.last_at <= self._quiet_s:
                return
            self._drop(address)

    def _tell(self, refused: RefusedConnection) -> None:
        if refused.count < self._patience or refused.address in self._told:
            return
        if len(self._told) < MAX_TOLD:
            self._told.add(refused.address)
            self._listeners.tell(refused.address, refused)

    def _drop(self, address: str) -> None:
        del self._by_address[address]
        if address in self._told:
            self._told.remove(address)
            self._listeners.tell(address, None)
