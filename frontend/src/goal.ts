/** Departure and energy of a car, as fields that change the real entities. */

import { mdiClose } from "@mdi/js";
import { css, html, LitElement, nothing, svg, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import type { Entity, HomeAssistant } from "./home-assistant";
import { timeZone } from "./format";
import { shared } from "./styles";
import { text } from "./texts";

/** The offset of a time zone at an instant, in milliseconds. */
function offset(at: number, zone: string | undefined): number {
  if (zone === undefined) return -new Date(at).getTimezoneOffset() * 60_000;
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(at);
  const part = (type: string): number => Number(parts.find((each) => each.type === type)?.value);
  const local = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return local - Math.floor(at / 1000) * 1000;
}

/** An instant as a field for date and time shows it. */
export function toField(at: number, zone: string | undefined): string {
  return new Date(at + offset(at, zone)).toISOString().slice(0, 16);
}

/** The instant that a field for date and time shows. */
export function fromField(value: string, zone: string | undefined): Date {
  const local = Date.parse(`${value}:00Z`);
  return new Date(local - offset(local - offset(local, zone), zone));
}

export class OcppGoal extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        height: auto;
        container-type: inline-size;
      }
      @container (max-width: 300px) {
        .fields.fields {
          grid-template-columns: minmax(0, 1fr);
        }
      }
      .fields {
        display: grid;
        grid-template-columns: minmax(190px, 5fr) minmax(90px, 3fr);
        gap: 12px;
        align-items: end;
      }
      .title {
        display: flex;
        align-items: center;
        justify-content: space-between;
        min-height: 28px;
      }
      .title button {
        width: 28px;
        height: 28px;
        border-radius: 14px;
        display: grid;
        place-items: center;
      }
      .title button:hover {
        background: var(--quiet);
      }
      .title svg.icon {
        width: 18px;
        height: 18px;
      }
      .with-unit {
        position: relative;
      }
      .with-unit input {
        padding-inline-end: 48px;
      }
      .unit {
        position: absolute;
        inset-inline-end: 12px;
        top: 0;
        line-height: 40px;
        pointer-events: none;
      }
    `,
  ];

  @property({ attribute: false }) hass!: HomeAssistant;
  @property({ attribute: false }) entities: Record<string, string> = {};

  protected override render(): TemplateResult {
    return html`<div class="fields">${this.departure()} ${this.amount()}</div>`;
  }

  private say(key: string): string {
    return text(this.hass.language, key) ?? key;
  }

  private state(key: string): Entity | undefined {
    const id = this.entities[key];
    return id === undefined ? undefined : this.hass.states[id];
  }

  private departure(): TemplateResult | typeof nothing {
    const entity = this.state("departure");
    if (!entity) return nothing;
    const at = Date.parse(entity.state);
    const value = Number.isNaN(at) ? "" : toField(at, timeZone(this.hass));
    return html`<div>
      <div class="title">
        <label class="small quiet" for="departure">${this.say("plan.departure")}</label>
        ${value === ""
          ? nothing
          : html`<button type="button" aria-label=${this.say("plan.clear")} @click=${() => this.depart(entity, "")}>
              <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${svg`<path d=${mdiClose} />`}</svg>
            </button>`}
      </div>
      <input
        id="departure"
        type="datetime-local"
        .value=${value}
        @change=${(event: Event) => this.depart(entity, (event.target as HTMLInputElement).value)}
      />
    </div>`;
  }

  /** A departure that has passed is none: there is no other way to take one back. */
  private depart(entity: Entity, value: string): void {
    const at = value === "" ? new Date() : fromField(value, timeZone(this.hass));
    void this.hass.callService("datetime", "set_value", { entity_id: entity.entity_id, datetime: at.toISOString() });
  }

  private amount(): TemplateResult | typeof nothing {
    const target = this.state("charge_target");
    const byTarget = target !== undefined && target.state !== "unavailable";
    const entity = byTarget ? target : this.state("energy_wanted");
    if (!entity) return nothing;
    const { min, max, step, unit_of_measurement: unit } = entity.attributes as Record<string, string | number>;
    return html`<div>
      <div class="title"><label class="small quiet" for="amount">${this.say(byTarget ? "plan.target" : "plan.energy")}</label></div>
      <div class="with-unit">
        <input
          id="amount"
          type="number"
          inputmode="decimal"
          min=${min ?? 0}
          max=${max ?? 300}
          step=${step ?? 1}
          .value=${String(Number(entity.state) || 0)}
          @change=${(event: Event) => this.want(entity, event.target as HTMLInputElement)}
        />
        <span class="unit quiet">${unit}</span>
      </div>
    </div>`;
  }

  private want(entity: Entity, field: HTMLInputElement): void {
    if (!field.checkValidity() || field.value === "") {
      field.value = entity.state;
      return;
    }
    void this.hass.callService("number", "set_value", { entity_id: entity.entity_id, value: Number(field.value) });
  }
}
