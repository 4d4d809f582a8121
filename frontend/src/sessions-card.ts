/** The card of sessions: a list and months, by vehicle, tag and charger, with origin, cost and savings. */

import { mdiDownload } from "@mdi/js";
import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { OcppCard } from "./card";
import { editor } from "./editor";
import { date, energy, money, month, percent } from "./format";
import type { CardConfig } from "./home-assistant";
import { shared } from "./styles";
import type { Amounts, SessionRow, Sessions, Total, Totals } from "./views";

const PERIODS = ["period_month", "period_year", "period_all"] as const;
const GROUPS = ["all", "vehicles", "tags", "chargers"] as const;
/** Sessions end rarely: this is often enough to see a running one grow. */
const ANEW_MS = 60_000;

export class OcppSessionsCard extends OcppCard {
  static override styles = [
    shared,
    css`
      .controls {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        align-items: center;
      }
      .controls select {
        width: auto;
      }
      .summary {
        display: grid;
        grid-template-columns: repeat(3, minmax(0, 1fr));
        gap: 8px;
      }
      .summary div {
        background: var(--quiet);
        border-radius: 12px;
        padding: 8px 12px;
      }
      .summary b {
        display: block;
        font-size: 18px;
        font-weight: 500;
      }
      .scroll {
        overflow-x: auto;
        min-height: 160px;
      }
      table {
        width: 100%;
        border-collapse: collapse;
      }
      th {
        font-weight: 400;
        text-align: start;
        color: var(--secondary-text-color);
        font-size: 12px;
      }
      th,
      td {
        padding: 8px 6px;
        vertical-align: middle;
      }
      th:first-child,
      td:first-child,
      tbody th {
        padding-inline-start: 0;
      }
      tbody tr {
        border-top: 1px solid var(--divider-color);
      }
      tbody th {
        color: var(--primary-text-color);
        font-size: inherit;
      }
      td.number,
      th.number {
        text-align: end;
      }
      td.origin {
        width: 24%;
        min-width: 64px;
      }
      .download {
        width: 40px;
        height: 40px;
        border-radius: 20px;
        display: grid;
        place-items: center;
        background: var(--quiet);
      }
      @container (max-width: 380px) {
        .saved {
          display: none;
        }
      }
    `,
  ];

  @state() private found?: Sessions;
  @state() private refused = false;
  @state() private period: (typeof PERIODS)[number] = "period_month";
  @state() private group: (typeof GROUPS)[number] = "all";
  @state() private byMonth = false;
  private timer?: number;
  private asked = 0;

  static getStubConfig(): CardConfig {
    return { type: "custom:ocpp-sessions-card" };
  }

  static getConfigElement(): HTMLElement {
    return editor(["title", "limit"]);
  }

  static suggestion(): null {
    return null;
  }

  override getCardSize(): number {
    return 8;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = window.setInterval(() => void this.ask(), ANEW_MS);
    if (this.hasUpdated) void this.ask();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearInterval(this.timer);
  }

