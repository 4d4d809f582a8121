"""Sending of limits: the search for the profile variant that a charger takes."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
import logging
from typing import Protocol

from ..devices.capabilities import Kind, Purpose, Unit
from ..errors import CallFailedError, CallTimeoutError, RejectedError
from ..evses.transaction import Transaction
from ..model import Limit
from .charging_profile import WHOLE_STATION, Electrics, Profile, feasible, profile
from .compliance import ProfileCompliance
from .composite_schedule import Schedule
from .deposits import ClearCommands, Deposits
from .in_force import InForce
from .patience.searches import VariantSearches
from .profile_variants import ProfileVariant, transaction_variants
from .verification import plans_more

_LOGGER = logging.getLogger(__name__)

_PLANNED = timedelta(minutes=1)
_TELLING_A = 1.0
"""The distance below all limits whose plans were seen, from which on the plan of a limit tells something new."""


class ProfileCommands(ClearCommands, Protocol):
    """The commands that set and clear limits, and ask for the charger's own plan.

    All raise `RejectedError` and `CallFailedError` when the charger refuses.
    """

    async def set_profile(self, profile: Profile) -> None:
        """Set a charging profile."""

    async def get_composite_schedule(
        self, evse_id: int, duration: timedelta, unit: Unit | None = None
    ) -> Schedule | None:
        """Ask for the limits of an EVSE from now on."""


class ProfileSender:
    """Sends limits to one charger, in one variant after the other until it takes them."""

    def __init__(
        self,
        identity: str,
        commands: ProfileCommands,
        compliance: ProfileCompliance,
        clock: Callable[[], datetime],
        station_maximum: Callable[[int, Limit], Limit],
    ) -> None:
        """Initialize.

        Args:
            identity: the charger's identity, for messages to humans.
            commands: the commands that the charger can be given.
            compliance: the record of its answers; it grows with each.
            clock: tells the time.
            station_maximum: returns the maximum of the charger as a whole that holds an EVSE to a limit.
        """
        self.electrics = Electrics()
        self._identity = identity
        self._commands = commands
        self._compliance = compliance
        self._clock = clock
        self._station_maximum = station_maximum
        self.deposits = Deposits(identity, commands, compliance)
        self.searches = VariantSearches()
        self._asked_a: dict[tuple[Purpose, Kind], float] = {}
        """The lowest limit in each form of a profile for which the charger's plan was asked for."""
        self._composes = True

    async def send(
        self, evse_id: int, limit: Limit, transaction: Transaction | None
    ) -> InForce:
        """Send a limit until the charger has accepted it, and its own plan does not contradict it.

        Raises:
            RejectedError, CallFailedError, CallTimeoutError: when it takes the limit in none of the known variants.
        """
        limit = feasible(limit, self._compliance.capabilities)
        variants = self._compliance.variants(transaction)
        before = self._compliance.in_force(evse_id, transaction)
        in_force = await self._search(evse_id, limit, transaction, variants)
        if self._must_repeat(before, in_force):
            in_force = await self._try(evse_id, limit, transaction, variants)
        if transaction is None or await self._is_planned(evse_id, in_force):
            return in_force
        doubted = [in_force.variant]
        with suppress(RejectedError, CallFailedError, CallTimeoutError):
            while others := _of_other_forms(variants, doubted):
                other = await self._try(evse_id, limit, transaction, others)
                if await self._is_planned(evse_id, other):
                    return self._settle(evse_id, other, transaction, doubted)
                doubted.append(other.variant)
        # A plan that agrees with nothing that the charger accepts is none: the meter will tell.
        self._composes = False
        return await self._try(evse_id, limit, transaction, variants)

    async def send_ahead(
        self, evse_id: int, limit: Limit, variants: Sequence[ProfileVariant]
    ) -> None:
        """Send a limit for a session that may begin soon.

        Raises:
            RejectedError, CallFailedError, CallTimeoutError: when the charger takes it in none of the variants.
        """
        limit = feasible(limit, self._compliance.capabilities)
        await self._try(evse_id, limit, None, variants)

    async def send_safe(self, evse_id: int, limit: Limit) -> InForce:
        """Send the limit that lies beneath all others.

        Raises:
            RejectedError, CallFailedError, CallTimeoutError: when the charger takes it in none of the known variants.
        """
        return await self._try(evse_id, limit, None, self._compliance.safe_variants())

    def profile_at_start(self, evse_id: int, limit: Limit) -> Profile | None:
        """Return the profile with the limit of a session that has no id yet; None where sessions take none."""
        capabilities, now = self._compliance.capabilities, self._clock()
        for variant in transaction_variants(capabilities):
            if variant.purpose is Purpose.TX and not self._compliance.is_ignored(
                variant
            ):
                limit = feasible(limit, capabilities)
                return profile(limit, variant, evse_id, None, self.electrics, now)
        return None

    def _must_repeat(self, before: InForce | None, now: InForce) -> bool:
        """Return whether a pause has ended at a charger that forgets the first limit after one."""
        return (
            self._compliance.capabilities.repeat_after_pause
            and before is not None
            and before.limit.current_a == 0 < now.limit.current_a
        )

    def _settle(
        self,
        evse_id: int,
        in_force: InForce,
        transaction: Transaction,
        doubted: Sequence[ProfileVariant],
    ) -> InForce:
        """Keep to a variant that the charger plans for, and leave those that it accepted without planning for them."""
        for variant in doubted:
            _LOGGER.info(
                "Charger %s accepts limits as %s (%s), but does not plan for them",
                self._identity,
                variant.purpose,
                variant.kind,
            )
            self._compliance.found_ignored(evse_id, variant)
        limit, at = in_force.limit, in_force.accepted_at
        return self._compliance.accepted(
            limit, in_force.variant, evse_id, transaction, at
        )

    async def _search(
        self,
        evse_id: int,
        limit: Limit,
        transaction: Transaction | None,
        variants: Sequence[ProfileVariant],
    ) -> InForce:
        """Try all variants, but the first alone where the charger has refused all of them lately."""
        place = evse_id, transaction is not None
        if is_early := self.searches.is_early(place, self._clock()):
            await self._uncap(evse_id, limit, place, variants)
            variants = variants[:1]
        try:
            in_force = await self._try(evse_id, limit, transaction, variants)
        except RejectedError, CallFailedError:
            if not is_early:
                self.searches.note_vain(place, limit.current_a, self._clock())
            raise
        self.searches.note_found(place)
        return in_force

    async def _uncap(
        self,
        evse_id: int,
        limit: Limit,
        place: tuple[int, bool],
        variants: Sequence[ProfileVariant],
    ) -> None:
        """Clear the maximum of a search that was in vain, if it would cap a limit: some obey what they refuse.

        What the next session falls back to was then sent as well, and is the safe current again.
        """
        left_a, safe_a = self.searches.left_a(place), self.electrics.safe_current_a
        purposes = {variant.purpose for variant in variants}
        caps = left_a is not None and limit.current_a > min(left_a, safe_a)
        if not caps or self._compliance.may_hold_maximum:
            return
        self.searches.note_cleared(place)
        if not {Purpose.TX, Purpose.CHARGE_POINT_MAX} <= purposes:
            return
        for variant in self._compliance.safe_variants()[:1]:
            with suppress(RejectedError, CallFailedError, CallTimeoutError):
                await self._set(evse_id, Limit(safe_a), None, variant)
        await self.deposits.clear(WHOLE_STATION, Purpose.CHARGE_POINT_MAX)

    async def _try(
        self,
        evse_id: int,
        limit: Limit,
        transaction: Transaction | None,
        variants: Sequence[ProfileVariant],
    ) -> InForce:
        refused: list[ProfileVariant] = []
        unanswered: set[tuple[Purpose, Kind]] = set()
        # The answer of a charger that is known to take no limits.
        refusal: RejectedError | CallFailedError | CallTimeoutError = RejectedError(
            "SetChargingProfile", "NotSupported"
        )
        for variant in variants:
            # A variant that hardly differs would be waited for as long, and as much in vain.
            if variant.form in unanswered:
                continue
            try:
                sent = await self._replace(evse_id, limit, transaction, variant)
            except (RejectedError, CallFailedError, CallTimeoutError) as err:
                refused.append(variant)
                refusal = err
                if isinstance(err, CallTimeoutError):
                    unanswered.add(variant.form)
                continue
            return self._compliance.accepted(
                sent, variant, evse_id, transaction, self._clock(), refused
            )
        self._compliance.refused(evse_id, limit, transaction, self._clock())
        raise refusal

    async def _replace(
        self,
        evse_id: int,
        limit: Limit,
        transaction: Transaction | None,
        variant: ProfileVariant,
    ) -> Limit:
        """Set a profile in place of all that would overrule it, and return the limit that it sets."""
        if transaction is None:
            sent = await self._set(evse_id, limit, transaction, variant)
            self.deposits.note(evse_id, variant, transaction)
            return sent
        await self.deposits.make_way(evse_id, variant, transaction)
        sent = await self._set(evse_id, limit, transaction, variant)
        for deposit in self.deposits.overruling(evse_id, variant, transaction):
            with suppress(RejectedError, CallFailedError, CallTimeoutError):
                await self._set(evse_id, sent, transaction, deposit.variant)
        self.deposits.note(evse_id, variant, transaction)
        return sent

    async def _set(
        self,
        evse_id: int,
        limit: Limit,
        transaction: Transaction | None,
        variant: ProfileVariant,
    ) -> Limit:
        """Set a profile, and return the limit that it sets."""
        if variant.purpose is Purpose.CHARGE_POINT_MAX:
            limit = self._station_maximum(evse_id, limit)
        now = self._clock()
        await self._commands.set_profile(
            profile(limit, variant, evse_id, transaction, self.electrics, now)
        )
        return limit

    async def _is_planned(self, evse_id: int, in_force: InForce) -> bool:
        """Return whether the charger's own plan does not allow more.

        It is asked for each form of a profile, and again for a limit that is clearly lower than those before: a plan that
        agrees with a limit may be that of what was in force anyway.
        """
        form, allowed_a = in_force.variant.form, in_force.limit.current_a
        lowest_a = self._asked_a.get(form)
        is_new = lowest_a is None or allowed_a <= lowest_a - _TELLING_A
        if not self._composes or not is_new:
            return True
        self._asked_a[form] = allowed_a
        unit = in_force.variant.unit
        try:
            plan = await self._commands.get_composite_schedule(evse_id, _PLANNED, unit)
        except RejectedError, CallFailedError, CallTimeoutError:
            self._composes = False
            return True
        return not plans_more(plan, allowed_a, self.electrics.phases, self._clock())


def _of_other_forms(
    variants: Sequence[ProfileVariant], doubted: Sequence[ProfileVariant]
) -> list[ProfileVariant]:
    forms = {variant.form for variant in doubted}
    return [variant for variant in variants if variant.form not in forms]
