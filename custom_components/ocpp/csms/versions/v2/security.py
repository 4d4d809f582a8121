"""Passwords, certificates and security profiles.

Source: OCPP 2.0.1 part 2, chapters A and M.
"""

from collections.abc import Collection, Sequence
from typing import NotRequired, TypedDict, cast, override

from ...devices.settings import Settings
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
from ...pki.security_profiles import Destination
from ..certificate_hashes import HashPayload, hash_payload, hashes_of
from ..commands.security import SecurityMessages
from ..incoming import Context, Handled
from ..requests import Request
from ..unchanged import certificate_requested
from .commands import command
from .device_model.settings import SETTINGS
from .network import CONNECTION_SETTINGS, NetworkTerms, connection_changes

_USES = {
    CertificateUse.CENTRAL_SYSTEM_ROOT: "CSMSRootCertificate",
    CertificateUse.CONTRACT_ROOT: "MORootCertificate",
    CertificateUse.MANUFACTURER_ROOT: "ManufacturerRootCertificate",
    CertificateUse.V2G_CHAIN: "V2GCertificateChain",
    CertificateUse.V2G_ROOT: "V2GRootCertificate",
    # 2.1 alone has it.
    CertificateUse.VEHICLE_ROOT: "OEMRootCertificate",
}
_TYPES = {
    CertificatePurpose.CENTRAL_SYSTEM: "ChargingStationCertificate",
    CertificatePurpose.VEHICLE: "V2GCertificate",
    CertificatePurpose.VEHICLE_ISO_15118_20: "V2G20Certificate",
}
"""The kinds of certificates; one for all purposes is told by leaving it out."""
_TRIGGERS = {
    CertificatePurpose.BOTH: "SignCombinedCertificate",
    CertificatePurpose.CENTRAL_SYSTEM: "SignChargingStationCertificate",
    CertificatePurpose.VEHICLE: "SignV2GCertificate",
    CertificatePurpose.VEHICLE_ISO_15118_20: "SignV2G20Certificate",
}
_PURPOSES = {name: purpose for purpose, name in _TYPES.items()}
_USES_BY_NAME = {name: use for use, name in _USES.items()}


class _CertificateChain(TypedDict):
    certificateType: NotRequired[str]
    certificateHashData: NotRequired[HashPayload]
    childCertificateHashData: NotRequired[list[HashPayload]]


class _InstalledCertificates(TypedDict):
    status: NotRequired[str]
    certificateHashDataChain: NotRequired[list[_CertificateChain]]


class _SigningRequest(TypedDict):
    csr: NotRequired[str]
    certificateType: NotRequired[str]
    requestId: NotRequired[int]


def sign_certificate(payload: Payload, snapshot: Snapshot, context: Context) -> Handled:
    """Accept a request for a certificate, which is signed after the answer, if it may be signed."""
    told = cast(_SigningRequest, payload)
    # A kind that nobody knows is as good as none.
    kind = told.get("certificateType", "")
    purpose = _PURPOSES.get(kind, CertificatePurpose.BOTH)
    return certificate_requested(
        told.get("csr", ""), purpose, told.get("requestId"), snapshot, context
    )


class V2Security(SecurityMessages):
    """Commands about the mutual authentication of charging station and central system."""

    organisation_setting = VariableId.parse("SecurityCtrlr.OrganizationName")
    connection_settings = CONNECTION_SETTINGS

    def __init__(self, network: NetworkTerms) -> None:
        """Initialize with the version's words for a network."""
        self._network = network

    @override
    def set_password(self, password: str) -> Request[bool]:
        return SETTINGS.change(
            VariableId.parse("SecurityCtrlr.BasicAuthPassword"), password
        )

    @override
    def set_profile(
        self, destination: Destination, settings: Settings
    ) -> Sequence[Request[bool]]:
        return connection_changes(self._network, destination, settings)

    @override
    def request_certificate(self, purpose: CertificatePurpose) -> Request[None]:
        return command("TriggerMessage", {"requestedMessage": _TRIGGERS[purpose]})

    @override
    def send_certificate(
        self, chain: str, purpose: CertificatePurpose, number: int | None
    ) -> Request[None]:
        payload: Payload = {"certificateChain": chain}
        if purpose in _TYPES:
            payload["certificateType"] = _TYPES[purpose]
        if number is not None:
            payload["requestId"] = number
        return command("CertificateSigned", payload)

    @override
    def install_certificate(
        self, use: CertificateUse, certificate: str
    ) -> Request[None]:
        if use is CertificateUse.V2G_CHAIN:
            # It is signed on request, never installed.
            raise RejectedError("InstallCertificate", "NotSupported")
        payload: Payload = {"certificateType": _USES[use], "certificate": certificate}
        return command("InstallCertificate", payload)

    @override
    def get_certificates(
        self, uses: Collection[CertificateUse]
    ) -> Request[list[InstalledCertificate]]:
        payload: Payload = (
            {"certificateType": [_USES[use] for use in uses]} if uses else {}
        )
        return Request("GetInstalledCertificateIds", payload, _read_certificates)

    @override
    def delete_certificate(self, certificate: CertificateHash) -> Request[None]:
        payload: Payload = {"certificateHashData": hash_payload(certificate)}
        return command("DeleteCertificate", payload)


def _read_certificates(answer: Payload) -> list[InstalledCertificate]:
    told = cast(_InstalledCertificates, answer)
    # NotFound means that there are none.
    if (status := told.get("status")) not in ("Accepted", "NotFound"):
        raise RejectedError("GetInstalledCertificateIds", str(status))
    return [
        InstalledCertificate(
            use, each, tuple(hashes_of(chain.get("childCertificateHashData", [])))
        )
        for chain in told.get("certificateHashDataChain", [])
        if (use := _USES_BY_NAME.get(chain.get("certificateType", ""))) is not None
        and "certificateHashData" in chain
        for each in hashes_of([chain["certificateHashData"]])
    ]
