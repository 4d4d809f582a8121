"""Signed meter values in the form that transparency software reads, by which anybody can check them."""

import base64
import binascii
from collections.abc import Iterable
import re
from xml.etree import ElementTree as ET

from ..csms.metering.signed import SignedValue
from .records import SessionRecord

_HEX = re.compile("(?:[0-9A-Fa-f]{2})+")
_TOLD_KEY = re.compile(r"oca:(base16|base64):[a-z0-9]+:(?P<key>.+)", re.DOTALL)
_OCMF = "OCMF|"


def signed_values(records: Iterable[SessionRecord]) -> str:
    """Return the signed meter values of sessions, which are numbered."""
    root = ET.Element("values")
    for number, record in enumerate(records, start=1):
        for value in record.signed:
            _add(root, str(number), value)
    ET.indent(root)
    return ET.tostring(root, "unicode", xml_declaration=True)


def _add(root: ET.Element, transaction_id: str, signed: SignedValue) -> None:
    attributes = {"transactionId": transaction_id, "context": signed.context}
    value = ET.SubElement(root, "value", attributes)
    text, encoding = _encoded(signed.data)
    data = ET.SubElement(value, "signedData", {"encoding": encoding})
    if signed.format is not None:
        data.set("format", signed.format)
    data.text = text
    if signed.public_key is not None:
        text, encoding = _key(signed.public_key)
        key = ET.SubElement(value, "publicKey", {"encoding": encoding})
        key.text = text


def _encoded(data: str) -> tuple[str, str]:
    """Return data and its encoding; OCMF is text, which OCPP 2.x encodes."""
    plain = data if data.startswith(_OCMF) else _decoded(data)
    if plain is not None and plain.startswith(_OCMF) and plain.isprintable():
        return plain, "plain"
    return _as_bytes(data)


def _key(told: str) -> tuple[str, str]:
    """Return a public key and its encoding, which some tell in front of it."""
    described = _TOLD_KEY.fullmatch(told) or _TOLD_KEY.fullmatch(_decoded(told) or "")
    key = told if described is None else described["key"]
    return _as_bytes(key)


def _as_bytes(told: str) -> tuple[str, str]:
    """Return encoded bytes, and the encoding that they are in."""
    return told, "hex" if _HEX.fullmatch(told) else "base64"


def _decoded(text: str) -> str | None:
    try:
        return base64.b64decode(text, validate=True).decode()
    except binascii.Error, UnicodeDecodeError:
        return None
