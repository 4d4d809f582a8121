"""The repairs of meters that do not fit the cars, the sun or the night, and the flow that corrects the options."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import probatio

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
)

from ..config.energy_sources import entity_ids, phase_entities
from ..config.meter_fixes import (
    Options,
    with_added,
    with_battery_inverted,
    with_cars_counted_otherwise,
    with_grid_inverted,
    with_grid_meter,
    with_negative_export,
    with_negative_import,
    with_net_export,
    with_net_import,
)
from ..const import (
    CONF_BATTERY_POWER,
    CONF_GRID_EXPORT,
    CONF_GRID_IMPORT,
    CONF_GRID_POWER,
    CONF_HOUSE_POWER,
    CONF_PV_POWER,
)
from ..issues import FixData, Issue, Issues
from ..surplus.checks.checks import Checks
from ..surplus.checks.findings import Basis, Fault, Finding

METER = "meter"
CONF_SENSOR = "sensor"
CONF_CHECK_FIRST = "check_first"

_FLOW_KEYS = (CONF_GRID_IMPORT, CONF_GRID_EXPORT)
_KEYS: Mapping[Fault, str] = {
    Fault.GRID_INVERTED: "grid_sign",
    Fault.BATTERY_INVERTED: "battery_sign",
    Fault.UNIT: "grid_unit",
    Fault.PHASES: "grid_phases",
}
_KEYS_BY_BASIS: Mapping[tuple[Fault, Basis], str] = {
    (Fault.IMPORT_UNSEEN, Basis.FLOW): "import_unseen_by_flow",
    (Fault.BATTERY_UNSEEN, Basis.FLOW): "battery_unseen_by_flow",
    (Fault.NOT_THE_GRID, Basis.FLOW): "not_the_grid_by_flow",
    (Fault.GRID_INVERTED, Basis.NIGHT): "grid_sign_at_night",
    (Fault.GRID_INVERTED, Basis.SUN): "grid_sign_by_sun",
    (Fault.BATTERY_INVERTED, Basis.SUN): "battery_sign_by_sun",
    (Fault.BATTERY_UNSEEN, Basis.SUN): "battery_unseen_by_sun",
    (Fault.NOT_THE_GRID, Basis.SUN): "not_the_grid_by_sun",
    (Fault.UNIT, Basis.SUN): "grid_unit_by_sun",
    (Fault.PHASES, Basis.SUN): "grid_phases_by_sun",
    (Fault.GRID_DOUBLED, Basis.SUN): "grid_doubled_by_sun",
    (Fault.BATTERY_INVERTED, Basis.CHARGE): "battery_sign_by_charge",
}
_FIELDS: Mapping[Fault, tuple[str, ...]] = {
    Fault.BATTERY_INVERTED: (CONF_BATTERY_POWER,),
    Fault.SOLAR_INCOMPLETE: (CONF_PV_POWER,),
    Fault.EXPORT_NEGATIVE: (CONF_GRID_EXPORT,),
    Fault.IMPORT_NEGATIVE: (CONF_GRID_IMPORT,),
    Fault.CARS_COUNTED_TWICE: (CONF_HOUSE_POWER,),
}
_CORRECTIONS: Mapping[str, Callable[[Options], dict[str, Any]]] = {
    "invert_grid": with_grid_inverted,
    "invert_battery": with_battery_inverted,
    "count_cars": with_cars_counted_otherwise,
    "negative_export": with_negative_export,
    "negative_import": with_negative_import,
    "net_export": with_net_export,
    "net_import": with_net_import,
}
"""Corrections that need no choice."""
_CHOICES: Mapping[str, Callable[[Options, str], dict[str, Any]]] = {
    "choose_grid": lambda options, chosen: with_grid_meter(options, (chosen,)),
    "add_import": lambda options, chosen: with_added(options, CONF_GRID_IMPORT, chosen),
    "add_battery": lambda options, chosen: with_added(
        options, CONF_BATTERY_POWER, chosen
    ),
    "add_solar": lambda options, chosen: with_added(options, CONF_PV_POWER, chosen),
}
"""Corrections that need another sensor."""
_POWER_SENSOR = EntitySelector(
    EntitySelectorConfig(domain="sensor", device_class=SensorDeviceClass.POWER)
)


def meter_flow(data: FixData) -> RepairsFlow:
    """Return the flow that fixes a repair of a meter."""
    return _MeterFlow(data)


class _MeterFlow(RepairsFlow):
    """Corrects the options, or has the meters checked by a test charge before."""

    def __init__(self, data: FixData) -> None:
        """Initialize with the data of the issue."""
        self._entry_id = str(data["entry_id"])
        self._correction = str(data["correction"])
        self._placeholders = {
            key: str(data[key])
            for key in ("entity", "expected", "told", "count")
            if key in data
        }

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Begin."""
        return await self.async_step_confirm()

    async def async_step_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Change the options; the meters are then checked anew."""
        entry = self.hass.config_entries.async_get_entry(self._entry_id)
        if entry is None:
            return self.async_abort(reason="entry_gone")
        if user_input is None:
            return self._form({})
        if user_input.get(CONF_CHECK_FIRST):
            return self._check(entry)
        if self._correction in _CORRECTIONS:
            options = _CORRECTIONS[self._correction](entry.options)
        elif chosen := user_input.get(CONF_SENSOR):
            options = _CHOICES[self._correction](entry.options, chosen)
        else:
            return self._form({CONF_SENSOR: "sensor_needed"})
        self.hass.config_entries.async_update_entry(entry, options=options)
        return self.async_create_entry(data={})

    def _form(self, errors: dict[str, str]) -> RepairsFlowResult:
        return self.async_show_form(
            step_id="confirm",
            data_schema=self._schema(),
            errors=errors,
            description_placeholders=self._placeholders,
        )

    def _schema(self) -> probatio.Schema:
        check: dict[Any, Any] = {
            probatio.Optional(CONF_CHECK_FIRST, default=False): BooleanSelector()
        }
        if self._correction in _CORRECTIONS:
            return probatio.Schema(check)
        return probatio.Schema({probatio.Optional(CONF_SENSOR): _POWER_SENSOR, **check})

    def _check(self, entry: ConfigEntry) -> RepairsFlowResult:
        """Begin a test charge, whose result the owner sees at its sensor."""
        try:
            entry.runtime_data.site.checks.async_begin_test()
        except HomeAssistantError as err:
            return self.async_abort(
                reason="check_impossible", description_placeholders={"error": str(err)}
            )
        return self.async_abort(reason="check_started")


class MeterRepairs:
    """Shows the faults of meters that the checks have found."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Initialize without repairs."""
        self._entry = entry
        self._issues = Issues(hass)

    @callback
    def async_clear(self) -> None:
        """Delete the repairs."""
        self._issues.async_clear()

    @callback
    def async_show(self, checks: Checks) -> None:
        """Show what the checks have found, and nothing else."""
        self._issues.async_replace(
            dict(self._issue(finding, checks) for finding in checks.findings)
        )

    def _issue(self, finding: Finding, checks: Checks) -> tuple[str, Issue]:
        """Return the id of an issue, and the issue."""
        options = self._entry.options
        correction = _correction(finding, checks, options)
        key = _key(finding, correction)
        figures = {
            "entity": ", ".join(_entities(options, _FIELDS.get(finding.fault))),
            "expected": _figure(finding.expected_w),
            "told": _figure(finding.told_w),
            "count": str(finding.count),
        }
        return f"{finding.fault}_{self._entry.entry_id}", Issue(
            key,
            figures,
            ir.IssueSeverity.ERROR,
            {
                "issue": METER,
                "entry_id": self._entry.entry_id,
                "correction": correction,
                **figures,
            },
        )


