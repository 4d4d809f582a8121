"""The certificate of the central system, kept up to date."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
import ssl
from typing import Any, Protocol, override

from homeassistant.const import CONF_HOST
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..const import (
    CONF_CERTIFICATE,
    CONF_KEY_KIND,
    CONF_OLDEST_TLS,
    CONF_PRIVATE_KEY,
    CONF_SERVER_NAMES,
)
from ..csms.pki.certificate_authority import (
    RENEWAL,
    SERVER_LIFETIME,
    CertificateAuthority,
    KeyKind,
    ServerNames,
    new_key,
)
from ..csms.server.tls import (
    CertificateFiles,
    CertificateProblem,
    TlsVersion,
    UnusableCertificateError,
    server_context,
    written,
)
from .addresses import async_server_names, names_of_bound
from .certificate_authority import Authorities

_EPOCH = datetime(2024, 1, 1, tzinfo=dt_util.UTC)


class _Source(Protocol):
    """A source of certificates."""

    @property
    def expires_at(self) -> datetime | None:
        """The time by which the owner must replace the certificate; None if that happens automatically."""

    async def async_state(self) -> Hashable:
        """Return everything that certificates depend on; when it changes, new ones are needed."""

    def load(self, oldest: TlsVersion, client_roots: Sequence[str]) -> ssl.SSLContext:
        """Return the TLS context; it blocks, and must not run in the event loop.

        Raises:
            UnusableCertificateError: when there is no usable certificate.
        """


class _FilesOfUser(_Source):
    """A certificate and its key in files that the user maintains."""

    def __init__(self, hass: HomeAssistant, files: CertificateFiles) -> None:
        self._hass = hass
        self._files = files
        self._expires_at: datetime | None = None

    @property
    @override
    def expires_at(self) -> datetime | None:
        return self._expires_at

    @override
    async def async_state(self) -> Hashable:
        return await self._hass.async_add_executor_job(self._changed_at)

    @override
    def load(self, oldest: TlsVersion, client_roots: Sequence[str]) -> ssl.SSLContext:
        self._expires_at = self._files.check().not_valid_after_utc
        try:
            return server_context([self._files], oldest, client_roots)
        except OSError as err:
            raise UnusableCertificateError(
                CertificateProblem.CERTIFICATE_INVALID, str(err)
            ) from err

    def _changed_at(self) -> tuple[int, int] | None:
        try:
            return self._files.changed_at_ns
        except OSError:
            # The reason is raised when they are loaded.
            return None


class _OwnCertificates(_Source):
    """Certificates of the own authority: one for each kind of key that chargers support."""

    def __init__(
        self, hass: HomeAssistant, issuer: CertificateAuthority, data: Mapping[str, Any]
    ) -> None:
        self._hass = hass
        self._issuer = issuer
        self._also: list[str] = [
            *data.get(CONF_SERVER_NAMES, []),
            *names_of_bound(data[CONF_HOST]),
        ]
        # Chargers that support RSA signatures may support ECDSA keys as well, and those are faster.
        only_ecdsa = key_kind(data) is KeyKind.ECDSA
        self._kinds = [KeyKind.ECDSA] if only_ecdsa else list(KeyKind)
        self._names = ServerNames((), ())

    @property
    @override
    def expires_at(self) -> datetime | None:
        return None

    @override
    async def async_state(self) -> Hashable:
        self._names = await async_server_names(self._hass, self._also)
        period = (dt_util.utcnow() - _EPOCH) // (SERVER_LIFETIME - RENEWAL)
        return self._names, period

    @override
    def load(self, oldest: TlsVersion, client_roots: Sequence[str]) -> ssl.SSLContext:
        now = dt_util.utcnow()
        with ExitStack() as stack:
            files = []
            for kind in self._kinds:
                key = new_key(kind)
                certificate = self._issuer.certify_server(
                    key.public_key(), self._names, now
                )
                files.append(stack.enter_context(written(certificate, key)))
            return server_context(files, oldest, client_roots)


class ServerCertificate:
    """The certificate of the port for encrypted connections, renewed as soon as something changes."""

    def __init__(
        self,
        hass: HomeAssistant,
        data: Mapping[str, Any],
        authorities: Authorities,
        asks_for_certificates: Callable[[], bool],
    ) -> None:
        """Initialize.

        Args:
            hass: Home Assistant.
            data: the data of the config entry.
            authorities: who signs certificates.
            asks_for_certificates: tells whether any charger must have one.
        """
        self._hass = hass
        self._oldest = TlsVersion(data.get(CONF_OLDEST_TLS, TlsVersion.TLS_1_2))
        self._roots = authorities.roots
        self._asks_for_certificates = asks_for_certificates
        self._source: _Source = (
            _FilesOfUser(hass, files)
            if (files := certificate_files(data))
            else _OwnCertificates(hass, authorities.issuer, data)
        )
        self._state: Hashable = None

    @property
    def expires_at(self) -> datetime | None:
        """The time by which the owner must replace the certificate; None if that happens automatically."""
        return self._source.expires_at

    async def async_renewed(self) -> ssl.SSLContext | None:
        """Return a new TLS context; None if the present one is up to date.

        Raises:
            UnusableCertificateError: when there is no usable certificate; another attempt may succeed.
        """
        asks = self._asks_for_certificates()
        state = (await self._source.async_state(), asks)
        if state == self._state:
            return None
        roots = self._roots if asks else ()
        context = await self._hass.async_add_executor_job(
            self._source.load, self._oldest, roots
        )
        self._state = state
        return context


def certificate_files(data: Mapping[str, Any]) -> CertificateFiles | None:
    """Return the files of the user's own certificate, if there is one."""
    if CONF_CERTIFICATE not in data:
        return None
    return CertificateFiles(data[CONF_CERTIFICATE], data[CONF_PRIVATE_KEY])


def key_kind(data: Mapping[str, Any]) -> KeyKind:
    """Return the kind of the own authority's key."""
    return KeyKind(data.get(CONF_KEY_KIND, KeyKind.ECDSA))
