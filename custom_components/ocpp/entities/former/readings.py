"""The values of the community integration, with its words, units and attributes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from homeassistant.helpers.typing import StateType

from ...csms.metering.meter import Measurand
from ...csms.model import Evse, Snapshot

KILO = 1000.0

type Attributes = Mapping[str, StateType]


@dataclass(frozen=True, slots=True)
class Reading:
    """A value with its attributes."""

    value: StateType
    attributes: Attributes = field(default_factory=dict)


def status_connector(evse: Evse) -> Reading:
    """Return the status in a word of OCPP 1.6."""
    return Reading(evse.status.value if evse.status else None)


def stop_reason(evse: Evse) -> Reading:
    """Return the reason for which the last session ended."""
    return Reading(evse.transaction.stop_reason if evse.transaction else None)


def power_active_import(evse: Evse) -> Reading:
    """Return the power in kilowatts, with that on each phase."""
    phases = evse.meter.phases(Measurand.POWER_ACTIVE_IMPORT)
    per_phase = {
        f"L{number}": value / KILO
        for number, value in enumerate(phases, 1)
        if value is not None
    }
    return Reading(_kilo(evse.meter.power_w), per_phase)


def current_import(evse: Evse) -> Reading:
    """Return the mean of the currents that flow, with that on each phase."""
    return _mean(evse, Measurand.CURRENT_IMPORT, "L{}")


def voltage(evse: Evse) -> Reading:
    """Return the mean of the voltages, with that of each phase to neutral."""
    return _mean(evse, Measurand.VOLTAGE, "L{}-N")


def energy_register(evse: Evse) -> Reading:
    """Return what the meter of the charger shows, in kilowatt-hours."""
    return Reading(_kilo(evse.meter.energy_wh))


def energy_session(evse: Evse) -> Reading:
    """Return the energy of the session in kilowatt-hours, with the tag that began it."""
    if (session := evse.transaction) is None:
        return Reading(None)
    return Reading(_kilo(session.energy_wh), {"id_tag": session.id_token})


def energy_meter_start(evse: Evse) -> Reading:
    """Return what the meter showed at the start of the session, in kilowatt-hours."""
    return Reading(_kilo(evse.transaction.meter_start_wh if evse.transaction else None))


def _mean(evse: Evse, measurand: Measurand, name: str) -> Reading:
    phases = evse.meter.phases(measurand)
    per_phase = {
        name.format(number): value
        for number, value in enumerate(phases, 1)
        if value is not None
    }
    flowing = [value for value in phases.known if value]
    mean = sum(flowing) / len(flowing) if flowing else evse.meter.value(measurand)
    return Reading(mean, per_phase)


def _kilo(value: float | None) -> float | None:
    return None if value is None else value / KILO


def status(snapshot: Snapshot) -> StateType:
    """Return the status of the charger as a whole."""
    return None if snapshot.status is None else snapshot.status.value


def error_code(snapshot: Snapshot) -> StateType:
    """Return the error of the charger as a whole, with the word of OCPP 1.6 for none."""
    return snapshot.status_details.error_code or "NoError"


def id_tag(snapshot: Snapshot) -> StateType:
    """Return the tag that was shown last, or that of a session."""
    if (presented := snapshot.tokens.presented) is not None:
        return presented.id_token
    sessions = [evse.transaction for evse in snapshot.evses.values()]
    tags = [each.id_token for each in sessions if each and each.id_token]
    return tags[-1] if tags else None


def status_firmware(snapshot: Snapshot) -> StateType:
    """Return how the last update of the firmware went."""
    firmware = snapshot.firmware
    return None if firmware is None or firmware.status is None else firmware.status


def connectors(snapshot: Snapshot) -> StateType:
    """Return the number of connectors."""
    return max(snapshot.evses, default=1)


def vendor(snapshot: Snapshot) -> StateType:
    """Return the vendor."""
    return snapshot.info.vendor if snapshot.info else None


def model(snapshot: Snapshot) -> StateType:
    """Return the model."""
    return snapshot.info.model if snapshot.info else None


def serial(snapshot: Snapshot) -> StateType:
    """Return the serial number."""
    return snapshot.info.serial_number if snapshot.info else None


def version_firmware(snapshot: Snapshot) -> StateType:
    """Return the version of the firmware."""
    return snapshot.info.firmware_version if snapshot.info else None


def identity(snapshot: Snapshot) -> StateType:
    """Return the identity."""
    return snapshot.identity