def _key(finding: Finding, correction: str) -> str:
    """Return the key of the texts for a finding."""
    if finding.fault is Fault.NOT_THE_GRID and correction == "count_cars":
        return "cars_not_counted"
    by_basis = _KEYS_BY_BASIS.get((finding.fault, finding.basis))
    return by_basis or _KEYS.get(finding.fault, finding.fault.value)


def _correction(finding: Finding, checks: Checks, options: Options) -> str:
    """Return the correction that a finding calls for."""
    match finding.fault:
        case Fault.GRID_INVERTED:
            return "invert_grid"
        case Fault.BATTERY_INVERTED:
            return "invert_battery"
        case Fault.EXPORT_NEGATIVE:
            return "net_export" if checks.exports.has_both_signs else "negative_export"
        case Fault.IMPORT_NEGATIVE:
            return "net_import" if checks.imports.has_both_signs else "negative_import"
        case Fault.CARS_COUNTED_TWICE:
            return "count_cars"
        case Fault.BATTERY_UNSEEN:
            return "add_battery"
        case Fault.SOLAR_INCOMPLETE:
            return "add_solar"
        case Fault.IMPORT_UNSEEN if _has_flows(options):
            return "add_import"
        case Fault.NOT_THE_GRID if not _is_metered(options):
            return "count_cars"
    return "choose_grid"


def _is_metered(options: Options) -> bool:
    """Return False if the power of the grid is calculated from that of the house."""
    is_net = entity_ids(options, CONF_GRID_POWER) or phase_entities(options)
    return bool(is_net) or _has_flows(options)


def _has_flows(options: Options) -> bool:
    """Return True if import or export is told by a sensor of its own."""
    is_net = entity_ids(options, CONF_GRID_POWER)
    return not is_net and any(entity_ids(options, key) for key in _FLOW_KEYS)


def _entities(options: Options, fields: Iterable[str] | None) -> Iterable[str]:
    """Return the sensors of the first field that has any; those of the grid by default."""
    if fields is None:
        found = [
            entity_ids(options, CONF_GRID_POWER),
            *(entity_ids(options, key) for key in _FLOW_KEYS),
            phase_entities(options),
            entity_ids(options, CONF_HOUSE_POWER),
        ]
    else:
        found = [entity_ids(options, field) for field in fields]
    return next((ids for ids in found if ids), ("–",))


def _figure(value: float) -> str:
    """Return a figure in three digits or whole numbers."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
