/** Registers the cards and the dashboard. */

import { OcppChargerCard } from "./charger-card";
import { OcppDashboardMaker } from "./dashboard-maker";
import { OcppCardEditor } from "./editor";
import { OcppGoal } from "./goal";
import type { CardConfig, HomeAssistant } from "./home-assistant";
import { OcppPlanCard } from "./plan-card";
import { OcppSessionsCard } from "./sessions-card";
import { OcppSiteCard } from "./site-card";
import { OcppDashboardStrategy } from "./strategy";
import { fetchLanguage, text } from "./texts";

declare global {
  interface Window {
    customCards?: object[];
    customStrategies?: object[];
  }
}

const CARDS = {
  charger: OcppChargerCard,
  site: OcppSiteCard,
  plan: OcppPlanCard,
  sessions: OcppSessionsCard,
};

function define(name: string, element: CustomElementConstructor): void {
  if (!customElements.get(name)) customElements.define(name, element);
}

for (const [name, card] of Object.entries(CARDS)) define(`ocpp-${name}-card`, card);
define("ocpp-goal", OcppGoal);
define("ocpp-card-editor", OcppCardEditor);
define("ocpp-dashboard-maker", OcppDashboardMaker);
define("ll-strategy-dashboard-ocpp", OcppDashboardStrategy);

async function offer(): Promise<void> {
  const language = document.documentElement.lang || navigator.language;
  await fetchLanguage(language);
  const words = (name: string, part: string): string => text(language, `cards.${name}.${part}`) ?? name;
  const cards = Object.entries(CARDS).map(([name, card]) => ({
    type: `ocpp-${name}-card`,
    name: words(name, "name"),
    description: words(name, "description"),
    preview: true,
    documentationURL: "https://github.com/ha-ocpp/ocpp/blob/main/docs/dashboard.md",
    getEntitySuggestion: (hass: HomeAssistant, entityId: string): { config: CardConfig } | null =>
      card.suggestion(hass, entityId),
  }));
  // Home Assistant knows these very lists: they are added to, never replaced.
  (window.customCards ??= []).push(...cards);
  (window.customStrategies ??= []).push({
    type: "ocpp",
    strategyType: "dashboard",
    name: words("dashboard", "name"),
    description: words("dashboard", "description"),
  });
}

void offer();
