"""The inbox for the files of one upload: a folder with limited room.

The client chooses a part of the name and nothing else: no folder, no size, and no file that exists already.
"""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
import re
from typing import BinaryIO

from .private import close_durably, make_folder, open_new, rename_durably

MAX_UPLOAD_BYTES = 64 * 2**20
"""The greatest size of an upload; the logs of any charger are smaller."""
MAX_FILES = 5
MAX_ATTEMPTS = 50
"""The number of uploads that may begin; those that break off are tried again."""
_MAX_NAME_LENGTH = 80
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_HASH_LENGTH = 16


class UploadInboxFullError(Exception):
    """There is no room for an upload."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file that was uploaded."""

    path: Path
    size_bytes: int


class UploadInbox:
    """The inbox for the files of one upload."""

    def __init__(
        self, folder: Path, prefix: str, max_bytes: int = MAX_UPLOAD_BYTES
    ) -> None:
        """Initialize; the folder is created when it is needed.

        Args:
            folder: the folder for the files.
            prefix: the beginning of their names.
            max_bytes: the room for all files together.
        """
        self.deliveries: list[Delivery] = []
        """The files that have arrived, in order."""
        self.arrived = asyncio.Event()
        """Set once there is one."""
        self._folder = folder
        self._prefix = prefix
        self._left_bytes = max_bytes
        self._left_files = MAX_FILES
        self._opened = 0
        self._is_closed = False
        self._open: set[asyncio.Timeout] = set()

    @asynccontextmanager
    async def while_open(self) -> AsyncIterator[None]:
        """Go on until the inbox is closed.

        Raises:
            TimeoutError: when it is.
        """
        async with asyncio.timeout(None) as limit:
            self._open.add(limit)
            try:
                if self._is_closed:
                    raise TimeoutError
                yield
            finally:
                self._open.discard(limit)

    def close(self) -> None:
        """End what is still on its way: nobody waits for it any more."""
        self._is_closed = True
        for limit in self._open:
            limit.reschedule(0)

    async def take(self, name: str, chunks: AsyncIterable[bytes]) -> Delivery:
        """Store a file as it arrives; one that does not arrive in whole leaves nothing behind.

        Raises:
            UploadInboxFullError: when there is no room for it.
            OSError: when it cannot be written.
        """
        if not self._left_files or self._opened == MAX_ATTEMPTS:
            raise UploadInboxFullError
        self._left_files -= 1
        self._opened += 1
        path = self._folder / f"{self._prefix}_{self._opened}_{safe_name(name)}"
        unfinished = path.with_name(f"{path.name}.part")
        opening = asyncio.create_task(asyncio.to_thread(self._create, unfinished))
        try:
            file = await asyncio.shield(opening)
            size_bytes = await self._fill(file, chunks)
            await asyncio.to_thread(_finish, file, unfinished, path)
        except BaseException:
            # Cancelled, too: what was uploaded in part is of no use to anybody.
            self._left_files += 1
            await asyncio.shield(_discard(opening, unfinished))
            raise
        delivery = Delivery(path, size_bytes)
        self.deliveries.append(delivery)
        self.arrived.set()
        return delivery

    async def _fill(self, file: BinaryIO, chunks: AsyncIterable[bytes]) -> int:
        size_bytes = 0
        try:
            async for chunk in chunks:
                size_bytes += len(chunk)
                self._reserve(len(chunk))
                await asyncio.to_thread(file.write, chunk)
        except BaseException:
            self._left_bytes += size_bytes
            raise
        return size_bytes

    def _reserve(self, size_bytes: int) -> None:
        self._left_bytes -= size_bytes
        if self._left_bytes < 0:
            raise UploadInboxFullError

    def _create(self, path: Path) -> BinaryIO:
        make_folder(self._folder)
        return open_new(path)


def _finish(file: BinaryIO, unfinished: Path, path: Path) -> None:
    close_durably(file)
    rename_durably(unfinished, path)


async def _discard(opening: asyncio.Task[BinaryIO], unfinished: Path) -> None:
    with suppress(OSError):
        file = await opening
        await asyncio.to_thread(_remove, file, unfinished)


def _remove(file: BinaryIO, unfinished: Path) -> None:
    file.close()
    unfinished.unlink(missing_ok=True)


def safe_name(name: str) -> str:
    """Return the harmless characters of a name that a client chose, for use in the name of a file."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return _UNSAFE.sub("_", last).strip("._")[-_MAX_NAME_LENGTH:] or "log"


def unique_name(identity: str) -> str:
    """Return the name of a folder that no other identity has: the identity itself if it is harmless."""
    name = safe_name(identity)
    if name == identity:
        return name
    # No harmless identity has a tilde, so none can be another one's folder.
    return f"{name}~{sha256(identity.encode()).hexdigest()[:_HASH_LENGTH]}"


def tidy(folder: Path, keep: int, max_bytes: int) -> None:
    """Delete the oldest files of a folder until it is within its limits; this blocks."""
    if not folder.is_dir():
        return
    files = sorted(
        (path for path in folder.iterdir() if path.is_file()),
        key=lambda path: path.stat().st_mtime,
        reverse=True,
    )
    kept_bytes = 0
    for number, path in enumerate(files):
        kept_bytes += path.stat().st_size
        if number >= keep or kept_bytes > max_bytes:
            with suppress(OSError):
                path.unlink()
