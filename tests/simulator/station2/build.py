"""The build of a station."""

from dataclasses import dataclass

from .evse import Connector, Evse


@dataclass(frozen=True, slots=True)
class Build:
    """The build of a station.

    Args:
        evses: the number of EVSEs.
        connectors: the number of connectors of each EVSE.
        phases: the number of phases.
        max_current_a: the greatest current of each EVSE, per phase.
        switches_phases: can charge on one phase instead of three.
        bidirectional: can feed in.
        vendor: the vendor's name.
        model: the model's name.
        serial_number: the serial number.
        firmware_version: the version of the firmware.
    """

    evses: int = 1
    connectors: int = 1
    phases: int = 3
    max_current_a: float = 16.0
    switches_phases: bool = False
    bidirectional: bool = False
    vendor: str = "Sunny"
    model: str = "Wallbox 22"
    serial_number: str = "SN-1"
    firmware_version: str = "1.2.3"

    def new_evses(self) -> dict[int, Evse]:
        """Return the EVSEs of a new station."""
        return {
            number: Evse(
                number,
                {each: Connector(each) for each in range(1, self.connectors + 1)},
                self.phases,
                self.max_current_a,
                self.bidirectional,
            )
            for number in range(1, self.evses + 1)
        }
