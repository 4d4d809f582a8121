"""The error of a connector."""

from ocpp.v16 import call
from ocpp.v16.enums import ChargePointErrorCode, ChargePointStatus
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from tests.integration.conftest import Connect, connected, state
from tests.waiting import until

ERROR = "sensor.charger_error_code"


async def test_an_error_comes_with_the_words_of_the_charger(
    hass: HomeAssistant, running: MockConfigEntry, connect: Connect
) -> None:
    async with connected(hass, connect) as charger:
        await charger.call(
            call.StatusNotification(
                connector_id=1,
                error_code=ChargePointErrorCode.other_error,
                status=ChargePointStatus.preparing,
                info="55",
                vendor_error_code="NoPPDetected",
            )
        )
        await until(lambda: state(hass, ERROR) == "OtherError")
        shown = hass.states.get(ERROR)
        assert shown is not None
        assert shown.attributes["vendor_error_code"] == "NoPPDetected"
        assert shown.attributes["info"] == "55"
