"""Configuration of the demo's Home Assistant: the meters of the house, prices and a forecast, a dashboard."""

METERED = "house_metered"
FORETOLD = "prices_and_sun_foretold"
"""The events with which the house tells what its entities shall show."""
HELD = "input_boolean.battery_held"
"""The entity that holds the simulated battery, like the switch of an inverter."""

# The house's meters, as any inverter or meter integration would show them.
_METER = """\
      - name: "{name}"
        unique_id: house_{key}
        device_class: {device_class}
        unit_of_measurement: "{unit}"
        state_class: measurement
        state: "{{{{ trigger.event.data.{key} }}}}"
"""
_METERS = {
    "grid_power": ("Grid power", "power", "W"),
    "solar_power": ("Solar power", "power", "W"),
    "house_power": ("House power", "power", "W"),
    "battery_power": ("Battery power", "power", "W"),
    "battery_soc": ("Battery charge", "battery", "%"),
    "grid_current_l1": ("Grid current L1", "current", "A"),
    "grid_current_l2": ("Grid current L2", "current", "A"),
    "grid_current_l3": ("Grid current L3", "current", "A"),
}

CONFIGURATION = f"""\
input_boolean:
  battery_held:
    name: Battery held
    icon: mdi:battery-lock
template:
  - triggers:
      - trigger: event
        event_type: {METERED}
    sensor:
{
    "".join(
        _METER.format(key=key, name=name, device_class=device_class, unit=unit)
        for key, (name, device_class, unit) in _METERS.items()
    )
}
  - triggers:
      - trigger: event
        event_type: {FORETOLD}
    sensor:
      # In the shape of Nord Pool's integration.
      - name: "Electricity price"
        unique_id: house_price
        unit_of_measurement: "EUR/kWh"
        state: "{{{{ trigger.event.data.price }}}}"
        attributes:
          raw_today: "{{{{ trigger.event.data.prices }}}}"
          raw_tomorrow: "{{{{ [] }}}}"
      # In the shape of Open-Meteo's integration.
      - name: "Solar forecast"
        unique_id: house_forecast
        device_class: power
        unit_of_measurement: "W"
        state: "{{{{ trigger.event.data.sun_w }}}}"
        attributes:
          watts: "{{{{ trigger.event.data.forecast_w }}}}"
lovelace:
  dashboards:
    charging-demo:
      mode: yaml
      title: Charging
      icon: mdi:solar-power-variant
      show_in_sidebar: true
      filename: charging.yaml
"""

DASHBOARD = """\
title: Charging
views:
  - title: Charging
    path: charging
    type: sections
    max_columns: 4
    sections:
      - type: grid
        column_span: 2
        cards:
          - type: history-graph
            title: Sun and cars
            hours_to_show: 0.05
            grid_options: {columns: full, rows: 6}
            entities:
              - entity: sensor.ocpp_solar_surplus
                name: Solar surplus
              - entity: sensor.charger_power
                name: Charger
              - entity: sensor.carport_power
                name: Carport
              - entity: sensor.battery_power
                name: Home battery
          - type: markdown
            grid_options: {columns: full}
            content: |
              **Charger:** {{ state_translated('sensor.charger_reason') }}

              **Carport:** {{ state_translated('sensor.carport_reason') }}
          - type: markdown
            title: The plan for the departure
            grid_options: {columns: full}
            content: |
              {% set planned = state_attr('sensor.charger_planned_start', 'slots') or [] %}
              {% if planned %}
              | from | to | power | source | price |
              | --- | --- | ---: | --- | ---: |
              {% for slot in planned -%}
              | {{ as_local(as_datetime(slot.start)).strftime('%a %H:%M') }} | {{ as_local(as_datetime(slot.end)).strftime('%a %H:%M') }} | {{ (slot.power / 1000) | round(1) }} kW | {{ slot.source }} | {{ slot.price if slot.price is not none else '' }} |
              {% endfor %}
              It will cost {{ state_attr('sensor.charger_planned_start', 'cost') }} EUR.
              {% else %}
              Nothing is planned.
              {% endif %}
      - type: grid
        cards:
          - type: heading
            heading: Charger
          - type: tile
            entity: select.charger_charging_mode
            name: Charging mode
            features: [{type: select-options}]
          - type: tile
            entity: switch.charger_charge_control
            name: Session
          - type: tile
            entity: number.charger_maximum_current
            name: Maximum current
            features: [{type: numeric-input, style: slider}]
          - type: tile
            entity: sensor.charger_session_energy
            name: Session energy
          - type: tile
            entity: sensor.charger_current_offered
            name: Offered
          - type: tile
            entity: sensor.charger_power
            name: Drawn
          - type: tile
            entity: datetime.charger_departure
            name: Departure
          - type: tile
            entity: number.charger_energy_wanted
            name: Energy by then
          - type: tile
            entity: binary_sensor.charger_departure_at_risk
            name: At risk
      - type: grid
        cards:
          - type: heading
            heading: Carport
          - type: tile
            entity: select.carport_charging_mode
            name: Charging mode
            features: [{type: select-options}]
          - type: tile
            entity: switch.carport_charge_control
            name: Session
          - type: tile
            entity: sensor.carport_session_energy
            name: Session energy
          - type: tile
            entity: sensor.carport_current_offered
            name: Offered
          - type: tile
            entity: sensor.carport_power
            name: Drawn
          - type: heading
            heading: House
          - type: tile
            entity: sensor.solar_power
          - type: tile
            entity: sensor.house_power
          - type: tile
            entity: sensor.grid_power
          - type: tile
            entity: sensor.main_fuse_headroom
          - type: tile
            entity: sensor.battery_charge
          - type: tile
            entity: input_boolean.battery_held
          - type: tile
            entity: sensor.electricity_price
"""
