"""GetConfiguration and ChangeConfiguration, and the meaning of the keys."""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, NotRequired, TypedDict, cast, override

from ocpp.v16 import call
from ocpp.v16.enums import ConfigurationKey

from ...devices.capabilities import (
    MOST_PERIODS,
    PhaseSwitching,
    Purpose,
    Traits,
    Unit,
    combine,
)
from ...devices.settings import (
    ChangeResult,
    Inventory,
    MessageBounds,
    ReportQuery,
    Setting,
    Settings,
    SettingsQuery,
)
from ...devices.variables import VariableId
from ...devices.wants import Want
from ...errors import RejectedError
from ...ocppj.framing import Payload
from ..commands.settings import SettingMessages
from ..encoding import to_payload
from ..requests import Batch, Command, Request, in_batches, read_status
from .terms import MAX_CONNECTORS

HIGHEST_STACK_LEVEL = 100
"""The highest credible stack level; some chargers report garbage."""

_UNIT_NAMES = {
    # The specification says Current and Power; A and W are as common.
    Unit.AMPERE: frozenset({"current", "a", "amp", "amps", "ampere"}),
    Unit.WATT: frozenset({"power", "w", "watt", "watts"}),
}


def _id(key: ConfigurationKey) -> VariableId:
    return VariableId(key.value)


_CONNECTORS = _id(ConfigurationKey.number_of_connectors)
_UNITS = _id(ConfigurationKey.charging_schedule_allowed_charging_rate_unit)
_MOST_PERIODS = _id(ConfigurationKey.charging_schedule_max_periods)
_STACK_LEVEL = _id(ConfigurationKey.charge_profile_max_stack_level)
_MOST_PROFILES = _id(ConfigurationKey.max_charging_profiles_installed)
_PHASE_SWITCHING = _id(ConfigurationKey.connector_switch_3to1_phase_supported)
_MOST_READ = _id(ConfigurationKey.get_configuration_max_keys)
_MOST_MEASURANDS = _id(ConfigurationKey.meter_values_sampled_data_max_length)
_SAMPLE_INTERVAL = _id(ConfigurationKey.meter_value_sample_interval)
_HEARTBEAT_INTERVAL = _id(ConfigurationKey.heartbeat_interval)

_POSSIBLE = {
    _CONNECTORS: range(1, MAX_CONNECTORS + 1),
    _STACK_LEVEL: range(2**31),
    _SAMPLE_INTERVAL: range(2**31),
    _HEARTBEAT_INTERVAL: range(2**31),
}
"""The possible values of settings that are whole numbers."""


class _ConfigurationKey(TypedDict):
    key: str
    readonly: NotRequired[bool]
    value: NotRequired[str]


class _Configuration(TypedDict):
    configurationKey: NotRequired[list[_ConfigurationKey]]


class V16Settings(SettingMessages):
    """The configuration keys of a charge point."""

    wants: ClassVar[Mapping[Want, VariableId]] = {
        Want.SAMPLE_INTERVAL: _SAMPLE_INTERVAL,
        Want.MEASURANDS: _id(ConfigurationKey.meter_values_sampled_data),
        Want.HEARTBEAT_INTERVAL: _HEARTBEAT_INTERVAL,
        Want.PING_INTERVAL: _id(ConfigurationKey.web_socket_ping_interval),
        Want.CLOCK_ALIGNED_INTERVAL: _id(ConfigurationKey.clock_aligned_data_interval),
    }
    bounds = (_MOST_READ,)
    needed = (
        _CONNECTORS,
        _UNITS,
        _STACK_LEVEL,
        _MOST_PERIODS,
        _MOST_PROFILES,
        _PHASE_SWITCHING,
        _MOST_MEASURANDS,
        _MOST_READ,
        *wants.values(),
    )

    @override
    def named(self, text: str) -> VariableId:
        return VariableId(text)

    @override
    def has(self, variable: VariableId) -> bool:
        return variable.component is None

    @override
    def get(self, query: SettingsQuery) -> Command[dict[VariableId, Setting]]:
        return in_batches(query.variables, query.bounds, _get_configuration, _merged)

    @override
    def change(self, variable: VariableId, value: str) -> Request[bool]:
        message = call.ChangeConfiguration(variable.variable, value)
        return Request("ChangeConfiguration", to_payload(message), _reboot_required)

    @override
    def change_all(
        self, values: Mapping[VariableId, str], bounds: Settings
    ) -> Command[dict[VariableId, ChangeResult]]:
        return Batch([_changed(*item) for item in values.items()], _merged)

    @override
    def get_inventory(
        self, inventory: Inventory, request_id: int
    ) -> Command[dict[VariableId, Setting]]:
        if inventory is Inventory.SUMMARY:
            raise RejectedError("GetConfiguration", "NotSupported")
        return _get_configuration(())

    @override
    def get_report(self, query: ReportQuery) -> Command[dict[VariableId, Setting]]:
        raise RejectedError("GetConfiguration", "NotSupported")

    @override
    def bounds_in(self, settings: Settings) -> MessageBounds:
        most = count(settings, _MOST_READ)
        return MessageBounds(most if most is not None and most > 0 else None)

    @override
    def most_measurands(self, settings: Settings) -> int | None:
        return count(settings, _MOST_MEASURANDS)

    @override
    def traits(self, settings: Settings) -> Traits:
        return combine(
            (
                *_units(settings),
                *_stack_levels(settings),
                *_schedule_periods(settings),
                *_purposes(settings),
                *_phase_switching(settings),
            )
        )

    @override
    def unusable(self, settings: Settings) -> list[VariableId]:
        return [
            variable
            for variable, possible in _POSSIBLE.items()
            if _text(settings, variable) is not None
            and not _is_in(count(settings, variable), possible)
        ]

    @override
    def evse_count(self, settings: Settings) -> int | None:
        told = count(settings, _CONNECTORS)
        return told if _is_in(told, _POSSIBLE[_CONNECTORS]) else None


