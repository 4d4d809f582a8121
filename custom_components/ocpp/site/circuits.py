"""The circuits of the site: their configuration, their meters, limits from outside, and their status."""

from collections.abc import Callable, Mapping

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from ..config.circuits import circuit_names, circuit_of
from ..const import (
    CONF_CURRENTS,
    CONF_CURRENTS_INVERTED,
    CONF_FEEDING_CIRCUIT,
    CONF_GRID_CURRENTS,
    CONF_GRID_CURRENTS_INVERTED,
    CONF_SITE_LIMIT,
    SUBENTRY_CIRCUIT,
)
from ..csms.observers import Listeners
from ..repairs.circuits import CircuitRepairs
from ..surplus.circuits.circuits import (
    SITE,
    Circuit,
    CircuitReading,
    Installation,
    SiteLimit,
)
from ..surplus.circuits.guard import GuardOutcome
from ..surplus.circuits.status import CircuitStatus
from ..surplus.model import SiteReading
from .current_meter import CurrentMeter, CurrentSensors
from .external_limits import SiteLimits


class Circuits:
    """The circuits of one central system."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, step: Callable[[], None]
    ) -> None:
        """Initialize without circuits; `step` is called when something about them has changed."""
        self._hass = hass
        self._entry = entry
        self._step = step
        self._circuits: dict[str, Circuit] = {}
        self._meters: dict[str, CurrentMeter] = {}
        self._known = set[str]()
        self._new_circuit = Listeners[str]()
        self._changed = Listeners[()]()
        self._repairs = CircuitRepairs(hass, entry)
        self._guarded = GuardOutcome()
        self.limits = SiteLimits(hass, entry.entry_id, step)
        self.limits_in_force: tuple[SiteLimit, ...] = ()

    @property
    def status(self) -> Mapping[str, CircuitStatus]:
        """The status of the circuits."""
        return self._guarded.circuits

    @callback
    def async_sync(self) -> None:
        """Take over the configuration."""
        options = self._entry.options
        subentries = self._entry.get_subentries_of_type(SUBENTRY_CIRCUIT)
        data = {subentry.subentry_id: subentry.data for subentry in subentries}
        sensors = {
            key: CurrentSensors.of(
                [given.get(field) for field in CONF_CURRENTS],
                given.get(CONF_CURRENTS_INVERTED, False),
            )
            for key, given in data.items()
        }
        grid = CurrentSensors.of(
            [options.get(field) for field in CONF_GRID_CURRENTS],
            options.get(CONF_GRID_CURRENTS_INVERTED, False),
        )
        roots = [
            key for key, given in data.items() if not given.get(CONF_FEEDING_CIRCUIT)
        ]
        if len(roots) == 1 and not sensors[roots[0]].entity_ids:
            # The main fuse carries the current of the grid.
            sensors[roots[0]] = grid
        self._circuits = {
            key: circuit_of(given, metered=bool(sensors[key].entity_ids))
            for key, given in data.items()
        }
        self._watch(sensors)
        self.limits.async_follow(options.get(CONF_SITE_LIMIT))
        self._repairs.async_check(self._circuits)
        for key in data.keys() - self._known:
            self._new_circuit.tell(key)
        self._known = set(data)

    @callback
    def async_stop(self) -> None:
        """Stop following meters and limits."""
        self.limits.async_stop()
        self._watch({})
        self._repairs.async_stop()

    def _watch(self, sensors: Mapping[str, CurrentSensors]) -> None:
        for key, meter in tuple(self._meters.items()):
            if sensors.get(key) != meter.sensors:
                meter.async_stop()
                del self._meters[key]
        for key, watched in sensors.items():
            if watched.entity_ids and key not in self._meters:
                self._meters[key] = CurrentMeter(self._hass, watched, self._step)

    def installation(
        self, site: SiteReading | None, contract: SiteLimit | None
    ) -> Installation:
        """Return the circuits with the readings of their meters, the limits from outside, and that of a contract.

        The latter needs a meter at the grid.
        """
        readings = {
            key: meter.reading
            for key, meter in self._meters.items()
            if meter.reading is not None
        }
        limits = self.limits.all
        if site is not None:
            readings[SITE] = CircuitReading(site.grid_at_s, power_w=site.grid_power_w)
            if contract is not None:
                limits = (*limits, contract)
        return Installation(self._circuits, readings, limits)

    @callback
    def async_show(self, guarded: GuardOutcome, now_s: float) -> None:
        """Show the status of the circuits, and repairs for dead meters."""
        before = (self._guarded.circuits, self.limits_in_force)
        self._guarded = guarded
        self.limits_in_force = tuple(
            limit for limit in self.limits.all if limit.is_active(now_s)
        )
        self._repairs.async_show_dead_meters(
            {key for key, status in self.status.items() if status.meter_dead and key},
            now_s,
        )
        if (self._guarded.circuits, self.limits_in_force) != before:
            self._changed.tell()

    @callback
    def async_subscribe_circuits(
        self, listener: Callable[[str], None]
    ) -> CALLBACK_TYPE:
        """Call `listener` with every circuit there is, and every one to come."""
        for key in circuit_names(self._entry):
            listener(key)
        return self._new_circuit.add(listener)

    @callback
    def async_subscribe(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` whenever something about the circuits has changed."""
        return self._changed.add(listener)

    def name(self, circuit: str) -> str:
        """Return the name of a circuit."""
        return circuit_names(self._entry).get(circuit, circuit)

    def describe(self) -> dict[str, object]:
        """Return the diagnostics of the circuits."""
        return {
            "circuits": self._circuits,
            "readings": {key: meter.reading for key, meter in self._meters.items()},
            "limits": self.limits.all,
            "status": self.status,
            "limited_by": self._guarded.limited_by,
        }
