"""The energy sources: how they are asked for, recognized, questioned and confirmed."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.integration.conftest import change_options, choose_meters, show_grid, state

from .conftest import (
    add_sensor,
    asked_for_energy,
    faults,
    fields,
    figures,
    found,
    offered,
    step,
    suggested,
)

WATTS = {"unit_of_measurement": "W"}
RIGHT, REVERSED, AGAIN = "energy_right", "energy_reversed", "energy_again"
NOTHING_BESIDE = {"grid_power_inverted": False, "battery_power_inverted": False}


@pytest.mark.usefixtures("unloaded")
class TestFirstFlow:
    """The part of the first flow that asks for the energy sources."""

    async def test_nothing_is_needed(self, hass: HomeAssistant, port: int) -> None:
        flow = await asked_for_energy(hass, port)
        assert flow["type"] is FlowResultType.MENU
        assert offered(flow) == [
            *("one_sensor", "import_export", "solar_house"),
            "no_meter",
        ]
        result = await step(hass, flow["flow_id"], "no_meter")
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert result["options"] == {}
        await hass.async_block_till_done()
        assert hass.states.get("sensor.ocpp_solar_surplus") is None

    async def test_one_sensor_for_both_directions(
        self, hass: HomeAssistant, port: int
    ) -> None:
        show_grid(hass, -3210)
        flow = await asked_for_energy(hass, port)
        form = await step(hass, flow["flow_id"], "one_sensor")
        assert suggested(form)["grid_power"] == ["sensor.grid_power"]
        menu = await step(hass, flow["flow_id"], {"grid_power": ["sensor.grid_power"]})
        assert menu["step_id"] == "now_exporting"
        assert offered(menu) == [RIGHT, REVERSED, AGAIN]
        assert figures(menu)["grid"] == "3210 W"
        result = await step(hass, flow["flow_id"], RIGHT)
        assert result["options"] == {
            "grid_power": ["sensor.grid_power"],
            **NOTHING_BESIDE,
        }
        await hass.async_block_till_done()
        assert state(hass, "sensor.ocpp_solar_surplus") == "3200.0"

    async def test_sun_and_battery_are_told_as_well(
        self, hass: HomeAssistant, port: int
    ) -> None:
        show_grid(hass, -1000)
        hass.states.async_set("sensor.sun", "5.024", {"unit_of_measurement": "kW"})
        hass.states.async_set("sensor.battery", "-2000", WATTS)
        chosen = {"grid_power": ["sensor.grid_power"], "pv_power": ["sensor.sun"]}
        flow = await asked_for_energy(hass, port)
        await step(hass, flow["flow_id"], "one_sensor")
        menu = await step(hass, flow["flow_id"], chosen)
        assert menu["step_id"] == "now_exporting_sun"
        assert figures(menu) == {
            "grid": "1000 W",
            "solar": "5020 W",
            "battery": "0 W",
            "house": "4020 W",
            "sensors": "grid power, sun",
        }
        form = await step(hass, flow["flow_id"], AGAIN)
        assert suggested(form)["pv_power"] == ["sensor.sun"]
        menu = await step(
            hass, flow["flow_id"], {**chosen, "battery_power": ["sensor.battery"]}
        )
        assert menu["step_id"] == "now_exporting_charging"
        assert figures(menu)["battery"] == "2000 W"
        assert figures(menu)["house"] == "2020 W"
        # The frontend shows it again after a reload, as it is by then.
        show_grid(hass, 500)
        hass.states.async_set("sensor.battery", "300", WATTS)
        menu = await hass.config_entries.flow.async_configure(flow["flow_id"])
        assert menu["step_id"] == "now_importing_discharging"
        result = await step(hass, flow["flow_id"], RIGHT)
        assert result["options"]["battery_power"] == ["sensor.battery"]

    async def test_the_other_way_round(self, hass: HomeAssistant, port: int) -> None:
        show_grid(hass, 2000)
        flow = await asked_for_energy(hass, port)
        await step(hass, flow["flow_id"], "one_sensor")
        menu = await step(hass, flow["flow_id"], {"grid_power": ["sensor.grid_power"]})
        assert menu["step_id"] == "now_importing"
        menu = await step(hass, flow["flow_id"], REVERSED)
        assert menu["step_id"] == "now_exporting"
        result = await step(hass, flow["flow_id"], RIGHT)
        assert result["options"]["grid_power_inverted"] is True

    async def test_import_and_export_change_places(
        self, hass: HomeAssistant, port: int
    ) -> None:
        hass.states.async_set("sensor.one", "0", WATTS)
        hass.states.async_set("sensor.two", "700", WATTS)
        flow = await asked_for_energy(hass, port)
        await step(hass, flow["flow_id"], "import_export")
        menu = await step(
            hass,
            flow["flow_id"],
            {"grid_import_power": ["sensor.one"], "grid_export_power": ["sensor.two"]},
        )
        assert menu["step_id"] == "now_exporting"
        menu = await step(hass, flow["flow_id"], REVERSED)
        assert menu["step_id"] == "now_importing"
        result = await step(hass, flow["flow_id"], RIGHT)
        assert result["options"]["grid_import_power"] == ["sensor.two"]
        assert result["options"]["grid_export_power"] == ["sensor.one"]

    async def test_export_alone_has_no_other_way_round(
        self, hass: HomeAssistant, port: int
    ) -> None:
        hass.states.async_set("sensor.export", "700", WATTS)
        flow = await asked_for_energy(hass, port)
        form = await step(hass, flow["flow_id"], "import_export")
        form = await step(hass, flow["flow_id"], {"grid_export_power": []})
        assert faults(form) == {"grid_export_power": "sensor_missing"}
        menu = await step(
            hass, flow["flow_id"], {"grid_export_power": ["sensor.export"]}
        )
        assert offered(menu) == [RIGHT, AGAIN]
        await step(hass, flow["flow_id"], RIGHT)

    async def test_the_house_and_the_sun_replace_a_meter(
        self, hass: HomeAssistant, port: int
    ) -> None:
        hass.states.async_set("sensor.sun", "3000", WATTS)
        hass.states.async_set("sensor.house", "500", WATTS)
        flow = await asked_for_energy(hass, port)
        await step(hass, flow["flow_id"], "solar_house")
        menu = await step(
            hass,
            flow["flow_id"],
            {"pv_power": ["sensor.sun"], "house_power": ["sensor.house"]},
        )
        assert menu["step_id"] == "now_exporting_sun"
        assert figures(menu)["grid"] == "2500 W"
        assert figures(menu)["house"] == "500 W"
        assert offered(menu) == [RIGHT, AGAIN]
        result = await step(hass, flow["flow_id"], RIGHT)
        assert result["options"]["house_includes_cars"] is True

    async def test_sensors_may_be_silent(self, hass: HomeAssistant, port: int) -> None:
        show_grid(hass, 100)
        hass.states.async_set("sensor.sun", "unavailable", WATTS)
        flow = await asked_for_energy(hass, port)
        await step(hass, flow["flow_id"], "one_sensor")
        menu = await step(
            hass,
            flow["flow_id"],
            {"grid_power": ["sensor.grid_power"], "pv_power": ["sensor.sun"]},
        )
        assert menu["step_id"] == "now_silent"
        assert figures(menu) == {"sensors": "sun (sensor.sun)"}
        assert offered(menu) == [RIGHT, AGAIN]
        result = await step(hass, flow["flow_id"], RIGHT)
        assert result["type"] is FlowResultType.CREATE_ENTRY

    @pytest.mark.parametrize(
        ("field", "value", "attributes", "error"),
        [
            ("grid_power", "12", {"unit_of_measurement": "kWh"}, "no_power"),
            ("grid_power", "21", {"unit_of_measurement": "°C"}, "no_power"),
            ("grid_power", "high", WATTS, "no_number"),
            ("battery_soc", "50", {"unit_of_measurement": "kWh"}, "no_charge"),
        ],
    )
    async def test_what_shows_something_else_is_refused(
        self,
        hass: HomeAssistant,
        port: int,
        field: str,
        value: str,
        attributes: dict[str, str],
        error: str,
    ) -> None:
        show_grid(hass, 0)
        hass.states.async_set("sensor.odd", value, attributes)
        flow = await asked_for_energy(hass, port)
        await step(hass, flow["flow_id"], "one_sensor")
        chosen = {"grid_power": ["sensor.grid_power"], field: ["sensor.odd"]}
        form = await step(hass, flow["flow_id"], chosen)
        assert faults(form) == {field: error}
        assert figures(form) == {"entities": "odd (sensor.odd)"}
        assert "use_anyway" not in fields(form)
        form = await step(
            hass, flow["flow_id"], {"grid_power": ["sensor.grid_power", "sensor.none"]}
        )
        assert faults(form) == {"grid_power": "unknown_entity"}
        await step(hass, flow["flow_id"], {"grid_power": ["sensor.grid_power"]})
        result = await step(hass, flow["flow_id"], RIGHT)
        assert result["type"] is FlowResultType.CREATE_ENTRY

    @pytest.mark.parametrize(
        ("entity_id", "name", "field", "error"),
        [
            ("sensor.fridge_power", "Fridge power", "grid_power", "single_appliance"),
            ("sensor.x", "Waschmaschine", "grid_power", "single_appliance"),
            ("sensor.grid_power", "Grid", "pv_power", "chosen_twice"),
            ("sensor.y", "Anna's phone", "battery_soc", "other_battery"),
        ],
    )
    async def test_what_looks_like_a_mistake_is_questioned(
        self,
        hass: HomeAssistant,
        port: int,
        entity_id: str,
        name: str,
        field: str,
        error: str,
    ) -> None:
        show_grid(hass, 0)
        unit = "%" if field == "battery_soc" else "W"
        hass.states.async_set(
            entity_id, "50", {"unit_of_measurement": unit, "friendly_name": name}
        )
        flow = await asked_for_energy(hass, port)
        await step(hass, flow["flow_id"], "one_sensor")
        chosen = {"grid_power": ["sensor.grid_power"], field: [entity_id]}
        form = await step(hass, flow["flow_id"], chosen)
        assert faults(form)[field] == error
        assert figures(form) == {"entities": f"{name} ({entity_id})"}
        assert "use_anyway" in fields(form)
        form = await step(hass, flow["flow_id"], chosen)
        assert faults(form)[field] == error
        menu = await step(hass, flow["flow_id"], {**chosen, "use_anyway": True})
        assert menu["type"] is FlowResultType.MENU
        result = await step(hass, flow["flow_id"], RIGHT)
        assert result["options"][field] == [entity_id]
        assert "use_anyway" not in result["options"]

    async def test_a_battery_of_a_small_device_is_questioned(
        self, hass: HomeAssistant, port: int
    ) -> None:
        show_grid(hass, 0)
        battery = add_sensor(hass, "zha", "Sensor", "Level", "%", 80)
        flow = await asked_for_energy(hass, port)
        await step(hass, flow["flow_id"], "one_sensor")
        chosen = {"grid_power": ["sensor.grid_power"], "battery_soc": [battery]}
        form = await step(hass, flow["flow_id"], chosen)
        assert faults(form) == {"battery_soc": "other_battery"}
        hass.config_entries.flow.async_abort(flow["flow_id"])


@pytest.mark.usefixtures("unloaded")
class TestFound:
    """Sensors that are found without a question."""

    async def test_only_a_confirmation_is_asked_for(
        self, hass: HomeAssistant, port: int
    ) -> None:
        show_grid(hass, -1000)
        hass.states.async_set("sensor.pv_power", "3000", WATTS)
        menu = await found(hass, port)
        assert menu["step_id"] == "now_exporting_sun"
        assert figures(menu)["sensors"] == "grid power, pv power"
        result = await step(hass, menu["flow_id"], RIGHT)
        assert result["options"] == {
            "grid_power": ["sensor.grid_power"],
            "pv_power": ["sensor.pv_power"],
            **NOTHING_BESIDE,
        }

    async def test_the_direction_is_changed(
        self, hass: HomeAssistant, port: int
    ) -> None:
        show_grid(hass, 1000)
        menu = await found(hass, port)
        await step(hass, menu["flow_id"], REVERSED)
        result = await step(hass, menu["flow_id"], RIGHT)
        assert result["options"]["grid_power_inverted"] is True

    async def test_others_are_chosen_in_any_way(
        self, hass: HomeAssistant, port: int
    ) -> None:
        show_grid(hass, 1000)
        flow_id = (await found(hass, port))["flow_id"]
        menu = await step(hass, flow_id, AGAIN)
        assert menu["step_id"] == "energy"
        # The frontend asks for the menu again after a reload.
        menu = await hass.config_entries.flow.async_configure(flow_id)
        assert menu["step_id"] == "energy"
        result = await step(hass, flow_id, "no_meter")
        assert result["options"] == {}

    async def test_what_is_doubted_is_left_to_the_owner(
        self, hass: HomeAssistant, port: int
    ) -> None:
        hass.states.async_set("sensor.grid_power", "high", WATTS)
        menu = await found(hass, port)
        assert menu["step_id"] == "energy"
        hass.config_entries.flow.async_abort(menu["flow_id"])


class TestOptions:
    """The same questions at any time later."""

    async def test_another_way_takes_effect_at_once(
        self, hass: HomeAssistant, running: MockConfigEntry
    ) -> None:
        show_grid(hass, -1000)
        hass.states.async_set("sensor.export", "3", {"unit_of_measurement": "kW"})
        menu = await change_options(hass, running, "energy")
        assert offered(menu)[0] == "one_sensor"
        result = await choose_meters(
            hass, running, "import_export", grid_export_power=["sensor.export"]
        )
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert running.options == {"grid_export_power": ["sensor.export"]}
        await hass.async_block_till_done()
        assert state(hass, "sensor.ocpp_solar_surplus") == "3000.0"

    async def test_a_meter_is_given_up(
        self, hass: HomeAssistant, running: MockConfigEntry
    ) -> None:
        show_grid(hass, -1000)
        hass.states.async_set("sensor.sun", "0", WATTS)
        await change_options(hass, running, "solar", {"pv_power": ["sensor.sun"]})
        no_meter = {"next_step_id": "no_meter"}
        await change_options(hass, running, "energy", no_meter)
        await hass.async_block_till_done()
        assert running.options["pv_power"] == ["sensor.sun"]
        assert "grid_power" not in running.options
        assert state(hass, "sensor.ocpp_solar_surplus") == "unknown"

    async def test_the_sun_is_needed_to_calculate_the_grid(
        self, hass: HomeAssistant, running: MockConfigEntry
    ) -> None:
        for entity_id in ("sensor.sun", "sensor.house"):
            hass.states.async_set(entity_id, "0", WATTS)
        chosen = {"pv_power": ["sensor.sun"], "house_power": ["sensor.house"]}
        await choose_meters(hass, running, "solar_house", **chosen)
        form = await change_options(hass, running, "solar", {})
        assert faults(form) == {"pv_power": "solar_needed"}

    async def test_the_same_sensor_twice_is_questioned(
        self, hass: HomeAssistant, running: MockConfigEntry
    ) -> None:
        show_grid(hass, 0)
        chosen: dict[str, Any] = {"pv_power": ["sensor.grid_power"]}
        form = await change_options(hass, running, "solar", chosen)
        assert faults(form) == {"pv_power": "chosen_twice"}
        result = await change_options(
            hass, running, "solar", chosen, {**chosen, "use_anyway": True}
        )
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert "use_anyway" not in running.options

    async def test_a_temperature_is_no_price(
        self, hass: HomeAssistant, running: MockConfigEntry
    ) -> None:
        hass.states.async_set(
            "sensor.outside",
            "21",
            {"unit_of_measurement": "°C", "device_class": "temperature"},
        )
        tariff = {
            "price_entities": ["sensor.outside"],
            "price_fixed": True,
            "price_unit": "currency_kwh",
        }
        form = await change_options(hass, running, "tariff", tariff)
        assert faults(form) == {"price_entities": "no_price"}

    async def test_a_power_is_no_current(
        self, hass: HomeAssistant, running: MockConfigEntry
    ) -> None:
        show_grid(hass, 0)
        form = await change_options(
            hass, running, "limits", {"grid_current_l1": "sensor.grid_power"}
        )
        assert faults(form) == {"grid_current_l1": "no_current"}

    async def test_a_meter_may_be_silent(
        self, hass: HomeAssistant, running: MockConfigEntry
    ) -> None:
        hass.states.async_set("sensor.grid_power", "unavailable", WATTS)
        menu = await change_options(
            hass,
            running,
            "energy",
            {"next_step_id": "one_sensor"},
            {"grid_power": ["sensor.grid_power"]},
        )
        assert menu["step_id"] == "now_silent"

    @pytest.mark.parametrize(
        ("subject", "chosen", "errors"),
        [
            ("solar", {"only_excess": True}, {"export_limit": "limit_needed"}),
            (
                "limits",
                {f"grid_current_l{phase}": "sensor.grid_current" for phase in (1, 2)},
                {"base": "currents_incomplete"},
            ),
            ("limits", {"site_limit": "sensor.no"}, {"site_limit": "unknown_entity"}),
            (
                "contract",
                {"holiday_entities": ["calendar.no"]},
                {"holiday_entities": "unknown_entity"},
            ),
            (
                "tariff",
                {"price_entities": ["sensor.no"]},
                {"price_entities": "unknown_entity"},
            ),
        ],
    )
    async def test_what_is_missing_is_told(
        self,
        hass: HomeAssistant,
        running: MockConfigEntry,
        subject: str,
        chosen: dict[str, Any],
        errors: dict[str, str],
    ) -> None:
        hass.states.async_set("sensor.grid_current", "5", {"unit_of_measurement": "A"})
        form = await change_options(hass, running, subject, chosen)
        assert faults(form) == errors
