"""A charger's password, certificates and security profile, in every protocol version."""

from abc import ABC, abstractmethod
from typing import ClassVar

from ...devices.variables import VariableId
from ...pki.certificates import CertificateHash, CertificateUse
from ...pki.security_profiles import SecurityProfile
from ..requests import Request


class SecurityMessages(ABC):
    """Commands about the mutual authentication of charger and central system."""

    organisation_setting: ClassVar[VariableId]
    """The setting with the owner's name, without which many chargers do not request a certificate."""

    @abstractmethod
    def set_password(self, password: str) -> Request[bool]:
        """Give the charger another password; the answer tells whether a reboot is needed for it."""

    @abstractmethod
    def set_profile(self, profile: SecurityProfile) -> Request[bool]:
        """Have the charger connect in a more secure way; the answer tells whether a reboot is needed for it."""

    @abstractmethod
    def request_certificate(self) -> Request[None]:
        """Ask the charger to request a certificate."""

    @abstractmethod
    def send_certificate(self, chain: str) -> Request[None]:
        """Give the charger its certificate, in PEM, followed by those of its issuers."""

    @abstractmethod
    def install_certificate(
        self, use: CertificateUse, certificate: str
    ) -> Request[None]:
        """Have the charger trust a root certificate, in PEM."""

    @abstractmethod
    def get_certificates(self, use: CertificateUse) -> Request[list[CertificateHash]]:
        """Ask for the root certificates that the charger trusts."""

    @abstractmethod
    def delete_certificate(self, certificate: CertificateHash) -> Request[None]:
        """Have the charger no longer trust a root certificate."""
