"""A simulated charging station for OCPP 2.0.1 and 2.1 on a real websocket.

What it sends and what it receives is checked with the schemas of the standard.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
import ssl

from websockets.exceptions import InvalidHandshake

from tests.simulator.car import Car

from .availability import Availability
from .booting import Booting
from .build import Build
from .core import Core
from .device.components import station_variables
from .device.device_model import DeviceModel, Variable
from .device.monitoring import Monitoring
from .device.variables import Variables
from .evse import Evse
from .limits.charging import Charging
from .limits.profiles import Offer
from .metering import MeterOptions
from .oddities import Oddities
from .passage import Passage
from .remote import Remote
from .services.reservations import Reservations
from .services.services import Services
from .tokens import Tokens, id_token
from .transactions import Cause, Transactions
from .wire.access import DEFAULT_SUBPROTOCOLS, Access
from .wire.link import Link
from .wire.outbox import Outbox
from .wire.schemas import Payload, Violation


class SimulatedStation:
    """A station that can be plugged into, told what to do, and disconnected."""

    def __init__(
        self,
        access: Access,
        build: Build,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        oddities: Oddities = Oddities(),
        variables: Mapping[str, str] | None = None,
    ) -> None:
        """Initialize without a connection; variables are named like TxCtrlr.TxStartPoint."""
        self.build = build
        self.link = Link(access)
        self.link.lacks |= oddities.unimplemented
        if oddities.list_version_of_1_6:
            self.link.answers["GetLocalListVersion"] = {"listVersion": 0}
        evses = build.new_evses()
        is_2_1 = "ocpp2.1" in access.subprotocols
        model = DeviceModel(station_variables(list(evses.values()), is_2_1=is_2_1))
        outbox = Outbox(self.link, tells_offline=oddities.tells_offline)
        self.core = Core(self.link, outbox, model, evses, clock, oddities)
        self.tokens = Tokens(self.core)
        self.charging = Charging(self.core)
        self.variables = Variables(self.core)
        self.transactions = Transactions(self.core, self.tokens, self.charging)
        self.passage = Passage(self.core, self.charging, self.transactions)
        self.booting = Booting(self.core, build)
        self.monitoring = Monitoring(self.core)
        self.reservations = Reservations(self.core)
        self.services = Services(self.core, self.restart)
        self.remote = Remote(
            self.core,
            self.tokens,
            self.charging,
            self.transactions,
            self.reservations,
        )
        self.availability = Availability(self.core, self.transactions, self.restart)
        self.transactions.on_end = self.availability.settle
        self.variables.on_change = self._take_setting
        self._install(variables or {})

    def _install(self, variables: Mapping[str, str]) -> None:
        build, model = self.build, self.core.model
        for name, value in (
            ("VendorName", build.vendor),
            ("Model", build.model),
            ("SerialNumber", build.serial_number),
            ("FirmwareVersion", build.firmware_version),
        ):
            model.set("ChargingStation", name, value)
        switches = "true" if build.switches_phases else "false"
        model.set("SmartChargingCtrlr", "ACPhaseSwitchingSupported", switches)
        model.set("SecurityCtrlr", "Identity", self.link.access.identity)
        for name, value in variables.items():
            component, _, variable = name.partition(".")
            model.set(component, variable, value)
        for part in (
            self.variables,
            self.charging,
            self.tokens,
            self.remote,
            self.availability,
            self.monitoring,
            self.reservations,
            self.services,
        ):
            self.link.handlers |= part.handlers()
        self.remote.triggers |= {
            "BootNotification": lambda _: self.boot("Triggered"),
            "Heartbeat": lambda _: self.heartbeat(),
            **self.passage.triggers(),
            **self.services.triggers(),
        }

    def _take_setting(self, variable: Variable) -> None:
        if variable.name == "BasicAuthPassword":
            self.services.network.change_password(variable.actual)
            self.link.after_answer(self._dial_anew())

    async def _dial_anew(self) -> None:
        await self.link.close()
        await self.reconnect()

    # What tests look at.

    @property
    def id(self) -> str:
        """Its identity."""
        return self.link.access.identity

    @property
    def evses(self) -> dict[int, Evse]:
        """Its EVSEs, by their ids."""
        return self.core.evses

    @property
    def model(self) -> DeviceModel:
        """Its components and variables."""
        return self.core.model

    @property
    def violations(self) -> list[Violation]:
        """Everything of the central system that is against the specification."""
        return self.link.violations

    @property
    def received(self) -> list[tuple[str, Payload]]:
        """Every call of the central system, in order."""
        return self.link.received

    @property
    def received_names(self) -> list[str]:
        """The actions of all calls that came, in order."""
        return [action for action, _ in self.link.received]

    def sent(self, action: str) -> list[Payload]:
        """Return the payloads of all calls of an action that it has sent."""
        return [payload for name, payload in self.link.sent if name == action]

    async def wait_for(self, action: str, timeout_s: float = 60.0) -> Payload:
        """Return the payload of the next call of that action, or of one that has come already."""
        return await self.link.wait_for(action, timeout_s)

    def transaction_id(self, evse_id: int = 1) -> str | None:
        """Return the id of the transaction at an EVSE, if there is one."""
        transaction = self.evses[evse_id].transaction
        return None if transaction is None else transaction.id

    def offer(self, evse_id: int = 1) -> Offer:
        """Return what an EVSE offers its car now."""
        return self.charging.offer(self.evses[evse_id])

    def offered_a(self, evse_id: int = 1) -> float:
        """Return the current that an EVSE offers its car now, per phase."""
        return self.offer(evse_id).limit_a

    # Connecting and booting.

    async def boot(self, reason: str = "PowerUp") -> str:
        """Announce itself, and return the answer's status; the rest follows once it is accepted."""
        return await self.booting.boot(reason)

    async def boot_until_accepted(self, interval_s: float) -> None:
        """Announce itself again and again, until it is accepted."""
        await self.booting.boot_until_accepted(interval_s)

    async def heartbeat(self) -> str:
        """Send a heartbeat, and return the time that the answer tells."""
        answer = await self.link.call("Heartbeat", {})
        return str(answer["currentTime"])

    async def disconnect(self) -> None:
        """Lose the connection; what happens is kept from now on."""
        self.link.abort()
        await asyncio.sleep(0)

    async def reconnect(self) -> None:
        """Connect again without a boot, and send what was kept."""
        await self.link.open()
        await self.core.outbox.drain()

    async def restart(self, reason: str = "PowerUp") -> None:
        """Lose the connection, connect again, and boot."""
        self.core.outbox.held = True
        self.core.registration = None
        await self.link.close()
        self.model.reboot()
        await self.services.network.open()
        await self.boot(reason)

    # Cars and tokens.

    async def plug_in(
        self, car: Car | None = None, evse_id: int = 1, connector_id: int = 1
    ) -> None:
        """Connect a car."""
        evse = self.evses[evse_id]
        evse.car, evse.plugged = car or Car(), connector_id
        evse.bay_occupied = True
        await self.core.report_status(evse_id, connector_id)
        await self.transactions.follow(evse, Cause("CablePluggedIn"))

    async def unplug(self, evse_id: int = 1) -> None:
        """Disconnect the car, and let it drive away."""
        evse = self.evses[evse_id]
        connector_id, evse.car, evse.plugged = evse.plugged, None, None
        if self.model.is_true("TxCtrlr", "StopTxOnEVSideDisconnect"):
            evse.id_token = None
        cause = Cause("EVCommunicationLost", "EVDisconnected")
        await self.transactions.follow(evse, cause)
        if connector_id is not None:
            await self.core.report_status(evse_id, connector_id)
        await self.depart(evse_id)

    async def arrive(self, evse_id: int = 1) -> None:
        """Let a car park, without any cable."""
        evse = self.evses[evse_id]
        evse.bay_occupied = True
        await self.transactions.follow(evse, Cause("EVDetected"))

    async def depart(self, evse_id: int = 1) -> None:
        """Let a car leave its bay."""
        evse = self.evses[evse_id]
        evse.bay_occupied = False
        if evse.points() != evse.reached:
            await self.transactions.follow(evse, Cause("EVDeparted", "EVDisconnected"))

    async def show_tag(self, tag: str | Payload = "TAG", evse_id: int = 1) -> str:
        """Show a token: it starts or stops a session; return what the token was found to be."""
        evse, shown = self.evses[evse_id], id_token(tag)
        if evse.id_token is not None and evse.id_token == shown:
            await self.stop(evse_id, "Local", trigger="StopAuthorized")
            return "Accepted"
        info = await self.tokens.authorize(shown)
        group = info.get("groupIdToken")
        if info["status"] != "Accepted":
            return str(info["status"])
        if not self.reservations.admits(evse, shown, group and group["idToken"]):
            return "Reserved"
        if evse.id_token is None:
            await self.transactions.allow(evse, shown, group, Cause("Authorized"))
        elif group is not None and group["idToken"] == evse.group_id:
            await self.stop(evse_id, "Local", trigger="StopAuthorized")
        return "Accepted"

    async def start_session(
        self,
        tag: str | Payload = "TAG",
        car: Car | None = None,
        evse_id: int = 1,
    ) -> str:
        """Plug in a car and show a token; return the transaction id."""
        if self.evses[evse_id].car is None:
            await self.plug_in(car, evse_id)
        await self.show_tag(tag, evse_id)
        transaction_id = self.transaction_id(evse_id)
        assert transaction_id is not None
        return transaction_id

    async def stop(
        self,
        evse_id: int = 1,
        reason: str = "Local",
        trigger: str = "AbnormalCondition",
    ) -> None:
        """Offer no more energy, for some reason."""
        await self.transactions.deny(self.evses[evse_id], Cause(trigger, reason))

    async def change_status(
        self, *, faulted: bool, evse_id: int = 1, connector_id: int = 1
    ) -> None:
        """Have a fault at a connector, or no longer."""
        self.evses[evse_id].connectors[connector_id].faulted = faulted
        await self.core.report_status(evse_id, connector_id)

    # Time.

    def advance(self, seconds: float) -> None:
        """Let cars draw and registers count, and send nothing."""
        self.passage.advance(seconds)

    async def elapse(self, seconds: float, step_s: float = 1.0) -> None:
        """Let time pass, and send what is due; a clock of the test's is put ahead by the test."""
        for _ in range(round(seconds / step_s)):
            await self.passage.elapse(step_s)
            await self.reservations.expire()

    async def run(self, step_s: float = 1.0) -> None:
        """Live on in real time, connecting again whenever the connection is lost."""
        while True:
            await asyncio.sleep(step_s)
            if not self.link.connected:
                try:
                    await self.reconnect()
                except OSError, InvalidHandshake:
                    continue
            await self.passage.elapse(step_s)

    # Meter values.

    @property
    def meter_options(self) -> MeterOptions:
        """The way in which its meters tell their values."""
        return self.transactions.meter_options

    @meter_options.setter
    def meter_options(self, options: MeterOptions) -> None:
        self.transactions.meter_options = options

    async def meter(
        self, evse_id: int = 1, trigger: str = "MeterValuePeriodic"
    ) -> None:
        """Send the sampled values of a transaction."""
        await self.transactions.update(self.evses[evse_id], Cause(trigger))


