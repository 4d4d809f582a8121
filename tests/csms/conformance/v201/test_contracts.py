"""Block C: authorization by the contract certificates of vehicles."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from functools import partial

import aiohttp
import pytest

from custom_components.ocpp.csms.pki.contracts.responders import ask_over_http
from custom_components.ocpp.csms.pki.contracts.verifier import ContractVerifier
from custom_components.ocpp.csms.tokens.authorization import Authority, KnownToken
from tests.contracts import Operator, issue, responding
from tests.csms.conformance.peer import NOW, Message
from tests.waiting import until

from .script import Station, StationBench

CONTRACT = "DE8AAC1234567890"
TOKEN: Message = {"idToken": CONTRACT, "type": "eMAID"}


@pytest.fixture
async def operator(bench: StationBench) -> AsyncIterator[Operator]:
    """An operator whose root the owner trusts, and who has a contract that may charge."""
    bench.system.authority = Authority.of([KnownToken(CONTRACT)], free_vend=False)
    async with (
        responding(Operator(NOW)) as operator,
        aiohttp.ClientSession() as session,
    ):
        bench.system.contracts = ContractVerifier(
            [operator.root.certificate], partial(ask_over_http, session), lambda: NOW
        )
        yield operator


async def test_TC_C_50(charger: Station, operator: Operator) -> None:
    hashes = [operator.hash_data(operator.contract(CONTRACT))]
    answer = await charger.tell(
        "Authorize", idToken=TOKEN, iso15118CertificateHashData=hashes
    )
    assert answer["idTokenInfo"]["status"] == "Accepted"
    assert answer["certificateStatus"] == "Accepted"
    await charger.report("Occupied")
    started = await charger.session().start("Authorized", "Charging", idToken=TOKEN)
    assert started["idTokenInfo"]["status"] == "Accepted"


async def test_TC_C_51(charger: Station, operator: Operator) -> None:
    contract = operator.contract(CONTRACT)
    operator.revoked.add(contract.serial_number)
    answer = await charger.tell(
        "Authorize",
        idToken=TOKEN,
        iso15118CertificateHashData=[operator.hash_data(contract)],
    )
    assert answer["idTokenInfo"]["status"] == "Invalid"
    assert answer["certificateStatus"] == "CertificateRevoked"


async def test_TC_C_52(charger: Station, operator: Operator) -> None:
    chain = operator.chain(operator.contract(CONTRACT))
    answer = await charger.tell("Authorize", idToken=TOKEN, certificate=chain)
    assert answer["idTokenInfo"]["status"] == "Accepted"
    assert answer["certificateStatus"] == "Accepted"


def expired(operator: Operator) -> str:
    """Return a contract that has ended."""
    return operator.chain(operator.contract(CONTRACT, timedelta(days=-1)))


def revoked(operator: Operator) -> str:
    """Return a contract that was revoked."""
    contract = operator.contract(CONTRACT)
    operator.revoked.add(contract.serial_number)
    return operator.chain(contract)


def of_somebody_else(operator: Operator) -> str:
    """Return a contract of an operator that the owner does not trust."""
    stranger = Operator(operator.now, operator.url)
    stranger.sub = issue("Another Sub", stranger.root, operator.now)
    return stranger.chain(stranger.contract(CONTRACT))


def forged(operator: Operator) -> str:
    """Return a contract that is signed by somebody of the same name."""
    stranger = Operator(operator.now, operator.url)
    return operator.chain(stranger.contract(CONTRACT))


def of_no_authority(operator: Operator) -> str:
    """Return a contract that was signed with the contract of another vehicle."""
    operator.sub = issue("Vehicle", operator.root, operator.now)
    return operator.chain(operator.contract(CONTRACT))


def of_another_contract(operator: Operator) -> str:
    """Return the certificate of another contract."""
    return operator.chain(operator.contract("DE8AAC9999999999"))


def unreadable(_: Operator) -> str:
    """Return what is no certificate."""
    return "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"


def unconfirmed(operator: Operator) -> str:
    """Return a contract of which nobody tells if it was revoked."""
    operator.url = operator.url.replace("http", "ftp")
    return operator.chain(operator.contract(CONTRACT))


@pytest.mark.parametrize(
    ("chain", "certificate_status", "status"),
    [
        (expired, "CertificateExpired", "Expired"),
        (revoked, "CertificateRevoked", "Invalid"),
        (of_somebody_else, "CertChainError", "Invalid"),
        (forged, "SignatureError", "Invalid"),
        (of_no_authority, "CertChainError", "Invalid"),
        (of_another_contract, "NoCertificateAvailable", "Invalid"),
        (unreadable, "NoCertificateAvailable", "Invalid"),
        (unconfirmed, "NoCertificateAvailable", "Invalid"),
    ],
)
async def test_a_contract_is_not_good(
    charger: Station,
    operator: Operator,
    chain: Callable[[Operator], str],
    certificate_status: str,
    status: str,
) -> None:
    answer = await charger.tell("Authorize", idToken=TOKEN, certificate=chain(operator))
    assert answer["certificateStatus"] == certificate_status
    assert answer["idTokenInfo"]["status"] == status


async def test_a_good_contract_that_may_not_charge(
    bench: StationBench, charger: Station, operator: Operator
) -> None:
    bench.system.authority = Authority.of([], free_vend=False)
    chain = operator.chain(operator.contract(CONTRACT))
    answer = await charger.tell("Authorize", idToken=TOKEN, certificate=chain)
    assert answer["certificateStatus"] == "Accepted"
    assert answer["idTokenInfo"]["status"] == "Invalid"


async def test_an_answer_of_somebody_else_counts_for_nothing(
    charger: Station, operator: Operator
) -> None:
    operator.deputy = Operator(NOW).deputy
    hashes = [operator.hash_data(operator.contract(CONTRACT))]
    answer = await charger.tell(
        "Authorize", idToken=TOKEN, iso15118CertificateHashData=hashes
    )
    assert answer["certificateStatus"] == "NoCertificateAvailable"


async def test_other_messages_go_on_meanwhile(
    bench: StationBench, charger: Station
) -> None:
    operator, goes_on = Operator(NOW), asyncio.Event()

    async def ask(_: str, question: bytes) -> bytes:
        await goes_on.wait()
        return operator.answer(question)

    bench.system.contracts = ContractVerifier(
        [operator.root.certificate], ask, lambda: NOW
    )
    chain = operator.chain(operator.contract(CONTRACT))
    asked: Message = {"idToken": TOKEN, "certificate": chain}
    waiting = asyncio.create_task(charger.call("Authorize", asked))
    assert (await charger.tell("Heartbeat"))["currentTime"]
    assert not waiting.done()
    goes_on.set()
    kind, _, answer = await waiting
    assert (kind, answer["certificateStatus"]) == (3, "Accepted")


async def test_nobody_checks_contracts(bench: StationBench, charger: Station) -> None:
    operator = Operator(NOW)
    contract = operator.contract(CONTRACT)
    # What the charger has checked itself is as good as a card.
    answer = await charger.tell(
        "Authorize",
        idToken=TOKEN,
        iso15118CertificateHashData=[operator.hash_data(contract)],
    )
    assert answer == {"idTokenInfo": {"status": "Accepted"}}
    answer = await charger.tell(
        "Authorize", idToken=TOKEN, certificate=operator.chain(contract)
    )
    assert answer["certificateStatus"] == "CertChainError"
    assert answer["idTokenInfo"]["status"] == "Invalid"


async def test_a_long_address_of_a_responder_is_kept(
    charger: Station, operator: Operator
) -> None:
    operator.url += f"?{'a' * 400}"
    hashes = [operator.hash_data(operator.contract(CONTRACT))]
    answer = await charger.tell(
        "Authorize", idToken=TOKEN, iso15118CertificateHashData=hashes
    )
    assert answer["certificateStatus"] == "Accepted"


async def test_a_question_that_was_given_up_is_not_answered(
    bench: StationBench, charger: Station
) -> None:
    operator, goes_on = Operator(NOW), asyncio.Event()
    asked: list[str] = []

    async def ask(url: str, question: bytes) -> bytes:
        asked.append(url)
        await goes_on.wait()
        return operator.answer(question)

    bench.system.contracts = ContractVerifier(
        [operator.root.certificate], ask, lambda: NOW
    )
    chain = operator.chain(operator.contract(CONTRACT))
    request: Message = {"idToken": TOKEN, "certificate": chain}
    first = asyncio.create_task(charger.call("Authorize", request))
    await until(lambda: len(asked) == 1)
    second = asyncio.create_task(charger.call("Authorize", request))
    await until(lambda: len(asked) == 2)
    goes_on.set()
    kind, *_ = await second
    assert kind == 3
    await charger.tell("Heartbeat")
    assert not first.done()
    first.cancel()
