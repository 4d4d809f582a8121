"""The check of contracts of vehicles that plug and charge, if the owner trusts somebody who signs them."""

from collections.abc import Mapping, Sequence
from functools import partial
import logging
from pathlib import Path
from typing import Any

from cryptography import x509

from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util import dt as dt_util

from ..const import CONF_CONTRACT_ROOTS
from ..csms.pki.contracts.responders import ask_over_http
from ..csms.pki.contracts.verifier import ContractVerifier

_LOGGER = logging.getLogger(__name__)


async def async_contract_roots(
    hass: HomeAssistant, data: Mapping[str, Any]
) -> Sequence[x509.Certificate]:
    """Return the certificates that the owner trusts to sign contracts; `data` is that of the config entry.

    Raises:
        OSError: when their file cannot be read.
        ValueError: when there is none in it.
    """
    if not (path := data.get(CONF_CONTRACT_ROOTS)):
        return ()
    return await hass.async_add_executor_job(_read, path)


async def async_contract_verifier(
    hass: HomeAssistant, data: Mapping[str, Any]
) -> ContractVerifier | None:
    """Return the check of contracts; None without anybody who is trusted to sign them."""
    try:
        roots = await async_contract_roots(hass, data)
    except (OSError, ValueError) as err:
        _LOGGER.warning("The root certificates of contracts cannot be used: %s", err)
        return None
    ask = partial(ask_over_http, async_get_clientsession(hass))
    return ContractVerifier(roots, ask, dt_util.utcnow) if roots else None


def _read(path: str) -> Sequence[x509.Certificate]:
    return x509.load_pem_x509_certificates(Path(path).read_bytes())
