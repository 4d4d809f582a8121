"""From an empty Home Assistant to a car that charges, and to the dashboard, in ten clicks."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
import os
from pathlib import Path
import sys
from typing import Any, override

from ocpp.v16.enums import ChargePointStatus
from playwright.async_api import expect
import pytest
import pytest_asyncio

from tests.simulator.browser import Browser
from tests.simulator.car import MIN_CURRENT_A, Car
from tests.simulator.charger import SimulatedCharger, simulated_charger
from tests.simulator.home_assistant import Api, HomeAssistant
from tests.simulator.sunny_meters.sensor import METERED

from .newcomer import Newcomer

pytestmark = pytest.mark.asyncio(loop_scope="module")
expect.set_options(timeout=60_000)

MOST_CLICKS = 10
SUN_W, HOUSE_W = 9_000, 500
METERS = Path(__file__).parent.parent / "simulator" / "sunny_meters"
ENERGY_GRID: Mapping[str, Any] = {
    "type": "grid",
    "stat_energy_from": "sensor.smart_meter_energy_import",
    "stat_energy_to": "sensor.smart_meter_energy_export",
    "cost_adjustment_day": 0,
}
ENERGY_SUN: Mapping[str, Any] = {
    "type": "solar",
    "stat_energy_from": "sensor.inverter_energy",
    "config_entry_solar_forecast": None,
}
POWER_GRID = {**ENERGY_GRID, "power_config": {"stat_rate": "sensor.smart_meter_power"}}
POWER_SUN = {**ENERGY_SUN, "stat_rate": "sensor.inverter_power"}


@dataclass(frozen=True, slots=True)
class Home:
    """The home of a newcomer: meters or none, an Energy dashboard or none, a language and a screen."""

    name: str
    language: str
    width_px: int
    has_meters: bool = True
    sources: Sequence[Mapping[str, Any]] = ()

    @override
    def __str__(self) -> str:
        """Return the name of the test, and of its pictures."""
        return f"{self.name}-{self.language}-{self.width_px}"


HOMES = (
    Home("power", "en", 1280, sources=(POWER_GRID, POWER_SUN)),
    Home("energy", "de", 390, sources=(ENERGY_GRID, ENERGY_SUN)),
    Home("recognized", "de", 1280),
    Home("nothing", "en", 390, has_meters=False),
)


@dataclass(slots=True)
class Stage:
    """A home in the sun, a Home Assistant that knows nothing of chargers, and a newcomer."""

    home: Home
    api: Api
    newcomer: Newcomer
    charger: SimulatedCharger | None = None

    async def shine(self) -> None:
        """Let the sun shine on, and the meters tell it."""
        while True:
            await self.measure()
            await asyncio.sleep(1.0)

    async def measure(self) -> None:
        """Have the meters tell what flows."""
        car = None if self.charger is None else self.charger.connectors[1].car
        drawn_w = 0.0 if car is None else car.power_w
        powers = {
            "grid_power": round(HOUSE_W + drawn_w - SUN_W),
            "solar_power": SUN_W,
        }
        await self.api.command("fire_event", event_type=METERED, event_data=powers)


@pytest.fixture(scope="module", params=HOMES, ids=str)
def home(request: pytest.FixtureRequest) -> Home:
    """A home."""
    found: Home = request.param
    return found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(
    home: Home,
    tmp_path_factory: pytest.TempPathFactory,
    unused_tcp_port_factory: Callable[[], int],
) -> AsyncIterator[Stage]:
    """A Home Assistant of somebody who is logged in, and has done nothing yet."""
    python = os.environ.get("HOME_ASSISTANT_PYTHON", sys.executable)
    config = tmp_path_factory.mktemp("newcomer") / "config"
    home_assistant = HomeAssistant(config, unused_tcp_port_factory(), python)
    home_assistant.prepare(integrations=[METERS] if home.has_meters else [])
    await home_assistant.start()
    url = home_assistant.url
    try:
        async with Api(url) as api, Browser(api, url, home.language) as browser:
            await api.wait_until_running()
            await _furnish(api, home)
            newcomer = Newcomer(browser, home.language, home.width_px, str(home))
            stage = Stage(home, api, newcomer)
            await stage.measure()
            async with _meanwhile(stage.shine()):
                await newcomer.begin()
                yield stage
    finally:
        await home_assistant.stop()


async def _furnish(api: Api, home: Home) -> None:
    """Choose the language, and set up the meters and the Energy dashboard."""
    await api.command("config/core/update", language=home.language)
    formats = {"number_format": "language", "time_format": "language"}
    spoken = {"language": home.language, **formats}
    await api.command("frontend/set_user_data", key="language", value=spoken)
    if home.has_meters:
        flows = "/api/config/config_entries/flow"
        await api.post(flows, {"handler": "sunny_meters"})
    if home.sources:
        await api.command(
            "energy/save_prefs", energy_sources=home.sources, device_consumption=[]
        )


@asynccontextmanager
async def _meanwhile(life: Any) -> AsyncIterator[None]:
    living = asyncio.create_task(life)
    try:
        yield
    finally:
        living.cancel()
        await asyncio.gather(living, return_exceptions=True)


async def test_ten_clicks_lead_to_a_car_that_charges(stage: Stage) -> None:
    newcomer = stage.newcomer
    await newcomer.open_search()
    for words in ("wallbox", "EV", "OCPP", "charger"):
        await expect(await newcomer.search(words)).to_be_visible()
    await newcomer.look("search")
    await newcomer.click(await newcomer.search("charger"))
    await newcomer.see("user", "config")
    await newcomer.submit()
    if stage.home.has_meters:
        await newcomer.see("now_exporting_sun", "config")
        await newcomer.choose("now_exporting_sun", "energy_right")
    else:
        await newcomer.see("energy", "config")
        await newcomer.choose("energy", "no_meter")
    await newcomer.see("address", "charger")
    async with _garage(stage, await newcomer.address()) as charger:
        await newcomer.see("adopt", "charger")
        await newcomer.submit()
        await newcomer.see("charging", "charger")
        mode = "pv_only" if stage.home.has_meters else "fast"
        assert mode in await _selected(stage)
        await newcomer.click(newcomer.dialog.locator("a[href='/ocpp-dashboard']"))
        card = newcomer.page.locator("ocpp-charger-card").locator("visible=true")
        await expect(card).to_contain_text(newcomer.charger)
        await newcomer.look("dashboard")
        assert charger.offered_a() >= MIN_CURRENT_A
    print(f"{stage.home}: {newcomer.clicks} clicks, {newcomer.seconds:.0f} s")  # noqa: T201 - for those who want to know
    assert newcomer.clicks <= MOST_CLICKS


@asynccontextmanager
async def _garage(stage: Stage, url: str) -> AsyncIterator[SimulatedCharger]:
    """Enter an address in a charger to which a car is plugged in."""
    async with simulated_charger(url, "GARAGE") as charger:
        stage.charger = charger
        connector = charger.connectors[1]
        connector.car, connector.status = Car(), ChargePointStatus.preparing
        await charger.boot()
        async with _meanwhile(charger.charge()):
            yield charger


async def _selected(stage: Stage) -> Sequence[str]:
    """Return what is selected anywhere; in other languages, the entities go by other ids."""
    states = await stage.api.states()
    return [state for entity, state in states.items() if entity.startswith("select.")]
