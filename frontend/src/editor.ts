/** The visual editor of all cards: Home Assistant's own form, with the fields that a card has. */

import { html, LitElement, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import type { CardConfig, HomeAssistant } from "./home-assistant";
import { text } from "./texts";

type Selector = Record<string, unknown>;

const SELECTORS: Record<string, Selector> = {
  entity: { entity: { filter: [{ integration: "ocpp", domain: "select" }] } },
  name: { text: {} },
  title: { text: {} },
  limit: { number: { min: 1, max: 500, mode: "box" } },
};
const DEFAULTS: CardConfig = {
  type: "",
  show_session: true,
  show_maximum: true,
  show_departure: true,
  show_chargers: true,
  limit: 20,
};

export class OcppCardEditor extends LitElement {
  @property({ attribute: false }) hass?: HomeAssistant;
  @property({ attribute: false }) fields: string[] = [];
  @state() private config?: CardConfig;

  setConfig(config: CardConfig): void {
    this.config = config;
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.hass || !this.config) return nothing;
    const schema = this.fields.map((name) => ({ name, selector: SELECTORS[name] ?? { boolean: {} } }));
    return html`<ha-form
      .hass=${this.hass}
      .data=${{ ...DEFAULTS, ...this.config }}
      .schema=${schema}
      .computeLabel=${({ name }: { name: string }) => text(this.hass!.language, `editor.${name}`) ?? name}
      @value-changed=${this.changed}
    ></ha-form>`;
  }

  private changed(event: CustomEvent<{ value: CardConfig }>): void {
    event.stopPropagation();
    const entries = Object.entries({ ...this.config, ...event.detail.value });
    // What is as it would be anyway is not written down.
    const config = Object.fromEntries(
      entries.filter(([key, value]) => key === "type" || (value !== "" && value !== undefined && value !== DEFAULTS[key])),
    );
    this.dispatchEvent(new CustomEvent("config-changed", { detail: { config }, bubbles: true, composed: true }));
  }
}

/** An editor with some fields. */
export function editor(fields: string[]): HTMLElement {
  const element = document.createElement("ocpp-card-editor") as OcppCardEditor;
  element.fields = fields;
  return element;
}
