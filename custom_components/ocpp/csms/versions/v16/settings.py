"""GetConfiguration and ChangeConfiguration, and the meaning of the keys."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NotRequired, TypedDict, cast, override

from ocpp.v16 import call
from ocpp.v16.enums import ConfigurationKey

from ...devices.capabilities import Capabilities, PhaseSwitching, Traits, Unit, combine
from ...devices.settings import Setting, measurand_lists, writable
from ...ocppj.framing import Payload
from ..encoding import to_payload
from ..requests import Request
from ..settings import SettingMessages
from .commands import read_status
from .terms import MAX_CONNECTORS

HIGHEST_STACK_LEVEL = 100
"""More levels than any charger has; some report garbage."""

_UNIT_NAMES = {
    # The specification says Current and Power; A and W are as common.
    Unit.AMPERE: frozenset({"current", "a", "amp", "amps", "ampere"}),
    Unit.WATT: frozenset({"power", "w", "watt", "watts"}),
}

_NEEDED = (
    ConfigurationKey.number_of_connectors,
    ConfigurationKey.charging_schedule_allowed_charging_rate_unit,
    ConfigurationKey.charge_profile_max_stack_level,
    ConfigurationKey.connector_switch_3to1_phase_supported,
    ConfigurationKey.meter_values_sampled_data,
    ConfigurationKey.meter_values_sampled_data_max_length,
    ConfigurationKey.meter_value_sample_interval,
    ConfigurationKey.clock_aligned_data_interval,
    ConfigurationKey.heartbeat_interval,
    ConfigurationKey.web_socket_ping_interval,
)
"""All settings that are made use of here."""

_POSSIBLE = {
    ConfigurationKey.number_of_connectors: range(1, MAX_CONNECTORS + 1),
    ConfigurationKey.charge_profile_max_stack_level: range(2**31),
    ConfigurationKey.meter_value_sample_interval: range(2**31),
    ConfigurationKey.heartbeat_interval: range(2**31),
}
"""Whole numbers that are possible."""

_PACES = {
    # A charger that is heard of seldom is taken for dead, or dropped by the network in between.
    ConfigurationKey.heartbeat_interval: (range(10, 121), 60),
    ConfigurationKey.web_socket_ping_interval: (range(5, 121), 60),
    # 0 is never; less than half a minute is a flood.
    ConfigurationKey.clock_aligned_data_interval: (range(30, 86_401), 0),
}
"""Intervals in seconds: those that are as good as any, and the one that is set otherwise."""


_PACE_WITHOUT_SAMPLES = {
    ConfigurationKey.clock_aligned_data_interval: (range(30, 61), 60)
}
"""For chargers that send no values of their own while a car charges."""


class _ConfigurationKey(TypedDict):
    key: str
    readonly: bool
    value: NotRequired[str]


class _Configuration(TypedDict):
    configurationKey: NotRequired[list[_ConfigurationKey]]


class V16Settings(SettingMessages):
    """The configuration keys of a charge point."""

    needed = tuple(key.value for key in _NEEDED)

    @override
    def get(self, keys: tuple[str, ...]) -> Request[dict[str, Setting]]:
        message = call.GetConfiguration(key=list(keys) or None)
        return Request("GetConfiguration", to_payload(message), _settings)

    @override
    def change(self, key: str, value: str) -> Request[bool]:
        message = call.ChangeConfiguration(key, value)
        return Request("ChangeConfiguration", to_payload(message), _reboot_required)

    @override
    def wanted(
        self, settings: Mapping[str, Setting], capabilities: Capabilities
    ) -> dict[str, Sequence[str]]:
        values: dict[str, Sequence[str]] = {
            ConfigurationKey.meter_value_sample_interval.value: (
                str(capabilities.sample_interval_s),
            )
        }
        paces = _PACES if _samples(settings) else {**_PACES, **_PACE_WITHOUT_SAMPLES}
        for key, (fitting, pace_s) in paces.items():
            if (present_s := count(settings, key)) is not None:
                kept = present_s in fitting or present_s == pace_s
                values[key.value] = (str(present_s if kept else pace_s),)
        sampled = settings.get(ConfigurationKey.meter_values_sampled_data)
        if sampled is not None:
            max_length = count(
                settings, ConfigurationKey.meter_values_sampled_data_max_length
            )
            values[ConfigurationKey.meter_values_sampled_data.value] = [
                ",".join(names)
                for names in measurand_lists(sampled.value, max_length, capabilities)
            ]
        for name, value in capabilities.settings.items():
            values[name] = (value,)
        return writable(settings, values, capabilities)

    @override
    def traits(self, settings: Mapping[str, Setting]) -> Traits:
        return combine(
            (
                *_units(settings),
                *_stack_levels(settings),
                *_phase_switching(settings),
            )
        )

    @override
    def unusable(self, settings: Mapping[str, Setting]) -> list[str]:
        return [
            key.value
            for key, possible in _POSSIBLE.items()
            if _text(settings, key) is not None
            and not _is_in(count(settings, key), possible)
        ]

    @override
    def evse_count(self, settings: Mapping[str, Setting]) -> int | None:
        told = count(settings, ConfigurationKey.number_of_connectors)
        possible = _POSSIBLE[ConfigurationKey.number_of_connectors]
        return told if _is_in(told, possible) else None


SETTINGS = V16Settings()


def _settings(answer: Payload) -> dict[str, Setting]:
    keys = cast(_Configuration, answer).get("configurationKey", [])
    return {
        item["key"]: Setting(item["key"], item.get("value"), item["readonly"])
        for item in keys
    }


def _reboot_required(answer: Payload) -> bool:
    read_status("ChangeConfiguration", "Accepted", "RebootRequired")(answer)
    return answer.get("status") == "RebootRequired"


def count(settings: Mapping[str, Setting], key: ConfigurationKey) -> int | None:
    """Return a setting that is a whole number; None where there is none."""
    text = _text(settings, key)
    try:
        return None if text is None else int(text)
    except ValueError:
        return None


def _samples(settings: Mapping[str, Setting]) -> bool:
    """Whether the charger can be had to send values while a car charges."""
    interval = settings.get(ConfigurationKey.meter_value_sample_interval)
    return interval is not None and not (interval.readonly and interval.value == "0")


def _is_in(number: int | None, possible: range) -> bool:
    # What is no number, a range looks for one by one.
    return number is not None and number in possible


def _units(settings: Mapping[str, Setting]) -> Iterator[Traits]:
    """Yield the units that it names; amperes come first, as fuses count in them."""
    allowed = _text(
        settings, ConfigurationKey.charging_schedule_allowed_charging_rate_unit
    )
    names = {name.strip().lower() for name in (allowed or "").split(",")}
    units = tuple(unit for unit, known in _UNIT_NAMES.items() if names & known)
    if units:
        yield Traits.of(units=units)


def _stack_levels(settings: Mapping[str, Setting]) -> Iterator[Traits]:
    highest = count(settings, ConfigurationKey.charge_profile_max_stack_level)
    if highest is not None and 0 < highest <= HIGHEST_STACK_LEVEL:
        yield Traits.of(stack_levels=(0, highest))


def _phase_switching(settings: Mapping[str, Setting]) -> Iterator[Traits]:
    supported = _text(settings, ConfigurationKey.connector_switch_3to1_phase_supported)
    if (supported or "").lower() == "true":
        yield Traits.of(phase_switching=PhaseSwitching.PROFILE)


def _text(settings: Mapping[str, Setting], key: ConfigurationKey) -> str | None:
    setting = settings.get(key)
    return None if setting is None else setting.value
