/** What the integration's websocket commands tell. Instants are in seconds since 1970. */

export interface Figures {
  available_w: number | null;
  needed_w: number | null;
  starts_s: number | null;
  price_per_kwh: number | null;
  ready_s: number | null;
}

export interface Session {
  running: boolean;
  started_s: number | null;
  energy_kwh: number | null;
  solar_kwh: number | null;
  battery_kwh: number | null;
  grid_kwh: number | null;
  cost: number | null;
  savings: number | null;
}

export interface Connector {
  key: string;
  charger: string;
  connector: number | null;
  device_id: string;
  online: boolean;
  plugged_in: boolean | null;
  status: string | null;
  mode: string;
  plans: boolean;
  reason: string | null;
  figures: Figures;
  power_w: number | null;
  current_a: number | null;
  offered_a: number | null;
  phases: number | null;
  soc_percent: number | null;
  session: Session | null;
  entities: Record<string, string>;
}

export interface Flows {
  grid_w: number | null;
  sun_w: number | null;
  house_w: number | null;
  cars_w: number | null;
  has_battery: boolean;
  battery_w: number | null;
  battery_soc_percent: number | null;
  surplus_w: number | null;
  price_per_kwh: number | null;
}

export interface Site {
  available: boolean;
  currency: string;
  entry_id: string | null;
  flows: Flows | null;
  connectors: Connector[];
}

export interface Span {
  start_s: number;
  end_s: number;
  value: number;
}

export interface Slot {
  start_s: number;
  end_s: number;
  source: "sun" | "top_up" | "cheap" | "grid";
  power_w: number;
  price_per_kwh: number | null;
}

export interface Plan {
  available: boolean;
  /** The currency of prices; null where they are grams of CO₂. */
  currency: string | null;
  plans: boolean;
  begins_s: number;
  ends_s: number;
  prices: Span[];
  sun: Span[];
  slots: Slot[];
  departure_s: number | null;
  ready_s: number | null;
  energy_done_kwh: number | null;
  energy_needed_kwh: number | null;
  cost: number | null;
  at_risk: boolean;
  missing_kwh: number;
  entities: Record<string, string> | null;
}

export interface Amounts {
  energy_kwh: number;
  solar_kwh: number;
  battery_kwh: number;
  grid_kwh: number;
  solar_share_percent: number | null;
  cost: number | null;
  savings: number | null;
  currency: string | null;
}

export interface SessionRow extends Amounts {
  charger: string;
  connector: number;
  transaction_id: string;
  started_at: string;
  ended_at: string | null;
  duration_minutes: number | null;
  tag: string | null;
  id_tag: string | null;
  vehicle: string | null;
}

export interface Total extends Amounts {
  sessions: number;
  charger?: string;
  tag?: string;
  vehicle?: string;
}

export interface Totals {
  all: Total;
  chargers: Total[];
  tags: Total[];
  vehicles: Total[];
}

export interface Sessions {
  sessions: SessionRow[];
  count: number;
  totals: Totals;
  months: { month: string; totals: Totals }[];
}
