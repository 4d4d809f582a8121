"""A charger's password, certificates and security profile, in every protocol version."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from typing import ClassVar

from ...devices.settings import Settings
from ...devices.variables import VariableId
from ...pki.certificates import (
    CertificateHash,
    CertificatePurpose,
    CertificateUse,
    InstalledCertificate,
)
from ...pki.security_profiles import Destination
from ..requests import Command, Request


class SecurityMessages(ABC):
    """Commands about the mutual authentication of charger and central system."""

    organisation_setting: ClassVar[VariableId]
    """The setting with the owner's name, without which many chargers do not request a certificate."""

    @abstractmethod
    def set_password(self, password: str) -> Request[bool]:
        """Give the charger another password; the answer tells whether a reboot is needed for it."""

    connection_settings: ClassVar[tuple[VariableId, ...]] = ()
    """The settings that tell how the charger connects."""

    @abstractmethod
    def set_profile(
        self, destination: Destination, settings: Settings
    ) -> Sequence[Request[bool]]:
        """Return the commands, in order, that have the charger connect in a more secure way.

        Each is answered with whether a reboot is needed for it. `settings` are those that tell how it connects now.
        """

    @abstractmethod
    def request_certificate(self, purpose: CertificatePurpose) -> Request[None]:
        """Ask the charger to request a certificate.

        Raises:
            RejectedError: when the version knows no such certificates.
        """

    @abstractmethod
    def send_certificate(
        self, chain: str, purpose: CertificatePurpose, number: int | None
    ) -> Request[None]:
        """Give the charger its certificate, in PEM, followed by those of its issuers.

        `number` is that of its request, if it has told one.
        """

    @abstractmethod
    def install_certificate(
        self, use: CertificateUse, certificate: str
    ) -> Request[None]:
        """Have the charger trust a root certificate, in PEM.

        Raises:
            RejectedError: when the version knows of no such use.
        """

    @abstractmethod
    def get_certificates(
        self, uses: Collection[CertificateUse]
    ) -> Command[list[InstalledCertificate]]:
        """Ask for the certificates that the charger has installed for some uses; without any, for all.

        Raises:
            RejectedError: when the version knows of no such use.
        """

    @abstractmethod
    def delete_certificate(self, certificate: CertificateHash) -> Request[None]:
        """Have the charger no longer trust a root certificate."""
