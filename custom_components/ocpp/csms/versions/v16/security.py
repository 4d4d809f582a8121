"""Passwords, certificates and security profiles.

Source: OCPP 1.6 security whitepaper, edition 3, sections 3 to 6.
"""

from collections.abc import Iterator
from typing import NotRequired, TypedDict, cast, override

from ocpp.v16 import call, call_result
from ocpp.v16.datatypes import CertificateHashData
from ocpp.v16.enums import (
    CertificateUse as CertificateUseType,
    GenericStatus,
    HashAlgorithm as HashAlgorithmType,
    MessageTrigger,
)

from ...devices.variables import VariableId
from ...errors import RejectedError
from ...events import CertificateRequested, CertificateSettled
from ...model import Registration, Snapshot
from ...ocppj.framing import Payload
from ...pki.certificates import CertificateHash, CertificateUse, HashAlgorithm
from ...pki.security_profiles import SecurityProfile, authorization_key
from ...pki.signing_requests import InvalidRequestError, read_request
from ..commands.security import SecurityMessages
from ..encoding import to_payload
from ..incoming import Context, Handled
from ..requests import Request
from .commands import command
from .settings import SETTINGS

_USES = {
    CertificateUse.CENTRAL_SYSTEM_ROOT: CertificateUseType.central_system_root_certificate,
    CertificateUse.MANUFACTURER_ROOT: CertificateUseType.manufacturer_root_certificate,
}


class _CertificateHash(TypedDict):
    hashAlgorithm: str
    issuerNameHash: str
    issuerKeyHash: str
    serialNumber: str


class _InstalledCertificates(TypedDict):
    status: NotRequired[str]
    certificateHashData: NotRequired[list[_CertificateHash]]


class V16Security(SecurityMessages):
    """The messages of the security whitepaper."""

    organisation_setting = VariableId("CpoName")

    @override
    def set_password(self, password: str) -> Request[bool]:
        return SETTINGS.change(
            VariableId("AuthorizationKey"), authorization_key(password)
        )

    @override
    def set_profile(self, profile: SecurityProfile) -> Request[bool]:
        return SETTINGS.change(VariableId("SecurityProfile"), str(profile.value))

    @override
    def request_certificate(self) -> Request[None]:
        trigger = MessageTrigger.sign_charge_point_certificate
        return command(call.ExtendedTriggerMessage(trigger))

    @override
    def send_certificate(self, chain: str) -> Request[None]:
        return command(call.CertificateSigned(chain))

    @override
    def install_certificate(
        self, use: CertificateUse, certificate: str
    ) -> Request[None]:
        return command(call.InstallCertificate(_USES[use], certificate))

    @override
    def get_certificates(self, use: CertificateUse) -> Request[list[CertificateHash]]:
        message = call.GetInstalledCertificateIds(_USES[use])
        action = type(message).__name__
        return Request(action, to_payload(message), _read_certificates)

    @override
    def delete_certificate(self, certificate: CertificateHash) -> Request[None]:
        data = CertificateHashData(
            HashAlgorithmType(certificate.algorithm.value),
            certificate.issuer_name_hash,
            certificate.issuer_key_hash,
            certificate.serial_number,
        )
        return command(call.DeleteCertificate(to_payload(data)))


def sign_certificate(payload: Payload, snapshot: Snapshot, context: Context) -> Handled:
    """Accept a request for a certificate, which is signed after the answer, if it may be signed."""
    rejected = to_payload(call_result.SignCertificate(GenericStatus.rejected))
    adopted = context.registration is Registration.ACCEPTED
    if not adopted or not context.signs_certificates:
        return Handled(rejected, snapshot)
    serial_number = None if snapshot.info is None else snapshot.info.serial_number
    names = [name for name in (snapshot.identity, serial_number) if name]
    try:
        request = read_request(str(payload.get("csr", "")), names)
    except InvalidRequestError as err:
        refused = CertificateSettled(snapshot.identity, str(err))
        return Handled(rejected, snapshot, (refused,))
    accepted = to_payload(call_result.SignCertificate(GenericStatus.accepted))
    requested = CertificateRequested(snapshot.identity, request)
    return Handled(accepted, snapshot, (requested,))


def _read_certificates(answer: Payload) -> list[CertificateHash]:
    told = cast(_InstalledCertificates, answer)
    # NotFound means that there are none.
    if (status := told.get("status")) not in ("Accepted", "NotFound"):
        raise RejectedError("GetInstalledCertificateIds", str(status))
    return list(_hashes(told.get("certificateHashData", [])))


def _hashes(items: list[_CertificateHash]) -> Iterator[CertificateHash]:
    known = {algorithm.value for algorithm in HashAlgorithm}
    for item in items:
        # With another one it could not be named to the charger again.
        if item["hashAlgorithm"] in known:
            yield CertificateHash(
                HashAlgorithm(item["hashAlgorithm"]),
                item["issuerNameHash"],
                item["issuerKeyHash"],
                item["serialNumber"],
            )
