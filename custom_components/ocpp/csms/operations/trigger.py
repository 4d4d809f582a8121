"""Triggers: messages that a charger is asked to send, in the ways that it may know."""

from ..errors import CallFailedError, RejectedError, is_unsupported
from ..model import STATION, Address, Trigger
from ..station import ChargingStation


async def trigger(
    station: ChargingStation, message: Trigger, address: Address = STATION
) -> None:
    """Have a charger send a message now.

    Raises:
        RejectedError, CallFailedError: when it cannot; its answer to the usual way of asking.
        CsmsError: as `ChargingStation.request` does.
    """
    try:
        await station.commands.trigger(message, address)
    except (RejectedError, CallFailedError) as err:
        other = station.version.triggers.ask_otherwise(message, address)
        if other is None or not is_unsupported(err):
            raise
        try:
            await station.request(lambda _: other)
        except RejectedError, CallFailedError:
            raise err from None
