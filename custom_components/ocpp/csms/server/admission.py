"""Admission: what a connection must show, and how often it may be tried.

Honest chargers share an address with others behind one router. So a wrong password counts against its address and the
identity together; only what comes before there is an identity counts against the address alone.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from http import HTTPStatus
import logging
import time
from weakref import WeakKeyDictionary

from ..allowances.fair_share import yielding
from ..allowances.paces import Paces, published
from ..allowances.rate_limit import TokenBucket
from ..errors import HandshakeRefusedError
from ..model import Registration
from ..pki.security_profiles import Credentials
from ..station import ChargingStation
from ..texts import plain
from . import handshake
from .authentication import objection
from .refusals import RefusalReason, RefusedConnection, RefusedConnections

_LOGGER = logging.getLogger(__name__)

MAX_ADDRESSES = 1000
MAX_IDENTITIES = 50
MAX_LOGGED = 1000
MAX_DETAIL = 300
"""The length to which the detail of a refusal is cut, which may quote what somebody has sent."""


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """The limits of connections, beyond which somebody is no honest charger.

    Generous to the chargers of a car park that all come back at once from behind one router: for each known charger,
    an address may connect `connections_of_charger` times more, wherever the charger has come from so far. A known charger
    is served on so many `reconnects`, and waits beyond that. More than
    `unknown_chargers` that wait to be adopted, or more new ones from one address, are somebody who tries an open port.
    The owner is told of what an address has tried `patience` times and was refused, until it has not for `quiet_s`.
    What is said of each minute or second may come all at once, too, up to the number beside it.
    """

    unknown_chargers: int = 50
    unknown_chargers_of_address: int = 50
    unknown_chargers_per_minute: float = 10
    connections: int = 600
    connections_per_minute: float = 600
    connections_of_charger: int = 3
    reconnects: int = 30
    reconnects_per_minute: float = 6
    failures: int = 10
    failures_per_minute: float = 10
    frames: int = 400
    frames_per_s: float = 100
    frames_of_unknown: int = 60
    frames_of_unknown_per_s: float = 5
    patience: int = 5
    quiet_s: float = 900


@dataclass(frozen=True, slots=True)
class ConnectionRequest:
    """A request to be admitted; `from_browser` is true for one that names the web page that makes it."""

    address: str
    path: str
    credentials: Credentials
    from_browser: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that is refused: an HTTP status, the reason, and its detail for whoever commissions the charger."""

    status: HTTPStatus
    detail: str
    reason: RefusalReason
    identity: str | None = None


class _Address:
    """The rate limits of one network address."""

    def __init__(self, limits: ConnectionLimits, now: float) -> None:
        self._limits = limits
        self.connections = TokenBucket(
            limits.connections_per_minute / 60, limits.connections, now
        )
        self.unknown_chargers = TokenBucket(
            limits.unknown_chargers_per_minute / 60,
            limits.unknown_chargers_of_address,
            now,
        )
        self._failures: OrderedDict[str, TokenBucket] = OrderedDict()
        self._chargers = 0

    def allow_for(self, chargers: int) -> None:
        """Allow as many connections as so many chargers may need."""
        if chargers > self._chargers:
            more = self._limits.connections_of_charger * (chargers - self._chargers)
            self.connections.widen(more / 60, more)
            self._chargers = chargers

    def failures(self, identity: str, now: float) -> TokenBucket:
        """Return how often it may still fail to be this charger."""
        if identity not in self._failures:
            limits = self._limits
            self._failures[identity] = TokenBucket(
                limits.failures_per_minute / 60, limits.failures, now
            )
        self._failures.move_to_end(identity)
        if len(self._failures) > MAX_IDENTITIES:
            self._failures.popitem(last=False)
        return self._failures[identity]


