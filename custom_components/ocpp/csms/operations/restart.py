"""Restarts of chargers whose settings take effect only then, while no car is there, where the owner allows it."""

from datetime import datetime, timedelta
import logging

from ..errors import CallFailedError, CallTimeoutError, NotConnectedError, RejectedError
from ..model import LastResort, ResetKind
from ..station import ChargingStation

_LOGGER = logging.getLogger(__name__)

_AT_MOST_EVERY = timedelta(days=1)


class IdleRestart:
    """The restarts of one charger."""

    def __init__(self, station: ChargingStation) -> None:
        """Initialize; nothing was restarted."""
        self._station = station
        self._restarted_at: datetime | None = None

    @property
    def is_due(self) -> bool:
        """True if the charger needs a restart, may be restarted, and nobody is disturbed by that."""
        station, before = self._station, self._restarted_at
        evses = station.snapshot.evses.values()
        return (
            station.snapshot.awaits_restart
            and station.settings.last_resort is LastResort.RESET
            and (before is None or station.now - before >= _AT_MOST_EVERY)
            and all(
                evse.running_transaction is None and evse.plugged_in is False
                for evse in evses
            )
        )

    async def restart(self) -> None:
        """Restart it."""
        self._restarted_at = self._station.now
        _LOGGER.info(
            "Charger %s is restarted, so that its settings take effect",
            self._station.identity,
        )
        try:
            await self._station.commands.reset(ResetKind.SOFT)
        except (
            RejectedError,
            CallFailedError,
            CallTimeoutError,
            NotConnectedError,
        ) as err:
            _LOGGER.info("Charger %s: %s", self._station.identity, err)
