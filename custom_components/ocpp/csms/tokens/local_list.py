"""The list of id tokens that a charger keeps for the time when it cannot ask, or need not.

Pure functions of the list's present and wanted entries: the updates that must be sent, and in which portions.
Source: OCPP 1.6 specification, sections 3.5.2, 5.10 (GetLocalListVersion) and 5.15 (SendLocalList).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from .authorization import Authority, TokenStatus
from .token import Token


class UpdateKind(StrEnum):
    """The kind of an update: it replaces the list, or amends it (OCPP's UpdateType)."""

    FULL = "Full"
    DIFFERENTIAL = "Differential"


@dataclass(frozen=True, slots=True)
class ListEntry:
    """An id token on the list; without a status, one to be removed."""

    id_token: str
    status: TokenStatus | None = TokenStatus.ACCEPTED
    expires_at: datetime | None = None
    group: str | None = field(default=None, metadata={"stored_as": "parent_id"})


@dataclass(frozen=True, slots=True)
class LocalList:
    """The content of a charger's list, and its version number."""

    version: int
    entries: tuple[ListEntry, ...]


@dataclass(frozen=True, slots=True)
class ListUpdate:
    """One message that brings a list to a version."""

    kind: UpdateKind
    version: int
    entries: tuple[ListEntry, ...]


@dataclass(frozen=True, slots=True)
class ListRoom:
    """The number of entries that a charger can keep, and that it can take at once; None if unknown."""

    list_length: int | None = None
    update_length: int | None = None


def wanted_entries(
    authority: Authority, identity: str, max_length: int, now: datetime
) -> tuple[ListEntry, ...]:
    """Return the entries for a charger's list: the tokens that are valid there, or blocked.

    Those that may not charge come first: should there not be room for all, the others can still be asked about.
    """
    entries = []
    for token in authority.tokens.values():
        answer = authority.decide(Token(token.id), (identity, None), now)
        elsewhere = answer.status is TokenStatus.INVALID
        if not elsewhere and len(token.id) <= max_length:
            entries.append(
                ListEntry(token.id, answer.status, token.expires_at, token.group)
            )
    entries.sort(key=lambda entry: entry.status is TokenStatus.ACCEPTED)
    return tuple(entries)


def updates(
    present: LocalList | None,
    version: int,
    wanted: tuple[ListEntry, ...],
    room: ListRoom,
) -> list[ListUpdate]:
    """Return the messages that bring a charger's list up to date, in order; none where it is.

    Args:
        present: the list that the charger was sent, if known.
        version: the version of its list according to the charger.
        wanted: the entries that belong on the list.
        room: the number of entries that the charger can take.
    """
    wanted = wanted[: room.list_length]
    if present is None or present.version != version:
        return full_updates(max(version, 0) + 1, wanted, room)
    changes = tuple(_changes(present.entries, wanted))
    return _portions(UpdateKind.DIFFERENTIAL, version + 1, changes, room)


def full_updates(
    version: int, wanted: tuple[ListEntry, ...], room: ListRoom
) -> list[ListUpdate]:
    """Return the messages that replace a charger's list; there is one even for an empty list."""
    wanted = wanted[: room.list_length]
    first = wanted[: room.update_length]
    rest = _portions(UpdateKind.DIFFERENTIAL, version + 1, wanted[len(first) :], room)
    return [ListUpdate(UpdateKind.FULL, version, first), *rest]


def applied(present: LocalList | None, update: ListUpdate) -> LocalList:
    """Return a charger's list after it has taken an update."""
    known = {
        entry.id_token: entry
        for entry in (present.entries if present is not None else ())
        if update.kind is UpdateKind.DIFFERENTIAL
    }
    known |= {entry.id_token: entry for entry in update.entries}
    return LocalList(
        update.version,
        tuple(entry for entry in known.values() if entry.status is not None),
    )


def _portions(
    kind: UpdateKind, version: int, entries: tuple[ListEntry, ...], room: ListRoom
) -> list[ListUpdate]:
    size = room.update_length or len(entries) or 1
    return [
        ListUpdate(kind, version + number, entries[start : start + size])
        for number, start in enumerate(range(0, len(entries), size))
    ]


def _changes(
    present: Iterable[ListEntry], wanted: Iterable[ListEntry]
) -> Iterator[ListEntry]:
    """Return the entries that differ; removals first, to make room."""
    before = {entry.id_token: entry for entry in present}
    after = {entry.id_token: entry for entry in wanted}
    for id_token in before.keys() - after.keys():
        yield ListEntry(id_token, status=None)
    for id_token, entry in after.items():
        if before.get(id_token) != entry:
            yield entry
