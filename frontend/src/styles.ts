/** Styles that all cards share; colours and sizes are those of Home Assistant's theme. */

import { css } from "lit";

export const shared = css`
  :host {
    display: block;
    height: 100%;
    --sun: var(--energy-solar-color);
    --battery: var(--energy-battery-out-color);
    --grid: var(--energy-grid-consumption-color);
    --quiet: color-mix(in srgb, var(--primary-text-color) 10%, transparent);
    --chosen: color-mix(in srgb, var(--primary-color) 22%, transparent);
  }
  ha-card {
    box-sizing: border-box;
    height: 100%;
    padding: 16px;
    display: flex;
    flex-direction: column;
    gap: 16px;
    color: var(--primary-text-color);
    container-type: inline-size;
  }
  h2 {
    margin: 0;
    font-size: var(--ha-font-size-l, 16px);
    font-weight: var(--ha-font-weight-medium, 500);
    line-height: 1.3;
  }
  p {
    margin: 0;
  }
  svg.icon {
    width: 24px;
    height: 24px;
    flex: none;
    fill: currentColor;
  }
  .quiet {
    color: var(--secondary-text-color);
  }
  .small {
    font-size: var(--ha-font-size-s, 12px);
  }
  .row {
    display: flex;
    align-items: center;
    gap: 12px;
    min-width: 0;
  }
  .grow {
    flex: 1;
    min-width: 0;
  }
  .number {
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  .message {
    min-height: 48px;
    display: flex;
    align-items: center;
    color: var(--secondary-text-color);
  }
  button {
    font: inherit;
    color: inherit;
    background: none;
    border: none;
    padding: 0;
    cursor: pointer;
    text-align: inherit;
    -webkit-tap-highlight-color: transparent;
  }
  :is(button, input, select, [tabindex]):focus-visible {
    outline: 2px solid var(--primary-color);
    outline-offset: 2px;
  }
  .chip {
    min-height: 40px;
    padding: 0 16px;
    border-radius: 20px;
    background: var(--quiet);
    display: inline-flex;
    align-items: center;
    gap: 8px;
    font-weight: 500;
    white-space: nowrap;
  }
  .chip[aria-pressed="true"] {
    background: var(--chosen);
  }
  button:disabled {
    opacity: 0.5;
    cursor: default;
  }
  input,
  select {
    box-sizing: border-box;
    font: inherit;
    color: inherit;
    min-height: 40px;
    padding: 0 12px;
    border: 1px solid var(--outline-color, var(--divider-color));
    border-radius: 10px;
    background: transparent;
    color-scheme: var(--card-color-scheme, light dark);
    min-width: 0;
    width: 100%;
  }
  select option {
    background: var(--card-background-color);
    color: var(--primary-text-color);
  }
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .bar {
    display: flex;
    height: 10px;
    border-radius: 5px;
    overflow: hidden;
    background: var(--quiet);
    gap: 1px;
  }
  .bar > span {
    transition: flex-grow 0.6s ease;
    flex: 0 1 0;
    min-width: 0;
  }
  .sun {
    background: var(--sun);
  }
  .battery {
    background: var(--battery);
  }
  .grid {
    background: var(--grid);
  }
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 16px;
  }
  .legend span::before {
    content: "";
    display: inline-block;
    width: 8px;
    height: 8px;
    border-radius: 4px;
    margin-inline-end: 6px;
    background: var(--dot);
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before {
      transition: none !important;
      animation: none !important;
    }
  }
`;
