/** What all cards have in common: configuration, texts, and when to render. */

import { LitElement, html, nothing, svg, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import type { CardConfig, Entity, HomeAssistant } from "./home-assistant";
import { shared } from "./styles";
import { fetchLanguage, text, type Values } from "./texts";

export abstract class OcppCard extends LitElement {
  static override styles = [shared];

  @property({ attribute: false }) hass?: HomeAssistant;
  @state() protected config?: CardConfig;

  setConfig(config: CardConfig): void {
    this.config = config;
  }

  getCardSize(): number {
    return 6;
  }

  getGridOptions(): Record<string, number | string> {
    return { columns: 12, min_columns: 6, rows: "auto" };
  }

  /** The entities whose states the card shows. */
  protected get watched(): string[] {
    return [];
  }

  /** Home Assistant sets `hass` at each change of any state; most are none of a card's business. */
  protected override shouldUpdate(changed: PropertyValues): boolean {
    const before = changed.get("hass") as HomeAssistant | undefined;
    if (changed.size > 1 || !changed.has("hass") || !before || !this.hass) return true;
    const now = this.hass;
    return (
      before.locale !== now.locale ||
      before.localize !== now.localize ||
      before.connection !== now.connection ||
      this.watched.some((id) => before.states[id] !== now.states[id])
    );
  }

  protected override willUpdate(): void {
    if (!this.hass) return;
    void fetchLanguage(this.hass.language)?.then(() => this.requestUpdate());
  }

  protected text(key: string, values: Values = {}): string {
    return this.maybeText(key, values) ?? key;
  }

  protected maybeText(key: string, values: Values = {}): string | undefined {
    return text(this.hass?.language ?? "en", key, values);
  }

  protected entity(id: string | undefined): Entity | undefined {
    return id === undefined ? undefined : this.hass?.states[id];
  }

  protected message(words: string): TemplateResult {
    return html`<ha-card><div class="message">${words}</div></ha-card>`;
  }

  protected icon(path: string): TemplateResult {
    return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${svg`<path d=${path} />`}</svg>`;
  }

  /** A bar of parts, each as wide as its amount. */
  protected originBar(parts: { kind: string; amount: number }[], label: string): TemplateResult {
    const total = parts.reduce((sum, { amount }) => sum + amount, 0);
    return html`<div class="bar" role="img" aria-label=${label}>
      ${parts.map(({ kind, amount }) =>
        amount > 0 ? html`<span class=${kind} style="flex-grow:${Math.round((1000 * amount) / total)}"></span>` : nothing,
      )}
    </div>`;
  }
}
