/** The page that makes the dashboard where there is none, and goes on to it. */

import type { HomeAssistant } from "./home-assistant";
import { fetchLanguage, text } from "./texts";

interface Dashboard {
  url_path: string;
}

const PATH = "ocpp-charging";

/** Makes the dashboard, which builds itself from what there is. */
async function make(hass: HomeAssistant): Promise<void> {
  await fetchLanguage(hass.language);
  await hass.callWS({
    type: "lovelace/dashboards/create",
    url_path: PATH,
    title: text(hass.language, "cards.dashboard.name") ?? PATH,
    icon: "mdi:ev-station",
    show_in_sidebar: true,
    require_admin: false,
  });
  await hass.callWS({
    type: "lovelace/config/save",
    url_path: PATH,
    config: { strategy: { type: "custom:ocpp" } },
  });
}

async function open(hass: HomeAssistant): Promise<void> {
  const dashboards = await hass.callWS<Dashboard[]>({ type: "lovelace/dashboards/list" });
  if (!dashboards.some(({ url_path }) => url_path === PATH)) await make(hass);
  history.replaceState(null, "", `/${PATH}`);
  window.dispatchEvent(new CustomEvent("location-changed", { detail: { replace: true } }));
}

export class OcppDashboardMaker extends HTMLElement {
  private opened = false;

  set hass(hass: HomeAssistant) {
    if (this.opened) return;
    this.opened = true;
    open(hass).catch((error: { message?: string }) => {
      this.textContent = error.message ?? "";
    });
  }
}
