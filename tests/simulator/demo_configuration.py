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
strategy:
  type: custom:ocpp
"""
