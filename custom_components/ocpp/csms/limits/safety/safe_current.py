"""The safe current, which lies beneath all limits: it holds where nobody is in control.

It is the default of each EVSE. A charger that obeys nothing but a maximum for all its EVSEs has that as its maximum,
between sessions; in them, it follows each limit by itself. Chargers keep both in flash, so it is written only when it
is not there.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
import logging

from ...devices.capabilities import Purpose
from ...errors import CallFailedError, CallTimeoutError, RejectedError
from ...model import Evse, Limit, Snapshot
from ..charging_profile import WHOLE_STATION, Electrics
from ..compliance import ProfileCompliance
from ..in_force import InForce
from ..profile_sender import ProfileSender
from .session_ends import SessionEnds

_LOGGER = logging.getLogger(__name__)

RETRY = timedelta(hours=1)
"""The time for which a charger that refuses it is left alone."""


class SafeCurrent:
    """The safe current of one charger; whoever ensures that of an EVSE holds its lock."""

    def __init__(
        self,
        identity: str,
        compliance: ProfileCompliance,
        sender: ProfileSender,
        snapshot: Callable[[], Snapshot],
        ends: SessionEnds,
        clock: Callable[[], datetime],
    ) -> None:
        """Initialize with the charger; nothing is upheld before it is ensured for the first time."""
        self._identity = identity
        self._compliance = compliance
        self._sender = sender
        self._snapshot = snapshot
        self._ends = ends
        self._clock = clock
        self._upheld: set[int] = set()
        self._refused_at: dict[tuple[int, Purpose], datetime] = {}

    def is_due(self, evse: Evse) -> bool:
        """Return whether it must be put back, now that no session is in the way."""
        if evse.id not in self._upheld or not evse.limitable:
            return False
        if evse.running_transaction is not None or self._refused_lately(evse.id):
            return False
        return self._ends.has_settled(evse.id) and self._is_missing(evse.id)

    def in_place(self, evse_id: int) -> InForce | None:
        """Return the safe current that the charger is taken to hold for an EVSE; None where it holds none."""
        held = self._compliance.standing(evse_id)
        if self._purpose is Purpose.CHARGE_POINT_MAX:
            held = self._compliance.maximum
        return held if self._is_safe(held) else None

    def note_lost(self, evse_id: int) -> None:
        """Take note that the charger does not hold it any more, whatever it was told."""
        shared = self._purpose is Purpose.CHARGE_POINT_MAX
        self._compliance.note_cleared(
            WHOLE_STATION if shared else evse_id, self._purpose
        )

    async def ensure(self, evse_id: int) -> None:
        """Have an EVSE fall back to the safe current where nothing else limits it."""
        self._upheld.add(evse_id)
        if not self._is_missing(evse_id) or self._refused_lately(evse_id):
            return
        by_default = not self._compliance.limits_by_maximum
        if by_default and evse_id not in self._compliance.taken_over:
            # On a higher level, what an earlier system left would stand above ours.
            await self._sender.deposits.clear(evse_id, Purpose.TX_DEFAULT)
        try:
            await self.send(evse_id)
        except (RejectedError, CallFailedError, CallTimeoutError) as err:
            self._refused_at[evse_id, self._purpose] = self._clock()
            if not isinstance(err, CallTimeoutError):
                self._compliance.refusing_safe.add(evse_id)
            _LOGGER.warning(
                "Charger %s takes no safe default limit: %s", self._identity, err
            )
        else:
            self._compliance.refusing_safe.discard(evse_id)

    def ask_again(self) -> None:
        """Forget when it was refused: the charger may have rebooted."""
        self._refused_at.clear()

    def is_refused(self, evse_id: int) -> bool:
        """Return whether the charger takes it in none of the known variants."""
        if self.in_place(evse_id) is not None:
            return False
        compliance = self._compliance
        return evse_id in compliance.refusing_safe or not compliance.takes_defaults

    async def send(self, evse_id: int) -> None:
        """Send it, whether or not it is in force.

        Raises:
            RejectedError, CallFailedError, CallTimeoutError: when the charger takes it in none of the known variants.
        """
        await self._sender.send_safe(evse_id, self._limit)

    @property
    def electrics(self) -> Electrics:
        """The wiring of the charger, with the safe current that it can offer."""
        return self._sender.electrics

    @property
    def _purpose(self) -> Purpose:
        """The purpose of the profile that it is."""
        shared = self._compliance.limits_by_maximum
        return Purpose.CHARGE_POINT_MAX if shared else Purpose.TX_DEFAULT

    @property
    def _limit(self) -> Limit:
        return Limit(self._sender.electrics.safe_current_a)

    def _is_missing(self, evse_id: int) -> bool:
        compliance = self._compliance
        if compliance.limits_by_maximum:
            return not self._in_session and not self._is_safe(compliance.maximum)
        if not compliance.takes_defaults:
            return False
        if not compliance.capabilities.obeys_in_session:
            # What limits the next session is there instead, and ends by itself.
            return compliance.standing(evse_id) is None
        return not self._is_safe(compliance.standing(evse_id))

    def _is_safe(self, in_force: InForce | None) -> bool:
        if in_force is None or in_force.variant.lifetime is not None:
            return False
        return in_force.limit == self._limit

    @property
    def _in_session(self) -> bool:
        evses = self._snapshot().evses.values()
        return any(evse.running_transaction is not None for evse in evses)

    def _refused_lately(self, evse_id: int) -> bool:
        at = self._refused_at.get((evse_id, self._purpose))
        return at is not None and timedelta() <= self._clock() - at < RETRY
