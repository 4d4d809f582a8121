"""A simulated charge point that knows the messages of the OCPP 1.6 security whitepaper."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
import ssl
from typing import Any, override

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.ocsp import OCSPRequestBuilder
from ocpp.routing import on
from ocpp.v16 import call, call_result
from ocpp.v16.enums import (
    Action,
    CertificateSignedStatus,
    CertificateStatus,
    DeleteCertificateStatus,
    GetInstalledCertificateStatus,
    MessageTrigger,
    TriggerMessageStatus,
)

from custom_components.ocpp.csms.server.tls import written
from tests.pki import pem, signing_request

from .charger import Payload, SimulatedCharger, open_socket, served


class SecureCharger(SimulatedCharger):
    """A charger with a store for certificates."""

    def __init__(self, *args: Any, **options: Any) -> None:
        """Initialize with an empty store."""
        super().__init__(*args, **options)
        self.settings |= {"CpoName": "", "AuthorizationKey": "", "SecurityProfile": "0"}
        self.roots: dict[str, list[x509.Certificate]] = {}
        self.certificate: x509.Certificate | None = None
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.forgets_to_ask = False
        """True if it does not request a certificate although it has agreed to."""
        self.was_asked = False
        """True once it was told to request a certificate."""
        self.compose: Callable[[ec.EllipticCurvePrivateKey], str] = lambda key: pem(
            signing_request(self.id, key)
        )
        """Writes its request for a certificate."""

    def encryption(self) -> ssl.SSLContext:
        """Return how it encrypts, with what it has been given."""
        trusted = self.roots.get("CentralSystemRootCertificate", [])
        texts = [root.public_bytes(Encoding.PEM).decode() for root in trusted]
        context = ssl.create_default_context(cadata="".join(texts))
        if self.certificate is not None:
            with written(self.certificate, self._key) as files:
                context.load_cert_chain(files.certificate, files.private_key)
        return context

    def install(self, certificate_type: str, certificate: str) -> None:
        """Trust a root certificate."""
        installed = self.roots.setdefault(certificate_type, [])
        installed.append(x509.load_pem_x509_certificate(certificate.encode()))

    async def request_certificate(self) -> str:
        """Ask for a certificate, and return how that was answered."""
        answer = await self.call(call.SignCertificate(csr=self.compose(self._key)))
        return str(answer.status)

    @on(Action.extended_trigger_message)
    @override
    async def _on_extended_trigger_message(
        self, **message: Any
    ) -> call_result.ExtendedTriggerMessage:
        asked = message["requested_message"]
        is_asked = asked == MessageTrigger.sign_charge_point_certificate
        self.was_asked |= is_asked
        if is_asked and not self.forgets_to_ask:
            self._later(self.request_certificate())
        return call_result.ExtendedTriggerMessage(TriggerMessageStatus.accepted)

    @on(Action.certificate_signed)
    async def _on_certificate_signed(
        self, certificate_chain: str
    ) -> call_result.CertificateSigned:
        certificate = x509.load_pem_x509_certificates(certificate_chain.encode())[0]
        if certificate.public_key() != self._key.public_key():
            return call_result.CertificateSigned(CertificateSignedStatus.rejected)
        self.certificate = certificate
        return call_result.CertificateSigned(CertificateSignedStatus.accepted)

    @on(Action.install_certificate)
    async def _on_install_certificate(
        self, certificate_type: str, certificate: str
    ) -> call_result.InstallCertificate:
        self.install(certificate_type, certificate)
        return call_result.InstallCertificate(CertificateStatus.accepted)

    @on(Action.get_installed_certificate_ids)
    async def _on_get_installed_certificate_ids(
        self, certificate_type: str
    ) -> call_result.GetInstalledCertificateIds:
        if not (roots := self.roots.get(certificate_type)):
            return call_result.GetInstalledCertificateIds(
                GetInstalledCertificateStatus.not_found
            )
        return call_result.GetInstalledCertificateIds(
            GetInstalledCertificateStatus.accepted, [_hash(root) for root in roots]
        )

    @on(Action.delete_certificate)
    async def _on_delete_certificate(
        self, certificate_hash_data: Payload
    ) -> call_result.DeleteCertificate:
        for roots in self.roots.values():
            for root in tuple(roots):
                if _hash(root) == certificate_hash_data:
                    roots.remove(root)
                    return call_result.DeleteCertificate(
                        DeleteCertificateStatus.accepted
                    )
        return call_result.DeleteCertificate(DeleteCertificateStatus.not_found)


def _hash(root: x509.Certificate) -> Payload:
    """Return what tells a root certificate from others: what OCSP asks by, as large digits with a zero in front."""
    asked = OCSPRequestBuilder().add_certificate(root, root, SHA256()).build()
    return {
        "hash_algorithm": "SHA256",
        "issuer_name_hash": asked.issuer_name_hash.hex().upper(),
        "issuer_key_hash": asked.issuer_key_hash.hex().upper(),
        "serial_number": f"{root.serial_number:040X}",
    }


@asynccontextmanager
async def secure_charger(
    url: str,
    identity: str = "CP1",
    tls: ssl.SSLContext | None = None,
    password: str | None = None,
) -> AsyncIterator[SecureCharger]:
    """Connect a charger and serve its socket; it has not booted yet."""
    socket = await open_socket(url, identity, tls, password)
    charger = SecureCharger(identity, socket)
    async with served(charger):
        yield charger
