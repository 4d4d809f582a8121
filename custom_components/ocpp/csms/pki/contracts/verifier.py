"""Checks of contracts: their certificates lead to one that is trusted, and none of them was revoked."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
import logging

from cryptography import x509

from ..certificates import common_name
from .chains import ChainError, Link, links
from .proofs import ContractProof, ContractStatus, RevocationQuestion
from .revocation import hash_of, question, status_in

_LOGGER = logging.getLogger(__name__)

_AT_MOST_S = 10.0
"""The time that a check may take; a driver waits, and so does the charger."""
_AT_ONCE = 4
"""The checks that go on at the same time; chargers can ask for any number."""


class ResponderError(Exception):
    """An answer about a revocation that did not come."""


type AskResponder = Callable[[str, bytes], Awaitable[bytes]]
"""Sends a question about a revocation to a URL and returns the answer; it raises `ResponderError`."""


@dataclass(frozen=True, slots=True)
class _Question:
    """A question about a revocation, with the certificates among which the issuer may be."""

    about: RevocationQuestion
    known: Sequence[x509.Certificate]


class ContractVerifier:
    """The check of contracts against the certificates that the owner trusts."""

    def __init__(
        self,
        trusted: Iterable[x509.Certificate],
        ask: AskResponder,
        clock: Callable[[], datetime],
    ) -> None:
        """Initialize.

        Args:
            trusted: the certificates at which a chain may end, of roots as a rule.
            ask: asks about a revocation.
            clock: tells the time.
        """
        self._trusted = tuple(trusted)
        self._ask = ask
        self._clock = clock
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def check(self, proof: ContractProof) -> ContractStatus:
        """Return how a contract stands."""
        try:
            async with asyncio.timeout(_AT_MOST_S), self._turns:
                # Signatures take a while on a small machine.
                questions = await asyncio.to_thread(self._questions, proof)
                return await self._revoked(questions)
        except ChainError as err:
            return err.status
        except TimeoutError:
            return ContractStatus.UNCONFIRMED

    def _questions(self, proof: ContractProof) -> list[_Question]:
        """Return what remains to be asked about the certificates of a contract.

        Raises:
            ChainError: when it is not valid in any case.
        """
        if proof.chain is None:
            return [_Question(item, ()) for item in proof.hashes]
        try:
            own, *others = x509.load_pem_x509_certificates(proof.chain.encode())
        except ValueError as err:
            raise ChainError(ContractStatus.ANOTHERS) from err
        chain = links(own, others, self._trusted, self._clock())
        if not proof.is_for(common_name(own.subject)):
            raise ChainError(ContractStatus.ANOTHERS)
        return [*_questions_about(chain)]

    async def _revoked(self, questions: Iterable[_Question]) -> ContractStatus:
        for item in questions:
            status = await self._status(item)
            if status is not ContractStatus.VALID:
                return status
        return ContractStatus.VALID

    async def _status(self, item: _Question) -> ContractStatus:
        about = item.about
        try:
            answer = await self._ask(about.url, question(about.certificate))
        except (ResponderError, ValueError) as err:
            _LOGGER.info("Nobody tells if a contract was revoked: %s", err)
            return ContractStatus.UNCONFIRMED
        return await asyncio.to_thread(
            status_in,
            answer,
            about.certificate,
            item.known,
            self._trusted,
            self._clock(),
        )


def _questions_about(chain: Sequence[Link]) -> Iterable[_Question]:
    issuers = [link.issuer for link in chain]
    for link in chain:
        if (url := link.revocation_url) is not None:
            certificate = hash_of(link.certificate, link.issuer)
            yield _Question(RevocationQuestion(certificate, url), issuers)
