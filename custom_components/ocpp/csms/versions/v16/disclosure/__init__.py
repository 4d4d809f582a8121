"""The harmless part of OCPP 1.6's messages and configuration keys.

Nobody is recognised by it, and nothing is unlocked: no tags, passwords, certificates, addresses, serial numbers and SIM
cards, and no text that a charger or its vendor composes freely.
"""

from enum import StrEnum
import inspect

from ocpp.v16 import enums
from ocpp.v16.enums import Action, ConfigurationKey

from ....ocppj.disclosure import Disclosure, words_of
from ....ocppj.framing import Payload
from .fields import (
    CONTAINERS,
    ENUMERATIONS,
    NAMES,
    NUMBERS,
    PRODUCTS,
    TEXTS_OF_NUMBERS,
    TIMES,
)

_SECRET_KEYS = frozenset(
    {ConfigurationKey.authorization_key, ConfigurationKey.cpo_name}
)
_PLAIN_WORDS = frozenset(
    {
        "A",
        "Current",
        "Power",
        "W",
        "FTP",
        "FTPS",
        "HTTP",
        "HTTPS",
        "SFTP",
        "Core",
        "FirmwareManagement",
        "LocalAuthListManagement",
        "RemoteTrigger",
        "Reservation",
        "Security",
        "SmartCharging",
    }
)
"""Words in the values of configuration keys, besides those of the messages."""


def _key_in(payload: Payload) -> str | None:
    """Return the configuration key that an object is about."""
    key = payload.get("key")
    return key if isinstance(key, str) else None


DISCLOSURE = Disclosure(
    actions=frozenset(action.value for action in Action),
    names=NAMES,
    numbers=NUMBERS,
    times=TIMES,
    products=PRODUCTS,
    enumerations=ENUMERATIONS,
    words=_PLAIN_WORDS
    | words_of(
        [member.value for member in kind]
        for _, kind in inspect.getmembers(enums, inspect.isclass)
        if issubclass(kind, StrEnum)
    ),
    texts_of_numbers=TEXTS_OF_NUMBERS,
    containers=CONTAINERS,
    setting_in=_key_in,
    setting_values=frozenset({"value"}),
    settings=frozenset(
        key.value.lower() for key in ConfigurationKey if key not in _SECRET_KEYS
    )
    | {"supportedfiletransferprotocols"},
)
