/** The card of the site: what flows where, and what the cars share. */

import {
  mdiBattery,
  mdiBatteryArrowUp,
  mdiCarElectric,
  mdiHomeLightningBolt,
  mdiTransmissionTower,
  mdiTransmissionTowerExport,
  mdiWhiteBalanceSunny,
} from "@mdi/js";
import { css, html, nothing, svg, type SVGTemplateResult, type TemplateResult } from "lit";
import { OcppCard } from "./card";
import { handle, nameOf } from "./connector";
import { editor } from "./editor";
import { Followed } from "./feeds";
import { band, fullScale, line, ribbons, type Node, type Ribbon } from "./flows";
import { percent, power, price } from "./format";
import { showDetails, type CardConfig, type HomeAssistant } from "./home-assistant";
import { mood, sentence } from "./reason";
import { shared } from "./styles";
import type { Flows, Site } from "./views";

const ROW = 56;
const FULL = 46;
const THINNEST = 3;

interface Shown extends Node {
  name: string;
  icon: string;
  note?: string;
}

export class OcppSiteCard extends OcppCard {
  static override styles = [
    shared,
    css`
      .flow {
        display: grid;
        grid-template-columns: minmax(108px, 32%) minmax(40px, 1fr) minmax(110px, 36%);
        column-gap: 8px;
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
        display: flex;
        flex-direction: column;
        justify-content: center;
      }
      .flow li {
        height: ${ROW}px;
        display: flex;
        align-items: center;
        gap: 10px;
        min-width: 0;
      }
      .flow li.still {
        color: var(--secondary-text-color);
      }
      .sources li {
        flex-direction: row-reverse;
        text-align: end;
      }
      .name {
        display: block;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        line-height: 1.25;
      }
      .flow b {
        display: block;
        font-weight: 500;
        line-height: 1.25;
      }
      .note {
        display: block;
        line-height: 1.2;
      }
      .dot {
        width: 36px;
        height: 36px;
        border-radius: 18px;
        display: grid;
        place-items: center;
        flex: none;
        background: color-mix(in srgb, var(--tint, var(--primary-text-color)) 26%, transparent);
      }
      .still .dot {
        background: var(--quiet);
      }
      svg.river {
        width: 100%;
        display: block;
        overflow: visible;
      }
      :host(:dir(rtl)) svg.river {
        transform: scaleX(-1);
      }
      .river .band {
        fill: var(--tint);
        opacity: 0.5;
      }
      .river .current {
        fill: none;
        stroke: var(--tint);
        stroke-width: 2;
        stroke-linecap: round;
        stroke-dasharray: 1 22;
        vector-effect: non-scaling-stroke;
        animation: flow var(--lasting) linear infinite;
      }
      @keyframes flow {
        to {
          stroke-dashoffset: -23;
        }
      }
      .t-sun {
        --tint: var(--sun);
      }
      .t-battery {
        --tint: var(--battery);
      }
      .t-grid {
        --tint: var(--grid);
      }
      .t-car {
        --tint: var(--success-color);
      }
      .surplus {
        min-height: 32px;
        border-radius: 16px;
        padding: 0 14px;
        display: inline-flex;
        align-items: center;
        background: var(--quiet);
      }
      .surplus.plenty {
        background: color-mix(in srgb, var(--sun) 28%, transparent);
      }
      .chargers {
        gap: 4px;
      }
      .chargers button {
        width: 100%;
        min-height: 52px;
        padding: 6px 12px;
        border-radius: 12px;
        background: var(--quiet);
        box-sizing: border-box;
      }
      .chargers .mark {
        width: 8px;
        height: 32px;
        border-radius: 4px;
        flex: none;
        background: var(--outline-color, var(--divider-color));
      }
      .mark.charging {
        background: var(--success-color);
      }
      .mark.waiting {
        background: var(--sun);
      }
      .mark.trouble {
        background: var(--error-color);
      }
    `,
  ];

  private readonly site = new Followed<Site>(this);

  static getStubConfig(): CardConfig {
    return { type: "custom:ocpp-site-card" };
  }

  static getConfigElement(): HTMLElement {
    return editor(["title", "show_chargers"]);
  }

