"""A headless Chromium that is logged in to a Home Assistant."""

import fcntl
import json
from pathlib import Path
import shutil
import subprocess
import time
from typing import Self

from playwright.async_api import Page, async_playwright

from .home_assistant import Api

SETTLE_S = 3.0
PACKAGES = Path(__file__).resolve().parent.parent.parent / "frontend" / "node_modules"
_UNPACK = (
    "import('@sparticuz/chromium')"
    ".then((chromium) => chromium.default.executablePath())"
    ".then((path) => console.log(path))"
)


def executable() -> str:
    """Return the machine's Chromium, or else the one among the packages of the cards."""
    installed = shutil.which("chromium") or shutil.which("chromium-browser")
    if installed is not None:
        return installed
    node = shutil.which("node")
    if node is None or not (PACKAGES / "@sparticuz").exists():
        raise FileNotFoundError("Chromium is needed: scripts/frontend fetches it")
    with (PACKAGES / ".unpacking").open("w") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        unpacked = subprocess.run(
            [node, "-e", _UNPACK],
            cwd=PACKAGES.parent,
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
    return unpacked.stdout.strip()


class Browser:
    """A page of Home Assistant's frontend."""

    page: Page

    def __init__(self, api: Api, url: str, locale: str = "en-GB") -> None:
        """Initialize for a Home Assistant whose API is open."""
        self._api = api
        self._url = url
        self._locale = locale

    async def __aenter__(self) -> Self:
        """Start the browser."""
        self._playwright = await async_playwright().start()
        self._browser = await self._playwright.chromium.launch(
            executable_path=executable(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        context = await self._browser.new_context(
            locale=self._locale, timezone_id="Europe/Berlin"
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
        await self.show(path)
        await self.page.wait_for_timeout(SETTLE_S * 1000)

    async def show(self, path: str) -> None:
        """Open a page of the frontend."""
        await self.page.goto(f"{self._url}{path}", wait_until="domcontentloaded")
        await self.page.wait_for_selector(
            "home-assistant-main", state="attached", timeout=60_000
        )

    async def save(self, file: Path, width: int, height: int) -> None:
        """Save what is seen in a window of that size, in pixels."""
        await self.page.set_viewport_size({"width": width, "height": height})
        await self.page.wait_for_timeout(SETTLE_S * 1000)
        await self.page.screenshot(path=str(file))
