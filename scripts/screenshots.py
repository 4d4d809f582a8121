"""Takes the pictures of the documentation: the discovered card, the dashboard, the page of the integration."""

import argparse
import asyncio
from pathlib import Path
import sys

from tests.simulator.browser import Browser
from tests.simulator.demo import CARPORT, CHARGER, Demo, Options

PLAYED_S = 170.0


async def take(folder: Path) -> None:
    """Run a demo and take the pictures of it."""
    folder.mkdir(parents=True, exist_ok=True)
    demo = Demo.create(
        Options(Path("build/screenshots").resolve(), http_port=8129, ocpp_port=9009),
        sys.executable,
    )
    try:
        await demo.start_home_assistant()
        await demo.set_up_integration()
        charger = await demo.connect_charger(CHARGER)
        async with Browser(demo.api, demo.home_assistant.url) as browser:
            await browser.open("/config/integrations/dashboard")
            await browser.save(folder / "discovered.png", 1180, 560)
            await demo.adopt(charger)
            await demo.plug_in(charger)
            carport = await demo.connect_charger(CARPORT)
            await demo.adopt(carport)
            await demo.plug_in(carport)
            await demo.want_for_the_morning()
            await _play(demo)
            await browser.open("/charging-demo")
            await browser.save(folder / "charging-page.png", 1560, 1010)
            await browser.save(folder / "charging-phone.png", 390, 1400)
            await browser.page.emulate_media(color_scheme="dark")
            await browser.save(folder / "charging-dark.png", 390, 1400)
            await browser.page.emulate_media(color_scheme="light")
            await browser.open("/config/integrations/integration/ocpp")
            await browser.save(folder / "integration.png", 1180, 640)
    finally:
        await demo.stop()


async def _play(demo: Demo) -> None:
    async for moment in demo.play():
        if moment.at_s >= PLAYED_S:
            break


def main() -> None:
    """Read the command line and take the pictures."""
    parser = argparse.ArgumentParser(prog="scripts/screenshots", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("docs/images"))
    asyncio.run(take(parser.parse_args().folder))


if __name__ == "__main__":
    main()
