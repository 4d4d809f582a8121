"""Passwords, certificates and security profiles.

Source: OCPP 1.6 security whitepaper, edition 3, sections 3 to 6.
"""

from collections.abc import Collection, Sequence
from typing import NotRequired, TypedDict, cast, override

from ocpp.v16 import call
from ocpp.v16.enums import CertificateUse as CertificateUseType, MessageTrigger

from ...devices.settings import MessageBounds, Settings
from ...devices.variables import VariableId
from ...errors import RejectedError
from ...model import Snapshot
from ...ocppj.framing import Payload
from ...pki.certificates import (
    CertificateHash,
    CertificatePurpose,
    CertificateUse,
    InstalledCertificate,
)
from ...pki.security_profiles import Destination, authorization_key
from ..certificate_hashes import HashPayload, hash_payload, hashes_of
from ..commands.security import SecurityMessages
from ..encoding import to_payload
from ..incoming import Context, Handled
from ..requests import Command, Request, in_batches
from ..unchanged import certificate_requested
from .commands import command
from .settings import SETTINGS

_USES = {
    CertificateUse.CENTRAL_SYSTEM_ROOT: CertificateUseType.central_system_root_certificate,
    CertificateUse.MANUFACTURER_ROOT: CertificateUseType.manufacturer_root_certificate,
}


class _InstalledCertificates(TypedDict):
    status: NotRequired[str]
    certificateHashData: NotRequired[list[HashPayload]]


def sign_certificate(payload: Payload, snapshot: Snapshot, context: Context) -> Handled:
    """Accept a request for the charger's certificate, which is signed after the answer, if it may be signed."""
    csr, purpose = str(payload.get("csr", "")), CertificatePurpose.CENTRAL_SYSTEM
    return certificate_requested(csr, purpose, None, snapshot, context)


class V16Security(SecurityMessages):
    """The messages of the security whitepaper."""

    organisation_setting = VariableId("CpoName")

    @override
    def set_password(self, password: str) -> Request[bool]:
        return SETTINGS.change(
            VariableId("AuthorizationKey"), authorization_key(password)
        )

    @override
    def set_profile(
        self, destination: Destination, settings: Settings
    ) -> Sequence[Request[bool]]:
        profile = str(destination.profile.value)
        return [SETTINGS.change(VariableId("SecurityProfile"), profile)]

    @override
    def request_certificate(self, purpose: CertificatePurpose) -> Request[None]:
        if purpose is not CertificatePurpose.CENTRAL_SYSTEM:
            raise RejectedError("ExtendedTriggerMessage", "NotImplemented")
        trigger = MessageTrigger.sign_charge_point_certificate
        return command(call.ExtendedTriggerMessage(trigger))

    @override
    def send_certificate(
        self, chain: str, purpose: CertificatePurpose, number: int | None
    ) -> Request[None]:
        return command(call.CertificateSigned(chain))

    @override
    def install_certificate(
        self, use: CertificateUse, certificate: str
    ) -> Request[None]:
        if use not in _USES:
            raise RejectedError("InstallCertificate", "NotSupported")
        return command(call.InstallCertificate(_USES[use], certificate))

    @override
    def get_certificates(
        self, uses: Collection[CertificateUse]
    ) -> Command[list[InstalledCertificate]]:
        return in_batches(
            [*(uses or _USES)], MessageBounds(1), _get_certificates, _joined
        )

    @override
    def delete_certificate(self, certificate: CertificateHash) -> Request[None]:
        return command(call.DeleteCertificate(hash_payload(certificate)))


def _get_certificates(
    uses: Sequence[CertificateUse],
) -> Request[list[InstalledCertificate]]:
    """Ask for the certificates of one use, which is all that a call can name."""
    (use,) = uses
    if use not in _USES:
        raise RejectedError("GetInstalledCertificateIds", "NotSupported")

    def read(answer: Payload) -> list[InstalledCertificate]:
        told = cast(_InstalledCertificates, answer)
        # NotFound means that there are none.
        if (status := told.get("status")) not in ("Accepted", "NotFound"):
            raise RejectedError("GetInstalledCertificateIds", str(status))
        hashes = hashes_of(told.get("certificateHashData", []))
        return [InstalledCertificate(use, each) for each in hashes]

    message = call.GetInstalledCertificateIds(_USES[use])
    return Request(type(message).__name__, to_payload(message), read)


def _joined(
    answers: Sequence[list[InstalledCertificate]],
) -> list[InstalledCertificate]:
    return [each for some in answers for each in some]
