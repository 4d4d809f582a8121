"""Long-term limit of the circuits for plans; the limit of the moment is up to the guard."""

from collections.abc import Collection, Iterator
import math

from ..cars.response import NOMINAL_VOLTAGE_V
from ..circuits.circuits import SITE, Circuit, Installation, Scope
from ..model import ChargerReading


def grid_limit_w(
    installation: Installation, chargers: Collection[ChargerReading], house_w: float
) -> float:
    """Return the power that chargers may draw from the grid together; inf without a limit.

    It is the least that any circuit common to all of them leaves. Limits that expire by themselves are ignored, since they say
    nothing about tomorrow.

    Args:
        installation: the circuits and limits.
        chargers: all chargers that are planned for.
        house_w: the expected load of everything else.
    """
    ways = [
        {SITE, *installation.path(charger.settings.connection.circuit)}
        for charger in chargers
    ]
    shared = set[str]().union(*ways).intersection(*ways)
    return max(0.0, min(_limits_w(installation, shared, house_w), default=math.inf))


def _limits_w(
    installation: Installation, shared: Collection[str], house_w: float
) -> Iterator[float]:
    for key, circuit in installation.circuits.items():
        if key in shared:
            # Other loads are known for the main fuse only.
            others_w = house_w if circuit.parent is None else 0.0
            yield _carried_w(circuit) - others_w
    for limit in installation.limits:
        if limit.circuit in shared and limit.until_s is None:
            others_w = house_w if limit.scope is Scope.EVERYTHING else 0.0
            limited = installation.circuits.get(limit.circuit)
            phases = 3 if limited is None else limited.phases
            if limit.power_w is not None:
                yield limit.power_w - others_w
            if limit.current_a is not None:
                yield limit.current_a * phases * NOMINAL_VOLTAGE_V - others_w


def _carried_w(circuit: Circuit) -> float:
    """Return the mean power that a circuit can carry."""
    fuse_w = (circuit.fuse_a - circuit.margin_a) * circuit.phases * NOMINAL_VOLTAGE_V
    return fuse_w if circuit.peak_w is None else min(fuse_w, circuit.peak_w)
