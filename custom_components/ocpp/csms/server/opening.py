"""Half-open connections: somebody has connected, and has not said yet as whom."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from ..allowances.networks import network_of


@dataclass(frozen=True, slots=True)
class _Opening:
    """A half-open connection."""

    address: str
    cut: Callable[[], None]


class OpeningConnections:
    """The half-open connections of a port, whose number is limited.

    Where there are too many, the network with the most of them has to yield, and in it the address with the most, so that
    nobody can keep all others out.
    """

    def __init__(self, most: int) -> None:
        """Initialize with none."""
        self._most = most
        self._by_key: dict[object, _Opening] = {}
        self._per_network = Counter[str]()

    def add(self, address: str, key: object, cut: Callable[[], None]) -> bool:
        """Add a connection and return True; or return False if its own address has the most of too many."""
        if len(self._by_key) >= self._most and not self._makes_room(address):
            return False
        self._by_key[key] = _Opening(address, cut)
        self._per_network[network_of(address)] += 1
        return True

    def discard(self, key: object) -> None:
        """Forget a connection that is half open no more."""
        opening = self._by_key.pop(key, None)
        if opening is not None:
            network = network_of(opening.address)
            self._per_network[network] -= 1
            if not self._per_network[network]:
                del self._per_network[network]

    def _makes_room(self, newcomer: str) -> bool:
        """Cut a connection for a newcomer, and return whether there was one to cut."""
        own = network_of(newcomer)
        busiest, count = self._per_network.most_common(1)[0]
        if self._per_network[own] >= count:
            busiest = own
        addresses = Counter(
            item.address
            for item in self._by_key.values()
            if network_of(item.address) == busiest
        )
        rival, count = addresses.most_common(1)[0]
        if busiest == own and addresses[newcomer] >= count:
            return False
        self._cut_oldest(rival)
        return True

    def _cut_oldest(self, address: str) -> None:
        key = next(key for key, item in self._by_key.items() if item.address == address)
        cut = self._by_key[key].cut
        self.discard(key)
        cut()
