"""Supervision of one charger: its cars' draw is compared with the limits that it has accepted."""

from dataclasses import replace
import logging

from ..model import Evse
from .compliance import InForce, ProfileCompliance
from .verification import Watch, allow, look

_LOGGER = logging.getLogger(__name__)


class Supervisor:
    """The supervisor of one charger."""

    def __init__(self, identity: str, compliance: ProfileCompliance) -> None:
        """Initialize; nothing was seen yet."""
        self._identity = identity
        self._compliance = compliance
        self._watches: dict[int, Watch] = {}

    def note_accepted(self, evse_id: int, in_force: InForce) -> None:
        """Take note of a limit that the charger has accepted for the car at an EVSE."""
        watch = self._watches.get(evse_id, Watch())
        current_a, at = in_force.limit.current_a, in_force.accepted_at
        self._watches[evse_id] = allow(watch, current_a, at)

    def inspect(self, evse: Evse, safe_current_a: float) -> Evse:
        """Return an EVSE with the verdict of its meter; a variant that it ignores is not used again."""
        transaction = evse.running_transaction
        if transaction is None:
            self._watches.pop(evse.id, None)
            return replace(evse, ignores_limits=False)
        in_force = self._compliance.in_force(evse.id, transaction)
        if in_force is None or evse.external_profile:
            self._watches.pop(evse.id, None)
            return evse
        watch = look(self._watches.get(evse.id, Watch()), evse, safe_current_a)
        if not watch.ignored or evse.ignores_limits:
            self._watches[evse.id] = watch
            return evse
        del self._watches[evse.id]
        hopeless = self._compliance.is_ignored(in_force.variant)
        self._compliance.found_ignored(evse.id, in_force.variant)
        _LOGGER.warning(
            "Charger %s has accepted %g A as %s (%s), but the car draws %s A, of %s A offered",
            self._identity,
            in_force.limit.current_a,
            in_force.variant.purpose,
            in_force.variant.kind,
            evse.meter.current_a,
            evse.meter.offered_current_a,
        )
        return replace(evse, ignores_limits=hopeless)
