"""The repairs of circuits: dead meters, and contradictions of the configuration."""

from collections.abc import Iterator, Mapping, Set as AbstractSet

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ..config.charger import ChargerConfig
from ..config.circuits import circuit_names
from ..const import SUBENTRY_CHARGER
from ..issues import Issue, Issues
from ..surplus.circuits.circuits import Circuit, Installation, assigned_phases

GRACE_S = 60.0
"""The time for which a meter must be dead before its owner is notified."""


class CircuitRepairs:
    """The repairs of all circuits; they come and go with their causes."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Initialize without repairs."""
        self._entry = entry
        self._contradictions = Issues(hass)
        self._dead_meters = Issues(hass)
        self._dead_since_s: dict[str, float] = {}

    @callback
    def async_check(self, circuits: Mapping[str, Circuit]) -> None:
        """Show the contradictions of the present configuration."""
        self._contradictions.async_replace(dict(_contradictions(self._entry, circuits)))

    @callback
    def async_show_dead_meters(self, dead: AbstractSet[str], now_s: float) -> None:
        """Show the circuits whose meters have been dead for some time."""
        self._dead_since_s = {
            circuit: self._dead_since_s.get(circuit, now_s) for circuit in dead
        }
        names = circuit_names(self._entry)
        self._dead_meters.async_replace(
            {
                f"meter_dead_{circuit}": Issue(
                    "circuit_meter_dead", {"circuit": names.get(circuit, circuit)}
                )
                for circuit, since_s in self._dead_since_s.items()
                if now_s - since_s >= GRACE_S
            }
        )

    @callback
    def async_stop(self) -> None:
        """Delete all repairs."""
        self._contradictions.async_clear()
        self._dead_meters.async_clear()


def _contradictions(
    entry: ConfigEntry, circuits: Mapping[str, Circuit]
) -> Iterator[tuple[str, Issue]]:
    """Yield the contradictions of the configuration with their issue ids."""
    names = circuit_names(entry)
    for key, circuit in circuits.items():
        if circuit.parent is not None and circuit.parent not in circuits:
            yield (
                f"circuit_unfed_{key}",
                Issue("circuit_unfed", {"circuit": names[key]}),
            )
    guarded = set[str]()
    safe_a = {key: [0.0] * circuit.phases for key, circuit in circuits.items()}
    installation = Installation(circuits)
    for subentry in entry.get_subentries_of_type(SUBENTRY_CHARGER):
        config = ChargerConfig.of(subentry, entry.options)
        connection = config.connection
        if connection.circuit is not None and connection.circuit not in circuits:
            issue = Issue("charger_without_circuit", {"charger": subentry.title})
            yield f"charger_without_circuit_{subentry.subentry_id}", issue
        guarded |= set(installation.path(connection.circuit))
        for key in installation.path(connection.circuit):
            for phase in assigned_phases(
                connection, config.phases, circuits[key]
            ).phases:
                safe_a[key][phase] += connection.safe_current_a * config.connectors
    chargers = entry.get_subentries_of_type(SUBENTRY_CHARGER)
    for key in circuits.keys() - guarded if chargers else ():
        issue = Issue("circuit_without_chargers", {"circuit": names[key]})
        yield f"circuit_without_chargers_{key}", issue
    for key, circuit in circuits.items():
        if (total_a := max(safe_a[key])) > circuit.fuse_a:
            yield (
                f"safe_currents_{key}",
                Issue(
                    "safe_currents_exceed_fuse",
                    {
                        "circuit": names[key],
                        "total": f"{total_a:g}",
                        "fuse": f"{circuit.fuse_a:g}",
                    },
                ),
            )
