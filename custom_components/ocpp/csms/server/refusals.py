"""Who keeps trying what cannot be let happen, by network address: what the owner should know of."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from ..observers import Listeners, Unsubscribe

MAX_ADDRESSES = 1000
"""How many addresses are remembered; those that were heard of least recently are forgotten first."""

MAX_TOLD = 20
"""Of how many addresses the owner is told at once."""


class Trouble(StrEnum):
    """What somebody tried, or what keeps going wrong."""

    HTTP = "http"
    """It asks for no websocket."""
    TLS = "tls"
    """Encryption could not be agreed on."""
    TLS_VERSION = "tls_version"
    """It encrypts in too old a way."""
    DISTRUST = "distrust"
    """It does not trust our certificate."""
    IDENTITY = "identity"
    """Its URL ends with nothing that can be a charger's identity."""
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
class Complaint:
    """A trouble that an address keeps making.

    `identity` is the charger as which it comes, where it says so; `detail` is for whoever commissions it. `last_at`
    is in seconds of a clock that never goes back.
    """

    address: str
    trouble: Trouble
    detail: str
    identity: str | None
    last_at: float
    count: int = 1


type Audience = Callable[[str, Complaint | None], None]
"""Is told of an address that has become a nuisance, and, with None, of one that is none any more."""


class Complaints:
    """One complaint for each address: its first trouble, until that has stopped."""

    def __init__(self, patience: int, quiet_s: float) -> None:
        """Start with none.

        Args:
            patience: how often an address may make the same trouble until the owner is told.
            quiet_s: after how many seconds without it a trouble has stopped.
        """
        self._patience = patience
        self._quiet_s = quiet_s
        self._by_address: OrderedDict[str, Complaint] = OrderedDict()
        self._told: set[str] = set()
        self._listeners = Listeners[str, Complaint | None]()

    def subscribe(self, listener: Audience) -> Unsubscribe:
        """Call `listener` with what there is to tell, from now on."""
        return self._listeners.add(listener)

    def add(self, complaint: Complaint) -> None:
        """Count a trouble."""
        address, now = complaint.address, complaint.last_at
        earlier = self._by_address.get(address)
        if earlier is not None and now - earlier.last_at > self._quiet_s:
            self._drop(address)
            earlier = None
        if earlier is not None:
            if (earlier.trouble, earlier.identity) != (
                complaint.trouble,
                complaint.identity,
            ):
                return
            complaint = replace(earlier, count=earlier.count + 1, last_at=now)
        self._by_address[address] = complaint
        self._by_address.move_to_end(address)
        if len(self._by_address) > MAX_ADDRESSES:
            self._drop(next(iter(self._by_address)))
        self._tell(complaint)

    def settle(self, address: str, identity: str) -> None:
        """Drop the complaint about a charger that has come in properly."""
        complaint = self._by_address.get(address)
        if complaint is not None and complaint.identity == identity:
            self._drop(address)

    def tidy(self, now: float) -> None:
        """Drop the complaints whose trouble has stopped."""
        while self._by_address:
            address, complaint = next(iter(self._by_address.items()))
            if now - complaint.last_at <= self._quiet_s:
                return
            self._drop(address)

    def _tell(self, complaint: Complaint) -> None:
        if complaint.count < self._patience or complaint.address in self._told:
            return
        if len(self._told) < MAX_TOLD:
            self._told.add(complaint.address)
            self._listeners.tell(complaint.address, complaint)

    def _drop(self, address: str) -> None:
        del self._by_address[address]
        if address in self._told:
            self._told.remove(address)
            self._listeners.tell(address, None)
