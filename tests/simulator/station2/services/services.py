"""All parts of a station besides charging."""

from collections.abc import Awaitable, Callable

from tests.simulator.station2.core import Core
from tests.simulator.station2.remote import Trigger
from tests.simulator.station2.wire.link import Handler

from .certificates import STATION, V2G, Certificates
from .customers import Customers
from .display import Display
from .firmware import Firmware
from .iso15118 import Iso15118
from .logs import Logs
from .network import Network


class Services:
    """The parts of a station besides charging."""

    def __init__(self, core: Core, restart: Callable[[str], Awaitable[None]]) -> None:
        """Initialize all parts; `restart` boots the station for a reason."""
        self.logs = Logs(core)
        self.firmware = Firmware(core, self.logs, restart)
        self.certificates = Certificates(core, self.logs)
        self.network = Network(core, self.certificates)
        self.display = Display(core)
        self.customers = Customers(core)
        self.iso15118 = Iso15118(core)

    def handlers(self) -> dict[str, Handler]:
        """Return the answers to calls."""
        return {
            **self.logs.handlers(),
            **self.firmware.handlers(),
            **self.certificates.handlers(),
            **self.network.handlers(),
            **self.display.handlers(),
            **self.customers.handlers(),
        }

    def triggers(self) -> dict[str, Trigger]:
        """Return the messages that can be asked for."""
        certificates = self.certificates
        return {
            "LogStatusNotification": lambda _: self.logs.report(),
            "FirmwareStatusNotification": lambda _: self.firmware.report(),
            "PublishFirmwareStatusNotification": lambda _: (
                self.firmware.report_published()
            ),
            "SignChargingStationCertificate": lambda _: certificates.request(STATION),
            "SignV2GCertificate": lambda _: certificates.request(V2G),
            "SignCombinedCertificate": lambda _: certificates.request(STATION),
        }
