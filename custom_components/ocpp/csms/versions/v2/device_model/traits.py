"""The capabilities of a charging station that follow from its variables.

Source: OCPP 2.0.1 part 2, appendix 3 (SmartChargingCtrlr, TariffCostCtrlr).
"""

from collections.abc import Iterator

from ....devices.capabilities import (
    MOST_PERIODS,
    PhaseSwitching,
    Purpose,
    Traits,
    Unit,
    combine,
)
from ....devices.settings import Settings
from ....devices.variables import VariableId

HIGHEST_STACK_LEVEL = 100
"""The highest credible stack level; some chargers report garbage."""

_ENABLED = VariableId.parse("SmartChargingCtrlr.Enabled")
_AVAILABLE = VariableId.parse("SmartChargingCtrlr.Available")
_UNITS = VariableId.parse("SmartChargingCtrlr.RateUnit")
_STACK_LEVEL = VariableId.parse("SmartChargingCtrlr.ProfileStackLevel")
_PERIODS = VariableId.parse("SmartChargingCtrlr.PeriodsPerSchedule")
_MOST_PROFILES = VariableId.parse("SmartChargingCtrlr.Entries[ChargingProfiles]")
_PHASE_SWITCHING = VariableId.parse("SmartChargingCtrlr.ACPhaseSwitchingSupported")
_COST_ENABLED = VariableId.parse("TariffCostCtrlr.Enabled[Cost]")
_COST_AVAILABLE = VariableId.parse("TariffCostCtrlr.Available[Cost]")

_OPERATION_MODES = VariableId.parse("V2XChargingCtrlr#1.SupportedOperationModes")

NEEDED = (
    _ENABLED,
    _AVAILABLE,
    _UNITS,
    _STACK_LEVEL,
    _PERIODS,
    _MOST_PROFILES,
    _PHASE_SWITCHING,
    _COST_ENABLED,
    _COST_AVAILABLE,
    _OPERATION_MODES,
)


def traits_in(settings: Settings) -> Traits:
    """Return the capabilities that follow from variables."""
    return combine(
        (
            *_units(settings),
            *_stack_levels(settings),
            *_schedule_periods(settings),
            *_purposes(settings),
            *_phase_switching(settings),
            *_cost(settings),
            *_discharge(settings),
        )
    )


def _discharge(settings: Settings) -> Iterator[Traits]:
    modes = (_text(settings, _OPERATION_MODES) or "").split(",")
    if "CentralSetpoint" in [mode.strip() for mode in modes]:
        yield Traits.of(discharges=True)


def _units(settings: Settings) -> Iterator[Traits]:
    """Yield the units that it names; amperes come first, as fuses count in them."""
    names = {name.strip() for name in (_text(settings, _UNITS) or "").split(",")}
    units = tuple(unit for unit in (Unit.AMPERE, Unit.WATT) if unit.value in names)
    if units:
        yield Traits.of(units=units)


def _stack_levels(settings: Settings) -> Iterator[Traits]:
    """Yield the levels that it has, of which only one can be in use where there is room for one profile."""
    highest = _count(settings, _STACK_LEVEL)
    if _most_profiles(settings) == 1:
        return
    if highest is not None and 0 < highest <= HIGHEST_STACK_LEVEL:
        yield Traits.of(stack_levels=(0, highest))


def _schedule_periods(settings: Settings) -> Iterator[Traits]:
    """Yield the number of periods that a schedule may have; one that is not credible tells nothing."""
    most = _count(settings, _PERIODS)
    if most is not None and 0 < most < MOST_PERIODS:
        yield Traits.of(schedule_periods=most)


def _purposes(settings: Settings) -> Iterator[Traits]:
    """Yield the purposes for which a charger has room: one profile alone can only be a default."""
    if _text(settings, _AVAILABLE) == "false":
        yield Traits.of(purposes=())
    elif _most_profiles(settings) == 1:
        yield Traits.of(purposes=(Purpose.TX_DEFAULT, Purpose.CHARGE_POINT_MAX))


def _phase_switching(settings: Settings) -> Iterator[Traits]:
    if _text(settings, _PHASE_SWITCHING) == "true":
        yield Traits.of(phase_switching=PhaseSwitching.PROFILE)


def _cost(settings: Settings) -> Iterator[Traits]:
    told = _text(settings, _COST_ENABLED) or _text(settings, _COST_AVAILABLE)
    if told is not None:
        yield Traits.of(shows_cost=told == "true")


def _most_profiles(settings: Settings) -> int | None:
    setting = settings.get(_MOST_PROFILES)
    return None if setting is None else setting.highest


def _count(settings: Settings, variable: VariableId) -> int | None:
    setting = settings.get(variable)
    return None if setting is None else setting.count


def _text(settings: Settings, variable: VariableId) -> str | None:
    setting = settings.get(variable)
    if setting is None or setting.value is None:
        return None
    lowered = setting.value.strip().lower()
    return lowered if lowered in ("true", "false") else setting.value
