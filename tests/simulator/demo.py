"""The demo: a house in the sun, a Home Assistant in it, and chargers that follow."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from .car import NOMINAL_VOLTAGE_V, Car
from .charger import SimulatedCharger, reconnected, simulated_charger
from .demo_configuration import CONFIGURATION, DASHBOARD, FORETOLD, HELD, METERED
from .home_assistant import Api, HomeAssistant
from .house import Battery, Flows, House, Part
from .price_days import FEED_IN_EUR_PER_KWH, Price, afternoon, price_at, price_days

SPEED = 18.0
"""The speed of the recorded clouds compared with the real ones."""
BROKEN_CLOUDS, GREY_SKY, SUNSHINE = (
    ("13:54", "14:06"),
    ("14:36", "15:00"),
    ("13:40", "13:52"),
)
PARTS = (BROKEN_CLOUDS, GREY_SKY, SUNSHINE)
"""The parts of the recorded day that are played, over and over."""
PEAK_POWER_W = 14_000.0
BASE_LOAD_W = 1_500.0
"""The house while its heat pump runs."""
TIME_ZONE = ZoneInfo("Europe/Berlin")

DEPARTS_AFTER = timedelta(hours=12)
WANTED_KWH = 25.0

FUSE_A = 20.0
"""The house's main fuse, too small for both cars at once."""

STEP_S = 1.0


@dataclass(frozen=True, slots=True)
class Place:
    """A parking space: a charger with its name, its phases, and its mode.

    It hangs on the main fuse where its `rotation` is given.
    """

    identity: str
    name: str
    phases: int = 3
    switches_phases: bool = False
    max_current_a: float = 16.0
    mode: str = "pv_only"
    rotation: str | None = None

    def entity(self, domain: str, key: str) -> str:
        """Return the id of one of its entities."""
        return f"{domain}.{self.name.lower()}_{key}"


PLAIN = Place("DEMO-1", "Charger")
CHARGER = Place(
    "DEMO-1", "Charger", switches_phases=True, mode="eco_plus", rotation="rst"
)
CARPORT = Place("DEMO-2", "Carport", phases=1, rotation="r")


@dataclass(slots=True)
class Bay:
    """A place with its charger, and the car that charges there."""

    place: Place
    charger: SimulatedCharger
    charging: asyncio.Task[None] | None = None

    @property
    def car(self) -> Car | None:
        """The car that is plugged in."""
        return self.charger.connectors[1].car


@dataclass(frozen=True, slots=True)
class Drawn:
    """The offered and drawn current of a car at one instant, and its energy so far."""

    name: str
    offered_a: float
    phases: int
    current_a: float
    power_w: float
    energy_wh: float


@dataclass(frozen=True, slots=True)
class Moment:
    """The demo at one second."""

    at_s: float
    flows: Flows
    cars: Sequence[Drawn]
    battery_charge: float
    price: float
    states: Mapping[str, str]


@dataclass
class Options:
    """Options of the demo."""

    config: Path
    http_port: int = 8123
    ocpp_port: int = 9000
    ocpp_host: str = "127.0.0.1"
    own_charger: bool = False
    speed: float = SPEED
    parts: Sequence[Part] = PARTS