  protected override firstUpdated(): void {
    void this.ask();
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("period") && changed.get("period") !== undefined) void this.ask();
  }

  private get request(): { type: string; [key: string]: unknown } {
    const now = new Date();
    const begins = {
      period_month: new Date(now.getFullYear(), now.getMonth(), 1),
      period_year: new Date(now.getFullYear(), 0, 1),
      period_all: undefined,
    }[this.period];
    const { entity, entry_id } = this.config ?? {};
    return {
      type: "ocpp/sessions",
      ...(entity ? { entity_id: entity } : {}),
      ...(entry_id ? { entry_id } : {}),
      ...(begins ? { start: begins.toISOString() } : {}),
    };
  }

  private async ask(): Promise<void> {
    if (!this.hass || !this.config) return;
    const asked = ++this.asked;
    try {
      const found = await this.hass.callWS<Sessions>({ ...this.request, limit: Number(this.config.limit ?? 20) });
      // A later question may have been answered first.
      if (asked === this.asked) this.found = found;
    } catch (error) {
      this.refused = (error as { code?: string }).code === "unauthorized";
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.hass || !this.config) return nothing;
    if (this.refused) return this.message(this.text("sessions.refused"));
    if (!this.found) return this.message(this.text("common.waiting"));
    return html`<ha-card>
      <div class="row">
        <h2 class="grow">${this.config.title ?? this.text("sessions.title")}</h2>
        <button
          type="button"
          class="download"
          title=${this.text("sessions.download")}
          aria-label=${this.text("sessions.download")}
          @click=${() => void this.download()}
        >
          ${this.icon(mdiDownload)}
        </button>
      </div>
      ${this.controls()} ${this.summary(this.found.totals.all)}
      <div class="scroll" tabindex="0" role="region" aria-label=${this.text("sessions.title")}>
        ${this.found.count === 0
          ? html`<p class="message">${this.text("sessions.none")}</p>`
          : this.byMonth || this.group !== "all"
            ? this.totals(this.found)
            : this.list(this.found)}
      </div>
    </ha-card>`;
  }

  private controls(): TemplateResult {
    const tab = (byMonth: boolean, key: string): TemplateResult =>
      html`<button
        type="button"
        class="chip"
        aria-pressed=${this.byMonth === byMonth ? "true" : "false"}
        @click=${() => (this.byMonth = byMonth)}
      >
        ${this.text(key)}
      </button>`;
    return html`<div class="controls">
      ${tab(false, "sessions.list")} ${tab(true, "sessions.months")}
      <select
        aria-label=${this.text("sessions.period")}
        .value=${this.period}
        @change=${(event: Event) => (this.period = (event.target as HTMLSelectElement).value as typeof this.period)}
      >
        ${PERIODS.map((each) => html`<option value=${each} ?selected=${each === this.period}>${this.text(`sessions.${each}`)}</option>`)}
      </select>
      <select
        aria-label=${this.text("sessions.by")}
        .value=${this.group}
        @change=${(event: Event) => (this.group = (event.target as HTMLSelectElement).value as typeof this.group)}
      >
        ${GROUPS.map((each) => html`<option value=${each} ?selected=${each === this.group}>${this.text(`sessions.${each}`)}</option>`)}
      </select>
    </div>`;
  }

  private summary(total: Total): TemplateResult {
    const part = (key: string, value: string): TemplateResult =>
      html`<div><span class="small">${this.text(key)}</span><b class="number">${value}</b></div>`;
    const share = total.solar_share_percent;
    return html`<div class="summary">
      ${part("sessions.energy", energy(this.hass!, total.energy_kwh))}
      ${part("origin.sun", share === null ? "–" : percent(this.hass!, share))}
      ${total.savings === null ? part("sessions.cost", this.amount(total, "cost")) : part("sessions.saved", this.amount(total, "savings"))}
    </div>`;
  }

  private amount(of: Amounts, kind: "cost" | "savings"): string {
    const value = of[kind];
    return value === null ? "–" : money(this.hass!, value, of.currency ?? this.hass!.config.currency);
  }

  private head(first: string): TemplateResult {
    return html`<thead>
      <tr>
        <th scope="col">${first}</th>
        <th scope="col">${this.text("sessions.origin")}</th>
        <th scope="col" class="number">${this.text("sessions.energy")}</th>
        <th scope="col" class="number">${this.text("sessions.cost")}</th>
        <th scope="col" class="number saved">${this.text("sessions.saved")}</th>
      </tr>
    </thead>`;
  }

  private row(title: string, note: string, amounts: Amounts): TemplateResult {
    const parts = [
      { kind: "sun", amount: amounts.solar_kwh },
      { kind: "battery", amount: amounts.battery_kwh },
      { kind: "grid", amount: amounts.grid_kwh },
    ];
    const told = parts.map(({ kind, amount }) => `${this.text(`origin.${kind}`)} ${energy(this.hass!, amount)}`);
    return html`<tr>
      <th scope="row">${title}<br /><span class="small quiet">${note}</span></th>
      <td class="origin">${this.originBar(parts, told.join(", "))}</td>
      <td class="number">${energy(this.hass!, amounts.energy_kwh)}</td>
      <td class="number">${this.amount(amounts, "cost")}</td>
      <td class="number saved">${this.amount(amounts, "savings")}</td>
    </tr>`;
  }

  private list(found: Sessions): TemplateResult {
    const shown = found.sessions.length;
    return html`<table>
        ${this.head(this.text("sessions.when"))}
        <tbody>
          ${found.sessions.map((session) => this.row(date(this.hass!, new Date(session.started_at)), this.note(session), session))}
        </tbody>
      </table>
      ${shown < found.count
        ? html`<p class="small quiet">${this.text("sessions.more", { shown, count: found.count })}</p>`
        : nothing}`;
  }

  private note(session: SessionRow): string {
    return [session.charger, session.vehicle ?? session.tag, this.lasting(session)].filter(Boolean).join(" · ");
  }

  private lasting({ duration_minutes: minutes }: SessionRow): string {
    if (minutes === null) return this.text("sessions.running");
    if (minutes < 60) return this.text("sessions.minutes", { minutes });
    return this.text("sessions.hours", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
  }

  /** Rows of totals: for each month, or for the whole period; of everything, or by a group. */
  private totals(found: Sessions): TemplateResult {
    const within = this.byMonth ? found.months : [{ month: "", totals: found.totals }];
    const rows = within.flatMap(({ month: key, totals }) =>
      this.grouped(totals).map((total) => {
        const name = total.vehicle ?? total.tag ?? total.charger;
        const when = key ? month(this.hass!, key) : "";
        const count = this.text("sessions.count", { count: total.sessions });
        return this.row(name ?? when, [name ? when : "", count].filter(Boolean).join(" · "), total);
      }),
    );
    return html`<table>
      ${this.head(this.text(this.group === "all" ? "sessions.months" : `sessions.${this.group}`))}
      <tbody>
        ${rows}
      </tbody>
    </table>`;
  }

  private grouped(totals: Totals): Total[] {
    return this.group === "all" ? [totals.all] : totals[this.group];
  }

  private async download(): Promise<void> {
    const table = await this.hass!.callWS<string>({ ...this.request, format: "csv" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([table], { type: "text/csv" }));
    link.download = `sessions-${new Date().toISOString().slice(0, 10)}.csv`;
    link.click();
    URL.revokeObjectURL(link.href);
  }
}
