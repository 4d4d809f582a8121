"""A small file of entries that are durable once they were added, even on a disk that is full.

Its room is reserved when it is made: two halves, of which one is in use. To drop entries, those that stay are written
to the other half, which is in use from then on; so that at each instant one half is complete. Each entry has a
checksum, in which the generation of its half counts, so that what an earlier generation left behind is not read.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
import errno
import os
from pathlib import Path
import struct
from zlib import crc32

from ..csms.files.private import make_folder

HALF_BYTES = 512 * 1024

_MAGIC = b"OCPJ"
_HEADER = struct.Struct(">4sQI")
_FRAME = struct.Struct(">II")


class JournalFile:
    """The file; all methods block."""

    def __init__(self, path: Path) -> None:
        """Initialize; the file is made when room is reserved."""
        self._path = path
        self._half = 0
        self._generation = 0
        self._end = 0

    def read(self) -> list[bytes]:
        """Return the entries, even of a file that cannot be written.

        Raises:
            OSError: when they cannot be read.
        """
        try:
            file = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return []
        try:
            return self._find(file)
        finally:
            os.close(file)

    def reserve(self) -> None:
        """Reserve the room for entries to come.

        Raises:
            OSError: when that cannot be done.
        """
        if self._path.parent.exists():
            # Otherwise, nothing was ever stored.
            with self._open() as file:
                _reserve(file)

    def add(self, entries: Sequence[bytes]) -> None:
        """Add entries, all or none.

        Raises:
            OSError: when there is no room, or they cannot be written.
        """
        with self._open() as file:
            frames = _frames(entries, self._generation)
            if self._end + len(frames) > HALF_BYTES:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            if os.fstat(file).st_size < 2 * HALF_BYTES:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
            _write(file, frames, self._half * HALF_BYTES + self._end)
            self._end += len(frames)

    def replace(self, entries: Sequence[bytes]) -> None:
        """Keep these entries and no others.

        Raises:
            OSError: when there is no room, or they cannot be written; those before are then kept.
        """
        with self._open() as file:
            self._use(file, 1 - self._half, self._generation + 1, entries)

    def _find(self, file: int) -> list[bytes]:
        """Return the entries, and note which half is in use and where it ends."""
        content = os.pread(file, 2 * HALF_BYTES, 0)
        halves = (content[:HALF_BYTES], content[HALF_BYTES:])
        generations = [_generation(half) for half in halves]
        self._generation = max(generations)
        if self._generation == 0:
            return []
        self._half = generations.index(self._generation)
        entries = list(_entries(halves[self._half], self._generation))
        self._end = _HEADER.size + sum(_size(entry) for entry in entries)
        return entries

    def _use(
        self, file: int, half: int, generation: int, entries: Sequence[bytes]
    ) -> None:
        frames = _frames(entries, generation)
        if _HEADER.size + len(frames) > HALF_BYTES:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        _reserve(file)
        if frames:
            _write(file, frames, half * HALF_BYTES + _HEADER.size)
        _write(file, _header(generation), half * HALF_BYTES)
        self._half, self._generation = half, generation
        self._end = _HEADER.size + len(frames)

    def remove(self) -> None:
        """Remove the file."""
        self._path.unlink(missing_ok=True)

    @contextmanager
    def _open(self) -> Iterator[int]:
        make_folder(self._path.parent)
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if self._generation == 0:
                # What could not be read before may be there.
                self._find(file)
            if self._generation == 0:
                self._use(file, 0, 1, [])
            yield file
        finally:
            os.close(file)


def _reserve(file: int) -> None:
    """Fill the file up to its size, so that nothing written later needs room."""
    size = os.fstat(file).st_size
    if size < 2 * HALF_BYTES:
        _write(file, bytes(2 * HALF_BYTES - size), size)


def _write(file: int, content: bytes, at: int) -> None:
    """Write bytes at a place, so that they outlast a power cut."""
    view = memoryview(content)
    while view:
        written = os.pwrite(file, view, at)
        view, at = view[written:], at + written
    os.fsync(file)


def _header(generation: int) -> bytes:
    checksum = crc32(_MAGIC + generation.to_bytes(8))
    return _HEADER.pack(_MAGIC, generation, checksum)


def _generation(half: bytes) -> int:
    """Return the generation of a half; 0 if it was never used, or is damaged."""
    if len(half) < _HEADER.size:
        return 0
    _, generation, _ = _HEADER.unpack_from(half)
    return generation if half[: _HEADER.size] == _header(generation) else 0


def _frames(entries: Iterable[bytes], generation: int) -> bytes:
    return b"".join(
        _FRAME.pack(len(entry), _checksum(entry, generation)) + entry
        for entry in entries
    )


def _entries(half: bytes, generation: int) -> Iterator[bytes]:
    """Yield the entries of a half, up to the first that is not complete."""
    at = _HEADER.size
    while at + _FRAME.size <= len(half):
        size, checksum = _FRAME.unpack_from(half, at)
        entry = half[at + _FRAME.size : at + _FRAME.size + size]
        if not size or len(entry) < size or _checksum(entry, generation) != checksum:
            return
        yield entry
        at += _size(entry)


def _size(entry: bytes) -> int:
    return _FRAME.size + len(entry)


def _checksum(entry: bytes, generation: int) -> int:
    return crc32(entry, generation & 0xFFFFFFFF)
