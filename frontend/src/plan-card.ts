/** The card of a plan: prices, the sun, planned charging, departure and cost. */

import { mdiAlertCircleOutline, mdiCheckCircleOutline, mdiClockOutline } from "@mdi/js";
import { css, html, nothing, svg, type SVGTemplateResult, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { firstChargingMode, handle, isChargingMode, nameOf } from "./connector";
import { ConnectorCard } from "./connector-card";
import { editor } from "./editor";
import { Followed } from "./feeds";
import { energy, hour, moment, money, power, price } from "./format";
import type { CardConfig, HomeAssistant } from "./home-assistant";
import { shared } from "./styles";
import type { Connector, Plan, Site, Slot, Span } from "./views";

const HOUR_S = 3600;
const HEIGHT = 100;
/** The part of the chart that the highest price fills. */
const ROOM = 0.86;
/** The least height of a bar, so that the cheapest one is seen, too. */
const LEAST = 8;

export class OcppPlanCard extends ConnectorCard {
  static override styles = [
    shared,
    css`
      .verdict {
        min-height: 48px;
      }
      .verdict .icon {
        color: var(--secondary-text-color);
      }
      .verdict.good .icon {
        color: var(--success-color);
      }
      .verdict.bad .icon {
        color: var(--error-color);
      }
      .chart {
        position: relative;
        display: grid;
        gap: 4px;
      }
      .plot {
        position: relative;
        height: 132px;
        touch-action: pan-y;
      }
      .plot svg {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
      }
      .price {
        fill: color-mix(in srgb, var(--primary-text-color) 20%, transparent);
      }
      .price.planned {
        fill: var(--tint);
      }
      .price.past {
        opacity: 0.4;
      }
      .forecast {
        fill: color-mix(in srgb, var(--sun) 24%, transparent);
        stroke: var(--sun);
        stroke-width: 1.5;
        vector-effect: non-scaling-stroke;
      }
      .strip rect {
        fill: var(--tint);
      }
      .now,
      .departs,
      .pointed {
        stroke: var(--primary-text-color);
        stroke-width: 1.5;
        vector-effect: non-scaling-stroke;
      }
      .departs {
        stroke-dasharray: 4 3;
      }
      .pointed {
        opacity: 0.4;
      }
      .hours {
        position: relative;
        height: 18px;
      }
      .hours span {
        position: absolute;
        transform: translateX(-50%);
        white-space: nowrap;
      }
      .readout {
        min-height: 20px;
      }
      .legend {
        min-height: 18px;
      }
      .s-sun,
      .s-top_up {
        --tint: var(--sun);
      }
      .s-grid,
      .s-cheap {
        --tint: var(--primary-color);
      }
      .bar .done {
        background: var(--success-color);
      }
      .bar .left {
        background: transparent;
      }
    `,
  ];

  private readonly plan = new Followed<Plan>(this);
  @state() private pointed?: number;

  static getStubConfig(hass: HomeAssistant): CardConfig {
    return { type: "custom:ocpp-plan-card", entity: firstChargingMode(hass) };
  }

  static getConfigElement(): HTMLElement {
    return editor(["entity", "title", "show_departure"]);
  }

  static suggestion(hass: HomeAssistant, entityId: string): { config: CardConfig } | null {
    if (!isChargingMode(hass, entityId)) return null;
    return { config: { type: "custom:ocpp-plan-card", entity: entityId } };
  }

  protected override show(connector: Connector, site: Site): TemplateResult {
    const hass = this.hass!;
    const entity = handle(connector);
    this.plan.follow(hass.connection, entity ? { type: "ocpp/plan", entity_id: entity } : undefined);
    const plan = this.plan.value;
    if (!plan?.available) return this.message(this.text("common.waiting"));
    const several = site.connectors.length > 1;
    const named = several ? [this.text("plan.title"), nameOf(hass, connector)] : [this.text("plan.title")];
    const title = this.config?.title ?? named.join(" · ");
    return html`<ha-card>
      <h2>${title}</h2>
      ${this.verdict(plan, connector.plugged_in !== false)} ${this.progress(plan)} ${this.chart(plan)}
      ${this.config?.show_departure === false
        ? nothing
        : html`<ocpp-goal .hass=${this.hass} .entities=${plan.entities ?? {}}></ocpp-goal>`}
    </ha-card>`;
  }

  private verdict(plan: Plan, pluggedIn: boolean): TemplateResult {
    const [kind, words] = this.judged(plan, pluggedIn);
    const icon = { good: mdiCheckCircleOutline, bad: mdiAlertCircleOutline, none: mdiClockOutline }[kind];
    return html`<div class="row verdict ${kind}">${this.icon(icon)}<span>${words}</span></div>`;
  }

  private judged(plan: Plan, pluggedIn: boolean): ["good" | "bad" | "none", string] {
    const hass = this.hass!;
    const ready = plan.ready_s === null ? undefined : moment(hass, plan.ready_s);
    if (plan.at_risk) {
      const departure = plan.departure_s === null ? undefined : moment(hass, plan.departure_s);
      const missing = energy(hass, plan.missing_kwh);
      return ["bad", this.text("plan.at_risk", { missing, departure, ready })];
    }
    const cost = plan.cost === null || plan.currency === null ? undefined : money(hass, plan.cost, plan.currency);
    if (plan.energy_needed_kwh !== null && plan.energy_needed_kwh < 0.05) return ["good", this.text("plan.fulfilled")];
    const told = this.maybeText("plan.ready_for", { ready, cost }) ?? this.maybeText("plan.ready", { ready });
    if (told) return ["good", told];
    if (!plan.plans) return ["none", this.text("plan.other_mode")];
    return ["none", this.text(pluggedIn ? "plan.no_goal" : "plan.waiting_for_car")];
  }

  private progress(plan: Plan): TemplateResult | typeof nothing {
    const hass = this.hass!;
    if (plan.energy_needed_kwh === null) return nothing;
    const done = plan.energy_done_kwh ?? 0;
    const total = done + plan.energy_needed_kwh;
    return html`<div>
      <div class="row small">
        <span class="grow quiet">${this.text("plan.progress")}</span>
        <span class="number">${this.text("plan.done", { done: energy(hass, done), total: energy(hass, total) })}</span>
      </div>
      <div
        class="bar"
        role="progressbar"
        aria-label=${this.text("plan.progress")}
        aria-valuemin="0"
        aria-valuemax="100"
        aria-valuenow=${total > 0 ? Math.round((100 * done) / total) : 0}
      >
        <span class="done" style="flex-grow:${done}"></span><span class="left" style="flex-grow:${plan.energy_needed_kwh}"></span>
      </div>
    </div>`;
  }

  private chart(plan: Plan): TemplateResult {
    const hass = this.hass!;
    const words = [
      this.text("plan.chart", { from: moment(hass, plan.begins_s), to: moment(hass, plan.ends_s) }),
      ...plan.slots.map((slot) => this.slotText(slot, plan.currency)),
    ];
    return html`<div class="chart">
      <div class="readout small number" aria-hidden="true">${this.readout(plan)}</div>
      <div class="plot" @pointermove=${(event: PointerEvent) => this.point(event, plan)} @pointerleave=${() => (this.pointed = undefined)}>
        <svg viewBox="0 0 ${plan.ends_s - plan.begins_s} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label=${words.join(". ")}>
          ${this.forecast(plan)} ${this.bars(plan)} ${this.strip(plan)} ${this.marks(plan)}
        </svg>
      </div>
      ${this.hours(plan)}
      <div class="legend small quiet" aria-hidden="true">
        <span style="--dot:var(--sun)">${this.text("plan.legend.from_sun")}</span>
        <span style="--dot:var(--primary-color)">${this.text("plan.legend.from_grid")}</span>
        ${plan.sun.length > 0
          ? html`<span style="--dot:color-mix(in srgb, var(--sun) 40%, transparent)">${this.text("plan.legend.sun")}</span>`
          : nothing}
      </div>
    </div>`;
  }

  private slotText(slot: Slot, currency: string | null): string {
    const hass = this.hass!;
    const values = {
      from: moment(hass, slot.start_s),
      to: moment(hass, slot.end_s),
      power: power(hass, slot.power_w),
      source: this.text(`plan.source.${slot.source}`),
      price: slot.price_per_kwh === null ? undefined : price(hass, slot.price_per_kwh, currency),
    };
    return this.maybeText("plan.slot_price", values) ?? this.text("plan.slot", values);
  }

  private readout(plan: Plan): string {
    const hass = this.hass!;
    const at = this.pointed ?? Date.now() / 1000;
    const span = plan.prices.find((each) => each.start_s <= at && at < each.end_s);
    if (!span) return plan.prices.length === 0 ? this.text("plan.no_prices") : moment(hass, at);
    const slot = plan.slots.find((each) => each.start_s <= at && at < each.end_s);
    const values = {
      time: moment(hass, at),
      price: price(hass, span.value, plan.currency),
      power: slot && power(hass, slot.power_w),
    };
    return this.maybeText("plan.at_price_planned", values) ?? this.text("plan.at_price", values);
  }

  private point(event: PointerEvent, plan: Plan): void {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const part = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    this.pointed = plan.begins_s + part * (plan.ends_s - plan.begins_s);
  }

  private bars(plan: Plan): SVGTemplateResult[] {
    const values = plan.prices.map((span) => span.value);
    const [lowest, highest] = [Math.min(0, ...values), Math.max(0.01, ...values)];
    const gap = Math.min(200, (plan.ends_s - plan.begins_s) / 300);
    const now = Date.now() / 1000;
    return plan.prices.flatMap((span) =>
      cut(span, plan.slots).map(({ start_s, end_s, source }) => {
        const height = LEAST + ((span.value - lowest) / (highest - lowest)) * (HEIGHT * ROOM - LEAST);
        const wide = Math.max(60, end_s - start_s - (end_s === span.end_s ? gap : 0));
        const kind = `price ${source ? `planned s-${source}` : ""} ${end_s < now ? "past" : ""}`;
        return svg`<rect class=${kind} x=${start_s - plan.begins_s} y=${HEIGHT - height} width=${wide} height=${height} />`;
      }),
    );
  }

  /** Where no price is known, planned times are shown by themselves. */
  private strip(plan: Plan): SVGTemplateResult {
    const known = plan.prices.at(-1)?.end_s ?? 0;
    return svg`<g class="strip">${plan.slots
      .filter((slot) => slot.end_s > known)
      .map((slot) => {
        const start = Math.max(slot.start_s, known, plan.begins_s);
        return svg`<rect class="s-${slot.source}" x=${start - plan.begins_s} y="88" width=${Math.max(60, slot.end_s - start)} height="12" />`;
      })}</g>`;
  }

  private forecast(plan: Plan): SVGTemplateResult | typeof nothing {
    if (plan.sun.length === 0) return nothing;
    const most = Math.max(1, ...plan.sun.map((span) => span.value));
    const y = (value: number): number => HEIGHT - (value / most) * HEIGHT * ROOM;
    const points = plan.sun.map((span) => `${(span.start_s + span.end_s) / 2 - plan.begins_s} ${y(span.value)}`);
    const first = plan.sun[0]!.start_s - plan.begins_s;
    const last = plan.sun.at(-1)!.end_s - plan.begins_s;
    return svg`<path class="forecast" d="M${first} ${HEIGHT}L${points.join("L")}L${last} ${HEIGHT}Z" />`;
  }

  private marks(plan: Plan): SVGTemplateResult {
    const mark = (kind: string, at: number | null | undefined): SVGTemplateResult | typeof nothing => {
      if (at === null || at === undefined || at < plan.begins_s || at > plan.ends_s) return nothing;
      const x = at - plan.begins_s;
      return svg`<line class=${kind} x1=${x} x2=${x} y1="0" y2=${HEIGHT} />`;
    };
    return svg`${mark("now", Date.now() / 1000)}${mark("departs", plan.departure_s)}${mark("pointed", this.pointed)}`;
  }

  private hours(plan: Plan): TemplateResult {
    const lasting = plan.ends_s - plan.begins_s;
    const every = lasting > 30 * HOUR_S ? 12 : 6;
    const marks: number[] = [];
    for (let at = plan.begins_s; at < plan.ends_s; at += HOUR_S) {
      const local = Number(
        new Intl.DateTimeFormat("en-US", { hour: "numeric", hourCycle: "h23", timeZone: this.zone }).format(at * 1000),
      );
      const place = (at - plan.begins_s) / lasting;
      if (local % every === 0 && place > 0.04 && place < 0.96) marks.push(at);
    }
    return html`<div class="hours small quiet" aria-hidden="true">
      ${marks.map(
        (at) =>
          html`<span style="inset-inline-start:${(100 * (at - plan.begins_s)) / lasting}%">${hour(this.hass!, at)}</span>`,
      )}
    </div>`;
  }

  private get zone(): string | undefined {
    return this.hass!.locale.time_zone === "server" ? this.hass!.config.time_zone : undefined;
  }
}

/** The parts of a span that are planned, and those that are not. */
export function cut(span: Span, slots: Slot[]): { start_s: number; end_s: number; source?: Slot["source"] }[] {
  const parts: { start_s: number; end_s: number; source?: Slot["source"] }[] = [];
  let at = span.start_s;
  for (const slot of slots) {
    const [start, end] = [Math.max(at, slot.start_s), Math.min(span.end_s, slot.end_s)];
    if (end <= start) continue;
    if (start > at) parts.push({ start_s: at, end_s: start });
    parts.push({ start_s: start, end_s: end, source: slot.source });
    at = end;
  }
  if (at < span.end_s) parts.push({ start_s: at, end_s: span.end_s });
  return parts;
}