@dataclass
class Demo:
    """A running demo."""

    options: Options
    home_assistant: HomeAssistant
    house: House
    battery: Battery
    api: Api = field(init=False)
    bays: list[Bay] = field(default_factory=list)
    prices: Sequence[Price] = ()
    forecast_w: Mapping[str, float] = field(default_factory=dict)
    main_fuse: str | None = None
    _told_price: float | None = None
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    @classmethod
    def create(cls, options: Options, python: str) -> Demo:
        """Return a demo whose Home Assistant runs on a Python of its own."""
        battery = Battery()
        house = House(
            speed=options.speed,
            peak_power_w=PEAK_POWER_W,
            base_load_w=BASE_LOAD_W,
            parts=options.parts,
            battery=battery,
        )
        home_assistant = HomeAssistant(options.config, options.http_port, python)
        now = datetime.now(TIME_ZONE)
        prices, forecast_w = price_days(now), afternoon(now, house.mean_sun_w)
        return cls(
            options,
            home_assistant,
            house,
            battery,
            prices=prices,
            forecast_w=forecast_w,
        )

    @property
    def charger(self) -> SimulatedCharger:
        """The charger that was connected first."""
        return self.bays[0].charger

    async def start_home_assistant(self) -> None:
        """Start a fresh Home Assistant with the house's meters and the dashboard."""
        self.home_assistant.erase()
        self.home_assistant.prepare(CONFIGURATION, {"charging.yaml": DASHBOARD})
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

    async def set_up_integration(self) -> dict[str, Any]:
        """Set up the integration as a user would: one flow, with what the Energy dashboard knows, then the tariff.

        Returns:
            The values that the energy form was filled in with.
        """
        await self.publish(self.house.step(0.0, STEP_S))
        await self.foretell()
        await self.api.command(
            "energy/save_prefs", energy_sources=_ENERGY_SOURCES, device_consumption=[]
        )
        flow = await self.api.post(
            "/api/config/config_entries/flow", {"handler": "ocpp"}
        )
        server = {
            "advanced": {
                "host": self.options.ocpp_host,
                "port": self.options.ocpp_port,
            }
        }
        found = await self.continue_flow(flow["flow_id"], server)
        menu = await self._choose(found, "energy_again")
        form = await self._choose(menu, "one_sensor")
        suggested = {
            item["name"]: item["description"]["suggested_value"]
            for item in form["data_schema"]
            if "suggested_value" in item.get("description", {})
        }
        seen = await self.continue_flow(form["flow_id"], suggested)
        result = await self._choose(seen, "energy_right")
        if result["type"] != "create_entry":
            raise RuntimeError(f"The integration could not be set up: {result}")
        entry_id = result["result"]["entry_id"]
        await self.choose_options(entry_id, "tariff", TARIFF)
        battery = {key: suggested[key] for key in ("battery_power", "battery_soc")}
        await self.choose_options(
            entry_id, "battery", {**battery, "battery_hold": _BATTERY_HOLD}
        )
        self.main_fuse = await self._add_main_fuse(entry_id)
        return suggested

    async def choose_options(
        self, entry_id: str, subject: str, options: Mapping[str, Any]
    ) -> None:
        """Fill in a form of the integration's options."""
        path = "/api/config/config_entries/options/flow"
        menu = await self.api.post(path, {"handler": entry_id})
        step = f"{path}/{menu['flow_id']}"
        await self.api.post(step, {"next_step_id": subject})
        result = await self.api.post(step, options)
        if result["type"] != "create_entry":
            raise RuntimeError(f"The options could not be chosen: {result}")

    async def _add_main_fuse(self, entry_id: str) -> str:
        path = "/api/config/config_entries/subentries/flow"
        form = await self.api.post(path, {"handler": [entry_id, "circuit"]})
        step = f"{path}/{form['flow_id']}"
        await self.api.post(step, _MAIN_FUSE)
        result = await self.api.post(step, _MAIN_FUSE_METER)
        if result["type"] != "create_entry":
            raise RuntimeError(f"The main fuse could not be added: {result}")
        subentries = await self.api.command(
            "config_entries/subentries/list", entry_id=entry_id
        )
        return next(
            str(subentry["subentry_id"])
            for subentry in subentries
            if subentry["subentry_type"] == "circuit"
        )

    async def _choose(self, menu: Mapping[str, Any], option: str) -> Any:
        """Choose from a menu of a config flow."""
        return await self.continue_flow(menu["flow_id"], {"next_step_id": option})

    async def continue_flow(self, flow_id: str, user_input: Mapping[str, Any]) -> Any:
        """Submit one step of a config flow."""
        return await self.api.post(
            f"/api/config/config_entries/flow/{flow_id}", user_input
        )

    async def connect_charger(self, place: Place = PLAIN) -> Bay:
        """Connect a charger that nobody knows; it waits to be adopted."""
        switches = "true" if place.switches_phases else "false"
        charger = await self._stack.enter_async_context(
            simulated_charger(
                self._ocpp_url,
                place.identity,
                max_current_a=place.max_current_a,
                settings={"ConnectorSwitch3to1PhaseSupported": switches},
            )
        )
        bay = Bay(place, charger)
        self.bays.append(bay)
        await charger.boot()
        return bay

    async def reconnect_charger(self, bay: Bay) -> None:
        """Connect a charger again after Home Assistant was away; it goes on with its session."""
        await self._stop_charging(bay)
        await self._stack.enter_async_context(reconnected(bay.charger, self._ocpp_url))
        self._start_charging(bay)

    @property
    def _ocpp_url(self) -> str:
        return f"ws://127.0.0.1:{self.options.ocpp_port}"

    async def discovered(self) -> list[dict[str, Any]]:
        """Return the flows of chargers that wait to be adopted."""
        flows = await self.api.command("config_entries/flow/progress")
        return [flow for flow in flows if flow["handler"] == "ocpp"]

    async def adopt(self, bay: Bay) -> None:
        """Adopt a charger that waits, as a click on its card does."""
        place = bay.place
        async with asyncio.timeout(120):
            while not (flows := await self._flows_of(place.identity)):
                await asyncio.sleep(0.2)
        settings: dict[str, Any] = {
            "name": place.name,
            "max_current": place.max_current_a,
            "phases": str(place.phases),
            # Cars are started when the demo wants it.
            "starts_cars": False,
            "advanced": {"safe_current": 6, "protection": "none"},
        }
        if place.rotation is not None:
            settings["circuit"] = self.main_fuse
            settings["advanced"] |= {"rotation": place.rotation}
        await self.continue_flow(flows[0]["flow_id"], settings)
        await self.api.wait_for_state(place.entity("sensor", "status"), ["available"])

    async def _flows_of(self, identity: str) -> list[dict[str, Any]]:
        return [
            flow
            for flow in await self.discovered()
            if flow["context"].get("unique_id") == identity
        ]

    async def plug_in(self, bay: Bay, mode: str | None = None) -> None:
        """Plug a car in, choose a mode, and start a session."""
        place = bay.place
        car = Car(phases=place.phases, max_current_a=place.max_current_a)
        await bay.charger.plug_in(car)
        await self.api.action(
            "select.select_option",
            entity_id=place.entity("select", "charging_mode"),
            option=mode or place.mode,
        )
        await self.api.wait_for_state(place.entity("sensor", "status"), ["preparing"])
        await self.api.action(
            "switch.turn_on", entity_id=place.entity("switch", "charge_control")
        )
        self._start_charging(bay)
        self._stack.push_async_callback(self._stop_charging, bay)

    async def want(self, place: Place, energy_kwh: float, departure: datetime) -> None:
        """Say when a car departs, and what it shall have charged by then."""
        await self.api.action(
            "number.set_value",
            entity_id=place.entity("number", "energy_wanted"),
            value=energy_kwh,
        )
        await self.api.action(
            "datetime.set_value",
            entity_id=place.entity("datetime", "departure"),
            datetime=departure.isoformat(),
        )

    async def want_for_the_morning(self) -> None:
        """Say that the car at the first charger departs within half a day, and shall have been charged by then."""
        departure = datetime.now(TIME_ZONE) + DEPARTS_AFTER
        await self.want(self.bays[0].place, WANTED_KWH, departure)

    def _start_charging(self, bay: Bay) -> None:
        bay.charging = asyncio.create_task(bay.charger.charge(STEP_S))

    async def _stop_charging(self, bay: Bay) -> None:
        if bay.charging is not None:
            bay.charging.cancel()
            await asyncio.gather(bay.charging, return_exceptions=True)

    async def play(self) -> AsyncIterator[Moment]:
        """Let the sun shine and the clouds pass, one second after the other."""
        loop = asyncio.get_running_loop()
        begin = next_at = loop.time()
        while True:
            states = await self.api.states()
            self.battery.held = states.get(HELD) == "on"
            cars = [_drawn(bay) for bay in self.bays]
            drawn_w = sum(car.power_w for car in cars)
            if self.options.own_charger:
                drawn_w = await self._own_car_w(states)
            flows = self.house.step(drawn_w, STEP_S)
            await self.publish(flows)
            if self._price() != self._told_price:
                await self.foretell()
            yield Moment(
                loop.time() - begin,
                flows,
                cars,
                self.battery.soc,
                self._price(),
                states,
            )
            next_at += STEP_S
            await asyncio.sleep(max(0.0, next_at - loop.time()))

    async def _own_car_w(self, states: Mapping[str, str]) -> float:
        """Return what the cars at somebody's own chargers draw, as far as these report it."""
        registry = await self.api.command("config/entity_registry/list")
        values = [
            states.get(entry["entity_id"], "")
            for entry in registry
            if entry["platform"] == "ocpp" and entry["unique_id"].endswith("-power")
        ]
        return sum(float(value) for value in values if value.replace(".", "").isdigit())

    async def publish(self, flows: Flows) -> None:
        """Have the house's meters show the flows."""
        data: dict[str, float] = {
            "grid_power": round(flows.grid_w),
            "solar_power": round(flows.pv_w),
            "house_power": round(flows.house_w),
            "battery_power": round(flows.battery_w),
            "battery_soc": round(self.battery.soc * 100),
        }
        cars = [_drawn(bay) for bay in self.bays]
        for number, current_a in enumerate(grid_currents_a(flows, cars), start=1):
            data[f"grid_current_l{number}"] = round(current_a, 1)
        await self.api.command("fire_event", event_type=METERED, event_data=data)

    async def foretell(self) -> None:
        """Have the house's entities show the prices, and what the sun is expected to give."""
        self._told_price = self._price()
        data = {
            "price": self._told_price,
            "prices": [price.row for price in self.prices],
            "sun_w": next(iter(self.forecast_w.values()), 0.0),
            "forecast_w": self.forecast_w,
        }
        await self.api.command("fire_event", event_type=FORETOLD, event_data=data)

    def _price(self) -> float:
        """Return what a kWh costs now."""
        now = datetime.now(TIME_ZONE)
        if now >= self.prices[-1].end:
            self.prices = price_days(now)
        return price_at(self.prices, now)

    async def sessions(self) -> Sequence[Mapping[str, Any]]:
        """Return all sessions that Home Assistant knows of."""
        path = "/api/services/ocpp/get_sessions?return_response"
        answer = await self.api.post(path, {})
        sessions: Sequence[Mapping[str, Any]] = answer["service_response"]["sessions"]
        return sessions

    async def last_session(self) -> Mapping[str, Any] | None:
        """Return the session that began last, if there is any."""
        sessions = await self.sessions()
        return max(sessions, key=lambda each: each["started_at"], default=None)

    async def stop(self) -> int | None:
        """Stop everything in order, and return Home Assistant's exit code."""
        await self._stack.aclose()
        if hasattr(self, "api"):
            await self.api.__aexit__()
        return await self.home_assistant.stop()


