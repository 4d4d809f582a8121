"""Knowledge of which present prices change within days, so that they say nothing about those to come."""

from dataclasses import dataclass

from ..surplus.planning.outlook import DAY_S


@dataclass(frozen=True, slots=True)
class _Shown:
    """The last state of an entity, the instant at which it changed to that, and whether it did so twice within a day."""

    state: str
    changed_s: float | None = None
    is_lively: bool = False


class PriceChanges:
    """The changes of entities that show their present price alone."""

    def __init__(self) -> None:
        """Initialize without any."""
        self._shown: dict[str, _Shown] = {}

    def is_lively(self, entity_id: str) -> bool:
        """Return True if an entity has changed twice within a day."""
        shown = self._shown.get(entity_id)
        return shown is not None and shown.is_lively

    def note(self, entity_id: str, state: str, now_s: float) -> None:
        """Note what an entity shows."""
        before = self._shown.get(entity_id, _Shown(state))
        if state != before.state:
            soon = before.changed_s is not None and now_s - before.changed_s < DAY_S
            before = _Shown(state, now_s, before.is_lively or soon)
        self._shown[entity_id] = before
