"""Access in the name of a charger, as it changes while the charger is connected."""

from collections.abc import Callable, Mapping

from ..events import CertificatesChanged, Event, SecurityRaised
from ..pki.security_profiles import Access
from ..station import ChargingStation
from .authentication import raised
from .websocket import ChargerSocket


class AccessUpkeep:
    """The upkeep of the access of all chargers."""

    def __init__(
        self,
        sockets: Mapping[str, ChargerSocket],
        tell: Callable[[ChargingStation, Event], None],
        cut_outdated: Callable[[ChargingStation], None],
    ) -> None:
        """Initialize.

        Args:
            sockets: the open websockets, by the charger's identity.
            tell: is told of what must be remembered.
            cut_outdated: cuts the connections that would not be admitted any more.
        """
        self._sockets = sockets
        self._tell = tell
        self._cut_outdated = cut_outdated

    def raise_security(self, station: ChargingStation, socket: ChargerSocket) -> None:
        """Hold a charger to the security profile that it was told to use, once it does."""
        before = station.access
        access = raised(station.identity, before, socket.credentials)
        self._keep_certificates(station, access)
        if access.profile is not before.profile:
            self._tell(station, SecurityRaised(station.identity, access.profile))
        if access != before:
            self._cut_outdated(station)

    def note_signed(self, station: ChargingStation, serial_number: str) -> None:
        """Note a certificate before a charger gets it: it must be known when the charger first uses it."""
        socket = self._sockets.get(station.identity)
        used = None if socket is None else socket.credentials.certificate
        in_use = None if used is None else used.serial_number
        access = station.access.with_certificate(serial_number, in_use)
        self._keep_certificates(station, access)

    def _keep_certificates(self, station: ChargingStation, access: Access) -> None:
        before, station.access = station.access, access
        known = access.certificates
        if known is not None and known != before.certificates:
            self._tell(station, CertificatesChanged(station.identity, known))
