"""The chapters of the documentation that repairs link to."""

from collections.abc import Mapping

DOCS = "https://github.com/ha-ocpp/ocpp/blob/main/docs"

_TROUBLESHOOTING = "troubleshooting.md"
_CHAPTERS: Mapping[str, tuple[str, ...]] = {
    f"{_TROUBLESHOOTING}#it-ignores-its-limit-or-refuses-it": (
        "limits_",
        "no_safe_current",
        "session_",
        "firmware_",
        "restart_required",
    ),
    f"{_TROUBLESHOOTING}#it-is-connected-but-does-not-charge": (
        "car_asleep",
        "charger_faulted",
        "connector_faulted",
        "no_meter",
    ),
    f"{_TROUBLESHOOTING}#it-charges-on-fewer-phases-than-it-should": (
        "phase_switch_",
        "one_phase",
    ),
    f"{_TROUBLESHOOTING}#the-charger-does-not-appear": (
        "port_in_use",
        "too_many_discovered",
    ),
    f"{_TROUBLESHOOTING}#the-connection-is-lost-again-and-again": (
        "offline_in_session",
        "charger_away",
        "charger_mute",
        "clock_off",
        "identity_disputed",
        "overuse_",
    ),
    f"{_TROUBLESHOOTING}#a-connection-is-refused": ("refused_", "certificate_"),
    f"{_TROUBLESHOOTING}#a-sensor-cannot-be-used": (
        "source_",
        "slow_meter",
        "circuit_meter_dead",
    ),
    f"{_TROUBLESHOOTING}#the-surplus-is-wrong": (
        "grid_",
        "battery_",
        "import_",
        "export_",
        "not_the_grid",
        "cars_",
        "solar_incomplete",
    ),
    f"{_TROUBLESHOOTING}#a-circuit-is-set-up-wrongly": (
        "circuit_",
        "charger_without_circuit",
        "safe_currents_exceed_fuse",
    ),
    "tariffs.md": ("price_",),
    "moving-in.md": ("moved_in", "moving_failed", "yaml_moved"),
    f"{_TROUBLESHOOTING}#files": ("storage_",),
}
"""The chapters, with the beginnings of the translation keys of the repairs that they explain; the first one counts."""


def learn_more_url(key: str) -> str | None:
    """Return the address of the chapter that explains a repair, by its translation key."""
    for chapter, beginnings in _CHAPTERS.items():
        if key.startswith(beginnings):
            return f"{DOCS}/{chapter}"
    return None