SETTINGS = V16Settings()


def _get_configuration(
    variables: Sequence[VariableId],
) -> Request[dict[VariableId, Setting]]:
    keys = [variable.variable for variable in variables]
    message = call.GetConfiguration(key=keys or None)
    spellings = {**_SPELLINGS, **{key.casefold(): key for key in keys}}
    return Request(
        "GetConfiguration",
        to_payload(message),
        lambda answer: _settings(answer, spellings),
    )


def _changed(
    variable: VariableId, value: str
) -> Request[dict[VariableId, ChangeResult]]:
    def read(answer: Payload) -> dict[VariableId, ChangeResult]:
        status = str(answer.get("status"))
        needs_reboot = status == "RebootRequired"
        is_taken = needs_reboot or status == "Accepted"
        return {variable: ChangeResult(status, is_taken, needs_reboot)}

    message = call.ChangeConfiguration(variable.variable, value)
    return Request("ChangeConfiguration", to_payload(message), read)


def _merged[T](answers: Sequence[dict[VariableId, T]]) -> dict[VariableId, T]:
    return {variable: item for some in answers for variable, item in some.items()}


_SPELLINGS = {key.value.casefold(): key.value for key in ConfigurationKey}
"""The names of the specification; charge points may spell them in other capitals (CiString)."""


def _settings(
    answer: Payload, spellings: Mapping[str, str]
) -> dict[VariableId, Setting]:
    keys = cast(_Configuration, answer).get("configurationKey", [])
    settings = (
        _setting(item, VariableId(spellings.get(_bare(item["key"]), item["key"])))
        for item in keys
    )
    return {setting.id: setting for setting in settings}


def _bare(key: str) -> str:
    return key.strip().casefold()


def _setting(item: _ConfigurationKey, variable: VariableId) -> Setting:
    told, value = VariableId(item["key"]), item.get("value")
    return Setting(
        variable,
        None if value is None else value.strip(),
        item.get("readonly", False),
        None if told == variable else told,
    )


def _reboot_required(answer: Payload) -> bool:
    read_status("ChangeConfiguration", "Accepted", "RebootRequired")(answer)
    return answer.get("status") == "RebootRequired"


def count(settings: Settings, variable: VariableId) -> int | None:
    """Return the value of a setting that is a whole number; None if there is none."""
    setting = settings.get(variable)
    return None if setting is None else setting.count


def _is_in(number: int | None, possible: range) -> bool:
    # What is no number, a range looks for one by one.
    return number is not None and number in possible


def _units(settings: Settings) -> Iterator[Traits]:
    """Yield the units that it names; amperes come first, as fuses count in them."""
    names = {
        name.strip().lower() for name in (_text(settings, _UNITS) or "").split(",")
    }
    units = tuple(unit for unit, known in _UNIT_NAMES.items() if names & known)
    if units:
        yield Traits.of(units=units)


def _stack_levels(settings: Settings) -> Iterator[Traits]:
    """Yield the levels that it has, of which only one can be in use where there is room for one profile."""
    highest = count(settings, _STACK_LEVEL)
    if count(settings, _MOST_PROFILES) == 1:
        return
    if highest is not None and 0 < highest <= HIGHEST_STACK_LEVEL:
        yield Traits.of(stack_levels=(0, highest))


def _schedule_periods(settings: Settings) -> Iterator[Traits]:
    """Yield the number of periods that a schedule may have; one that is not credible tells nothing."""
    most = count(settings, _MOST_PERIODS)
    if most is not None and 0 < most < MOST_PERIODS:
        yield Traits.of(schedule_periods=most)


def _purposes(settings: Settings) -> Iterator[Traits]:
    """Yield the purposes for which a charger has room: one profile alone can only be a default."""
    if count(settings, _MOST_PROFILES) == 1:
        yield Traits.of(purposes=(Purpose.TX_DEFAULT, Purpose.CHARGE_POINT_MAX))


def _phase_switching(settings: Settings) -> Iterator[Traits]:
    supported = _text(settings, _PHASE_SWITCHING)
    if (supported or "").lower() == "true":
        yield Traits.of(phase_switching=PhaseSwitching.PROFILE)


def _text(settings: Settings, variable: VariableId) -> str | None:
    setting = settings.get(variable)
    return None if setting is None else setting.value
