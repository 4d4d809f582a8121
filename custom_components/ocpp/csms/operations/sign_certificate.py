"""Certificates of chargers: signed on request, renewed before they end.

Source: OCPP 1.6 security whitepaper, edition 3, sections 3.2 and 3.3.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
import logging

from ..pki.certificate_authority import ORGANISATION, RENEWAL, CertificateAuthority
from ..pki.certificates import ClientCertificate, serial_number_of, to_pem
from ..pki.signing_requests import read_request
from ..station import ChargingStation

_LOGGER = logging.getLogger(__name__)

REMINDER_INTERVAL = timedelta(days=1)
"""The time after which a charger is reminded again that its certificate ends."""


async def sign(
    station: ChargingStation,
    request: str,
    authority: CertificateAuthority,
    now: datetime,
    on_signed: Callable[[str], None],
) -> None:
    """Sign a charger's certificate and send it; `on_signed` is told its serial number before.

    Raises:
        InvalidRequestError: when the request must not be signed.
        CsmsError: when the charger does not take the certificate.
    """
    info = station.snapshot.info
    serial_number = None if info is None else info.serial_number
    names = [name for name in (station.identity, serial_number) if name]
    certificate = await asyncio.to_thread(
        lambda: authority.certify_client(
            read_request(request, names), station.identity, now
        )
    )
    on_signed(serial_number_of(certificate))
    # Some chargers know how to check it only with the root certificate beside it.
    chain = to_pem(certificate) + authority.pem
    await station.request(lambda version: version.security.send_certificate(chain))
    _LOGGER.info(
        "Charger %s has a new certificate, valid until %s",
        station.identity,
        certificate.not_valid_after_utc.date(),
    )


async def renew(station: ChargingStation) -> None:
    """Have a charger ask for a new certificate.

    Raises:
        CsmsError: when it cannot or will not.
    """
    variable = station.version.security.organisation_setting
    settings = await station.commands.get_settings(variable)
    organisation = settings.get(variable)
    if organisation is not None and not organisation.value:
        await station.commands.change_setting(variable, ORGANISATION)
    await station.request(lambda version: version.security.request_certificate())


def is_renewal_due(
    certificate: ClientCertificate | None, reminded_at: datetime | None, now: datetime
) -> bool:
    """Return whether the certificate that a charger uses must be renewed now."""
    if certificate is None or certificate.expires_at - now > RENEWAL:
        return False
    return reminded_at is None or now - reminded_at >= REMINDER_INTERVAL
