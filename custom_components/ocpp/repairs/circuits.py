"""Repairs that concern circuits: meters that are dead, and what does not go together."""

from collections.abc import Iterator, Mapping, Set as AbstractSet

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..config.charger import ChargerConfig
from ..config.circuits import circuit_names
from ..const import DOMAIN, SUBENTRY_CHARGER
from ..surplus.circuits.circuits import Circuit, Installation, tap

GRACE_S = 60.0
"""How long a meter must be dead before its owner is told."""

type _Issue = tuple[str, Mapping[str, str]]
"""Translation key and placeholders."""


class CircuitRepairs:
    """The repairs of all circuits; they come and go with their causes."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Initialize without any."""
        self._hass = hass
        self._entry = entry
        self._raised: dict[str, _Issue] = {}
        self._dead_since_s: dict[str, float] = {}

    @callback
    def async_check(self, circuits: Mapping[str, Circuit]) -> None:
        """Raise repairs for what does not go together, and take back what does now."""
        found = dict(_contradictions(self._entry, circuits))
        for issue_id in self._raised.keys() - found.keys():
            if not issue_id.startswith("meter_dead"):
                self._take_back(issue_id)
        for issue_id, issue in found.items():
            self._raise(issue_id, issue)

    @callback
    def async_tell(self, dead: AbstractSet[str], now_s: float) -> None:
        """Raise a repair for each meter that has been dead for some time."""
        for circuit in self._dead_since_s.keys() - dead:
            del self._dead_since_s[circuit]
            self._take_back(f"meter_dead_{circuit}")
        for circuit in dead:
            since_s = self._dead_since_s.setdefault(circuit, now_s)
            if now_s - since_s >= GRACE_S:
                name = circuit_names(self._entry).get(circuit, circuit)
                issue = ("circuit_meter_dead", {"circuit": name})
                self._raise(f"meter_dead_{circuit}", issue)

    @callback
    def async_stop(self) -> None:
        """Take all of them back."""
        for issue_id in tuple(self._raised):
            self._take_back(issue_id)

    def _raise(self, issue_id: str, issue: _Issue) -> None:
        if self._raised.get(issue_id) == issue:
            return
        self._raised[issue_id] = issue
        key, placeholders = issue
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            issue_id,
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key=key,
            translation_placeholders=dict(placeholders),
        )

    def _take_back(self, issue_id: str) -> None:
        if self._raised.pop(issue_id, None) is not None:
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)


def _contradictions(
    entry: ConfigEntry, circuits: Mapping[str, Circuit]
) -> Iterator[tuple[str, _Issue]]:
    """Return what does not go together."""
    names = circuit_names(entry)
    for key, circuit in circuits.items():
        if circuit.parent is not None and circuit.parent not in circuits:
            yield f"circuit_unfed_{key}", ("circuit_unfed", {"circuit": names[key]})
    safe_a = {key: [0.0] * circuit.phases for key, circuit in circuits.items()}
    installation = Installation(circuits)
    for subentry in entry.get_subentries_of_type(SUBENTRY_CHARGER):
        config = ChargerConfig.of(subentry, entry.options)
        connection = config.connection
        if connection.circuit is not None and connection.circuit not in circuits:
            issue = ("charger_without_circuit", {"charger": subentry.title})
            yield f"charger_without_circuit_{subentry.subentry_id}", issue
        for key in installation.way(connection.circuit):
            for phase in tap(connection, config.phases, circuits[key]).phases:
                safe_a[key][phase] += connection.safe_current_a * config.connectors
    for key, circuit in circuits.items():
        if (total_a := max(safe_a[key])) > circuit.fuse_a:
            yield (
                f"safe_currents_{key}",
                (
                    "safe_currents_exceed_fuse",
                    {
                        "circuit": names[key],
                        "total": f"{total_a:g}",
                        "fuse": f"{circuit.fuse_a:g}",
                    },
                ),
            )
