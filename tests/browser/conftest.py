"""A house with a car, and somebody who looks at its dashboard."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
import os
import sys
from typing import Any

from playwright.async_api import Locator, Page
import pytest
import pytest_asyncio

from tests.simulator.browser import PACKAGES, Browser
from tests.simulator.charger import SimulatedCharger
from tests.simulator.demo import CHARGER, Demo, Options

DASHBOARD = "charging-demo"
CARDS = ("charger", "site", "plan", "sessions")


@dataclass
class Screen:
    """The dashboard that the strategy builds, in a browser."""

    demo: Demo
    browser: Browser

    @property
    def page(self) -> Page:
        """The page."""
        return self.browser.page

    @property
    def charger(self) -> SimulatedCharger:
        """The charger at the other end."""
        return self.demo.charger

    def card(self, name: str) -> Locator:
        """Return a card that is seen; narrow screens have some elsewhere."""
        return self.page.locator(f"ocpp-{name}-card").locator("visible=true")

    def mode(self, mode: str) -> Locator:
        """Return the button of a charging mode."""
        return self.card("charger").locator(f"button[data-mode={mode}]")

    async def choose(self, mode: str) -> None:
        """Set the charging mode."""
        await self.demo.api.action(
            "select.select_option",
            entity_id="select.charger_charging_mode",
            option=mode,
        )

    async def open(self, scheme: str = "light", width: int = 1280) -> None:
        """Open the dashboard anew."""
        await self.page.emulate_media(
            color_scheme="dark" if scheme == "dark" else "light"
        )
        await self.page.set_viewport_size({"width": width, "height": 1200})
        await self.browser.show(f"/{DASHBOARD}")
        for name in CARDS:
            await self.card(name).locator("h2").wait_for()
        await self.mode("off").wait_for()

    async def axe(self, name: str) -> list[dict[str, Any]]:
        """Return what axe finds wrong with a card."""
        await self.page.add_script_tag(path=str(PACKAGES / "axe-core" / "axe.min.js"))
        found = await self.card(name).evaluate("(card) => axe.run(card)")
        violations: list[dict[str, Any]] = found["violations"]
        return violations


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def screen(
    tmp_path_factory: pytest.TempPathFactory,
    unused_tcp_port_factory: Callable[[], int],
) -> AsyncIterator[Screen]:
    """A dashboard on which a car waits."""
    options = Options(
        tmp_path_factory.mktemp("home") / "config",
        http_port=unused_tcp_port_factory(),
        ocpp_port=unused_tcp_port_factory(),
    )
    python = os.environ.get("HOME_ASSISTANT_PYTHON", sys.executable)
    demo = Demo.create(options, python)
    try:
        await demo.start_home_assistant()
        await demo.set_up_integration()
        bay = await demo.connect_charger(CHARGER)
        await demo.adopt(bay)
        await demo.plug_in(bay, "off")
        await demo.want_for_the_morning()
        async with _living(demo), Browser(demo.api, demo.home_assistant.url) as browser:
            yield Screen(demo, browser)
    finally:
        await demo.stop()


@asynccontextmanager
async def _living(demo: Demo) -> AsyncIterator[None]:
    """Let the sun shine meanwhile."""

    async def live() -> None:
        async for _ in demo.play():
            pass

    living = asyncio.create_task(live())
    yield
    living.cancel()
    await asyncio.gather(living, return_exceptions=True)
