"""Deviations of stations from the specification, as data."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Oddities:
    """Everything odd about a station; nothing is, to begin with.

    Without `tells_offline`, messages that come late do not say so; without `counts_events`, all transaction events
    have the same number. With `connector_zero`, each connector has the number 0. `unimplemented` are actions that are
    answered with NotImplemented. With `energy_in_kwh_at_start`, the register is in kWh in the first event alone. With
    `meter_values`, samples come in MeterValues instead of transaction events. `boot_of_1_6` announces the station
    with the fields of OCPP 1.6, `boot_without_reason` without the reason. With `list_version_of_1_6`, the version of
    the local list has its name of OCPP 1.6. A station that `crashes_at_data_transfer` hangs up instead of answering.
    With `replaces_same_level`, a profile takes the place of another one of its purpose and level.
    """

    tells_offline: bool = True
    counts_events: bool = True
    connector_zero: bool = False
    unimplemented: frozenset[str] = frozenset()
    energy_in_kwh_at_start: bool = False
    meter_values: bool = False
    boot_of_1_6: bool = False
    boot_without_reason: bool = False
    list_version_of_1_6: bool = False
    crashes_at_data_transfer: bool = False
    replaces_same_level: bool = False
