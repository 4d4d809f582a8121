/** The part of Home Assistant's frontend that the cards use. */

export interface Entity {
  entity_id: string;
  state: string;
  attributes: Record<string, unknown>;
}

export interface Connection {
  subscribeMessage<T>(
    listener: (message: T) => void,
    message: { type: string; [key: string]: unknown },
    options: { resubscribe: boolean },
  ): Promise<() => Promise<void>>;
  addEventListener(name: "ready", listener: () => void): void;
  removeEventListener(name: "ready", listener: () => void): void;
}

export interface Locale {
  language: string;
  number_format: "language" | "system" | "comma_decimal" | "decimal_comma" | "quote_decimal" | "space_comma" | "none";
  time_format: "language" | "system" | "12" | "24";
  time_zone: "local" | "server";
}

export interface HomeAssistant {
  states: Record<string, Entity>;
  entities: Record<string, { platform?: string; translation_key?: string; hidden?: boolean }>;
  connection: Connection;
  language: string;
  locale: Locale;
  config: { time_zone: string; currency: string };
  localize(key: string, values?: Record<string, string>): string;
  formatEntityState(entity: Entity, state?: string): string;
  callService(domain: string, service: string, data: Record<string, unknown>): Promise<unknown>;
  callWS<T>(message: { type: string; [key: string]: unknown }): Promise<T>;
}

export interface CardConfig {
  type: string;
  entity?: string;
  entry_id?: string;
  name?: string;
  title?: string;
  [key: string]: unknown;
}

/** Has Home Assistant show an entity's details. */
export function showDetails(from: HTMLElement, entityId: string | undefined): void {
  if (entityId === undefined) return;
  const detail = { entityId };
  from.dispatchEvent(new CustomEvent("hass-more-info", { detail, bubbles: true, composed: true }));
}
