"""Who may come in: what a connection must show, and how often it may be tried.

Honest chargers share an address with others behind one router. So a wrong password counts against its address and the
identity together; only what comes before there is an identity counts against the address alone.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
import logging
import time

from ..errors import HandshakeRefusedError
from ..model import Registration
from ..pki.security_profiles import Credentials, objection
from ..station import ChargingStation
from . import handshake
from .rate_limit import Allowance
from .refusals import Complaint, Complaints, Trouble

_LOGGER = logging.getLogger(__name__)

MAX_ADDRESSES = 1000
MAX_IDENTITIES = 50
MAX_LOGGED = 1000


@dataclass(frozen=True, slots=True)
class Rules:
    """What is too much.

    Generous to the chargers of a car park that all come back at once from behind one router, where honest chargers
    come nowhere near it. More than `strangers` that wait to be adopted, or more new ones from one address, are somebody
    who knocks at an open port. The owner is told of what an address has tried in vain `patience` times, until it has not
    for `quiet_s`. What is said of each minute or second may come all at once, too, up to the number beside it.
    """

    strangers: int = 100
    strangers_of_address: int = 100
    strangers_per_minute: float = 10
    connections: int = 600
    connections_per_minute: float = 600
    failures: int = 10
    failures_per_minute: float = 10
    frames: int = 400
    frames_per_s: float = 200
    patience: int = 5
    quiet_s: float = 900


@dataclass(frozen=True, slots=True)
class Knock:
    """A request to be let in."""

    address: str
    path: str
    credentials: Credentials


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why somebody is not let in, as an HTTP status and in words for whoever commissions the charger."""

    status: HTTPStatus
    reason: str
    trouble: Trouble
    identity: str | None = None


class _Visitor:
    """Whoever comes from one address."""

    def __init__(self, rules: Rules, now: float) -> None:
        self._rules = rules
        self.connections = Allowance(
            rules.connections_per_minute / 60, rules.connections, now
        )
        self.strangers = Allowance(
            rules.strangers_per_minute / 60, rules.strangers_of_address, now
        )
        self._failures: OrderedDict[str, Allowance] = OrderedDict()

    def failures(self, identity: str, now: float) -> Allowance:
        """Return how often it may still fail to be this charger."""
        if identity not in self._failures:
            rules = self._rules
            self._failures[identity] = Allowance(
                rules.failures_per_minute / 60, rules.failures, now
            )
        self._failures.move_to_end(identity)
        if len(self._failures) > MAX_IDENTITIES:
            self._failures.popitem(last=False)
        return self._failures[identity]


class Doorkeeper:
    """Lets in whom it may, and takes note of who keeps trying."""

    def __init__(
        self,
        stations: Mapping[str, ChargingStation],
        strangers: Registration,
        rules: Rules,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Initialize.

        Args:
            stations: the chargers that are known by now.
            strangers: how others are received; those that may take part at once are not counted.
            rules: what is too much.
            clock: tells seconds and never goes back.
        """
        self.complaints = Complaints(rules.patience, rules.quiet_s)
        """Of whom the owner should know."""
        self._stations = stations
        self._strangers = strangers
        self._rules = rules
        self._clock = clock
        self._visitors: OrderedDict[str, _Visitor] = OrderedDict()
        self._logged: set[str] = set()

    def lets_connect(self, address: str) -> bool:
        """Tell whether an address may open a connection, before anything is spent on it."""
        if self._visitor(address).connections.take(self._clock()):
            return True
        self.turn_away(
            address, Trouble.CONNECTIONS, "It connects more often than any charger does"
        )
        return False

    def admit(self, knock: Knock) -> Refusal | None:
        """Return why somebody is not let in; None if it is."""
        refusal = self._refusal(knock)
        if refusal is not None:
            self.turn_away(
                knock.address, refusal.trouble, refusal.reason, refusal.identity
            )
        return refusal

    def welcome(self, address: str, identity: str) -> None:
        """Take note that a charger has come in properly."""
        self.complaints.settle(address, identity)

    def complain(
        self, address: str, trouble: Trouble, detail: str, identity: str | None = None
    ) -> None:
        """Take note of a trouble that somebody makes."""
        self.complaints.add(
            Complaint(address, trouble, detail, identity, self._clock())
        )

    def turn_away(
        self, address: str, trouble: Trouble, detail: str, identity: str | None = None
    ) -> None:
        """Take note of somebody who did not come in, and log it once: chargers try again every few seconds."""
        self.complain(address, trouble, detail, identity)
        line = f"{address}: {detail}"
        if len(self._logged) < MAX_LOGGED and line not in self._logged:
            self._logged.add(line)
            _LOGGER.warning("Connection refused from %s", line)

    def tidy(self) -> None:
        """Take back what is known of those who have stopped."""
        self.complaints.tidy(self._clock())

    def frame_allowance(self) -> Allowance:
        """Return how many frames a new connection may send."""
        return Allowance(self._rules.frames_per_s, self._rules.frames, self._clock())

    def _visitor(self, address: str) -> _Visitor:
        if address not in self._visitors:
            self._visitors[address] = _Visitor(self._rules, self._clock())
        self._visitors.move_to_end(address)
        if len(self._visitors) > MAX_ADDRESSES:
            self._visitors.popitem(last=False)
        return self._visitors[address]

    def _refusal(self, knock: Knock) -> Refusal | None:
        try:
            identity = handshake.identity(knock.path)
        except HandshakeRefusedError as err:
            return Refusal(HTTPStatus(err.status), err.reason, Trouble.IDENTITY)
        station = self._stations.get(identity)
        if station is None:
            return self._refusal_of_stranger(identity, knock.address)
        return self._refusal_of(station, knock)

    def _refusal_of(self, station: ChargingStation, knock: Knock) -> Refusal | None:
        identity, access = station.identity, station.access
        failures = self._visitor(knock.address).failures(identity, self._clock())
        if failures.is_used_up(self._clock()):
            return Refusal(
                HTTPStatus.TOO_MANY_REQUESTS,
                f"Somebody has tried too often to come as {identity}",
                Trouble.PASSWORD,
                identity,
            )
        trouble = objection(
            identity, access.profile, access.password, knock.credentials
        )
        if trouble is None:
            return None
        failures.take(self._clock())
        status = HTTPStatus.FORBIDDEN
        if trouble is Trouble.PASSWORD:
            status = HTTPStatus.UNAUTHORIZED
        return Refusal(status, _reason(trouble, identity, knock), trouble, identity)

    def _refusal_of_stranger(self, identity: str, address: str) -> Refusal | None:
        """Refuse yet another stranger where many are waiting already."""
        if self._strangers is not Registration.PENDING:
            return None
        states = (station.snapshot.registration for station in self._stations.values())
        waiting = sum(state is Registration.PENDING for state in states)
        visitor = self._visitor(address)
        if waiting < self._rules.strangers and visitor.strangers.take(self._clock()):
            return None
        return Refusal(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "Too many unknown chargers are waiting already",
            Trouble.STRANGERS,
        )


def _reason(trouble: Trouble, identity: str, knock: Knock) -> str:
    credentials = knock.credentials
    certificate = credentials.certificate
    if trouble is Trouble.UNENCRYPTED:
        how = "without encryption"
    elif trouble is Trouble.CERTIFICATE:
        how = (
            "without a certificate"
            if certificate is None
            else f"with the certificate of {certificate.identity}"
        )
    elif credentials.authorization is None:
        how = "with no password"
    else:
        how = "with a wrong password"
    return f"Somebody came as {identity} {how}"