def grid_currents_a(flows: Flows, cars: Iterable[Drawn]) -> Sequence[float]:
    """Return what is drawn from the grid on each phase; all but the cars is spread evenly."""
    cars = list(cars)
    rest_w = flows.grid_w - sum(car.power_w for car in cars)
    return [
        rest_w / 3 / NOMINAL_VOLTAGE_V
        + sum(car.current_a for car in cars if phase < car.phases)
        for phase in range(3)
    ]


def _drawn(bay: Bay) -> Drawn:
    car = bay.car or Car(phases=bay.place.phases)
    return Drawn(
        bay.place.name,
        bay.charger.offered_a(),
        car.phases_in_use,
        car.current_a,
        car.power_w,
        bay.charger.connectors[1].energy_wh,
    )


_ENERGY_SOURCES: Sequence[Mapping[str, Any]] = (
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
    {
        "type": "battery",
        "stat_energy_from": "sensor.battery_energy_out",
        "stat_energy_to": "sensor.battery_energy_in",
        "stat_rate": "sensor.battery_power",
        "stat_soc": "sensor.battery_charge",
    },
)
TARIFF = {
    "price_entities": ["sensor.electricity_price"],
    "feed_in_tariff": FEED_IN_EUR_PER_KWH,
    "forecast_entities": ["sensor.solar_forecast"],
}
_MAIN_FUSE = {
    "name": "Main fuse",
    "fuse_current": FUSE_A,
    "phases": "3",
}
_MAIN_FUSE_METER = {
    "current_l1": "sensor.grid_current_l1",
    "current_l2": "sensor.grid_current_l2",
    "current_l3": "sensor.grid_current_l3",
    "currents_inverted": False,
}
_BATTERY_HOLD = {
    "hold_actions": [
        {"action": "input_boolean.turn_on", "target": {"entity_id": HELD}}
    ],
    "release_actions": [
        {"action": "input_boolean.turn_off", "target": {"entity_id": HELD}}
    ],
}