@asynccontextmanager
async def simulated_station(
    url: str,
    identity: str,
    version: str = "2.0.1",
    *,
    subprotocols: Sequence[str] | None = None,
    password: str | None = None,
    tls: ssl.SSLContext | None = None,
    build: Build = Build(),
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    oddities: Oddities = Oddities(),
    variables: Mapping[str, str] | None = None,
) -> AsyncIterator[SimulatedStation]:
    """Connect a station; it has not booted yet.

    Args:
        url: the URL of the central system, without the identity.
        identity: the last segment of the station's URL.
        version: 2.0.1 or 2.1; a station with 2.1 offers both.
        subprotocols: what it offers instead, in order of preference.
        password: the password for basic authentication.
        tls: the encryption, if there is any.
        build: EVSEs, connectors and abilities.
        clock: its clock.
        oddities: its deviations from the specification.
        variables: values of variables, named like TxCtrlr.TxStartPoint.
    """
    offered = subprotocols or DEFAULT_SUBPROTOCOLS[version]
    access = Access(url, identity, offered, password, tls)
    station = SimulatedStation(
        access, build, clock=clock, oddities=oddities, variables=variables
    )
    await station.link.open()
    try:
        yield station
    finally:
        await station.link.close()
        await station.link.rest()
    if station.link.failures:
        raise ExceptionGroup("the simulation failed", _errors(station.link.failures))


def _errors(failures: Sequence[BaseException]) -> list[Exception]:
    return [each for each in failures if isinstance(each, Exception)]
