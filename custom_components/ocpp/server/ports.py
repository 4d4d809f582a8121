"""The ports of a central system, and the upkeep of their certificate."""

from datetime import datetime, timedelta
import errno
import ssl

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_HOST, CONF_PORT
from homeassistant.core import CALLBACK_TYPE, HomeAssistant
from homeassistant.exceptions import ConfigEntryError, ConfigEntryNotReady
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util import dt as dt_util

from ..const import CONF_TLS_PORT, DOMAIN
from ..csms.central_system import CentralSystem
from ..csms.server.tls import UnusableCertificateError
from ..repairs.port import async_show_port_in_use
from ..repairs.server import CertificateRepair
from .certificate import ServerCertificate

CHECK_INTERVAL = timedelta(minutes=1)
EXPIRY_WARNING = timedelta(days=14)


class Ports:
    """The ports that chargers connect to: without encryption, with it, or both."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        central_system: CentralSystem,
        certificate: ServerCertificate,
    ) -> None:
        """Initialize; `async_open` opens them."""
        self._hass = hass
        self._entry = entry
        self._central_system = central_system
        self._certificate = certificate
        self._repair = CertificateRepair(hass, entry)
        self._encrypted = False
        self._stop_watching: CALLBACK_TYPE | None = None

    async def async_open(self) -> None:
        """Open the ports.

        Without a usable certificate, a port without encryption is opened nevertheless.

        Raises:
            ConfigEntryNotReady: when another attempt may succeed.
            ConfigEntryError: when the owner has to change something.
        """
        data = self._entry.data
        if CONF_PORT in data:
            await self._async_listen(data[CONF_PORT])
        if CONF_TLS_PORT not in data:
            return
        try:
            context = await self._certificate.async_renewed()
        except UnusableCertificateError as err:
            if CONF_PORT not in data:
                raise _certificate_error(err) from err
            self._repair.async_show_unusable(err.reason)
        else:
            await self._async_listen(data[CONF_TLS_PORT], context)
            self._encrypted = True
            self._async_warn_of_expiry()
        self._stop_watching = async_track_time_interval(
            self._hass, self.async_check, CHECK_INTERVAL
        )

    async def async_check(self, _: datetime | None = None) -> None:
        """Use a renewed certificate for new connections, if there is one."""
        if CONF_TLS_PORT not in self._entry.data:
            return
        try:
            context = await self._certificate.async_renewed()
        except UnusableCertificateError as err:
            self._repair.async_show_unusable(err.reason)
            return
        if context is not None:
            if not self._encrypted:
                self._hass.config_entries.async_schedule_reload(self._entry.entry_id)
                return
            self._central_system.encrypt_with(context)
        self._async_warn_of_expiry()

    async def async_close(self) -> None:
        """Close the ports, and stop the upkeep of the certificate."""
        if self._stop_watching is not None:
            self._stop_watching()
        self._repair.async_clear()
        await self._central_system.stop()

    async def _async_listen(self, port: int, tls: ssl.SSLContext | None = None) -> None:
        host = self._entry.data[CONF_HOST]
        try:
            await self._central_system.start(host, port, tls)
        except OSError as err:
            if err.errno == errno.EADDRINUSE:
                async_show_port_in_use(self._hass, self._entry, port)
            raise _bind_error(host, port, err) from err

    def _async_warn_of_expiry(self) -> None:
        expires_at = self._certificate.expires_at
        if expires_at is None or expires_at - dt_util.utcnow() > EXPIRY_WARNING:
            self._repair.async_clear()
        else:
            self._repair.async_show_expiry(expires_at)


def _certificate_error(err: UnusableCertificateError) -> ConfigEntryError:
    return ConfigEntryError(
        translation_domain=DOMAIN,
        translation_key="invalid_certificate",
        translation_placeholders={"reason": err.reason},
    )


def _bind_error(
    host: str, port: int, err: OSError
) -> ConfigEntryError | ConfigEntryNotReady:
    # A port that is in use may be free again by itself; one that is forbidden will not.
    in_use = err.errno == errno.EADDRINUSE
    return (ConfigEntryNotReady if in_use else ConfigEntryError)(
        translation_domain=DOMAIN,
        translation_key="port_in_use" if in_use else "cannot_listen",
        translation_placeholders={
            "host": host,
            "port": str(port),
            "reason": err.strerror or str(err),
        },
    )
