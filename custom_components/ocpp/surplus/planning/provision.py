"""Power that circuits and limits leave to chargers over time, for plans; the limit of the moment is up to the guard."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
import math

from ..circuits.circuits import SITE, Circuit, Installation, Scope, SiteLimit
from ..model import NOMINAL_VOLTAGE_V, ChargerReading
from .outlook import Bottleneck, Outlook, Series, Span


def provided(
    outlook: Outlook, installation: Installation, chargers: Mapping[str, ChargerReading]
) -> Outlook:
    """Return the outlook with all that limits chargers, now and later.

    A main fuse and limits for everything count the house, and the sun relieves them. All others count the chargers behind
    them alone.

    Args:
        outlook: the outlook.
        installation: the circuits and limits.
        chargers: the chargers that are planned for.
    """
    behind = {
        circuit: frozenset(
            key
            for key, reading in chargers.items()
            if circuit in _way(installation, reading)
        )
        for circuit in (SITE, *installation.circuits)
    }
    found = [
        each
        for each in _limits(installation, behind)
        if each.chargers & chargers.keys()
    ]
    feeds_all = [
        each
        for each in found
        if each.carries_house and each.chargers == chargers.keys()
    ]
    return replace(
        outlook,
        import_limits_w=(
            *outlook.import_limits_w,
            *(bottleneck.power_w for bottleneck in feeds_all),
        ),
        bottlenecks=(
            *outlook.bottlenecks,
            *(each for each in found if each not in feeds_all),
        ),
    )


def _way(installation: Installation, reading: ChargerReading) -> set[str]:
    return {SITE, *installation.path(reading.settings.connection.circuit)}


def _limits(
    installation: Installation, behind: Mapping[str, frozenset[str]]
) -> Iterator[Bottleneck]:
    for key, circuit in installation.circuits.items():
        # Other loads are known for the main fuse only.
        power_w = Series([Span(-math.inf, math.inf, _carried_w(circuit))])
        yield Bottleneck(behind[key], power_w, circuit.parent is None)
    for limit in installation.limits:
        limited = installation.circuits.get(limit.circuit)
        carries_house = limit.scope is Scope.EVERYTHING and (
            limited is None or limited.parent is None
        )
        phases = 3 if limited is None else limited.phases
        power_w = Series([Span(-math.inf, limit.ends_s, _allowed_w(limit, phases))])
        yield Bottleneck(behind.get(limit.circuit, frozenset()), power_w, carries_house)


def _allowed_w(limit: SiteLimit, phases: int) -> float:
    power_w = math.inf if limit.power_w is None else limit.power_w
    if limit.current_a is None:
        return power_w
    return min(power_w, limit.current_a * phases * NOMINAL_VOLTAGE_V)


def _carried_w(circuit: Circuit) -> float:
    """Return the mean power that a circuit can carry."""
    fuse_w = (circuit.fuse_a - circuit.margin_a) * circuit.phases * NOMINAL_VOLTAGE_V
    return fuse_w if circuit.peak_w is None else min(fuse_w, circuit.peak_w)
