"""A small disk that can be filled up, on which a Home Assistant runs."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
import os
from pathlib import Path
import subprocess
import time

_CHUNK = bytes(64 * 1024)
_MOUNTED_WITHIN_S = 30.0


class NoSmallDiskError(Exception):
    """This machine lets nobody mount a file system, not even in a namespace of his own."""


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """A file system in memory, of a few megabytes."""

    folder: Path

    @property
    def _filler(self) -> Path:
        return self.folder / "filler"

    def fill(self) -> None:
        """Take all the room that is left."""
        with suppress(OSError), self._filler.open("ab", buffering=0) as filler:
            while True:
                filler.write(_CHUNK)
        with suppress(OSError), self._filler.open("ab", buffering=0) as filler:
            while True:
                filler.write(_CHUNK[:512])

    def free(self) -> None:
        """Give it back."""
        self._filler.unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[SmallDisk]:
    """Mount a small disk at a folder.

    Whoever may not do that has it in a mount namespace of his own, which others reach through the process that holds it.
    """
    folder.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0777", "tmpfs"]
    if _succeeds([*mount, str(folder)]):
        try:
            yield SmallDisk(folder)
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
        return
    shell = (
        f'{" ".join(mount)} "{folder}" && touch "{folder}/mounted" && exec sleep 7200'
    )
    with subprocess.Popen(["unshare", "-Urm", "sh", "-c", shell]) as holder:
        try:
            inside = Path(f"/proc/{holder.pid}/root{folder}")
            _wait_for(inside / "mounted", holder)
            yield SmallDisk(inside)
        finally:
            holder.kill()


def _succeeds(command: list[str]) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def _wait_for(file: Path, holder: subprocess.Popen[bytes]) -> None:
    ends_at = time.monotonic() + _MOUNTED_WITHIN_S
    while not os.access(file, os.F_OK):
        if holder.poll() is not None or time.monotonic() > ends_at:
            raise NoSmallDiskError
        time.sleep(0.05)
