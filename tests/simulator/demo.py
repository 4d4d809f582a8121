"""The demo: a house in the sun, a Home Assistant in it, and a charger that follows."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .charger import SimulatedCharger, reconnected, simulated_charger
from .home_assistant import Api, HomeAssistant
from .house import Battery, Flows, House

SPEED = 18.0
"""How much faster the recorded clouds pass than they did."""
BEGIN, END = "13:52", "14:24"
"""The part of the recorded day that is played, over and over."""
PEAK_POWER_W = 12_000.0
BASE_LOAD_W = 1_200.0
"""The house while its heat pump runs."""

CHARGER_IDENTITY = "DEMO-1"
STEP_S = 1.0

# The house's meters, as any inverter or meter integration would show them.
_SENSOR = """\
      - name: "{name}"
        unique_id: house_{key}
        device_class: {device_class}
        unit_of_measurement: "{unit}"
        state_class: measurement
        state: "{{{{ trigger.event.data.{key} }}}}"
"""
_METERS = {
    "grid_power": ("Grid power", "power", "W"),
    "solar_power": ("Solar power", "power", "W"),
    "house_power": ("House power", "power", "W"),
}
_BATTERY_METERS = {
    "battery_power": ("Battery power", "power", "W"),
    "battery_soc": ("Battery charge", "battery", "%"),
}

DASHBOARD = """\
title: Charging
views:
  - title: Charging
    path: charging
    type: sections
    max_columns: 3
    sections:
      - type: grid
        column_span: 2
        cards:
          - type: history-graph
            title: Sun and car
            hours_to_show: 0.05
            grid_options: {columns: full, rows: 6}
            entities:
              - entity: sensor.ocpp_solar_surplus
                name: Solar surplus
              - entity: sensor.charger_power
                name: Charging power
          - type: history-graph
            title: Mode
            hours_to_show: 0.05
            grid_options: {columns: full}
            entities:
              - entity: select.charger_charging_mode
                name: Mode
              - entity: sensor.charger_status
                name: Status
      - type: grid
        cards:
          - type: tile
            entity: select.charger_charging_mode
            name: Charging mode
            features: [{type: select-options}]
          - type: tile
            entity: switch.charger_charge_control
            name: Session
          - type: tile
            entity: number.charger_maximum_current
            name: Maximum current
            features: [{type: numeric-input, style: slider}]
          - type: tile
            entity: sensor.charger_session_energy
            name: Session energy
          - type: tile
            entity: sensor.charger_current_offered
            name: Offered
          - type: tile
            entity: sensor.charger_current
            name: Drawn
          - type: tile
            entity: sensor.solar_power
          - type: tile
            entity: sensor.house_power
          - type: tile
            entity: sensor.grid_power
