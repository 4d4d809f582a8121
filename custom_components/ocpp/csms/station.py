"""A charger, as everyone else sees it: a snapshot, events, and commands.

A station outlives its connections. The newest connection is in charge; the end of an older one changes nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
import logging

from .claims import Claims
from .commands import Commands
from .connections.connection import CALL_TIMEOUT_S
from .devices.capabilities import Capabilities, PauseBy, Traits, resolve
from .devices.settings import Provisioned
from .devices.station_info import StationInfo
from .devices.vendors import KnownModel
from .errors import NotConnectedError
from .events import Event, MemoryChanged
from .evses.transaction import Transaction
from .intake import Intake
from .learned.behaviour import Learned
from .limits.charging_profile import Electrics
from .limits.least_draw import LearnedLeast
from .limits.limiter import Limiter
from .limits.safety.learned import LearnedKeeping
from .link.record import LinkRecord
from .memory import Memory, recall, remember
from .model import Evse, Registration, Snapshot
from .numbering import NumbersOfOne
from .observers import Observers, Unsubscribe
from .ocppj.framing import Payload
from .ocppj.message_log import MessageLog
from .ocppj.violations import Fault, Faults
from .pki.security_profiles import SecurityProfile
from .station_settings import StationSettings
from .surroundings import Socket, Surroundings
from .texts import plain
from .token_sync import TokenKeeper
from .tokens.authorization import REMOTE_ID_TOKEN
from .tokens.token import same_token
from .transactions.clock_steps import ClockStep, corrected
from .transactions.lifecycle import connect
from .versions import Command, Handled, Version

_LOGGER = logging.getLogger(__name__)


class ChargingStation:
    """One charger, connected or not."""

    def __init__(
        self,
        identity: str,
        registration: Registration,
        settings: StationSettings,
        memory: Memory,
        surroundings: Surroundings,
    ) -> None:
        """Initialize a station that has not connected yet.

        Args:
            identity: the last segment of its URL.
            registration: whether it has been adopted.
            settings: the owner's decisions about it.
            memory: the state that was kept when this system stopped.
            surroundings: the services of the central system.
        """
        self.faults = Faults()
        """The charger's violations on the wire, since this system started."""
        self.message_log = MessageLog()
        """The last frames from and to the charger."""
        self.timeouts = surroundings.timeouts
        """The timeouts and intervals in dealing with it."""
        self._surroundings = surroundings
        self._transaction_numbers = NumbersOfOne(
            surroundings.transaction_numbers, memory.last_transaction_id
        )
        self._intake = Intake(self, surroundings, self._transaction_numbers.take)
        self.link = LinkRecord()
        self._socket: Socket | None = None
        self.commands = Commands(self)
        """Commands that it can be given with a single call."""
        self.limits = Limiter(
            identity,
            self,
            surroundings.clock,
            surroundings.timeouts.transaction_grace_s,
            memory.learned_compliance,
        )
        """The limits of its EVSEs."""
        self.claims = Claims(self, memory.address, memory.denied, self._forget_device)
        """The devices that use its identity."""
        self.tokens = TokenKeeper(identity, self, surroundings.clock)
        """The id tokens that it keeps."""
        self.known_model: KnownModel | None = None
        """Its entry in the vendor files, once it has booted."""
        self.learned = memory.learned
        self.provisioned = memory.provisioned
        """The results of setting it up."""
        self._firmware_version = memory.info.firmware_version if memory.info else None
        self._told = memory.provisioned.told.traits
        self.capabilities = Capabilities()
        """Its capabilities, as far as vendor, settings and owner know."""
        self._snapshot = recall(identity, registration, memory)
        self._observers = Observers(self._snapshot)
        self.allowance = self._observers.allowance
        """The allowance of its events."""
        self.configure(settings)

    @property
    def identity(self) -> str:
        """The charger's identity: the last segment of its URL."""
        return self._snapshot.identity

    @property
    def snapshot(self) -> Snapshot:
        """The present state of the charger."""
        return self._snapshot

    @property
    def memory(self) -> Memory:
        """The part of its state that survives a restart of this system."""
        return remember(
            self._snapshot,
            self._transaction_numbers.last,
            self.limits.learned_compliance,
            self.provisioned,
            self.claims.address,
            self.claims.denied,
            self.learned,
        )

    @property
    def now(self) -> datetime:
        """The time."""
        return self._surroundings.clock()

    @property
    def connected(self) -> bool:
        """True while it has an open connection."""
        return self._socket is not None

    @property
    def own_host(self) -> str:
        """The address at which the charger reaches this system."""
        return self._live().own_host

    def url_for(self, profile: SecurityProfile) -> str | None:
        """Return the URL, without its identity, at which the charger can connect with a security profile, if any."""
        if (port := self._surroundings.port_for(profile)) is None:
            return None
        host = self.own_host
        scheme = "wss" if profile.asks_for_encryption else "ws"
        return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}/"

    @property
    def version(self) -> Version:
        """The protocol version of the present connection."""
        return self._live().connection.version

    def subscribe(self, listener: Callable[[Snapshot], None]) -> Unsubscribe:
        """Call `listener` whenever the charger itself changes, or the set of its EVSEs."""
        return self._observers.station.add(listener)

    def subscribe_evse(
        self, evse_id: int, listener: Callable[[Evse], None]
    ) -> Unsubscribe:
        """Call `listener` whenever an EVSE changes."""
        return self._observers.evse(evse_id).add(listener)

    def subscribe_events(self, listener: Callable[[Event], None]) -> Unsubscribe:
        """Call `listener` with every event that the charger's allowance holds."""
        return self._observers.events.add(listener)

    def subscribe_all_events(self, listener: Callable[[Event], None]) -> Unsubscribe:
        """Call `listener` with every event."""
        return self._observers.all_events.add(listener)

    # What the central system does with a station.

    def attach(self, socket: Socket) -> None:
        """Put a new connection in charge; an older one is cut."""
        older, self._socket = self._socket, socket
        # What the charger forgot while it was away is unknown, but for what it keeps in flash.
        self.limits.forget_sessions()
        if self.known_model is None and (info := self._snapshot.info) is not None:
            self.known_model = self._surroundings.recognise(info)
            self._configure_limits()
        version = socket.connection.version.name
        self.change(connect(replace(self._snapshot, version=version), self.now))
        if older is None:
            _LOGGER.info("Charger %s is connected", self.identity)
            return
        _LOGGER.info("Charger %s is connected anew; the old one is cut", self.identity)
        self.faults.note(Fault.ABANDONED_CONNECTION, "it did not close its socket")
        older.drop()

    def detach(self, socket: Socket, reason: str) -> None:
        """Note the end of a connection; the end of an older one than the present means nothing."""
        if self._socket is socket:
            self._socket = None
            self.change(replace(self._snapshot, connected=False))
            _LOGGER.info("Charger %s is disconnected: %s", self.identity, plain(reason))

    def drop(self) -> None:
        """Cut the present connection, if there is one."""
        if self._socket is not None:
            self._socket.drop()

    def follow_clock(self, step: ClockStep) -> None:
        """Move what a wrong clock has noted along with a clock that was set."""
        self.change(corrected(self._snapshot, step))

    def accept(self) -> None:
        """Let a charger take part that was held pending until now."""
        self.change(replace(self._snapshot, registration=Registration.ACCEPTED))

    def configure(self, settings: StationSettings) -> None:
        """Take over what the owner has decided."""
        self.access = settings.access
        """The credentials that connecting in its name takes."""
        self.settings = settings
        """The owner's decisions about it."""
        self.tokens.keeps_list = settings.local_list
        self._configure_limits()

    @property
    def remote_id_token(self) -> str:
        """The id token of sessions that are started from here."""
        return self.capabilities.id_token or REMOTE_ID_TOKEN

    def starts_with(self, id_token: str) -> bool:
        """Return whether sessions are started from here with an id token: always, or just now on request."""
        is_asked_for = self._snapshot.tokens.is_asked_for(id_token, self.now)
        return is_asked_for or same_token(id_token, self.remote_id_token)

    def cost_of(self, transaction: Transaction) -> float | None:
        """Return what a session has cost so far; None if that is unknown."""
        return self._surroundings.cost_of(self.identity, transaction)

    def _configure_limits(self) -> None:
        settings = self.settings
        vendor = Traits() if self.known_model is None else self.known_model.traits
        learned = self.learned.traits(self.now)
        self.capabilities = resolve([self._told, vendor, *learned, settings.traits])
        electrics = Electrics(
            settings.phases, settings.safe_current_a, settings.max_current_a
        )
        self.limits.configure(self.capabilities, electrics)

    def handle(
        self, version: Version, action: str, payload: Payload
    ) -> Payload | Awaitable[Payload]:
        """Take in a call of the charger's and return the answer, perhaps one that comes later; `publish` must follow.

        See `Claims.check`, too.
        """
        return self._intake.handle(version, action, payload)

    def take_over(self, handled: Handled) -> None:
        """Take over what follows from a message; `publish` must follow."""
        self._snapshot = handled.snapshot
        self._observers.note(handled.events)

    @property
    def has_events(self) -> bool:
        """True while there are events that observers must be told of at once."""
        return self._observers.are_to_be_told

    def publish(self) -> None:
        """Tell the observers what has changed since the last time.

        Called after the charger has its answer: observers may send calls that refer to it, like a new session's limit.
        """
        self._snapshot = self._observers.with_overuses(self._snapshot)
        self._observers.tell(self._snapshot)

    def recognise(self, info: StationInfo) -> None:
        """Take over what the vendors' files say of a charger that has booted; it holds none of our limits any more."""
        self.limits.forget()
        self.known_model = self._surroundings.recognise(info)
        if info.firmware_version != self._firmware_version:
            self._firmware_version = info.firmware_version
            self._unlearn()
        self._configure_limits()

    def learn_pausing(self, by: PauseBy) -> None:
        """Pause in another way from now on."""
        self.conclude(self.learned.pausing_by(by, self.now))

    def learn_keeping(self, keeping: LearnedKeeping) -> None:
        """Take over what was learned of the safe current."""
        self.conclude(replace(self.learned, keeping=keeping))

    def learn_least(self, least: LearnedLeast) -> None:
        """Take over what was learned of the least draws."""
        self.conclude(replace(self.learned, least=least))

    def forget_learned(self) -> None:
        """Forget everything that was concluded from the charger's behaviour; it is then learned anew."""
        self._unlearn()
        self.limits.acquit()
        self.conclude(Learned())

    def conclude(self, learned: Learned) -> None:
        """Take over what was learned from the charger's behaviour."""
        self.learned = learned
        self._configure_limits()
        lacks = learned.keeping.refuses is not None
        snapshot = replace(self._snapshot, lacks_safe_current=lacks)
        self.change(snapshot, MemoryChanged(self.identity))

    def _unlearn(self) -> None:
        self.limits.unlearn()
        self.provisioned, self.learned = Provisioned(), Learned()
        self._snapshot = replace(self._snapshot, lacks_safe_current=False)

    def _forget_device(self) -> None:
        """Forget the device, which is another one now."""
        self._firmware_version = self.known_model = None
        self.forget_learned()

    def learn(self, told: Traits, evse_count: int) -> None:
        """Take over what the charger's settings say of it."""
        self._told, self.provisioned = told, self.provisioned.telling(told)
        self._configure_limits()
        blank = {evse_id: Evse(evse_id) for evse_id in range(1, evse_count + 1)}
        self.change(replace(self._snapshot, evses=blank | dict(self._snapshot.evses)))

    # Calls. All raise `NotConnectedError`, `CallTimeoutError`, and `CallFailedError`.

    async def call(
        self, action: str, payload: Payload, timeout_s: float = CALL_TIMEOUT_S
    ) -> Payload:
        """Send any call of the charger's version and return the payload of its answer.

        Raises:
            InvalidCallError: when the version's schema forbids it; nothing was sent.
        """
        connection = self._live().connection
        answer = await connection.call(action, payload, timeout_s)
        if action in connection.version.profiles.actions:
            self.limits.forget()
        return answer

    async def request[T](self, compose: Callable[[Version], Command[T]]) -> T:
        """Send a command of the charger's version."""
        connection = self._live().connection
        command = compose(connection.version)
        return await connection.request(command, self.capabilities.call_timeout_s)

    @property
    def invited(self) -> frozenset[str]:
        """The messages that it was asked for on the present connection."""
        return self._socket.connection.hearing.invited if self._socket else frozenset()

    def ensure_connected(self) -> None:
        """Raise `NotConnectedError` unless the charger can be asked for something."""
        self._live()

    def _live(self) -> Socket:
        if self._socket is None:
            raise NotConnectedError(self.identity)
        return self._socket

    def change(self, snapshot: Snapshot, *events: Event) -> None:
        """Take over what follows from a command, and tell the observers."""
        self._snapshot = snapshot
        self._observers.note(events)
        self.publish()

    def change_evse(self, evse: Evse) -> None:
        """Replace what is known of an EVSE."""
        self.change(self._snapshot.with_evse(evse))

    def note_evse(self, evse: Evse) -> None:
        """Replace what is known of an EVSE, and tell the observers once everything that can be sent now has been."""
        self._snapshot = self._snapshot.with_evse(evse)
        asyncio.get_running_loop().call_soon(self.publish)