class ConnectionPolicy:
    """The policy by which connections are admitted or refused."""

    def __init__(
        self,
        stations: Mapping[str, ChargingStation],
        unknown_chargers: Registration,
        limits: ConnectionLimits,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Initialize.

        Args:
            stations: the chargers that are known by now.
            unknown_chargers: how others are received; those that may take part at once are not counted.
            limits: how much of everything is allowed.
            clock: tells seconds and never goes back.
        """
        self.refused = RefusedConnections(limits.patience, limits.quiet_s)
        """The refused connections that the owner should know of."""
        self._stations = stations
        self._unknown_chargers = unknown_chargers
        self._limits = limits
        self._clock = clock
        self._addresses: OrderedDict[str, _Address] = OrderedDict()
        self._paces: WeakKeyDictionary[ChargingStation, Paces] = WeakKeyDictionary()
        self._logged: set[str] = set()

    def may_connect(self, address: str) -> bool:
        """Return whether an address may open a connection, before anything is spent on it."""
        tried = self._address(address)
        if tried.connections.take(self._clock()):
            return True
        tried.allow_for(len(self._stations))
        if tried.connections.take(self._clock()):
            return True
        self.refuse(
            address,
            RefusalReason.CONNECTIONS,
            "It connects too often",
        )
        return False

    def admit(self, request: ConnectionRequest) -> Refusal | None:
        """Return why a request is refused; None if it is admitted."""
        refusal = self._refusal(request)
        if refusal is not None:
            self.refuse(
                request.address, refusal.reason, refusal.detail, refusal.identity
            )
        return refusal

    def note_admitted(self, address: str, identity: str) -> None:
        """Note that a charger has come in properly."""
        self.refused.settle(address, identity)

    def note_misuse(
        self,
        address: str,
        reason: RefusalReason,
        detail: str,
        identity: str | None = None,
    ) -> None:
        """Note what somebody does that is not let happen."""
        self.refused.add(
            RefusedConnection(address, reason, plain(detail), identity, self._clock())
        )

    def refuse(
        self,
        address: str,
        reason: RefusalReason,
        detail: str,
        identity: str | None = None,
    ) -> None:
        """Note a refused connection, and log it once: chargers try again every few seconds."""
        detail = detail[:MAX_DETAIL]
        self.note_misuse(address, reason, detail, identity)
        line = f"{address}: {plain(detail)}"
        if len(self._logged) < MAX_LOGGED and line not in self._logged:
            self._logged.add(line)
            _LOGGER.warning("Connection refused from %s", line)

    def tidy(self) -> None:
        """Forget the refusals whose reason has gone."""
        self.refused.tidy(self._clock())

    def paces_of(self, station: ChargingStation) -> Paces:
        """Return the paces of a charger, the same for all of its connections."""
        if station not in self._paces:
            limits, now = self._limits, self._clock()
            self._paces[station] = Paces(
                TokenBucket(limits.reconnects_per_minute / 60, limits.reconnects, now),
                TokenBucket(limits.frames_per_s, limits.frames, now),
                published(),
            )
        return self._paces[station]

    def is_known(self, station: ChargingStation) -> bool:
        """Return whether a charger has not been let go."""
        return self._stations.get(station.identity) is station

    def versions_of(self, path: str) -> Collection[str]:
        """Return the versions of OCPP that the charger with this path should speak; none if any will do."""
        try:
            station = self._stations.get(handshake.identity(path))
        except HandshakeRefusedError:
            return ()
        return () if station is None else station.capabilities.versions

    def frames_of_unknown(self) -> TokenBucket:
        """Return the limit of the frames that a connection may send; nobody needs many before it is adopted."""
        limits = self._limits
        return TokenBucket(
            limits.frames_of_unknown_per_s, limits.frames_of_unknown, self._clock()
        )

    def _address(self, address: str) -> _Address:
        if address not in self._addresses:
            self._addresses[address] = _Address(self._limits, self._clock())
        self._addresses.move_to_end(address)
        if len(self._addresses) > MAX_ADDRESSES:
            self._addresses.popitem(last=False)
        return self._addresses[address]

    def _refusal(self, request: ConnectionRequest) -> Refusal | None:
        if request.from_browser:
            # Before anything else: a page must not learn who is known here, nor lock anybody out.
            return Refusal(
                HTTPStatus.FORBIDDEN,
                "It is a web page, not a charger",
                RefusalReason.ORIGIN,
            )
        try:
            identity = handshake.identity(request.path)
        except HandshakeRefusedError as err:
            return Refusal(HTTPStatus(err.status), err.reason, RefusalReason.IDENTITY)
        station = self._stations.get(identity)
        if station is None:
            return self._refusal_of_unknown(request.address)
        return self._refusal_of(station, request)

    def _refusal_of(
        self, station: ChargingStation, request: ConnectionRequest
    ) -> Refusal | None:
        identity, access = station.identity, station.access
        reason = objection(identity, access, request.credentials)
        if reason is None:
            # Whatever others at this address have tried: who is right proves it by that.
            return None
        failures = self._address(request.address).failures(identity, self._clock())
        if not failures.take(self._clock()):
            return Refusal(
                HTTPStatus.TOO_MANY_REQUESTS,
                f"Too many failed attempts to connect as {identity}",
                reason,
                identity,
            )
        status = HTTPStatus.FORBIDDEN
        if reason is RefusalReason.PASSWORD:
            status = HTTPStatus.UNAUTHORIZED
        detail = f"A device tried to connect as {identity} {_manner(identity, reason, request.credentials)}"
        return Refusal(status, detail, reason, identity)

    def _refusal_of_unknown(self, address: str) -> Refusal | None:
        """Refuse yet another unknown charger where many are waiting already."""
        if self._unknown_chargers is not Registration.PENDING:
            return None
        waiting = {
            station: station.claims.address
            for station in self._stations.values()
            if station.snapshot.registration is Registration.PENDING
        }
        is_full = len(waiting) >= self._limits.unknown_chargers
        other = yielding(waiting, address) if is_full else None
        allowed = self._address(address).unknown_chargers
        if (other is not None or not is_full) and allowed.take(self._clock()):
            if other is not None:
                other.drop()
            return None
        return Refusal(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "Too many unknown chargers are waiting to be adopted",
            RefusalReason.STRANGERS,
        )


def _manner(identity: str, reason: RefusalReason, credentials: Credentials) -> str:
    """Return in words how somebody came."""
    if reason is RefusalReason.UNENCRYPTED:
        return "without encryption"
    if reason is RefusalReason.CERTIFICATE:
        certificate = credentials.certificate
        if certificate is None:
            return "without a certificate"
        if certificate.identity == identity:
            return "with a certificate that was revoked or replaced"
        return f"with the certificate of {certificate.identity}"
    if credentials.authorization is None:
        return "without a password"
    return "with a wrong password"
