/** Numbers and times as the user has chosen to read them. */

import type { HomeAssistant, Locale } from "./home-assistant";

const SEPARATORS: Record<string, string | undefined> = {
  comma_decimal: "en-US",
  decimal_comma: "de",
  quote_decimal: "de-CH",
  space_comma: "fr",
};

function numberLocale(locale: Locale): string | undefined {
  if (locale.number_format === "language") return locale.language;
  return SEPARATORS[locale.number_format];
}

const formats = new Map<string, Intl.NumberFormat>();

function numberFormat(hass: HomeAssistant, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const locale = numberLocale(hass.locale);
  const key = JSON.stringify([locale, options]);
  const known = formats.get(key) ?? new Intl.NumberFormat(locale, options);
  formats.set(key, known);
  return known;
}

export function number(hass: HomeAssistant, value: number, digits = 0): string {
  return numberFormat(hass, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

/** A power in whole watts, as within sentences. */
export const watts = (hass: HomeAssistant, value: number): string => `${number(hass, value)} W`;

/** A power at a glance: watts up to 1 kW, then kilowatts. */
export function power(hass: HomeAssistant, value: number): string {
  return Math.abs(value) < 1000 ? watts(hass, value) : `${number(hass, value / 1000, 1)} kW`;
}

export function energy(hass: HomeAssistant, kwh: number): string {
  return `${number(hass, kwh, kwh < 10 ? 2 : 1)} kWh`;
}

export function amperes(hass: HomeAssistant, value: number): string {
  return `${number(hass, value, Number.isInteger(value) ? 0 : 1)} A`;
}

export const percent = (hass: HomeAssistant, value: number): string => `${number(hass, value)} %`;

export function money(hass: HomeAssistant, amount: number, currency: string, digits = 2): string {
  try {
    const options = { style: "currency", currency, minimumFractionDigits: digits, maximumFractionDigits: digits } as const;
    return numberFormat(hass, options).format(amount);
  } catch {
    return `${number(hass, amount, digits)} ${currency}`;
  }
}

/** A price of a kWh; tenths of a cent are told where there are any. Without a currency, it is the CO₂ that a kWh causes. */
export function price(hass: HomeAssistant, perKwh: number, currency: string | null): string {
  if (currency === null) return `${number(hass, perKwh)} g CO₂/kWh`;
  const digits = Math.abs(perKwh * 100 - Math.round(perKwh * 100)) > 0.001 ? 3 : 2;
  return `${money(hass, perKwh, currency, digits)}/kWh`;
}

export function timeZone(hass: HomeAssistant): string | undefined {
  return hass.locale.time_zone === "server" ? hass.config.time_zone : undefined;
}

function dateFormat(hass: HomeAssistant, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const { time_format } = hass.locale;
  const hourCycle = time_format === "24" ? "h23" : time_format === "12" ? "h12" : undefined;
  return new Intl.DateTimeFormat(hass.locale.language, {
    ...options,
    ...(options.hour && hourCycle ? { hourCycle } : {}),
    timeZone: timeZone(hass),
  });
}

const day = (hass: HomeAssistant, at: Date): string =>
  new Intl.DateTimeFormat("en-CA", { timeZone: timeZone(hass), dateStyle: "short" }).format(at);

export function time(hass: HomeAssistant, seconds: number): string {
  return dateFormat(hass, { hour: "2-digit", minute: "2-digit" }).format(seconds * 1000);
}

/** A time, with its day unless that is today or the coming night. */
export function moment(hass: HomeAssistant, seconds: number): string {
  const at = new Date(seconds * 1000);
  const isNear = Math.abs(at.getTime() - Date.now()) < 16 * 3_600_000 || day(hass, at) === day(hass, new Date());
  const weekday = isNear ? {} : ({ weekday: "short" } as const);
  return dateFormat(hass, { ...weekday, hour: "2-digit", minute: "2-digit" }).format(at);
}

export function hour(hass: HomeAssistant, seconds: number): string {
  return dateFormat(hass, { hour: "numeric" }).format(seconds * 1000);
}

export function date(hass: HomeAssistant, at: Date): string {
  return dateFormat(hass, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }).format(at);
}

export function month(hass: HomeAssistant, key: string): string {
  const [year = "", number = ""] = key.split("-");
  const at = new Date(Number(year), Number(number) - 1, 15);
  return new Intl.DateTimeFormat(hass.locale.language, { month: "long", year: "numeric" }).format(at);
}
