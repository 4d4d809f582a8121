"""The sampled values of an EVSE."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.simulator.car import NOMINAL_VOLTAGE_V

from .evse import Evse
from .wire.schemas import Payload


@dataclass(frozen=True, slots=True)
class MeterOptions:
    """The way in which a meter tells its values.

    Args:
        energy_unit: Wh or kWh.
        multiplier: the power of ten by which energy is to be multiplied.
        power_by_phase: tells the power of each phase besides their sum.
        energy_by_phase: tells the register of each phase besides their sum.
        default_units: leaves out units that are the default ones.
        signed: adds signed meter values to the energy.
    """

    energy_unit: str = "Wh"
    multiplier: int = 0
    power_by_phase: bool = False
    energy_by_phase: bool = False
    default_units: bool = False
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Meter:
    """The meter of an EVSE, at some moment."""

    evse: Evse
    offered_a: float
    options: MeterOptions

    def samples(self, measurands: Iterable[str], context: str) -> list[Payload]:
        """Return the sampled values of some measurands."""
        return [
            {"measurand": name, "context": context, **sample}
            for name in measurands
            for sample in self._of(name)
        ]

    def _of(self, name: str) -> Iterator[Payload]:
        evse = self.evse
        match name:
            case "Energy.Active.Import.Register":
                yield from self._energy(evse.energy_wh)
            case "Energy.Active.Export.Register":
                yield from self._energy(evse.exported_wh)
            case "Power.Active.Import":
                yield from self._power(max(evse.power_w, 0.0))
            case "Power.Active.Export":
                yield from self._power(max(-evse.power_w, 0.0))
            case "Current.Import":
                yield from self._current()
            case "Voltage":
                phases = self._phases()
                yield from (
                    _sample(NOMINAL_VOLTAGE_V, "V", f"{each}-N") for each in phases
                )
            case "Current.Offered" | "Current.Import.Offered":
                yield _sample(round(self.offered_a, 1), "A")
            case "Power.Offered" | "Power.Import.Offered":
                per_ampere = len(self._phases()) * NOMINAL_VOLTAGE_V
                yield _sample(round(self.offered_a * per_ampere), "W")
            case "SoC" if evse.soc_percent is not None:
                yield {
                    **_sample(round(evse.soc_percent, 1), "Percent"),
                    "location": "EV",
                }
            case "Frequency":
                yield _sample(50.0, "Hz")
            case _:
                return

    def _phases(self) -> list[str]:
        car = self.evse.car
        count = self.evse.phases if car is None else car.phases_in_use
        return [f"L{number}" for number in range(1, min(count, self.evse.phases) + 1)]

    def _current(self) -> Iterator[Payload]:
        car = self.evse.car
        current_a = 0.0 if car is None else max(car.current_a, 0.0)
        for phase in self._phases():
            yield _sample(round(current_a, 1), "A", phase)

    def _power(self, power_w: float) -> Iterator[Payload]:
        yield _sample(round(power_w), "W")
        if self.options.power_by_phase:
            phases = self._phases()
            for phase in phases:
                yield _sample(round(power_w / len(phases)), "W", phase)

    def _energy(self, energy_wh: float) -> Iterator[Payload]:
        yield self._register(energy_wh, None)
        if self.options.energy_by_phase:
            phases = self._phases()
            for phase in phases:
                yield self._register(energy_wh / len(phases), phase)

    def _register(self, energy_wh: float, phase: str | None) -> Payload:
        options = self.options
        divisor = 1000 if options.energy_unit == "kWh" else 1
        value = round(energy_wh / divisor / 10**options.multiplier, 3)
        sample = _sample(value, options.energy_unit, phase)
        if options.multiplier:
            sample["unitOfMeasure"]["multiplier"] = options.multiplier
        elif options.default_units and options.energy_unit == "Wh":
            del sample["unitOfMeasure"]
        if options.signed and phase is None:
            sample["signedMeterValue"] = _signed(value)
        return sample


def _sample(value: float, unit: str, phase: str | None = None) -> Payload:
    sample: Payload = {"value": value, "unitOfMeasure": {"unit": unit}}
    return sample if phase is None else {**sample, "phase": phase}


def _signed(value: float) -> Payload:
    return {
        "signedMeterData": f"signed {value}",
        "signingMethod": "ECDSA-secp256r1-SHA256",
        "encodingMethod": "OCMF",
        "publicKey": "",
    }
