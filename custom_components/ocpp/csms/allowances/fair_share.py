"""A fair share of places that anybody may take: nobody keeps all others out.

Places are shared among networks, and those of one network among its addresses.
"""

from collections import Counter
from collections.abc import Mapping

from .networks import network_of


def yielding[PlaceT](
    addresses: Mapping[PlaceT, str | None], newcomer: str | None
) -> PlaceT | None:
    """Return the last place of the address that has most of them; None if a newcomer's address would have as many.

    Args:
        addresses: the places that are taken, in the order in which they were, each with the network address of who has it.
        newcomer: the network address of who wants one.
    """
    networks = Counter(_network(address) for address in addresses.values())
    own = _network(newcomer)
    busiest, count = networks.most_common(1)[0]
    if networks[own] + 1 >= count:
        busiest = own
    rivals = Counter(
        address for address in addresses.values() if _network(address) == busiest
    )
    if not rivals:
        return None
    rival, count = rivals.most_common(1)[0]
    if busiest == own and rivals[newcomer] + 1 >= count:
        return None
    places = (place for place, address in addresses.items() if address == rival)
    return [*places][-1]


def _network(address: str | None) -> str | None:
    return None if address is None else network_of(address)
