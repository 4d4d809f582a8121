"""Profiles of ours that may still lie in a charger and would overrule the one that sets a limit.

A TxProfile overrules all defaults, a default on a higher level one beneath it, and a maximum of the charger caps them
all; so what is of no use any more, since the charger takes another variant, is cleared. One that cannot be cleared is
to be replaced by the same limit.
"""

from dataclasses import dataclass, replace
import logging
from typing import Protocol

from ..devices.capabilities import Purpose
from ..errors import CallFailedError, CallTimeoutError, RejectedError
from ..evses.transaction import Transaction
from .charging_profile import WHOLE_STATION
from .compliance import ProfileCompliance
from .profile_variants import ProfileVariant

_LOGGER = logging.getLogger(__name__)


class ClearCommands(Protocol):
    """The command that clears profiles."""

    async def clear_profiles(
        self, evse_id: int | None, purpose: Purpose | None = None
    ) -> None:
        """Clear the charging profiles of an EVSE, or of all; those for one purpose, or for any."""


@dataclass(frozen=True, slots=True)
class Deposit:
    """A profile that was accepted for a session; it `stays` if the charger does not clear it."""

    variant: ProfileVariant
    transaction_id: str
    stays: bool = False


class Deposits:
    """The profiles of ours that may lie in one charger."""

    def __init__(
        self, identity: str, commands: ClearCommands, compliance: ProfileCompliance
    ) -> None:
        """Initialize; what an earlier run has left ends with its session."""
        self._identity = identity
        self._commands = commands
        self._compliance = compliance
        self._deposits: dict[tuple[int, Purpose, bool], Deposit] = {}
        self._raised: set[int] = set()
        """The EVSEs at which a default may lie on a level above the lowest."""

    def note(
        self, evse_id: int, variant: ProfileVariant, transaction: Transaction | None
    ) -> None:
        """Take note of a profile that was accepted."""
        if variant.purpose is Purpose.TX_DEFAULT and variant.stack_level > 0:
            self._raised.add(evse_id)
        if transaction is not None and variant.purpose is not Purpose.CHARGE_POINT_MAX:
            key = evse_id, variant.purpose, variant.lies_above
            self._deposits[key] = Deposit(variant, transaction.id)

    def overruling(
        self, evse_id: int, variant: ProfileVariant, transaction: Transaction
    ) -> list[Deposit]:
        """Return the profiles that would overrule one in this variant."""
        return [
            deposit
            for (id_, *_), deposit in self._deposits.items()
            if (id_, deposit.transaction_id) == (evse_id, transaction.id)
            and _overrules(deposit.variant, variant)
        ]

    def in_the_way(
        self, evse_id: int, purpose: Purpose | None, transaction: Transaction | None
    ) -> list[Purpose]:
        """Return the purposes of profiles that would overrule one that somebody else sets, or cap it."""
        known = {
            deposit.variant.purpose
            for (id_, *_), deposit in self._deposits.items()
            if transaction is not None
            and (id_, deposit.transaction_id) == (evse_id, transaction.id)
        }
        purposes = [Purpose.TX] if Purpose.TX in known else []
        caps = self._compliance.standing(evse_id) or Purpose.TX_DEFAULT in known
        by_maximum = purpose is Purpose.CHARGE_POINT_MAX and transaction is not None
        overrules = purpose is Purpose.TX_DEFAULT and evse_id in self._raised
        if overrules or (by_maximum and caps):
            purposes.append(Purpose.TX_DEFAULT)
        return purposes

    async def make_way(
        self, evse_id: int, variant: ProfileVariant, transaction: Transaction
    ) -> None:
        """Clear what would overrule a profile, or cap it from beneath, before that is sent."""
        purposes = {
            deposit.variant.purpose
            for deposit in self.overruling(evse_id, variant, transaction)
            if not deposit.stays
        }
        by_maximum = variant.purpose is Purpose.CHARGE_POINT_MAX
        if by_maximum and self._compliance.standing(evse_id) is not None:
            # The safe current is part of the maximum.
            purposes.add(Purpose.TX_DEFAULT)
        for purpose in sorted(purposes):
            await self.clear(evse_id, purpose)

    async def clear(self, evse_id: int, purpose: Purpose) -> None:
        """Have the charger clear the profiles of an EVSE for a purpose; 0 is the whole charger."""
        try:
            await self._commands.clear_profiles(evse_id, purpose)
        except (RejectedError, CallFailedError, CallTimeoutError) as err:
            _LOGGER.info(
                "Charger %s does not clear %s: %s", self._identity, purpose, err
            )
            for key in self._keys(evse_id, purpose):
                self._deposits[key] = replace(self._deposits[key], stays=True)
        else:
            self._note_cleared(evse_id, purpose)

    def _note_cleared(self, evse_id: int, purpose: Purpose) -> None:
        for key in self._keys(evse_id, purpose):
            del self._deposits[key]
        if purpose is Purpose.TX_DEFAULT:
            self._raised.discard(evse_id)
        self._compliance.note_cleared(evse_id, purpose)

    def _keys(self, evse_id: int, purpose: Purpose) -> list[tuple[int, Purpose, bool]]:
        return [
            key
            for key in self._deposits
            if key[1] is purpose and evse_id in (WHOLE_STATION, key[0])
        ]


def _overrules(old: ProfileVariant, new: ProfileVariant) -> bool:
    """Return whether a profile would overrule another one, or cap it."""
    if new.purpose is Purpose.CHARGE_POINT_MAX:
        return True
    if old.purpose is Purpose.TX:
        return new.purpose is not Purpose.TX
    is_beneath = new.purpose is Purpose.TX_DEFAULT and not new.lies_above
    return old.lies_above and is_beneath
