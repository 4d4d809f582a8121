"""The page that makes the dashboard, and shows it from then on; whoever sets up a charger is led there."""

from homeassistant.components import frontend
from homeassistant.core import HomeAssistant, callback

from ..const import DASHBOARD_PATH


@callback
def async_setup_panel(hass: HomeAssistant, module_url: str) -> None:
    """Register the page; it has no place in the sidebar, unlike the dashboard that it makes."""
    frontend.async_register_built_in_panel(
        hass,
        "custom",
        frontend_url_path=DASHBOARD_PATH.removeprefix("/"),
        config={
            "_panel_custom": {
                "name": "ocpp-dashboard-maker",
                "module_url": module_url,
                "embed_iframe": False,
                "trust_external": False,
            }
        },
        require_admin=True,
    )
