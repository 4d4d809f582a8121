"""Passwords, certificates and security profiles.

Source: OCPP 2.0.1 part 2, chapters A and M.
"""

from typing import NotRequired, TypedDict, cast, override

from ...devices.variables import VariableId
from ...errors import RejectedError
from ...ocppj.framing import Payload
from ...pki.certificates import CertificateHash, CertificateUse
from ...pki.security_profiles import SecurityProfile
from ..certificate_hashes import HashPayload, hash_payload, hashes_of
from ..commands.security import SecurityMessages
from ..requests import Request
from .commands import command
from .device_model.settings import SETTINGS

_USES = {
    CertificateUse.CENTRAL_SYSTEM_ROOT: "CSMSRootCertificate",
    CertificateUse.MANUFACTURER_ROOT: "ManufacturerRootCertificate",
}
_OWN = "ChargingStationCertificate"


class _CertificateChain(TypedDict):
    certificateHashData: NotRequired[HashPayload]


class _InstalledCertificates(TypedDict):
    status: NotRequired[str]
    certificateHashDataChain: NotRequired[list[_CertificateChain]]


class V2Security(SecurityMessages):
    """Commands about the mutual authentication of charging station and central system."""

    organisation_setting = VariableId.parse("SecurityCtrlr.OrganizationName")

    @override
    def set_password(self, password: str) -> Request[bool]:
        return SETTINGS.change(
            VariableId.parse("SecurityCtrlr.BasicAuthPassword"), password
        )

    @override
    def set_profile(self, profile: SecurityProfile) -> Request[bool]:
        raise RejectedError("SetNetworkProfile", "NotSupported")

    @override
    def request_certificate(self) -> Request[None]:
        payload: Payload = {"requestedMessage": "SignChargingStationCertificate"}
        return command("TriggerMessage", payload)

    @override
    def send_certificate(self, chain: str) -> Request[None]:
        payload: Payload = {"certificateChain": chain, "certificateType": _OWN}
        return command("CertificateSigned", payload)

    @override
    def install_certificate(
        self, use: CertificateUse, certificate: str
    ) -> Request[None]:
        payload: Payload = {"certificateType": _USES[use], "certificate": certificate}
        return command("InstallCertificate", payload)

    @override
    def get_certificates(self, use: CertificateUse) -> Request[list[CertificateHash]]:
        payload: Payload = {"certificateType": [_USES[use]]}
        return Request("GetInstalledCertificateIds", payload, _read_certificates)

    @override
    def delete_certificate(self, certificate: CertificateHash) -> Request[None]:
        payload: Payload = {"certificateHashData": hash_payload(certificate)}
        return command("DeleteCertificate", payload)


def _read_certificates(answer: Payload) -> list[CertificateHash]:
    told = cast(_InstalledCertificates, answer)
    # NotFound means that there are none.
    if (status := told.get("status")) not in ("Accepted", "NotFound"):
        raise RejectedError("GetInstalledCertificateIds", str(status))
    chains = told.get("certificateHashDataChain", [])
    return hashes_of(
        chain["certificateHashData"]
        for chain in chains
        if "certificateHashData" in chain
    )
