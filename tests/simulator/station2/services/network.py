"""Network profiles: the ways to central systems, in order of priority."""

from dataclasses import replace

from websockets.exceptions import InvalidHandshake

from tests.simulator.station2.core import Core
from tests.simulator.station2.wire.access import Access
from tests.simulator.station2.wire.link import Handler
from tests.simulator.station2.wire.schemas import Payload

from .certificates import Certificates

_SLOTS = range(1, 4)


class Network:
    """The part of a station that finds the way to its central system."""

    def __init__(self, core: Core, certificates: Certificates) -> None:
        """Initialize with the present way in the first slot."""
        self._core = core
        self._certificates = certificates
        self.profiles: dict[int, Payload] = {}
        """The profiles that were set, by their slots."""
        self._first = core.link.access

    def handlers(self) -> dict[str, Handler]:
        """Return the answers to calls."""
        return {"SetNetworkProfile": self._set}

    def _set(self, payload: Payload) -> Payload:
        data, slot = payload["connectionData"], payload["configurationSlot"]
        present = int(self._core.model.get("SecurityCtrlr", "SecurityProfile"))
        if slot not in _SLOTS:
            return _rejected("InvalidConfSlot")
        if data["securityProfile"] < present:
            return _rejected("NoSecurityDowngrade")
        if data.get("ocppTransport") == "SOAP":
            return _rejected("InvalidNetworkConf")
        trusts = any(kind.startswith("CSMS") for kind, _ in self._certificates.roots)
        if data["securityProfile"] >= 2 and not trusts:
            return _rejected("InvalidNetworkConf")
        self.profiles[slot] = data
        return {"status": "Accepted"}

    def change_password(self, password: str) -> None:
        """Prove itself with another password from the next connection on."""
        self._first = replace(self._first, password=password)
        self._core.link.access = replace(self._core.link.access, password=password)

    async def open(self) -> None:
        """Connect by the first profile that leads to a central system.

        Raises:
            OSError: none of them does.
        """
        name = "NetworkConfigurationPriority"
        slots = self._core.model.get("OCPPCommCtrlr", name).split(",")
        known = [int(slot) for slot in slots if self._access(int(slot)) is not None]
        for slot in known or [1]:
            self._core.link.access = self._access(slot) or self._first
            try:
                await self._core.link.open()
            except OSError, InvalidHandshake:
                continue
            if slot in self.profiles:
                level = str(self.profiles[slot]["securityProfile"])
                self._core.model.set("SecurityCtrlr", "SecurityProfile", level)
            return
        raise OSError("no network profile leads to a central system")

    def _access(self, slot: int) -> Access | None:
        """Return the way that a slot holds, if it holds one."""
        data = self.profiles.get(slot)
        if data is None:
            return self._first if slot == 1 else None
        password = self._core.model.get("SecurityCtrlr", "BasicAuthPassword")
        return replace(
            self._first,
            url=data["ocppCsmsUrl"].rstrip("/"),
            password=(password or self._first.password)
            if data["securityProfile"] < 3
            else None,
            tls=self._certificates.encryption()
            if data["securityProfile"] >= 2
            else None,
        )


def _rejected(reason: str) -> Payload:
    return {"status": "Rejected", "statusInfo": {"reasonCode": reason}}
