"""Block N, use cases N09 and N10: what a charging station knows of persons."""

from collections.abc import Iterator

import pytest

from custom_components.ocpp.csms.operations.upkeep.customers import ask_about
from custom_components.ocpp.csms.pki.certificates import CertificateHash, HashAlgorithm
from custom_components.ocpp.csms.station import StationSettings
from custom_components.ocpp.csms.tokens.authorization import Authority, KnownToken
from custom_components.ocpp.csms.tokens.customers import Customer, CustomerRequest
from custom_components.ocpp.csms.tokens.token import Token, TokenKind
from tests.csms.conformance.peer import ACCEPTED, NOW, Ask, Message, text
from tests.waiting import until

from .script import CARD, Station, StationBench

TOKEN = Token("TAG", TokenKind.CARD_14443)
CERTIFICATE = CertificateHash(HashAlgorithm.SHA256, "ab" * 32, "cd" * 32, "0a1")
BY_TOKEN: Message = {"idToken": CARD}
BY_NAME: Message = {"customerIdentifier": "Ada"}
BY_CERTIFICATE: Message = {
    "customerCertificate": {
        "hashAlgorithm": "SHA256",
        "issuerNameHash": "ab" * 32,
        "issuerKeyHash": "cd" * 32,
        "serialNumber": "0a1",
    }
}


def telling(charger: Station, *parts: str) -> None:
    """Have the charging station tell what it knows in parts."""

    def told(asked: Message) -> Iterator[tuple[str, Message]]:
        for number, part in enumerate(parts):
            yield (
                "NotifyCustomerInformation",
                {
                    "data": part,
                    "tbc": number + 1 < len(parts),
                    "seqNo": number,
                    "generatedAt": text(NOW),
                    "requestId": asked["requestId"],
                },
            )

    charger.follow_ups["CustomerInformation"] = told


def ask(request: CustomerRequest, names: Message, status: str, heard: str) -> Ask:
    """Return the question about a person."""
    payload = {"requestId": 9, "report": request.report, "clear": request.clear}
    return Ask(
        lambda station: ask_about(station, request),
        "CustomerInformation",
        {**payload, **names},
        {"status": status},
        heard,
    )


@pytest.mark.parametrize(
    ("customer", "names", "clear", "known"),
    [
        pytest.param(TOKEN, BY_TOKEN, False, ["Ada, ", "3 sessions"], id="TC_N_27"),
        pytest.param(TOKEN, BY_TOKEN, False, [""], id="TC_N_28"),
        pytest.param(TOKEN, BY_TOKEN, True, ["Ada, ", "3 sessions"], id="TC_N_30"),
        pytest.param(TOKEN, BY_TOKEN, True, [""], id="TC_N_31"),
        pytest.param("Ada", BY_NAME, True, ["Ada"], id="TC_N_62"),
        pytest.param(CERTIFICATE, BY_CERTIFICATE, True, ["Ada"], id="TC_N_63"),
    ],
)
async def test_what_is_known_is_told(
    charger: Station, customer: Customer, names: Message, clear: bool, known: list[str]
) -> None:
    telling(charger, *known)
    request = CustomerRequest(9, customer, clear=clear)
    await ask(request, names, "Accepted", "".join(known)).play(charger)


@pytest.mark.parametrize("status", ["Rejected", "Invalid"], ids="TC_N_29 {}".format)
async def test_nothing_is_told(charger: Station, status: str) -> None:
    await ask(CustomerRequest(9, TOKEN), BY_TOKEN, status, status).play(charger)


async def test_TC_N_32(charger: Station) -> None:
    request = CustomerRequest(9, TOKEN, report=False, clear=True)
    await ask(request, BY_TOKEN, "Accepted", "").play(charger)


async def test_TC_N_46(bench: StationBench, charger: Station) -> None:
    def version(_: Message) -> Message:
        lists = charger.called("SendLocalList")
        return {"versionNumber": lists[-1]["versionNumber"] if lists else 0}

    charger.answers |= {"GetLocalListVersion": version, "SendLocalList": ACCEPTED}
    tokens = [KnownToken("TAG"), KnownToken("OTHER")]
    bench.system.authority = Authority.of(tokens, free_vend=False)
    bench.system.adopt("CP1", StationSettings(local_list=True))
    await until(lambda: "TAG" in kept_by(charger))
    telling(charger, "Ada")
    request = CustomerRequest(9, TOKEN, clear=True)
    before = len(charger.calls)
    await ask(request, BY_TOKEN, "Accepted", "Ada").play(charger)
    (update,) = charger.called("SendLocalList", since=before)
    assert update["updateType"] == "Differential"
    assert update["localAuthorizationList"] == [{"idToken": CARD}]
    assert "TAG" not in kept_by(charger)
    # Asked again, nothing is on the list to be taken off.
    before = len(charger.calls)
    await ask(request, BY_TOKEN, "Accepted", "Ada").play(charger)
    assert charger.called("SendLocalList", since=before) == []


def kept_by(charger: Station) -> set[str]:
    """Return the id tokens on the list that the charging station was sent."""
    kept = charger.station.snapshot.tokens.local_list
    return set() if kept is None else {entry.id_token for entry in kept.entries}
