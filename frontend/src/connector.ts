/** Finding the connector that a card is for. */

import { text } from "./texts";
import type { HomeAssistant } from "./home-assistant";
import type { Connector, Site } from "./views";

/** The connector that has an entity; the only one, where none is named. */
export function connectorOf(site: Site, entity: string | undefined): Connector | undefined {
  if (entity === undefined) return site.connectors.length === 1 ? site.connectors[0] : undefined;
  return site.connectors.find((connector) => Object.values(connector.entities).includes(entity));
}

export function nameOf(hass: HomeAssistant, connector: Connector): string {
  const { charger, connector: number } = connector;
  if (number === null) return charger;
  return text(hass.language, "common.connector", { charger, connector: number }) ?? charger;
}

/** The entity by which cards know a connector; undefined where it is disabled. */
export const handle = (connector: Connector): string | undefined =>
  connector.entities.charging_mode ?? Object.values(connector.entities)[0];

/** Whether an entity is the charging mode of one of our connectors. */
export function isChargingMode(hass: HomeAssistant, entityId: string): boolean {
  const known = hass.entities[entityId];
  return entityId.startsWith("select.") && known?.platform === "ocpp" && known.translation_key === "charging_mode";
}

export const firstChargingMode = (hass: HomeAssistant): string | undefined =>
  Object.keys(hass.entities).find((id) => isChargingMode(hass, id));