"""


@dataclass(frozen=True, slots=True)
class Moment:
    """The demo at one second."""

    at_s: float
    flows: Flows
    offered_a: float
    mode: str


@dataclass
class Options:
    """How the demo is run."""

    config: Path
    http_port: int = 8123
    ocpp_port: int = 9000
    ocpp_host: str = "127.0.0.1"
    battery: bool = False
    own_charger: bool = False
    speed: float = SPEED
    begin: str = BEGIN
    end: str = END


@dataclass
class Demo:
    """A running demo."""

    options: Options
    home_assistant: HomeAssistant
    house: House
    api: Api = field(init=False)
    charger: SimulatedCharger | None = None
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    _charging: asyncio.Task[None] | None = None

    @classmethod
    def create(cls, options: Options, python: str) -> Demo:
        """Return a demo whose Home Assistant runs on a Python of its own."""
        house = House(
            speed=options.speed,
            peak_power_w=PEAK_POWER_W,
            base_load_w=BASE_LOAD_W,
            begin=options.begin,
            end=options.end,
            battery=Battery() if options.battery else None,
        )
        return cls(
            options, HomeAssistant(options.config, options.http_port, python), house
        )

    async def start_home_assistant(self) -> None:
        """Start a fresh Home Assistant with the house's meters and the dashboard."""
        self.home_assistant.erase()
        self.home_assistant.prepare(_yaml(self._meters), {"charging.yaml": DASHBOARD})
        await self._start()

    async def restart_home_assistant(self) -> int | None:
        """Stop it in order, start it again, and return the exit code of the first."""
        await self.api.__aexit__()
        exit_code = await self.home_assistant.stop()
        await self._start()
        return exit_code

    async def kill_home_assistant(self) -> None:
        """End it at once, as a power cut would."""
        await self.api.__aexit__()
        await self.home_assistant.kill()

    async def start_again(self) -> None:
        """Start a Home Assistant that was killed."""
        await self._start()

    async def _start(self) -> None:
        await self.home_assistant.start()
        self.api = await Api(self.home_assistant.url).__aenter__()
        await self.api.wait_until_running()

    @property
    def _meters(self) -> Mapping[str, tuple[str, str, str]]:
        return {**_METERS, **(_BATTERY_METERS if self.options.battery else {})}

    async def set_up_integration(self) -> dict[str, Any]:
        """Set up the integration as a user would: one flow, with what the Energy dashboard knows.

        Returns:
            The values that the energy form was filled in with.
        """
        await self.publish(self.house.step(0.0, STEP_S))
        sources: list[dict[str, Any]] = [
            {
                "type": "grid",
                "power_config": {"stat_rate": "sensor.grid_power"},
                "cost_adjustment_day": 0,
            },
            {
                "type": "solar",
                "stat_energy_from": "sensor.solar_energy",
                "stat_rate": "sensor.solar_power",
                "config_entry_solar_forecast": None,
            },
        ]
        if self.options.battery:
            sources.append(
                {
                    "type": "battery",
                    "stat_energy_from": "sensor.battery_energy_out",
                    "stat_energy_to": "sensor.battery_energy_in",
                    "stat_rate": "sensor.battery_power",
                    "stat_soc": "sensor.battery_charge",
                }
            )
        await self.api.command(
            "energy/save_prefs", energy_sources=sources, device_consumption=[]
        )
        flow = await self.api.post(
            "/api/config/config_entries/flow", {"handler": "ocpp"}
        )
        server = {
            "host": self.options.ocpp_host,
            "port": self.options.ocpp_port,
            "tls": {},
        }
        form = await self.continue_flow(flow["flow_id"], server)
        suggested = {
            item["name"]: item["description"]["suggested_value"]
            for item in form["data_schema"]
            if "suggested_value" in item.get("description", {})
        }
        result = await self.continue_flow(form["flow_id"], suggested)
        if result["type"] != "create_entry":
            raise RuntimeError(f"The integration could not be set up: {result}")
        return suggested

    async def continue_flow(self, flow_id: str, user_input: Mapping[str, Any]) -> Any:
        """Submit one step of a config flow."""
        return await self.api.post(
            f"/api/config/config_entries/flow/{flow_id}", user_input
        )

    async def connect_charger(self) -> None:
        """Connect a charger that nobody knows; it waits to be adopted."""
        self.charger = await self._stack.enter_async_context(
            simulated_charger(self._ocpp_url, CHARGER_IDENTITY)
        )
        await self.charger.boot()

    async def reconnect_charger(self) -> None:
        """Connect the charger again after Home Assistant was away; it goes on with its session."""
        assert self.charger is not None
        await self._stop_charging()
        await self._stack.enter_async_context(reconnected(self.charger, self._ocpp_url))
        self._start_charging()

    @property
    def _ocpp_url(self) -> str:
        return f"ws://127.0.0.1:{self.options.ocpp_port}"

    async def discovered(self) -> list[dict[str, Any]]:
        """Return the flows of chargers that wait to be adopted."""
        flows = await self.api.command("config_entries/flow/progress")
        return [flow for flow in flows if flow["handler"] == "ocpp"]

    async def adopt(self, name: str = "Charger") -> None:
        """Adopt the charger that waits, as a click on its card does."""
        assert self.charger is not None
        async with asyncio.timeout(30):
            while not (flows := await self.discovered()):
                await asyncio.sleep(0.2)
        settings = {"name": name, "max_current": 16, "phases": "3", "safe_current": 6}
        await self.continue_flow(flows[0]["flow_id"], settings)
        await self.api.wait_for_state("sensor.charger_status", ["available"])

    async def plug_in(self, mode: str = "pv_only") -> None:
        """Plug a car in, choose a mode, and start a session."""
        assert self.charger is not None
        await self.charger.plug_in()
        await self.api.action(
            "select.select_option",
            entity_id="select.charger_charging_mode",
            option=mode,
        )
        await self.api.wait_for_state("sensor.charger_status", ["preparing"])
        await self.api.action(
            "switch.turn_on", entity_id="switch.charger_charge_control"
        )
        self._start_charging()
        self._stack.push_async_callback(self._stop_charging)

    def _start_charging(self) -> None:
        assert self.charger is not None
        self._charging = asyncio.create_task(self.charger.charge(STEP_S))

    async def _stop_charging(self) -> None:
        if self._charging is not None:
            self._charging.cancel()
            await asyncio.gather(self._charging, return_exceptions=True)

    async def play(self) -> AsyncIterator[Moment]:
        """Let the sun shine and the clouds pass, one second after the other."""
        loop = asyncio.get_running_loop()
        begin = next_at = loop.time()
        while True:
            flows = self.house.step(await self._car_w(), STEP_S)
            await self.publish(flows)
            offered_a = self.charger.offered_a() if self.charger else 0.0
            mode = await self.api.state("select.charger_charging_mode") or "-"
            yield Moment(loop.time() - begin, flows, offered_a, mode)
            next_at += STEP_S
            await asyncio.sleep(max(0.0, next_at - loop.time()))

    async def _car_w(self) -> float:
        if self.charger is not None:
            cars = (connector.car for connector in self.charger.connectors.values())
            return sum(car.power_w for car in cars if car is not None)
        # Somebody's own charger: what it draws is known from what it reports.
        registry = await self.api.command("config/entity_registry/list")
        power = {
            entry["entity_id"]
            for entry in registry
            if entry["platform"] == "ocpp" and entry["unique_id"].endswith("-power")
        }
        values = [
            state["state"]
            for state in await self.api.get("/api/states")
            if state["entity_id"] in power
        ]
        return sum(float(value) for value in values if value.replace(".", "").isdigit())

    async def publish(self, flows: Flows) -> None:
        """Have the house's meters show the flows."""
        data = {
            "grid_power": round(flows.grid_w),
            "solar_power": round(flows.pv_w),
            "house_power": round(flows.house_w),
        }
        if self.house.battery is not None:
            data["battery_power"] = round(flows.battery_w)
            data["battery_soc"] = round(self.house.battery.soc * 100)
        await self.api.command(
            "fire_event", event_type="house_metered", event_data=data
        )

    async def stop(self) -> int | None:
        """Stop everything in order, and return Home Assistant's exit code."""
        await self._stack.aclose()
        if hasattr(self, "api"):
            await self.api.__aexit__()
        return await self.home_assistant.stop()


def _yaml(meters: Mapping[str, tuple[str, str, str]]) -> str:
    sensors = "".join(
        _SENSOR.format(key=key, name=name, device_class=device_class, unit=unit)
        for key, (name, device_class, unit) in meters.items()
    )
    return f"""\
template:
  - triggers:
      - trigger: event
        event_type: house_metered
    sensor:
{sensors}
lovelace:
  dashboards:
    charging-demo:
      mode: yaml
      title: Charging
      icon: mdi:solar-power-variant
      show_in_sidebar: true
      filename: charging.yaml
"""
