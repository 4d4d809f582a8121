"""The cards are served, and loaded by the frontend where there is one."""

from collections.abc import Iterator

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.ocpp.dashboard.cards import BUNDLE, FOLDER, URL
from homeassistant.components.frontend import DATA_EXTRA_MODULE_URL, UrlManager
from homeassistant.core import HomeAssistant


@pytest.fixture
def modules(hass: HomeAssistant) -> Iterator[UrlManager]:
    """The modules of a frontend that is set up."""
    hass.config.components.add("frontend")
    manager = UrlManager(lambda change, url: None, [])
    hass.data[DATA_EXTRA_MODULE_URL] = manager
    yield manager
    hass.config.components.remove("frontend")


async def test_the_frontend_loads_the_cards(
    hass: HomeAssistant,
    modules: UrlManager,
    running: MockConfigEntry,
    hass_client: ClientSessionGenerator,
) -> None:
    (url,) = modules.urls
    assert url.startswith(f"{URL}/{BUNDLE}?v=")
    client = await hass_client()
    answer = await client.get(url)
    assert answer.status == 200
    assert "javascript" in answer.headers["Content-Type"]
    assert await answer.text() == (FOLDER / BUNDLE).read_text()


async def test_without_a_frontend_nothing_is_served(
    hass: HomeAssistant, running: MockConfigEntry
) -> None:
    assert DATA_EXTRA_MODULE_URL not in hass.data
