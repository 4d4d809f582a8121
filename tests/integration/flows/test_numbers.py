"""Numbers outside their limits are told in words, wherever they are entered."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from tests.integration.conftest import change_options

from .conftest import faults, figures
from .steps import open_part


@pytest.mark.parametrize(
    ("subject", "chosen", "field", "limits"),
    [
        ("delay", {"grid_meter_delay": 181}, "grid_meter_delay", ("0 s", "180 s")),
        ("solar", {"export_limit": -1}, "export_limit", ("0 W", "1000000 W")),
        ("tariff", {"price_vat": 100.5}, "price_vat", ("0 %", "100 %")),
        ("tariff", {"other_price": 2000}, "other_price", ("-1000", "1000")),
        (
            "contract",
            {"power_periods": [{"power": 2e3, "from": "00:00:00", "to": "06:00:00"}]},
            "power_periods",
            ("0 kW", "1000 kW"),
        ),
    ],
)
async def test_numbers_of_options(
    hass: HomeAssistant,
    running: MockConfigEntry,
    subject: str,
    chosen: dict[str, Any],
    field: str,
    limits: tuple[str, str],
) -> None:
    form = await change_options(hass, running, subject, chosen)
    assert faults(form) == {field: "number_out_of_range"}
    assert figures(form) == dict(zip(("minimum", "maximum"), limits, strict=True))


@pytest.mark.parametrize(
    ("part", "entered", "limits"),
    [
        ("settings", {"name": "Charger", "max_current": 100.0}, ("0 A", "80 A")),
        ("phase_switch", {"switch_pause": 999}, ("1 s", "300 s")),
        ("profiles", {"stack_level": 1000}, ("0", "100")),
    ],
)
async def test_numbers_of_a_charger(
    hass: HomeAssistant,
    running: MockConfigEntry,
    part: str,
    entered: dict[str, Any],
    limits: tuple[str, str],
) -> None:
    (charger,) = running.subentries.values()
    flow = await open_part(hass, running, charger.subentry_id, part)
    configure = hass.config_entries.subentries.async_configure
    form = await configure(flow["flow_id"], entered)
    assert form["errors"] == {list(entered)[-1]: "number_out_of_range"}
    placeholders = dict(form["description_placeholders"] or {})
    assert (placeholders["minimum"], placeholders["maximum"]) == limits
    name = {"name": "Charger"} if part == "settings" else {}
    result = await configure(flow["flow_id"], name)
    assert result["reason"] == "reconfigure_successful"


async def test_numbers_of_a_vehicle(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    flow = await hass.config_entries.subentries.async_init(
        (running.entry_id, "vehicle"), context={"source": SOURCE_USER}
    )
    form = await hass.config_entries.subentries.async_configure(
        flow["flow_id"], {"name": "Car", "battery_capacity": 5000}
    )
    assert form["errors"] == {"battery_capacity": "number_out_of_range"}
