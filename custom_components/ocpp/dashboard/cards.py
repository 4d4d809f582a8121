"""The cards themselves: their file is served, and loaded by every page of Home Assistant."""

from hashlib import sha256
from pathlib import Path

from homeassistant.components import frontend
from homeassistant.components.http import StaticPathConfig
from homeassistant.core import HomeAssistant

from .panel import async_setup_panel

FOLDER = Path(__file__).parent.parent / "frontend"
BUNDLE = "ocpp-cards.js"
URL = "/ocpp_static"


async def async_setup_cards(hass: HomeAssistant) -> None:
    """Serve the cards, where there is a frontend to show them."""
    if frontend.DOMAIN not in hass.config.components:
        return
    version = await hass.async_add_executor_job(_version)
    # Browsers may keep what they have fetched: another version has another address.
    await hass.http.async_register_static_paths(
        [StaticPathConfig(URL, str(FOLDER), cache_headers=True)]
    )
    module_url = f"{URL}/{BUNDLE}?v={version}"
    frontend.add_extra_js_url(hass, module_url)
    async_setup_panel(hass, module_url)


def _version() -> str:
    """Return a name for what the files contain."""
    digest = sha256()
    for file in sorted(FOLDER.rglob("*.js*")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
