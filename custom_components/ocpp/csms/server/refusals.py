"""Refused connections that the owner should know of, by network address."""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from ..observers import Listeners, Unsubscribe

MAX_ADDRESSES = 1000
"""The number of addresses that are remembered; those heard of least recently are forgotten first."""

MAX_REASONS = 10
"""The number of refusals of one address that are counted apart."""

MAX_TOLD = 20
"""The number of addresses that the owner is told of at once."""


class RefusalReason(StrEnum):
    """The reason for a refusal, or what keeps going wrong on open connections."""

    HTTP = "http"
    """It asks for no websocket."""
    UPGRADE = "upgrade"
    """It asks for a websocket in a way that cannot be served."""
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
    ORIGIN = "origin"
    """It is a web page in somebody's browser."""


_TOLD_AT_ONCE = frozenset({RefusalReason.ORIGIN})
"""The reasons that no charger gives by a slip."""


_SERIOUS = frozenset(
    {RefusalReason.PASSWORD, RefusalReason.CERTIFICATE, RefusalReason.UNENCRYPTED}
)
"""The reasons of those who claim to be one of the owner's chargers."""


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

    @property
    def key(self) -> tuple[RefusalReason, str | None]:
        """The identification among the refusals of its address."""
        return self.reason, self.identity

    @property
    def is_serious(self) -> bool:
        """True if somebody claims to be one of the owner's chargers."""
        return self.reason in _SERIOUS


type _Refusals = dict[tuple[RefusalReason, str | None], RefusedConnection]

type RefusalListener = Callable[[str, RefusedConnection | None], None]
"""Is called with an address that keeps trying, and, with None, with one that has stopped."""


class RefusedConnections:
    """The refusals of each address, until their reasons have gone; one of them is told, the most serious one.

    Each reason is counted by itself, so that wrong passwords cannot be hidden behind errors that mean nothing.
    """

    def __init__(self, patience: int, quiet_s: float) -> None:
        """Initialize with none.

        Args:
            patience: how often an address may be refused for the same reason until the owner is told.
            quiet_s: after how many seconds without a refusal its reason has gone.
        """
        self._patience = patience
        self._quiet_s = quiet_s
        self._by_address: OrderedDict[str, _Refusals] = OrderedDict()
        self._told: dict[str, RefusedConnection] = {}
        self._listeners = Listeners[str, RefusedConnection | None]()

    def subscribe(self, listener: RefusalListener) -> Unsubscribe:
        """Call `listener` with what there is to tell, from now on."""
        return self._listeners.add(listener)

    def add(self, refused: RefusedConnection) -> None:
        """Count a refusal."""
        address, now = refused.address, refused.last_at
        refusals = self._by_address.setdefault(address, {})
        self._by_address.move_to_end(address)
        earlier = refusals.pop(refused.key, None)
        if earlier is not None and now - earlier.last_at <= self._quiet_s:
            refused = replace(earlier, count=earlier.count + 1, last_at=now)
        refusals[refused.key] = refused
        if len(refusals) > MAX_REASONS:
            del refusals[_least_important(refusals.values()).key]
        if len(self._by_address) > MAX_ADDRESSES:
            self._forget_an_address()
        self._review(address)

    def settle(self, address: str, identity: str) -> None:
        """Drop the refusals of a charger that has been admitted since, but for what it does once it is in."""
        self._keep(
            address,
            lambda refused: (
                refused.identity != identity or refused.reason is RefusalReason.FRAMES
            ),
        )

    def release(self, identity: str) -> None:
        """Drop the refusals of a charger that the owner has removed."""
        for address in tuple(self._by_address):
            self._keep(address, lambda refused: refused.identity != identity)

    def tidy(self, now: float) -> None:
        """Drop the refusals whose reason has gone."""
        for address in tuple(self._by_address):
            self._keep(address, lambda refused: now - refused.last_at <= self._quiet_s)

    def _keep(self, address: str, is_kept: Callable[[RefusedConnection], bool]) -> None:
        refusals = self._by_address.get(address, {})
        dropped = [key for key, refused in refusals.items() if not is_kept(refused)]
        for key in dropped:
            del refusals[key]
        if dropped:
            self._review(address)
        if not refusals:
            self._by_address.pop(address, None)

    def _review(self, address: str) -> None:
        """Tell the most serious refusal of an address, if it is another one than was told."""
        many = [
            refused
            for refused in self._by_address.get(address, {}).values()
            if refused.count >= self._patience or refused.reason in _TOLD_AT_ONCE
        ]
        told = self._told.get(address)
        worst = max(many, key=_gravity, default=None)
        if told is not None:
            stays = any(refused.key == told.key for refused in many)
            if stays and (worst is None or _gravity(worst) <= _gravity(told)):
                return
            self._take_back(address)
        if worst is not None:
            self._tell(worst)

    def _tell(self, refused: RefusedConnection) -> None:
        if len(self._told) >= MAX_TOLD:
            harmless = (
                address for address, told in self._told.items() if not told.is_serious
            )
            yielding = next(harmless, None) if refused.is_serious else None
            if yielding is None:
                return
            self._take_back(yielding)
        self._told[refused.address] = refused
        self._listeners.tell(refused.address, refused)

    def _take_back(self, address: str) -> None:
        del self._told[address]
        self._listeners.tell(address, None)

    def _forget_an_address(self) -> None:
        """Forget the address that was heard of least recently, of those that have done nothing serious if there are."""
        harmless = (
            address
            for address, refusals in self._by_address.items()
            if not any(refused.is_serious for refused in refusals.values())
        )
        address = next(harmless, None) or next(iter(self._by_address))
        del self._by_address[address]
        if address in self._told:
            self._take_back(address)


def _least_important(refusals: Iterable[RefusedConnection]) -> RefusedConnection:
    return min(refusals, key=lambda refused: (refused.is_serious, refused.last_at))


def _gravity(refused: RefusedConnection) -> tuple[bool, bool]:
    return refused.is_serious, refused.reason in _TOLD_AT_ONCE
