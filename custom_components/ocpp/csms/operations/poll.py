"""Polling of chargers that send no meter values by themselves, or not when a limit must be proved."""

from datetime import datetime, timedelta
import logging

from ..devices.wants import SAMPLE_INTERVAL_S
from ..errors import CallFailedError, RejectedError
from ..evses.status import ConnectorStatus
from ..model import Address, Evse, Trigger
from ..station import ChargingStation

_LOGGER = logging.getLogger(__name__)

POLL_AFTER = timedelta(seconds=3 * SAMPLE_INTERVAL_S)
"""For how long a charging car may go unmetered before the charger is asked."""


class Polling:
    """Meter values of one charger, asked for where it sends none; for one connection."""

    def __init__(self, station: ChargingStation) -> None:
        """Initialize for a charger that has just connected."""
        self._station = station
        self._connected_at = station.now
        self._polled_at: dict[int, datetime] = {}
        self._answers = True

    @property
    def silent_evses(self) -> list[int]:
        """The EVSEs at which a car charges and of which nothing was metered for a while."""
        if not self._station.connected or not self._answers:
            return []
        since = self._station.now - POLL_AFTER
        return [
            evse.id
            for evse in self._station.snapshot.evses.values()
            if evse.running_transaction is not None
            and evse.status is ConnectorStatus.CHARGING
            and self._heard_at(evse) < since
        ]

    def due_evses(self) -> list[int]:
        """Return the EVSEs to have metered now: those that are silent, and those whose new limit is to be proved."""
        if not self._station.connected or not self._answers:
            return []
        proving = self._station.limits.readings_due()
        return list(dict.fromkeys((*self.silent_evses, *proving)))

    def _heard_at(self, evse: Evse) -> datetime:
        """Return when an EVSE was metered last, or was last given the chance to be."""
        polled_at = self._polled_at.get(evse.id, self._connected_at)
        sampled_at = evse.meter.sampled_at
        return polled_at if sampled_at is None else max(polled_at, sampled_at)

    async def poll(self, evse_id: int) -> None:
        """Have an EVSE metered now; a charger that cannot is not asked again on this connection."""
        self._polled_at[evse_id] = self._station.now
        try:
            await self._station.commands.trigger(Trigger.SESSION, Address(evse_id))
        except (RejectedError, CallFailedError) as err:
            self._answers = False
            _LOGGER.info(
                "Charger %s sends no meter values, not even when asked: %s",
                self._station.identity,
                err,
            )
