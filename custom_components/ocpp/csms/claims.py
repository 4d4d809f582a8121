"""Claims to the identity of a charger: the known device, and others that connect in its name.

A device is known by what it announces, and by its address where it announces nothing. An address alone says little,
because routers hand out new ones; so does a new connection beside an old one, whose end may never have been heard of.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
import logging
from typing import Protocol

from .devices.claimants import Claimant, Decision, differ
from .devices.station_info import StationInfo
from .events import Booted, Event, MemoryChanged
from .model import Registration, Snapshot

_LOGGER = logging.getLogger(__name__)

FAMILIAR_AFTER = timedelta(hours=1)
"""The time that a device must have been connected from a new address until it counts as the device's own."""
TURNS_WITHIN = timedelta(minutes=5)
RETURNS_WITHIN = timedelta(hours=1)
SUSPICIOUS_TURNS = 3
"""The number of changes, or returns to an address, within these times after which two devices take turns."""
_MOST_DENIED = 8
_MOST_TURNS = 8
_MOST_LEFT = 8


class AnotherDeviceError(Exception):
    """A device announces itself that is not the known one."""

    def __init__(self, info: StationInfo) -> None:
        """Initialize with its announcement."""
        super().__init__("another device uses the identity")
        self.info = info


@dataclass(frozen=True, slots=True)
class _Served:
    """A device's address, and the time from which it was served there."""

    address: str
    since: datetime


class Target(Protocol):
    """The charger, as the claims to it need it."""

    @property
    def snapshot(self) -> Snapshot:
        """The present snapshot of it."""

    @property
    def now(self) -> datetime:
        """The time."""

    def change(self, snapshot: Snapshot, *events: Event) -> None:
        """Replace its snapshot, and tell the observers."""


class Claims:
    """The claims to one identity."""

    def __init__(
        self,
        station: Target,
        address: str | None,
        denied: tuple[Claimant, ...],
        forget_device: Callable[[], None],
    ) -> None:
        """Initialize.

        Args:
            station: the charger.
            address: the known device's address, as far as it is known.
            denied: the devices that the owner has turned away.
            forget_device: forgets what was learned of the known device.
        """
        self.denied = denied
        self._station = station
        self._address = address
        self._forget_device = forget_device
        self._served: _Served | None = None
        self._announced = False
        self._turns = deque[datetime](maxlen=_MOST_TURNS)
        self._returns = deque[datetime](maxlen=_MOST_TURNS)
        self._left = deque[str](maxlen=_MOST_LEFT)

    @property
    def address(self) -> str | None:
        """The known device's address; a new one becomes familiar after some time."""
        served = self._served
        if served is not None and self._address != served.address:
            if self._address is None or self._lasts(served):
                self._address = served.address
        return self._address

    @property
    def known(self) -> Claimant:
        """The known device."""
        return Claimant(self.address, self._station.snapshot.info)

    @property
    def take_turns(self) -> bool:
        """True while two devices take turns."""
        now = self._station.now
        return _are_many(self._turns, now - TURNS_WITHIN) or _are_many(
            self._returns, now - RETURNS_WITHIN
        )

    def is_doubtful(self, address: str) -> bool:
        """Return whether a device that connects while nobody else is there may not be the known one."""
        if address == self.address:
            return False
        rival = self._station.snapshot.rival
        others = (*self.denied, *([rival] if rival is not None else []))
        return self.take_turns or any(other.address == address for other in others)

    def note_served(self, address: str) -> None:
        """Note that a device is served from now on."""
        self._announced = False
        known, served = self.address, self._served
        last = known if served is None else served.address
        if last is not None and last != address:
            # A router or a mobile network may give ever new addresses, but one that was left belongs to somebody.
            if address == known or address in self._left:
                self._returns.append(self._station.now)
            self._left.append(last)
        if served is None or served.address != address:
            self._served = _Served(address, self._station.now)

    def note_turn(self) -> None:
        """Note that a device has taken the place of another, which was there."""
        self._turns.append(self._station.now)

    def check(self, events: tuple[Event, ...]) -> None:
        """Look at what a device announces.

        Raises:
            AnotherDeviceError: when it is not the known one.
        """
        snapshot = self._station.snapshot
        if snapshot.registration is not Registration.ACCEPTED:
            return
        for event in events:
            if isinstance(event, Booted):
                # One that has announced itself on this connection stays the same, whatever it says later.
                if not self._announced and differ(snapshot.info, event.info):
                    raise AnotherDeviceError(event.info)
                self._announced = True

    def note_rival(self, rival: Claimant) -> None:
        """Note a device that claims to be the charger, unless the owner has turned it away; the first one counts."""
        snapshot = self._station.snapshot
        shown = snapshot.rival
        if snapshot.registration is not Registration.ACCEPTED:
            # Anybody may be a charger that nobody knows.
            return
        if any(denied.may_be(rival) for denied in self.denied):
            return
        if shown is None:
            _LOGGER.warning(
                "Charger %s: another device at %s uses its identity; it is not served until that is settled in the repairs",
                snapshot.identity,
                rival.address,
            )
        elif not shown.may_be(rival) or rival.info is None:
            return
        if shown != rival:
            self._station.change(replace(snapshot, rival=rival))

    def withdraw(self) -> None:
        """Take back that there is a rival."""
        self._station.change(replace(self._station.snapshot, rival=None))

    def decide(self, decision: Decision) -> None:
        """Take over the owner's decision about the rival."""
        snapshot = self._station.snapshot
        rival = snapshot.rival
        if rival is None:
            return
        settled = replace(snapshot, rival=None)
        if decision is Decision.REPLACEMENT:
            settled = _replaced(settled, rival)
            self.denied = tuple(item for item in self.denied if not item.may_be(rival))
            self._address, self._served = rival.address, None
            self._forget_device()
        else:
            self.denied = (*self.denied, rival)[-_MOST_DENIED:]
        self._turns.clear()
        self._returns.clear()
        self._left.clear()
        self._station.change(settled, MemoryChanged(snapshot.identity))

    def _lasts(self, served: _Served) -> bool:
        return (
            self._station.snapshot.rival is None
            and self._station.now - served.since >= FAMILIAR_AFTER
        )


def _are_many(changes: Iterable[datetime], since: datetime) -> bool:
    return sum(at >= since for at in changes) >= SUSPICIOUS_TURNS


def _replaced(snapshot: Snapshot, by: Claimant) -> Snapshot:
    """Return the snapshot of a charger whose device is another one now, with other registers."""
    evses = {
        evse.id: replace(evse, ledger=replace(evse.ledger, registers=()))
        for evse in snapshot.evses.values()
    }
    return replace(snapshot, info=by.info, evses=evses)
