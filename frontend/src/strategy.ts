/** The dashboard strategy: a whole page from what there is. */

import { handle } from "./connector";
import { first } from "./feeds";
import type { CardConfig, HomeAssistant } from "./home-assistant";
import { fetchLanguage, text } from "./texts";
import type { Connector, Site } from "./views";

interface Section {
  type: "grid";
  cards: CardConfig[];
  visibility?: object[];
}

const onScreens = (query: string): { visibility: object[] } => ({
  visibility: [{ condition: "screen", media_query: query }],
});
const SESSIONS: CardConfig = { type: "custom:ocpp-sessions-card" };

/** Whether somebody may see the sessions; a card that says no is no use. */
async function maySeeSessions(hass: HomeAssistant): Promise<boolean> {
  try {
    await hass.callWS({ type: "ocpp/sessions", limit: 1 });
    return true;
  } catch {
    return false;
  }
}

function place(connector: Connector): Section {
  const entity = handle(connector);
  return {
    type: "grid",
    cards: [
      { type: "custom:ocpp-charger-card", entity, ...(connector.plans ? { show_departure: false } : {}) },
      { type: "custom:ocpp-plan-card", entity },
    ],
  };
}

export class OcppDashboardStrategy extends HTMLElement {
  static async generate(_config: unknown, hass: HomeAssistant): Promise<object> {
    await fetchLanguage(hass.language);
    const title = text(hass.language, "cards.dashboard.name") ?? "";
    const site = await first<Site>(hass.connection, { type: "ocpp/site" });
    const overview: Section = { type: "grid", cards: [{ type: "custom:ocpp-site-card" }] };
    const sections = [overview, ...site.connectors.map(place)];
    if (await maySeeSessions(hass)) {
      // Below the flow where there is room beside it; on a phone, what is needed rarely comes last.
      overview.cards.push({ ...SESSIONS, ...onScreens("(min-width: 768px)") });
      sections.push({ type: "grid", cards: [SESSIONS], ...onScreens("(max-width: 767px)") });
    }
    return { title, views: [{ title, path: "charging", type: "sections", max_columns: 4, sections }] };
  }

  static getCreateSuggestions(hass: HomeAssistant): object {
    return { title: text(hass.language, "cards.dashboard.name"), icon: "mdi:ev-station" };
  }
}
