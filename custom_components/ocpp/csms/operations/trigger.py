"""Has chargers send messages, in whichever way they know."""

from ..errors import CallFailedError, RejectedError, is_unsupported
from ..station import ChargingStation


async def trigger(
    station: ChargingStation, message: str, evse_id: int | None = None
) -> None:
    """Have a charger send a message now, named as in the charger's version.

    Raises:
        RejectedError, CallFailedError: when it cannot; what it said to the usual way of asking.
        CsmsError: as `ChargingStation.request` does.
    """
    try:
        await station.commands.trigger(message, evse_id)
    except (RejectedError, CallFailedError) as err:
        other = station.version.triggers.ask_otherwise(message, evse_id)
        if other is None or not is_unsupported(err):
            raise
        try:
            await station.request(lambda _: other)
        except RejectedError, CallFailedError:
            raise err from None
