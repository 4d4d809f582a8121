"""The protocol versions by name, and what is known of them before one is spoken."""

from custom_components.ocpp.csms.versions import (
    DIALECTS,
    MAX_TOKEN_LENGTH,
    TRIGGERS,
    Dialect,
    Version,
)

from .stub import STUB


def _versions() -> list[Version]:
    return [dialect.load() for dialect in DIALECTS]


def test_a_dialect_has_the_names_of_its_version() -> None:
    for dialect in DIALECTS:
        version = dialect.load()
        assert (dialect.name, dialect.subprotocol) == (
            version.name,
            version.subprotocol,
        )


def test_all_messages_that_can_be_asked_for_are_known() -> None:
    names = [version.triggers.names for version in _versions()]
    assert {name for known in names for name in known.values()} == TRIGGERS.keys()
    for name, trigger in TRIGGERS.items():
        assert name in [known.get(trigger) for known in names]


def test_the_greatest_length_of_an_id_token_is_known() -> None:
    lengths = [version.tokens.max_length for version in _versions()]
    assert max(lengths) == MAX_TOKEN_LENGTH


async def test_a_version_is_read_only_once() -> None:
    read: list[Version] = []

    def read_stub() -> Version:
        read.append(STUB)
        return STUB

    dialect = Dialect("stub", "ocppstub", read_stub)
    assert await dialect.learn() is STUB
    assert await dialect.learn() is STUB
    assert dialect.load() is STUB
    assert read == [STUB]
