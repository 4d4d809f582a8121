/** What the cards of one connector have in common: finding it. */

import { nothing, type TemplateResult } from "lit";
import { OcppCard } from "./card";
import { connectorOf } from "./connector";
import { Followed } from "./feeds";
import type { Connector, Site } from "./views";

export abstract class ConnectorCard extends OcppCard {
  private readonly site = new Followed<Site>(this);

  /** Renders the card of a connector that was found. */
  protected abstract show(connector: Connector, site: Site): TemplateResult;

  protected get connector(): Connector | undefined {
    return this.site.value && connectorOf(this.site.value, this.config?.entity);
  }

  protected override get watched(): string[] {
    return Object.values(this.connector?.entities ?? {});
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.hass || !this.config) return nothing;
    this.site.follow(this.hass.connection, { type: "ocpp/site" });
    const site = this.site.value;
    if (!site?.available) return this.message(this.text("common.waiting"));
    const connector = this.connector;
    if (!connector) return this.message(this.text(this.config.entity ? "common.no_charger" : "common.choose"));
    return this.show(connector, site);
  }
}
