"""Files and folders that only their owner can read: they contain tags, sessions, passwords or keys."""

from contextlib import suppress
import os
from pathlib import Path
from typing import BinaryIO

FILE_MODE, FOLDER_MODE = 0o600, 0o700


def make_folder(path: Path) -> None:
    """Make a folder, and those around it, as far as they are missing."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=FOLDER_MODE, exist_ok=True)


def open_new(path: Path) -> BinaryIO:
    """Open a new file for writing.

    Raises:
        FileExistsError: when there is one already.
    """
    return os.fdopen(os.open(path, _NEW, FILE_MODE), "wb")


def make_file(path: Path) -> None:
    """Make an empty file if it is missing."""
    with suppress(FileExistsError):
        open_new(path).close()


def close_durably(file: BinaryIO) -> None:
    """Close a file that was written, so that it outlasts a power cut."""
    with file:
        file.flush()
        os.fsync(file.fileno())


def rename_durably(path: Path, target: Path) -> None:
    """Give a file its final name, so that it has it after a power cut."""
    path.rename(target)
    folder = os.open(target.parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def make_private(path: Path) -> None:
    """Keep others from reading a file, or a folder with all that is in it; links are left alone."""
    if path.is_symlink():
        return
    if path.is_dir():
        _restrict(path, FOLDER_MODE)
        for item in path.iterdir():
            make_private(item)
    elif path.is_file():
        _restrict(path, FILE_MODE)


def _restrict(path: Path, mode: int) -> None:
    # It may be somebody else's, or on a disk without permissions.
    with suppress(OSError):
        if path.stat().st_mode & 0o077:
            path.chmod(mode)


_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
