"""Synchronisation of the id tokens that a charger keeps: its list, and the answers that it remembers.

The tokens that it was sent are part of the snapshot (`TokenState`). A charger that keeps none is left alone.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
import logging
from typing import Protocol

from .commands import Commands
from .errors import CallFailedError, RejectedError, is_unsupported
from .events import Event, MemoryChanged
from .model import Snapshot
from .tokens.authorization import Authority
from .tokens.local_list import (
    ListEntry,
    ListRoom,
    ListUpdate,
    LocalList,
    UpdateKind,
    applied,
    full_updates,
    updates,
    wanted_entries,
)
from .tokens.reservations import held
from .tokens.state import TokenState
from .tokens.token import same_token
from .versions import Request, Version

_LOGGER = logging.getLogger(__name__)


class Station(Protocol):
    """The charger, as the keeper of its tokens needs it."""

    @property
    def snapshot(self) -> Snapshot:
        """The present snapshot of it."""

    @property
    def remote_id_token(self) -> str:
        """The id token of sessions that are started from here."""

    @property
    def version(self) -> Version:
        """The protocol version that it speaks."""

    def change(self, snapshot: Snapshot, *events: Event) -> None:
        """Replace what is known of it, and tell of it."""

    async def request[T](self, compose: Callable[[Version], Request[T]]) -> T:
        """Send it a command."""

    @property
    def commands(self) -> Commands:
        """The commands that it can be given."""


class TokenKeeper:
    """The id tokens that one charger keeps."""

    def __init__(
        self, identity: str, station: Station, clock: Callable[[], datetime]
    ) -> None:
        """Initialize with the charger."""
        self.keeps_list = False
        """True if the owner wants the charger to keep a list."""
        self._identity = identity
        self._station = station
        self._clock = clock
        self._lock = asyncio.Lock()
        self._reported: str | None = None

    def distrust_cache(self) -> None:
        """Take note that the charger may remember answers that are not true any more."""
        self._note(replace(self._book, cache_outdated=True))

    async def keep(self, authority: Authority) -> None:
        """Bring the charger up to date; refusals are logged.

        Raises:
            CsmsError: when the connection is lost, or the charger does not answer.
        """
        async with self._lock:
            left = held(self._book.reservations, self._clock())
            self._note(replace(self._book, reservations=left))
            if self._book.cache_outdated:
                await self._clear_outdated_cache()
            try:
                if self.keeps_list:
                    await self._keep_list(authority)
                elif self._book.local_list is not None:
                    await self._take_list_away()
            except (RejectedError, CallFailedError) as err:
                self._report(f"keeps no list of tags: {err}")

    async def clear_cache(self) -> None:
        """Have the charger forget the answers that it was given.

        Raises:
            RejectedError, CallFailedError: when it remembers none.
        """
        await self._station.request(lambda version: version.tokens.clear_cache())
        self._note(replace(self._book, cache_outdated=False))

    async def send_list(self, authority: Authority) -> LocalList:
        """Replace the charger's list, and return the new one.

        Raises:
            RejectedError, CallFailedError: when it takes no list.
        """
        async with self._lock:
            version = await self._list_version()
            room = await self._room()
            wanted = self._wanted(authority, room)
            await self._send(full_updates(version + 1, wanted, room))
            assert self._book.local_list is not None
            return self._book.local_list

    async def take_off(self, id_token: str) -> None:
        """Take an id token off the list that the charger was sent; as long as it is valid, the next list has it again.

        Raises:
            RejectedError, CallFailedError: when it takes no list.
        """
        async with self._lock:
            present = self._book.local_list
            removals = tuple(
                ListEntry(entry.id_token, status=None)
                for entry in (() if present is None else present.entries)
                if same_token(entry.id_token, id_token)
            )
            if removals:
                version = await self._list_version()
                kind = UpdateKind.DIFFERENTIAL
                await self._send([ListUpdate(kind, version + 1, removals)])

    async def _clear_outdated_cache(self) -> None:
        try:
            await self.clear_cache()
        except (RejectedError, CallFailedError) as err:
            # What is not kept cannot be outdated.
            self._note(replace(self._book, cache_outdated=False))
            _LOGGER.debug("Charger %s: %s", self._identity, err)

    async def _keep_list(self, authority: Authority) -> None:
        version, present = await self._list_version(), self._book.local_list
        wanted = self._wanted(authority, ListRoom())
        if (
            present is not None
            and present.version == version
            and set(present.entries) == set(wanted)
        ):
            return
        room = await self._room()
        wanted = self._wanted(authority, room)
        pending = updates(present, version, wanted, room)
        try:
            await self._send(pending)
        except RejectedError as err:
            if is_unsupported(err):
                raise
            # Whatever the charger has by now, a whole list replaces it.
            await self._send(full_updates(pending[-1].version + 1, wanted, room))

    async def _take_list_away(self) -> None:
        version = await self._list_version()
        await self._send(full_updates(version + 1, (), ListRoom()))
        self._note(replace(self._book, local_list=None))

    async def _list_version(self) -> int:
        return await self._station.request(
            lambda version: version.tokens.get_list_version()
        )

    async def _room(self) -> ListRoom:
        """Read the number of entries that the charger can take, and have it use its list."""
        tokens = self._station.version.tokens
        settings = await self._station.commands.get_settings(*tokens.list_settings)
        for variable, value in tokens.enabling(settings).items():
            await self._station.commands.change_setting(variable, value)
        return tokens.room(settings)

    def _wanted(self, authority: Authority, room: ListRoom) -> tuple[ListEntry, ...]:
        own = ListEntry(self._station.remote_id_token)
        max_length = self._station.version.tokens.max_length
        others = wanted_entries(authority, self._identity, max_length, self._clock())
        wanted = tuple({entry.id_token: entry for entry in (own, *others)}.values())
        fitting = wanted[: room.list_length]
        if left_out := len(wanted) - len(fitting):
            self._report(f"has no room for {left_out} of {len(wanted)} tags")
        return fitting

    async def _send(self, pending: Sequence[ListUpdate]) -> None:
        for update in pending:
            await self._station.request(_sending(update))
            present = applied(self._book.local_list, update)
            self._note(replace(self._book, local_list=present))

    @property
    def _book(self) -> TokenState:
        return self._station.snapshot.tokens

    def _note(self, book: TokenState) -> None:
        if book != self._book:
            snapshot = replace(self._station.snapshot, tokens=book)
            self._station.change(snapshot, MemoryChanged(self._identity))

    def _report(self, problem: str) -> None:
        """Log a problem once, not at every change of a tag."""
        if problem != self._reported:
            self._reported = problem
            _LOGGER.warning("Charger %s %s", self._identity, problem)


def _sending(update: ListUpdate) -> Callable[[Version], Request[None]]:
    return lambda version: version.tokens.send_list(update)
