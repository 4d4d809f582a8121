"""Somebody who has installed the integration, knows nothing but the browser, and counts clicks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
import json
import os
from pathlib import Path
import time
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.simulator.browser import Browser
from tests.simulator.home_assistant import INTEGRATION

NAME = "OCPP EV chargers (wallboxes)"
SCREENS = "NEWCOMER_SCREENS"
"""The environment variable with the folder for pictures of all screens; without it, none is taken."""
PHONE_PX = 390
HEIGHT_PX = 850
_FLOWS = {"config": ("config",), "charger": ("config_subentries", "charger")}


@dataclass(slots=True)
class Newcomer:
    """The way through the first experience, by clicks alone."""

    browser: Browser
    language: str
    width_px: int
    tag: str
    clicks: int = 0
    _screens: int = 0
    _began_at: float = field(default_factory=time.monotonic)

    @property
    def page(self) -> Page:
        """The page."""
        return self.browser.page

    @property
    def dialog(self) -> Locator:
        """The dialog of a flow."""
        return self.page.locator("dialog-data-entry-flow")

    @property
    def seconds(self) -> float:
        """The time since the begin."""
        return time.monotonic() - self._began_at

    async def begin(self) -> None:
        """Open Home Assistant where everybody begins."""
        await self.page.set_viewport_size({"width": self.width_px, "height": HEIGHT_PX})
        await self.browser.show("/")
        shown = self.page.locator("ha-menu-button, ha-sidebar").locator("visible=true")
        await shown.first.wait_for()
        self._began_at = time.monotonic()

    async def click(self, target: Locator) -> None:
        """Click, and count it."""
        await target.click()
        self.clicks += 1

    async def open_search(self) -> None:
        """Find the way to the search for integrations."""
        if self.width_px <= PHONE_PX:
            menu = self.page.locator("ha-menu-button").locator("visible=true")
            await self.click(menu.first)
        await self.click(self.page.locator("ha-sidebar [href='/config']").first)
        await self.click(self.page.locator("[href='/config/integrations']").first)
        button = self.page.locator("ha-config-integrations-dashboard [slot=fab]")
        await self.click(button.last)
        await self.look("add")
        await self.click(self._search)

    async def search(self, words: str) -> Locator:
        """Search for an integration, and return the entry of ours."""
        await self._search.fill(words)
        return self.page.locator("dialog-add-integration").get_by_text(NAME)

    @property
    def _search(self) -> Locator:
        return self.page.locator("dialog-add-integration input")

    async def submit(self) -> None:
        """Submit a form."""
        await self.click(self.dialog.locator("[slot=primaryAction]"))

    async def choose(self, step: str, option: str) -> None:
        """Choose from a menu."""
        text = self._words("config", "step", step, "menu_options", option)
        await self.click(self.dialog.get_by_text(text, exact=True))

    async def see(self, step: str, flow: str) -> None:
        """Wait until a step is shown, by its title."""
        title = self._words(*_FLOWS[flow], "step", step, "title")
        title = title.replace("{name}", self.charger)
        await expect(self.dialog).to_contain_text(title)
        await self.look(step)

    @property
    def charger(self) -> str:
        """The name that is suggested for the charger."""
        return self._words(*_FLOWS["charger"], "entry_type")

    async def address(self) -> str:
        """Read the address for chargers."""
        shown = self.dialog.locator("code").first
        return (await shown.inner_text()).removesuffix("/")

    async def look(self, name: str) -> None:
        """Take a picture, if that is wanted."""
        folder = os.environ.get(SCREENS)
        if folder is None:
            return
        self._screens += 1
        # Whatever moves has come to rest.
        await self.page.wait_for_timeout(1_000)
        file = f"{self.tag}-{self._screens:02}-{name}.png"
        await self.page.screenshot(path=str(Path(folder) / file))

    def _words(self, *path: str) -> str:
        """Return a text of the integration in the language."""
        return _words(self.language, *path)


def _words(language: str, *path: str) -> str:
    file = INTEGRATION / "translations" / f"{language}.json"
    text: Any = json.loads(file.read_text())
    for key in path:
        assert isinstance(text, Mapping)
        text = text[key]
    return str(text)