  static suggestion(hass: HomeAssistant, entityId: string): { config: CardConfig } | null {
    const known = hass.entities[entityId];
    if (known?.platform !== "ocpp" || known.translation_key !== "solar_surplus") return null;
    return { config: { type: "custom:ocpp-site-card" } };
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.hass || !this.config) return nothing;
    this.site.follow(this.hass.connection, { type: "ocpp/site", entry_id: this.config.entry_id });
    const site = this.site.value;
    if (!site?.available) return this.message(this.text("common.waiting"));
    return html`<ha-card>
      <div class="row">
        <h2 class="grow">${this.config.title ?? this.text("site.title")}</h2>
        ${site.flows ? this.surplus(site.flows) : nothing}
      </div>
      ${site.flows ? this.flow(site, site.flows) : nothing}
      ${this.config.show_chargers === false ? nothing : this.chargers(site)}
    </ha-card>`;
  }

  private surplus({ surplus_w: watts }: Flows): TemplateResult | typeof nothing {
    if (watts === null) return nothing;
    const plenty = watts > 0;
    const words = plenty ? this.text("site.surplus", { power: power(this.hass!, watts) }) : this.text("site.no_surplus");
    return html`<span class="surplus number ${plenty ? "plenty" : ""}">${words}</span>`;
  }

  private sources(flows: Flows, currency: string): Shown[] {
    const hass = this.hass!;
    const found: Shown[] = [];
    if (flows.sun_w !== null) {
      found.push({ id: "sun", watts: Math.max(0, flows.sun_w), name: this.text("origin.sun"), icon: mdiWhiteBalanceSunny });
    }
    if (flows.has_battery) {
      const note = flows.battery_soc_percent === null ? undefined : percent(hass, flows.battery_soc_percent);
      const watts = Math.max(0, flows.battery_w ?? 0);
      found.push({ id: "battery", watts, name: this.text("origin.battery"), icon: mdiBattery, note });
    }
    if (flows.grid_w !== null) {
      const note = flows.price_per_kwh === null ? undefined : price(hass, flows.price_per_kwh, currency);
      const watts = Math.max(0, flows.grid_w);
      found.push({ id: "grid", watts, name: this.text("origin.grid"), icon: mdiTransmissionTower, note });
    }
    return found;
  }

  private consumers(site: Site, flows: Flows): Shown[] {
    const hass = this.hass!;
    const found: Shown[] = [];
    if (flows.house_w !== null) {
      found.push({ id: "house", watts: flows.house_w, name: this.text("common.house"), icon: mdiHomeLightningBolt });
    }
    for (const connector of site.connectors) {
      const watts = Math.max(0, connector.power_w ?? 0);
      found.push({ id: `car ${connector.key}`, watts, name: nameOf(hass, connector), icon: mdiCarElectric });
    }
    if (flows.has_battery) {
      const watts = Math.max(0, -(flows.battery_w ?? 0));
      found.push({ id: "battery", watts, name: this.text("site.charging"), icon: mdiBatteryArrowUp });
    }
    if (flows.grid_w !== null) {
      const watts = Math.max(0, -flows.grid_w);
      found.push({ id: "grid", watts, name: this.text("site.export"), icon: mdiTransmissionTowerExport });
    }
    return found;
  }

  private flow(site: Site, flows: Flows): TemplateResult {
    const sources = this.sources(flows, site.currency);
    const consumers = this.consumers(site, flows);
    if (sources.length === 0) return html`<p class="message">${this.text("site.no_meters")}</p>`;
    const found = ribbons(sources, consumers);
    return html`<div class="flow">
      <ul class="sources" aria-label=${this.text("site.from")}>
        ${sources.map((node) => this.node(node))}
      </ul>
      ${this.river(sources, consumers, found)}
      <ul class="consumers" aria-label=${this.text("site.to")}>
        ${consumers.map((node) => this.node(node))}
      </ul>
    </div>`;
  }

  private node(node: Shown): TemplateResult {
    const tint = node.id.startsWith("car") ? "car" : node.id;
    return html`<li class="t-${tint} ${node.watts > 0 ? "" : "still"}">
      <div class="dot">${this.icon(node.icon)}</div>
      <div class="grow">
        <span class="name small">${node.name}</span>
        <b class="number">${power(this.hass!, node.watts)}</b>
        ${node.note ? html`<span class="note small quiet number">${node.note}</span>` : nothing}
      </div>
    </li>`;
  }

  private river(sources: Shown[], consumers: Shown[], found: Ribbon[]): TemplateResult {
    const rows = Math.max(sources.length, consumers.length);
    const scale = FULL / fullScale([...sources, ...consumers]);
    const tops = (nodes: Shown[]): Map<string, number> =>
      new Map(
        nodes.map((node, index) => {
          const middle = ((rows - nodes.length) / 2 + index + 0.5) * ROW;
          return [node.id, middle - (node.watts * scale) / 2];
        }),
      );
    const [from, to] = [tops(sources), tops(consumers)];
    const names = new Map([...sources, ...consumers].map((node) => [node.id, node.name]));
    const words = found.map(({ source, consumer, watts }) =>
      this.text("site.flow", {
        source: sources.find((node) => node.id === source)?.name,
        consumer: names.get(consumer),
        power: power(this.hass!, watts),
      }),
    );
    const shapes = found.map((ribbon) => {
      const thickness = ribbon.watts * scale;
      const [start, end] = [from.get(ribbon.source) ?? 0, to.get(ribbon.consumer) ?? 0];
      from.set(ribbon.source, start + thickness);
      to.set(ribbon.consumer, end + thickness);
      return this.ribbon(ribbon, start, end, Math.max(THINNEST, thickness));
    });
    return html`<svg
      class="river"
      viewBox="0 0 100 ${rows * ROW}"
      height=${rows * ROW}
      preserveAspectRatio="none"
      role="img"
      aria-label=${words.length > 0 ? words.join(", ") : this.text("site.nothing_flows")}
    >
      ${shapes}
    </svg>`;
  }

  private ribbon(ribbon: Ribbon, start: number, end: number, thickness: number): SVGTemplateResult {
    // More power flows faster, within what is pleasant to look at.
    const lasting = Math.min(4, Math.max(0.8, 3500 / Math.max(1, ribbon.watts))).toFixed(1);
    return svg`<g class="t-${ribbon.source}" style="--lasting:${lasting}s">
      <path class="band" d=${band(start, end, thickness)} />
      <path class="current" d=${line(start, end, thickness)} />
    </g>`;
  }

  private chargers(site: Site): TemplateResult | typeof nothing {
    const hass = this.hass!;
    if (site.connectors.length === 0) return nothing;
    return html`<ul class="chargers" aria-label=${this.text("site.chargers")}>
      ${site.connectors.map(
        (connector) => html`<li>
          <button type="button" @click=${() => showDetails(this, handle(connector))}>
            <div class="row">
              <span class="mark ${mood(connector)}"></span>
              <div class="grow">
                <span class="name">${nameOf(hass, connector)}</span>
                <span class="small">${sentence(hass, connector, site.currency)}</span>
              </div>
              <span class="number">${connector.power_w === null ? "–" : power(hass, connector.power_w)}</span>
            </div>
          </button>
        </li>`,
      )}
    </ul>`;
  }
}
