/** The reason of a connector as a sentence, with figures where there are any. */

import { moment, price, watts } from "./format";
import type { HomeAssistant } from "./home-assistant";
import { text } from "./texts";
import type { Connector } from "./views";

function given<T>(value: T | null, told: (value: T) => string): string | undefined {
  return value === null ? undefined : told(value);
}

export function sentence(hass: HomeAssistant, connector: Connector, currency: string): string {
  const { reason, figures } = connector;
  if (reason === null) return "";
  const told = text(hass.language, `reason.${reason}`, {
    available: given(figures.available_w, (value) => watts(hass, Math.max(0, value))),
    needed: given(figures.needed_w, (value) => watts(hass, value)),
    start: given(figures.starts_s, (value) => moment(hass, value)),
    ready: given(figures.ready_s, (value) => moment(hass, value)),
    price: given(figures.price_per_kwh, (value) => price(hass, value, currency)),
  });
  return told ?? plainReason(hass, connector);
}

/** The reason without figures: what is worth being read aloud when it changes. */
export function plainReason(hass: HomeAssistant, { reason }: Connector): string {
  return reason === null ? "" : hass.localize(`component.ocpp.entity.sensor.reason.state.${reason}`);
}

/** The part of the power that a waiting car needs; undefined while it waits for anything else. */
export function progress(connector: Connector): number | undefined {
  const { available_w: available, needed_w: needed } = connector.figures;
  if (available === null || needed === null || needed <= 0) return undefined;
  return Math.min(1, Math.max(0, available / needed));
}

export type Mood = "charging" | "waiting" | "trouble" | "idle";

const TROUBLE = new Set([
  "offline",
  "out_of_order",
  "limit_refused",
  "limit_ignored",
  "car_asleep",
  "no_meter",
  "meter_silent",
  "meters_doubted",
  "not_reachable_in_time",
]);
const CHARGING = new Set(["fast", "sun", "topped_up", "planned", "cheap_price", "soc_floor", "keep_awake", "starting"]);
const IDLE = new Set(["no_car", "off", "car_full", "target_reached", "hands_off"]);

export function mood(connector: Connector): Mood {
  const reason = connector.reason ?? "";
  if (TROUBLE.has(reason)) return "trouble";
  if (CHARGING.has(reason) || (connector.power_w ?? 0) > 0) return "charging";
  return IDLE.has(reason) ? "idle" : "waiting";
}
