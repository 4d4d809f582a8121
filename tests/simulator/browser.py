"""A headless Chromium that is logged in to a Home Assistant."""

import json
from pathlib import Path
import shutil
import time
from typing import Self

from playwright.async_api import Page, async_playwright

from .home_assistant import Api

SETTLE_S = 3.0


class Browser:
    """A page of Home Assistant's frontend."""

    page: Page

    def __init__(self, api: Api, url: str) -> None:
        """Initialize for a Home Assistant whose API is open."""
        self._api = api
        self._url = url

    async def __aenter__(self) -> Self:
        """Start the browser."""
        executable = shutil.which("chromium") or shutil.which("chromium-browser")
        if executable is None:
            raise FileNotFoundError(
                "Chromium is needed: install it (Debian: apt install chromium)"
            )
        self._playwright = await async_playwright().start()
        self._browser = await self._playwright.chromium.launch(
            executable_path=executable,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        context = await self._browser.new_context(
            locale="en-GB", timezone_id="Europe/Berlin"
        )
        # Where the frontend looks for its login before it connects.
        tokens = {
            **self._api.tokens,
            "hassUrl": self._url,
            "clientId": f"{self._url}/",
            "expires": int((time.time() + 1800) * 1000),
        }
        stored = json.dumps(json.dumps(tokens))
        await context.add_init_script(f"localStorage.setItem('hassTokens', {stored})")
        self.page = await context.new_page()
        return self

    async def __aexit__(self, *_: object) -> None:
        """End the browser."""
        await self._browser.close()
        await self._playwright.stop()

    async def open(self, path: str) -> None:
        """Open a page of the frontend and let it settle."""
        await self.page.goto(f"{self._url}{path}", wait_until="domcontentloaded")
        await self.page.wait_for_selector(
            "home-assistant-main", state="attached", timeout=60_000
        )
        await self.page.wait_for_timeout(SETTLE_S * 1000)

    async def save(self, file: Path, width: int, height: int) -> None:
        """Save what is seen in a window of that size, in pixels."""
        await self.page.set_viewport_size({"width": width, "height": height})
        await self.page.wait_for_timeout(SETTLE_S * 1000)
        await self.page.screenshot(path=str(file))
