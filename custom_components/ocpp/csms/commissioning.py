"""What happens after a charger has connected or booted: learn what it is, have it report what is needed.

Gentle and in order: one reading of its settings, only the writings that make a difference, and no command
that would change what the owner has set. A refusal is no failure; the charger then keeps its own way.
"""

from collections.abc import Awaitable
import logging

from .errors import CallFailedError, RejectedError
from .model import Registration
from .station import ChargingStation

_LOGGER = logging.getLogger(__name__)


async def commission(station: ChargingStation) -> None:
    """Learn from a charger and, once it is adopted, set it up.

    Raises:
        CsmsError: when the connection is lost, or the charger answers nothing.
    """
    settings = await _tolerating(station, station.get_settings()) or {}
    version = station.version
    station.learn(version.traits(settings), version.evse_count(settings) or 1)
    if station.snapshot.registration is not Registration.ACCEPTED:
        return
    for key, value in version.wanted_settings(settings).items():
        await _tolerating(station, station.change_setting(key, value))
    for evse_id in sorted(station.snapshot.evses):
        await _tolerating(station, station.trigger("StatusNotification", evse_id))
        if station.snapshot.evse(evse_id).running_transaction is not None:
            await _tolerating(station, station.trigger("MeterValues", evse_id))
        await station.limits.ensure_safe_default(evse_id)
    await _tolerating(station, station.limits.uphold())


async def _tolerating[T](station: ChargingStation, command: Awaitable[T]) -> T | None:
    try:
        return await command
    except (RejectedError, CallFailedError) as err:
        _LOGGER.info("Charger %s: %s", station.identity, err)
        return None
