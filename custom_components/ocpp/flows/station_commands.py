"""Commands that flows give to a charger while they are open."""

from collections.abc import Awaitable, Callable

from ..csms.errors import CsmsError
from ..csms.station import ChargingStation
from .base import Errors
from .security import CONF_WRITE_PASSWORD


async def async_ask(
    station: ChargingStation | None,
    command: Callable[[ChargingStation], Awaitable[object]],
    field: str,
    refusal: str,
) -> Errors:
    """Send a command to a charger, and return an error if it fails."""
    if station is None or not station.connected:
        return {field: "not_connected"}
    try:
        await command(station)
    except CsmsError:
        return {field: refusal}
    return {}


async def async_write_password(
    station: ChargingStation | None, password: str
) -> Errors:
    """Write a password to a charger, and return an error if that fails."""

    def write(station: ChargingStation) -> Awaitable[bool]:
        return station.request(lambda version: version.security.set_password(password))

    return await async_ask(station, write, CONF_WRITE_PASSWORD, "password_refused")
