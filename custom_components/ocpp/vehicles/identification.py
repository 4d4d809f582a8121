"""Which vehicle is at which connector, concluded from all clues together.

A vehicle is at one connector at most, and a car may be a guest's. The probabilities of all assignments that respect this
follow from the weights of the clues by belief propagation, which is exact for few connectors and close to it for many.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
import math

from .clues import Clue, Means

GUEST = "guest"
"""The name of any car that is not set up."""
AUTOMATIC = "automatic"
"""The option that leaves the choice to the clues."""
RESERVED_NAMES = frozenset({GUEST, AUTOMATIC})
"""The names that no vehicle may have."""
GUEST_WEIGHT = -2.0
"""The weight of a guest: most cars at a charger are those of the household."""
CHOSEN_WEIGHT = 30.0

_LEAST = 0.7
"""The probability from which on a vehicle counts as identified."""
_KEPT = 0.3
"""The probability down to which it stays so, unless another one is identified."""
_MEANINGFUL = 0.75
"""The weight from which on a clue is worth telling."""
_ROUNDS = 30
_MOST = 40.0


@dataclass(frozen=True, slots=True)
class Identification:
    """The vehicle that was identified at a connector, or `GUEST`, and what tells it.

    `means` is the strongest clue, `clues` are all that speak for it, the strongest first.
    """

    vehicle: str
    means: Means
    confidence: float
    clues: tuple[Means, ...] = ()


type Clues = Mapping[str, Sequence[Clue]]
"""The clues about each vehicle at one connector."""


def identified(
    clues: Mapping[str, Clues],
    choices: Mapping[str, str],
    before: Mapping[str, str],
) -> dict[str, Identification]:
    """Return the vehicles that are identified, by connector.

    Args:
        clues: the clues at each connector with a car.
        choices: the vehicles that the owner has chosen, by connector.
        before: the vehicles that were identified before, by connector.
    """
    weights = {
        key: _weights(vehicles, choices.get(key)) for key, vehicles in clues.items()
    }
    decided = {
        key: (chances[vehicle], vehicle)
        for key, chances in probabilities(weights).items()
        if (vehicle := _decided(chances, before.get(key))) is not None
    }
    found: dict[str, Identification] = {}
    taken = set[str]()
    for key, (chance, vehicle) in sorted(
        decided.items(), key=lambda item: item[1], reverse=True
    ):
        if vehicle in taken:
            # It was here before, and is more likely elsewhere now.
            continue
        if vehicle != GUEST:
            taken.add(vehicle)
        found[key] = _explained(
            vehicle,
            clues[key].get(vehicle, ()),
            chance,
            chosen=choices.get(key) == vehicle,
        )
    return found


def _weights(vehicles: Clues, choice: str | None) -> dict[str, float]:
    weights = {
        vehicle: sum(clue.weight for clue in clues)
        for vehicle, clues in vehicles.items()
    } | {GUEST: GUEST_WEIGHT}
    if choice in weights:
        weights[choice] += CHOSEN_WEIGHT
    return weights


def probabilities(
    weights: Mapping[str, Mapping[str, float]],
) -> dict[str, dict[str, float]]:
    """Return the probability of each vehicle at each connector, from the weights of vehicles and guests."""
    odds = {
        key: {name: _odds(weight - each[GUEST]) for name, weight in each.items()}
        for key, each in weights.items()
    }
    # The share of its odds that a vehicle has left at a connector, given the others that want it.
    left = {key: dict.fromkeys(each, 1.0) for key, each in odds.items()}
    for _ in range(_ROUNDS):
        pull = {key: _pulls(odds[key], left[key]) for key in odds}
        before, left = left, {key: _left(pull, key) for key in odds}
        if _are_close(before, left):
            break
    chances = {}
    for key, each in odds.items():
        parts = {name: each[name] * left[key][name] for name in each}
        total = sum(parts.values())
        chances[key] = {name: part / total for name, part in parts.items()}
    return chances


def _odds(weight: float) -> float:
    return math.exp(max(-_MOST, min(_MOST, weight)))


def _pulls(odds: Mapping[str, float], left: Mapping[str, float]) -> dict[str, float]:
    """Return how strongly a connector wants each vehicle, compared with all others that it could have."""
    total = sum(odds[name] * left[name] for name in odds)
    return {
        name: odds[name] / max(total - odds[name] * left[name], 1e-300)
        for name in odds
        if name != GUEST
    }


def _left(pull: Mapping[str, Mapping[str, float]], key: str) -> dict[str, float]:
    left = {
        name: 1
        / (1 + sum(each.get(name, 0.0) for at, each in pull.items() if at != key))
        for name in pull[key]
    }
    return {**left, GUEST: 1.0}


def _are_close(
    one: Mapping[str, Mapping[str, float]], other: Mapping[str, Mapping[str, float]]
) -> bool:
    return all(
        math.isclose(value, other[key][name], rel_tol=1e-6, abs_tol=1e-12)
        for key, each in one.items()
        for name, value in each.items()
    )


def _decided(chances: Mapping[str, float], before: str | None) -> str | None:
    likeliest = max(chances, key=lambda name: chances[name])
    if chances[likeliest] >= _LEAST:
        return likeliest
    return before if chances.get(before or "", 0.0) >= _KEPT else None


def _explained(
    vehicle: str, clues: Sequence[Clue], confidence: float, chosen: bool
) -> Identification:
    weights: dict[Means, float] = {}
    for clue in clues:
        weights[clue.means] = weights.get(clue.means, 0.0) + clue.weight
    if chosen:
        weights[Means.CHOICE] = CHOSEN_WEIGHT
    telling = sorted(
        (means for means, weight in weights.items() if weight >= _MEANINGFUL),
        key=lambda means: -weights[means],
    )
    means = telling[0] if telling else Means.ONLY
    return Identification(vehicle, means, confidence, tuple(telling) or (means,))
