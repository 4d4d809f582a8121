"""What a charger's settings say of it."""

from collections.abc import Mapping

from ocpp.v16.enums import ConfigurationKey

from ...capabilities import PhaseSwitching, Traits, Unit
from ...provisioning import Setting

HIGHEST_STACK_LEVEL = 100
"""More levels than any charger has; some report garbage."""

_UNIT_NAMES = {
    # The specification says Current and Power; A and W are as common.
    Unit.AMPERE: frozenset({"current", "a", "amp", "amps", "ampere"}),
    Unit.WATT: frozenset({"power", "w", "watt", "watts"}),
}


def traits(settings: Mapping[str, Setting]) -> Traits:
    """Return what the charger says that it can do."""
    return Traits(
        units=_units(settings),
        stack_levels=_stack_levels(settings),
        phase_switching=_phase_switching(settings),
    )


def count(settings: Mapping[str, Setting], key: ConfigurationKey) -> int | None:
    """Return a setting that is a whole number; None where there is none."""
    text = _text(settings, key)
    try:
        return None if text is None else int(text)
    except ValueError:
        return None


def _units(settings: Mapping[str, Setting]) -> tuple[Unit, ...] | None:
    """Return the units that it names, or is silent about; amperes come first, as fuses count in them."""
    allowed = _text(
        settings, ConfigurationKey.charging_schedule_allowed_charging_rate_unit
    )
    names = {name.strip().lower() for name in (allowed or "").split(",")}
    units = tuple(unit for unit, known in _UNIT_NAMES.items() if names & known)
    return units or None


def _stack_levels(settings: Mapping[str, Setting]) -> tuple[int, ...] | None:
    highest = count(settings, ConfigurationKey.charge_profile_max_stack_level)
    if highest is None or not 0 < highest <= HIGHEST_STACK_LEVEL:
        return None
    return 0, highest


def _phase_switching(settings: Mapping[str, Setting]) -> PhaseSwitching | None:
    supported = _text(settings, ConfigurationKey.connector_switch_3to1_phase_supported)
    return PhaseSwitching.PROFILE if (supported or "").lower() == "true" else None


def _text(settings: Mapping[str, Setting], key: ConfigurationKey) -> str | None:
    setting = settings.get(key)
    return None if setting is None else setting.value
