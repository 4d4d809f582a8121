"""Certificates of chargers: signed on request, renewed before they end.

Source: OCPP 1.6 security whitepaper, edition 3, sections 3.2 and 3.3.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
import logging

from ..errors import CertificateNotRenewedError, CsmsError
from ..events import CertificateRequested, CertificateSettled, Event
from ..pki.certificate_authority import ORGANISATION, RENEWAL, CertificateAuthority
from ..pki.certificates import (
    CertificatePurpose,
    ClientCertificate,
    serial_number_of,
    to_pem,
)
from ..station import ChargingStation

_LOGGER = logging.getLogger(__name__)

REMINDER_INTERVAL = timedelta(days=1)
"""The time after which a charger is reminded again that its certificate ends."""


async def sign(
    station: ChargingStation,
    requested: CertificateRequested,
    authority: CertificateAuthority,
    now: datetime,
    on_signed: Callable[[str], None],
) -> None:
    """Sign a charger's certificate and send it, and tell what came of it.

    `on_signed` is told the serial number of a certificate that the charger connects with before it is sent.
    """
    certificate = await asyncio.to_thread(
        authority.certify_client, requested.request, station.identity, now
    )
    if requested.purpose.is_for_connecting:
        on_signed(serial_number_of(certificate))
    # Some chargers know how to check it only with the root certificate beside it.
    chain = to_pem(certificate) + authority.pem
    try:
        await station.request(
            lambda version: version.security.send_certificate(
                chain, requested.purpose, requested.number
            )
        )
    except CsmsError as err:
        _settle(station, f"It does not take its new certificate: {err}")
        return
    _LOGGER.info(
        "Charger %s has a new certificate, valid until %s",
        station.identity,
        certificate.not_valid_after_utc.date(),
    )
    _settle(station)


def _settle(station: ChargingStation, problem: str | None = None) -> None:
    settled = CertificateSettled(station.identity, problem)
    station.change(station.snapshot, settled)


async def ask_to_renew(
    station: ChargingStation,
    purpose: CertificatePurpose = CertificatePurpose.CENTRAL_SYSTEM,
) -> None:
    """Have a charger ask for a new certificate.

    Raises:
        CsmsError: when it cannot or will not.
    """
    variable = station.version.security.organisation_setting
    settings = await station.commands.get_settings(variable)
    organisation = settings.get(variable)
    if organisation is not None and not organisation.value:
        await station.commands.change_setting(variable, ORGANISATION)
    await station.request(lambda version: version.security.request_certificate(purpose))


async def renew(
    station: ChargingStation,
    purpose: CertificatePurpose = CertificatePurpose.CENTRAL_SYSTEM,
) -> None:
    """Have a charger ask for a new certificate, and wait until it has that.

    Raises:
        CertificateNotRenewedError: when it does not get one.
        CsmsError: when it cannot or will not ask.
    """
    settled = asyncio.get_running_loop().create_future()

    def on_event(event: Event) -> None:
        if isinstance(event, CertificateSettled) and not settled.done():
            settled.set_result(event.problem)

    unsubscribe = station.subscribe_all_events(on_event)
    try:
        await ask_to_renew(station, purpose)
        async with asyncio.timeout(station.timeouts.certificate_s):
            problem = await settled
    except TimeoutError as err:
        problem = "it has accepted to request a certificate, and has not done so yet"
        raise CertificateNotRenewedError(station.identity, problem) from err
    finally:
        unsubscribe()
    if problem is not None:
        raise CertificateNotRenewedError(station.identity, problem)


def is_renewal_due(
    certificate: ClientCertificate | None, reminded_at: datetime | None, now: datetime
) -> bool:
    """Return whether the certificate that a charger uses must be renewed now."""
    if certificate is None or certificate.expires_at - now > RENEWAL:
        return False
    return reminded_at is None or now - reminded_at >= REMINDER_INTERVAL
