"""A charger's knowledge of persons: it is told, or forgotten."""

from ...station import ChargingStation
from ...tokens.customers import CustomerRequest
from ...tokens.token import Token


async def ask_about(station: ChargingStation, request: CustomerRequest) -> str:
    """Have a charger tell what it knows of a person, or forget it, and return its words.

    Its list of id tokens is not touched by that: a forgotten token is taken off it, too.

    Raises:
        RejectedError: when the charger refuses.
        CsmsError: as `ChargingStation.request` does.
    """
    told = await station.request(lambda version: version.customers.ask(request))
    if request.clear and isinstance(request.customer, Token):
        await station.tokens.take_off(request.customer.value)
    return told
