"""The health of a central system's files: those that cannot be written now, and those that were damaged."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
import errno
import os
import shutil
from types import MappingProxyType

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.storage import STORAGE_DIR
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..csms.observers import Listeners

CHECK_INTERVAL = timedelta(seconds=15)

LEAST_FREE_BYTES = 1_000_000
"""The room on the disk below which it counts as full."""

_HEALTHS: HassKey[dict[str, StorageHealth]] = HassKey(f"{DOMAIN}_storage_health")


@dataclass(frozen=True, slots=True)
class _Failure:
    """A failure to write a file, and what writes it again."""

    reason: str
    write_again: CALLBACK_TYPE


class StorageHealth:
    """The health of the files of one central system."""

    def __init__(self) -> None:
        """Initialize; all is well."""
        self._failures: dict[str, _Failure] = {}
        self._damaged: dict[str, str] = {}
        self._listeners = Listeners[()]()

    @property
    def reason(self) -> str | None:
        """The reason why files cannot be written; None if they can."""
        first = next(iter(self._failures.values()), None)
        return None if first is None else first.reason

    def is_failing(self, name: str) -> bool:
        """Return whether a file cannot be written."""
        return name in self._failures

    @property
    def damaged(self) -> Mapping[str, str]:
        """The files that were damaged since the start, and the names under which they were set aside."""
        return MappingProxyType(self._damaged)

    @callback
    def async_subscribe(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call `listener` whenever something has changed."""
        return self._listeners.add(listener)

    @callback
    def async_note_failure(
        self, name: str, err: BaseException, write_again: CALLBACK_TYPE
    ) -> None:
        """Take note that a file could not be written."""
        before = self._failures.get(name)
        reason = _reason(err) if before is None else before.reason
        self._failures[name] = _Failure(reason, write_again)
        if before is None:
            self._listeners.tell()

    @callback
    def async_note_written(self, name: str) -> None:
        """Take note that a file was written."""
        if self._failures.pop(name, None) is not None:
            self._listeners.tell()

    @callback
    def async_note_damage(self, name: str, set_aside: str) -> None:
        """Take note that a damaged file was set aside, and another one begun."""
        self._damaged = {**self._damaged, name: set_aside}
        self._listeners.tell()

    @callback
    def async_reset(self) -> None:
        """Forget what was noted; the files are about to be opened anew."""
        self._failures.clear()
        self._damaged.clear()

    async def async_check(self, hass: HomeAssistant) -> None:
        """Write all files again that could not be written, and look for room on the disk."""
        for failure in tuple(self._failures.values()):
            failure.write_again()
        folder = hass.config.path(STORAGE_DIR)
        if await hass.async_add_executor_job(_free_bytes, folder) < LEAST_FREE_BYTES:
            full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            self.async_note_failure(_DISK, full, lambda: None)
        else:
            self.async_note_written(_DISK)


_DISK = "disk"


@callback
def storage_health(hass: HomeAssistant, entry_id: str) -> StorageHealth:
    """Return the health of a central system's files."""
    return hass.data.setdefault(_HEALTHS, {}).setdefault(entry_id, StorageHealth())


def _free_bytes(folder: str) -> int:
    try:
        return shutil.disk_usage(folder).free
    except FileNotFoundError:
        # It is made when something is stored.
        return LEAST_FREE_BYTES


def _reason(err: BaseException) -> str:
    """Return the reason of a failure without the name of a file, which may be another one each time."""
    root: BaseException | None = err
    while root is not None:
        if isinstance(root, OSError) and root.strerror:
            return root.strerror
        root = root.__cause__
    return str(err)
