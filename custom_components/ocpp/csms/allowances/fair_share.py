"""A fair share of places that anybody may take: nobody keeps all others out."""

from collections import Counter
from collections.abc import Mapping


def yielding[PlaceT](
    addresses: Mapping[PlaceT, str | None], newcomer: str | None
) -> PlaceT | None:
    """Return the last place of the address that has most of them; None if a newcomer's address would have as many.

    Args:
        addresses: the places that are taken, in the order in which they were, each with the network address of who has it.
        newcomer: the network address of who wants one.
    """
    counts = Counter(addresses.values())
    busiest, count = counts.most_common(1)[0]
    if counts[newcomer] + 1 >= count:
        return None
    own = (place for place, address in addresses.items() if address == busiest)
    return [*own][-1]
