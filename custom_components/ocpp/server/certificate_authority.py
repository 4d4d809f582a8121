"""The certificate authority of a central system, in a private file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..csms.pki.certificate_authority import CertificateAuthority, KeyKind

STORAGE_VERSION = 1


@dataclass(frozen=True, slots=True)
class Authorities:
    """The authority that signs certificates, and the root certificates of all that ever did."""

    issuer: CertificateAuthority
    roots: Sequence[str]


class _Authority(TypedDict):
    certificate: str
    private_key: str


class AuthorityStorage:
    """The file with the root certificates of a central system and their keys, one for each kind of key."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Initialize."""
        self._hass = hass
        self._store = Store[dict[str, _Authority]](
            hass,
            STORAGE_VERSION,
            f"{DOMAIN}.{entry_id}.certificate_authority",
            private=True,
            atomic_writes=True,
        )

    async def async_load(self, kind: KeyKind) -> Authorities:
        """Return the authority with a kind of key, which is created at the first request.

        An authority with the other kind remains valid for the chargers whose certificates it has signed.
        """
        stored = await self._store.async_load() or {}
        if (own := stored.get(kind)) is not None:
            # Checking an RSA key takes a while.
            authority = await self._hass.async_add_executor_job(
                CertificateAuthority.load, own["certificate"], own["private_key"]
            )
        else:
            authority = await self._hass.async_add_executor_job(
                CertificateAuthority.create, kind, dt_util.utcnow()
            )
            stored[kind] = {
                "certificate": authority.pem,
                "private_key": authority.key_pem,
            }
            await self._store.async_save(stored)
        roots = [item["certificate"] for item in stored.values()]
        return Authorities(authority, roots)

    async def async_remove(self) -> None:
        """Remove the authority; the certificates that it has signed become invalid."""
        await self._store.async_remove()
