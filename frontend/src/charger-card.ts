/** The card of one connector. */

import {
  mdiCalendarClock,
  mdiCarElectric,
  mdiEvPlugType2,
  mdiEvStation,
  mdiHandBackRight,
  mdiLightningBolt,
  mdiPlay,
  mdiPower,
  mdiStop,
  mdiWeatherPartlyCloudy,
  mdiWhiteBalanceSunny,
} from "@mdi/js";
import { css, html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { firstChargingMode, isChargingMode, nameOf } from "./connector";
import { ConnectorCard } from "./connector-card";
import { editor } from "./editor";
import { amperes, energy, money, number, percent } from "./format";
import { showDetails, type CardConfig, type Entity, type HomeAssistant } from "./home-assistant";
import { mood, plainReason, progress, sentence } from "./reason";
import { shared } from "./styles";
import type { Connector, Session, Site } from "./views";

const MODE_ICONS: Record<string, string> = {
  off: mdiPower,
  pv_only: mdiWhiteBalanceSunny,
  pv_priority: mdiWeatherPartlyCloudy,
  eco_plus: mdiCalendarClock,
  fast: mdiLightningBolt,
  manual: mdiHandBackRight,
};
const ORDER = Object.keys(MODE_ICONS);
/** The time for a new state to arrive after it was asked for. */
const SETTLES_MS = 2_000;

export class OcppChargerCard extends ConnectorCard {
  static override styles = [
    shared,
    css`
      .badge {
        width: 44px;
        height: 44px;
        border-radius: 22px;
        display: grid;
        place-items: center;
        flex: none;
        background: var(--quiet);
        transition: background 0.4s;
      }
      .badge.charging {
        background: color-mix(in srgb, var(--success-color) 28%, transparent);
      }
      .badge.waiting {
        background: color-mix(in srgb, var(--sun) 28%, transparent);
      }
      .badge.trouble {
        background: color-mix(in srgb, var(--error-color) 24%, transparent);
      }
      .power {
        font-size: 28px;
        line-height: 1.1;
        font-weight: 500;
        text-align: end;
      }
      .power small {
        font-size: 16px;
        font-weight: 400;
      }
      .details {
        display: block;
        width: 100%;
        border-radius: 8px;
      }
      .reason {
        position: relative;
        min-height: 48px;
        border-radius: 12px;
        padding: 6px 14px;
        box-sizing: border-box;
        display: flex;
        align-items: center;
        background: var(--quiet);
        overflow: hidden;
        line-height: 1.3;
      }
      .reason.charging {
        background: color-mix(in srgb, var(--success-color) 16%, transparent);
      }
      .reason.trouble {
        background: color-mix(in srgb, var(--error-color) 16%, transparent);
      }
      .reason::before {
        content: "";
        position: absolute;
        inset: 0;
        transform-origin: left;
        transform: scaleX(var(--progress, 0));
        background: color-mix(in srgb, var(--sun) 26%, transparent);
        transition: transform 0.8s ease;
      }
      .reason:dir(rtl)::before {
        transform-origin: right;
      }
      .reason span {
        position: relative;
      }
      .modes {
        display: grid;
        grid-auto-flow: column;
        grid-auto-columns: minmax(0, 1fr);
        gap: 6px;
      }
      .modes button {
        min-height: 68px;
        padding: 8px 1px;
        border-radius: 14px;
        display: flex;
        flex-direction: column;
        align-items: center;
        justify-content: flex-start;
        gap: 4px;
        text-align: center;
        font-size: 12px;
        line-height: 1.2;
        background: var(--quiet);
        transition: background 0.2s;
        overflow-wrap: anywhere;
      }
      @container (max-width: 420px) {
        /* Words would break if six shared a row. */
        .modes:has(> :nth-child(6)) {
          grid-auto-flow: row;
          grid-template-columns: repeat(3, minmax(0, 1fr));
        }
      }
      .modes button:hover {
        background: color-mix(in srgb, var(--primary-text-color) 16%, transparent);
      }
      .modes button[aria-pressed="true"] {
        background: var(--chosen);
        box-shadow: inset 0 0 0 2px var(--primary-color);
        font-weight: 500;
      }
      .session {
        display: grid;
        gap: 8px;
        min-height: 62px;
        align-content: start;
      }
      .slider {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) 48px;
        gap: 12px;
        align-items: center;
      }
      input[type="range"] {
        padding: 0;
        border: none;
        min-height: 32px;
        accent-color: var(--primary-color);
      }
      .slider .number {
        text-align: end;
      }
      .control {
        width: 100%;
        justify-content: center;
        min-height: 44px;
        border-radius: 22px;
      }
      .control.start {
        background: var(--chosen);
      }
    `,
  ];

  @state() private wantedMode?: string;
  @state() private shownMaximum?: number;

  static getStubConfig(hass: HomeAssistant): CardConfig {
    return { type: "custom:ocpp-charger-card", entity: firstChargingMode(hass) };
  }

  static getConfigElement(): HTMLElement {
    return editor(["entity", "name", "show_session", "show_maximum", "show_departure"]);
  }

  static suggestion(hass: HomeAssistant, entityId: string): { config: CardConfig } | null {
    if (!isChargingMode(hass, entityId)) return null;
    return { config: { type: "custom:ocpp-charger-card", entity: entityId } };
  }

  private shows(part: string): boolean {
    return this.config?.[`show_${part}`] !== false;
  }

  protected override show(connector: Connector, site: Site): TemplateResult {
    const name = this.config?.name ?? nameOf(this.hass!, connector);
    return html`<ha-card>
      ${this.head(name, connector)} ${this.reason(connector, site.currency)} ${this.modes(connector)}
      ${this.shows("session") ? this.session(connector.session, site.currency) : nothing}
      ${this.shows("maximum") ? this.maximum(connector) : nothing}
      ${this.shows("departure") && connector.plans
        ? html`<ocpp-goal .hass=${this.hass} .entities=${connector.entities}></ocpp-goal>`
        : nothing}
      ${this.control(connector)}
    </ha-card>`;
  }

  private head(name: string, connector: Connector): TemplateResult {
    const hass = this.hass!;
    const feeling = mood(connector);
    const watts = connector.power_w;
    return html`<button
      type="button"
      class="details"
      @click=${() => showDetails(this, connector.entities.status ?? connector.entities.charging_mode)}
    >
      <div class="row">
        <div class="badge ${feeling}">${this.icon(connector.plugged_in ? mdiCarElectric : mdiEvStation)}</div>
        <div class="grow">
          <h2>${name}</h2>
          <div class="quiet">${this.subtitle(connector)}</div>
        </div>
        <div class="power number">
          ${watts === null
            ? "–"
            : html`${watts < 1000 ? number(hass, watts) : number(hass, watts / 1000, 2)}
                <small>${watts < 1000 ? "W" : "kW"}</small>`}
          <div class="small quiet">${this.current(connector)}</div>
        </div>
      </div>
    </button>`;
  }

  private subtitle(connector: Connector): string {
    const hass = this.hass!;
    const status = connector.online
      ? connector.status && hass.localize(`component.ocpp.entity.sensor.status.state.${connector.status}`)
      : hass.localize("component.ocpp.entity.sensor.reason.state.offline");
    const vehicle = this.entity(connector.entities.vehicle);
    const parts = [
      status,
      connector.plugged_in && vehicle && vehicle.state !== "unavailable" ? hass.formatEntityState(vehicle) : undefined,
      connector.soc_percent === null ? undefined : percent(hass, connector.soc_percent),
    ];
    return parts.filter(Boolean).join(" · ");
  }

  private current(connector: Connector): string {
    const { current_a: current, phases } = connector;
    if (current === null || !connector.power_w) return " ";
    const told = amperes(this.hass!, current);
    return phases ? this.text("charger.current_on_phases", { current: told, phases }) : told;
  }

  private reason(connector: Connector, currency: string): TemplateResult {
    const part = progress(connector);
    return html`<div
      class="reason ${mood(connector)}"
      style=${part === undefined ? "" : `--progress:${part.toFixed(3)}`}
    >
      <span>${sentence(this.hass!, connector, currency)}</span>
      <span class="hidden" role="status">${plainReason(this.hass!, connector)}</span>
    </div>`;
  }

  private modes(connector: Connector): TemplateResult | typeof nothing {
    const entity = this.entity(connector.entities.charging_mode);
    if (!entity) return nothing;
    if (this.wantedMode === entity.state) this.wantedMode = undefined;
    const chosen = this.wantedMode ?? entity.state;
    const offered = this.config?.modes as string[] | undefined;
    const modes = ORDER.filter((mode) => (entity.attributes.options as string[]).includes(mode)).filter(
      (mode) => mode === chosen || (offered ? offered.includes(mode) : mode !== "manual"),
    );
    return html`<div class="modes" role="group" aria-label=${this.text("charger.mode")}>
      ${modes.map(
        (mode) => html`<button
          type="button"
          data-mode=${mode}
          aria-pressed=${mode === chosen ? "true" : "false"}
          @click=${() => this.choose(entity, mode)}
        >
          ${this.icon(MODE_ICONS[mode]!)}<span>${this.hass!.formatEntityState(entity, mode)}</span>
        </button>`,
      )}
    </div>`;
  }

  private async choose(entity: Entity, option: string): Promise<void> {
    this.wantedMode = option;
    try {
      await this.hass!.callService("select", "select_option", { entity_id: entity.entity_id, option });
    } catch {
      // Home Assistant has told the user.
      this.wantedMode = undefined;
    }
  }

  private session(session: Session | null, currency: string): TemplateResult {
    const hass = this.hass!;
    if (!session) {
      return html`<div class="session quiet">
        <div class="row">${this.icon(mdiEvPlugType2)}<span>${this.text("charger.no_session")}</span></div>
        ${this.originBar([], this.text("charger.no_session"))}
      </div>`;
    }
    const parts = [
      { kind: "sun", amount: session.solar_kwh ?? 0 },
      { kind: "battery", amount: session.battery_kwh ?? 0 },
      { kind: "grid", amount: session.grid_kwh ?? 0 },
    ];
    const told = parts
      .filter(({ amount }) => amount > 0)
      .map(({ kind, amount }) => `${this.text(`origin.${kind}`)} ${energy(hass, amount)}`);
    const cost = session.cost === null ? undefined : money(hass, session.cost, currency);
    const savings = session.savings === null ? undefined : money(hass, session.savings, currency);
    return html`<div class="session">
      <div class="row">
        <div class="grow">
          <span class="quiet">${this.text(session.running ? "charger.session" : "charger.last_session")}</span>
          <b class="number">${session.energy_kwh === null ? "" : energy(hass, session.energy_kwh)}</b>
        </div>
        <span class="number">
          ${this.maybeText("charger.cost", { cost, savings }) ?? this.maybeText("charger.cost_only", { cost }) ?? ""}
        </span>
      </div>
      ${this.originBar(parts, this.text("charger.origin", { parts: told.join(", ") || "–" }))}
      <div class="legend small quiet" aria-hidden="true">
        ${parts.map(
          ({ kind, amount }) =>
            html`<span class="number" style="--dot:var(--${kind})">
              ${this.text(`origin.${kind}`)} ${number(hass, amount, amount < 10 ? 2 : 1)}
            </span>`,
        )}
      </div>
    </div>`;
  }

  private maximum(connector: Connector): TemplateResult | typeof nothing {
    const entity = this.entity(connector.entities.maximum_current);
    if (!entity || entity.state === "unavailable") return nothing;
    const { min, max, step } = entity.attributes as Record<string, number>;
    const value = this.shownMaximum ?? Number(entity.state);
    const told = amperes(this.hass!, value);
    return html`<div class="slider">
      <label for="maximum" class="quiet">${this.text("charger.maximum")}</label>
      <input
        id="maximum"
        type="range"
        min=${min ?? 0}
        max=${max ?? 16}
        step=${step ?? 1}
        .value=${String(value)}
        aria-valuetext=${told}
        @input=${(event: Event) => (this.shownMaximum = Number((event.target as HTMLInputElement).value))}
        @change=${() => this.limit(entity)}
      />
      <span class="number" aria-hidden="true">${told}</span>
    </div>`;
  }

  private async limit(entity: Entity): Promise<void> {
    const value = this.shownMaximum;
    try {
      await this.hass!.callService("number", "set_value", { entity_id: entity.entity_id, value });
      // The new state comes a little later; it may be another one, if so much was not possible.
      await new Promise((resolve) => setTimeout(resolve, SETTLES_MS));
    } finally {
      if (this.shownMaximum === value) this.shownMaximum = undefined;
    }
  }

  private control(connector: Connector): TemplateResult | typeof nothing {
    const entity = this.entity(connector.entities.charge_control);
    if (!entity) return nothing;
    const on = entity.state === "on";
    const unusable = entity.state === "unavailable" || (!on && !connector.plugged_in);
    return html`<button
      type="button"
      class="chip control ${on ? "stop" : "start"}"
      ?disabled=${unusable}
      @click=${() => void this.hass!.callService("switch", on ? "turn_off" : "turn_on", { entity_id: entity.entity_id })}
    >
      ${this.icon(on ? mdiStop : mdiPlay)} ${this.text(on ? "charger.stop" : "charger.start")}
    </button>`;
  }
}
