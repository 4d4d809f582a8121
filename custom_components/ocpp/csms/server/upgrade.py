"""The request to open a websocket, mended where it leaves no doubt that it wants one.

The headers of the opening handshake protect browsers and caches, which chargers are not; some leave them out, and
proxies change them. Requests of browsers, which cannot set these headers by themselves, are refused before.
Source: RFC 6455, section 4.2.1.
"""

from base64 import b64decode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
import re

from websockets.http11 import Request
from websockets.utils import accept_key

KEY, VERSION = "Sec-WebSocket-Key", "Sec-WebSocket-Version"
SUBPROTOCOL = "Sec-WebSocket-Protocol"

_SPOKEN = frozenset({"7", "8", "13"})
"""The versions of the websocket protocol that differ in nothing but their number."""
_ANY_KEY = "AAAAAAAAAAAAAAAAAAAAAA=="
_KEY_BYTES = 16
_TOKEN = re.compile(r"[^\s,;\"'\[\]<>()]+")
_MOST_SUBPROTOCOLS = 20


@dataclass(frozen=True, slots=True)
class Mending:
    """The oddities of a request, in words, and the key that its answer must prove to have read, if that is no proper one."""

    oddities: tuple[str, ...] = ()
    accept: str | None = None


def mend(request: Request) -> Mending:
    """Make a request that wants a websocket one that opens it."""
    headers = request.headers
    if request.method != "GET" or not _wants_websocket(request):
        return Mending()
    oddities = [*_mend_protocol(request), *_mend_version(request)]
    key = ",".join(headers.get_all(KEY)[:1])
    accept = None
    if len(headers.get_all(KEY)) != 1 or not _is_proper(key):
        oddities.append(f"its {KEY} is missing or odd")
        accept = accept_key(key)
        _replace(request, KEY, [_ANY_KEY])
    offered = headers.get_all(SUBPROTOCOL)
    named = list(_subprotocols(offered))
    if named != [part.strip() for value in offered for part in value.split(",")]:
        oddities.append(f"its {SUBPROTOCOL} is odd")
    _replace(request, SUBPROTOCOL, named)
    return Mending(tuple(oddities), accept)


def _wants_websocket(request: Request) -> bool:
    headers = request.headers
    upgrade = ",".join(headers.get_all("Upgrade")).lower()
    return "websocket" in upgrade or KEY in headers


def _mend_protocol(request: Request) -> Iterator[str]:
    headers = request.headers
    if request.protocol != "HTTP/1.1":
        yield f"it speaks {request.protocol}"
        request.protocol = "HTTP/1.1"
    if "upgrade" not in _words(headers.get_all("Connection")):
        yield "it has no Connection: Upgrade"
        _replace(request, "Connection", ["Upgrade"])
    if _words(headers.get_all("Upgrade")) != ["websocket"]:
        yield "it has no Upgrade: websocket"
        _replace(request, "Upgrade", ["websocket"])


def _mend_version(request: Request) -> Iterator[str]:
    told = request.headers.get_all(VERSION)
    numbers = re.findall(r"[0-9]+", ",".join(told)[:100])
    if told != ["13"] and (not numbers or _SPOKEN.intersection(numbers)):
        yield f"its {VERSION} is missing or odd"
        _replace(request, VERSION, ["13"])


def _words(values: Iterable[str]) -> list[str]:
    return [word.strip().lower() for value in values for word in value.split(",")]


def _is_proper(key: str) -> bool:
    try:
        return len(b64decode(key.encode(), validate=True)) == _KEY_BYTES
    except ValueError:
        return False


def _subprotocols(offered: Iterable[str]) -> Iterator[str]:
    for value in offered:
        yield from _TOKEN.findall(value)[:_MOST_SUBPROTOCOLS]


def _replace(request: Request, name: str, values: Iterable[str]) -> None:
    if name in request.headers:
        del request.headers[name]
    for value in values:
        request.headers[name] = value
