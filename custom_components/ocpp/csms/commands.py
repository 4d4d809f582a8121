"""Commands that a charger can be given with a single call.

All raise `NotConnectedError`, `CallTimeoutError`, `CallFailedError`, and where the charger's answer can say no,
`RejectedError`.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from .devices.capabilities import Purpose, Unit
from .devices.settings import (
    ChangeResult,
    Criterion,
    Inventory,
    Provisioned,
    ReportQuery,
    Settings,
    SettingsQuery,
)
from .devices.variables import VariableId
from .errors import CsmsError, NotConnectedError, NoTransactionError
from .events import Event
from .limits.charging_profile import Profile
from .limits.composite_schedule import Schedule
from .limits.held_profiles import HeldProfile, ProfileFilter
from .model import STATION, Address, Availability, ResetKind, Snapshot, Trigger
from .numbering import UniqueNumbers
from .ocppj.framing import Payload
from .tokens.state import PresentedToken
from .tokens.token import Token
from .versions import Command, Version


class Target(Protocol):
    """The charger, as its commands need it."""

    def ensure_connected(self) -> None:
        """Raise `NotConnectedError` unless the charger can be asked for something."""

    @property
    def identity(self) -> str:
        """Its identity."""

    @property
    def snapshot(self) -> Snapshot:
        """The present snapshot of it."""

    @property
    def now(self) -> datetime:
        """The time."""

    @property
    def version(self) -> Version:
        """The protocol version of its present connection."""

    @property
    def remote_id_token(self) -> str:
        """The id token of sessions that are started from here."""

    @property
    def provisioned(self) -> Provisioned:
        """The experience of setting it up."""

    def change(self, snapshot: Snapshot, *events: Event) -> None:
        """Replace its snapshot, and tell the observers."""

    async def request[T](self, compose: Callable[[Version], Command[T]]) -> T:
        """Send it a command."""


class Commands:
    """The commands of one charger."""

    def __init__(self, station: Target) -> None:
        """Initialize with the charger."""
        self._station = station
        self._numbers = UniqueNumbers(lambda: station.now)
        self.reset_at: datetime | None = None
        """The time at which it was last told to reboot."""

    async def trigger(self, trigger: Trigger, address: Address = STATION) -> None:
        """Have the charger send a message now."""
        await self._station.request(
            lambda version: version.triggers.ask(trigger, address)
        )

    async def announce(self) -> None:
        """Have the charger announce itself again."""
        await self.trigger(Trigger.BOOT)

    async def get_settings(self, *variables: VariableId) -> Settings:
        """Read settings; all of them when none is named."""
        bounds = self._station.provisioned.read_bounds
        query = SettingsQuery(variables, bounds, self._numbers.take())
        return await self._station.request(lambda version: version.settings.get(query))

    async def get_inventory(self, inventory: Inventory) -> Settings:
        """Read the settings that belong to a report of this extent."""
        number = self._numbers.take()
        return await self._station.request(
            lambda version: version.settings.get_inventory(inventory, number)
        )

    async def get_report(
        self, variables: Iterable[VariableId], criteria: Iterable[Criterion] = ()
    ) -> Settings:
        """Read settings of all parts of the charger that meet one of the criteria."""
        query = ReportQuery(tuple(variables), tuple(criteria), self._numbers.take())
        return await self._station.request(
            lambda version: version.settings.get_report(query)
        )

    async def change_settings(
        self, values: Mapping[VariableId, str]
    ) -> Mapping[VariableId, ChangeResult]:
        """Change several settings and tell what became of each."""
        messages = self._station.version.settings
        told: Settings = {}
        if messages.write_bounds:
            told = await self.get_settings(*messages.write_bounds)
        return await self._station.request(
            lambda version: version.settings.change_all(values, told)
        )

    async def change_setting(self, variable: VariableId, value: str) -> bool:
        """Change a setting and tell whether the charger must reboot for it."""
        return await self._station.request(
            lambda version: version.settings.change(variable, value)
        )

    async def start_transaction(
        self,
        evse_id: int,
        id_token: str | None = None,
        profile: Profile | None = None,
    ) -> None:
        """Ask the charger to start a session, with a profile for it; without an id token, with the one that it knows as ours."""
        token = id_token or self._station.remote_id_token
        # It may ask about the token, as if somebody had shown it.
        start_id = self._numbers.take()
        presented = PresentedToken(
            token, self._station.now, from_here=True, remote_start_id=start_id
        )
        self._station.change(self._station.snapshot.with_presented_token(presented))
        try:
            await self._station.request(
                lambda version: version.transactions.start(
                    evse_id, Token(token), start_id, profile
                )
            )
        except CsmsError:
            self._station.change(self._station.snapshot.with_presented_token(None))
            raise

    async def stop_transaction(self, evse_id: int) -> None:
        """Ask the charger to stop the session that runs on an EVSE.

        Raises:
            NoTransactionError: when none is known there.
        """
        transaction = self._station.snapshot.evse(evse_id).running_transaction
        if transaction is None:
            raise NoTransactionError(self._station.identity, evse_id)
        await self._station.request(
            lambda version: version.transactions.stop(transaction.id)
        )

    async def tell_cost(self, transaction_id: str, cost: float) -> None:
        """Tell the charger what a session has cost so far, if its version can."""
        request = self._station.version.transactions.tell_cost(transaction_id, cost)
        if request is not None:
            await self._station.request(lambda _: request)

    async def reset(self, kind: ResetKind, address: Address = STATION) -> None:
        """Reboot the charger, or an EVSE of it."""
        self._station.ensure_connected()
        self.reset_at = self._station.now
        # Some are gone before they have answered: they have done what they were told.
        with suppress(NotConnectedError):
            await self._station.request(
                lambda version: version.control.reset(kind, address)
            )

    async def unlock(self, address: Address) -> None:
        """Release the cable; without a connector's number, that of the connector in use."""
        if address.evse_id is not None and address.connector_id is None:
            connector = self._station.snapshot.evse(address.evse_id).connector
            address = replace(address, connector_id=connector.id if connector else 1)
        await self._station.request(lambda version: version.control.unlock(address))

    async def change_availability(
        self, address: Address, availability: Availability
    ) -> None:
        """Put the charger, an EVSE or a connector into or out of service."""
        await self._station.request(
            lambda version: version.control.change_availability(address, availability)
        )

    async def set_profile(self, profile: Profile) -> None:
        """Set a charging profile."""
        await self._station.request(lambda version: version.profiles.set(profile))

    async def set_external_profile(self, evse_id: int, profile: Payload) -> None:
        """Set a charging profile that somebody else composed, as it is."""
        await self._station.request(
            lambda version: version.profiles.set_external(evse_id, profile)
        )

    def purpose_of(self, profile: Payload) -> Purpose | None:
        """Return the purpose of a charging profile that somebody else composed; None if it is unknown."""
        return self._station.version.profiles.purpose_of(profile)

    def period_count(self, profile: Payload) -> int:
        """Return the number of periods in the longest schedule of a charging profile that somebody else composed."""
        return self._station.version.profiles.period_count(profile)

    async def clear_profiles(
        self, evse_id: int | None, purpose: Purpose | None = None
    ) -> None:
        """Clear the charging profiles of an EVSE, or of all; those for one purpose, or for any."""
        await self._station.request(
            lambda version: version.profiles.clear(evse_id, purpose)
        )

    async def get_profiles(self, wanted: ProfileFilter) -> tuple[HeldProfile, ...]:
        """Read the charging profiles that the charger holds, whoever has set them.

        Raises:
            RejectedError: when its version cannot tell.
        """
        number = self._numbers.take()
        return await self._station.request(
            lambda version: version.profiles.get(wanted, number)
        )

    async def get_composite_schedule(
        self, evse_id: int, duration: timedelta, unit: Unit | None = None
    ) -> Schedule | None:
        """Ask what an EVSE, or as number 0 the whole charger, will allow for a while from now on.

        Without a unit the charger tells it in its own. None means that the charger has nothing to tell, which
        some say where no profile is in force.

        Raises:
            RejectedError: when the charger cannot tell; some cannot while no car charges.
        """
        now = self._station.now
        return await self._station.request(
            lambda version: version.profiles.get_composite_schedule(
                evse_id, duration, unit, now
            )
        )
