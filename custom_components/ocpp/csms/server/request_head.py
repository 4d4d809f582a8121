"""The head of a request as it comes over the wire, made such that a strict parser takes it.

Firmware that writes HTTP by itself ends lines in half, puts spaces and umlauts into the URL, or leaves spaces where none
may be. What is no HTTP at all is passed on as it is.
"""

import re
from urllib.parse import quote

END_OF_HEAD = b"\r\n\r\n"
"""The end of a head that was made such."""

_END = re.compile(rb"\r?\n\r?\n")
_HEADER = re.compile(rb"[ \t]*([-!#$%&'*+.^_`|~0-9a-zA-Z]+)[ \t]*:(.*)", re.DOTALL)
_AUTHORITY = re.compile(rb"[a-zA-Z]{2,5}://[^/?#]*")
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]+")
_MOST_LINES = 128
_VERSIONS = (b"HTTP/1.0", b"HTTP/1.1")
_URL = "%/?#[]@!$&'()*+,;=:-._~"
_LONGEST_METHOD = 10


class RequestHead:
    """The head of one request, which is held until it is whole."""

    def __init__(self) -> None:
        """Initialize; nothing has come yet."""
        self._held = bytearray()

    def take_in(self, data: bytes) -> tuple[bytes, bool]:
        """Take in what has come; return what can be parsed by now, and whether that is all that had to be held."""
        searched = max(0, len(self._held) - 3)
        self._held += data
        if not _can_be_http(self._held):
            return bytes(self._held), True
        end = _END.search(self._held, searched)
        if end is None:
            return b"", False
        return mended(self._held[: end.start()]) + self._held[end.end() :], True


def _can_be_http(head: bytes | bytearray) -> bool:
    start = head[: _LONGEST_METHOD + 1].lstrip(b"\r\n")
    method = start.partition(b" ")[0]
    return method.isalpha() or not start


def mended(head: bytes | bytearray) -> bytes:
    """Return the head of a request, without the empty line behind it, as a strict parser takes it."""
    first, *lines = bytes(head).lstrip(b"\r\n").split(b"\n", _MOST_LINES)
    headers: list[bytes] = []
    for line in lines:
        stripped = line.rstrip(b"\r")
        if stripped[:1] in (b" ", b"\t") and headers and b":" not in stripped:
            headers[-1] = (headers[-1] + b" " + stripped.strip()).strip()
        elif (found := _HEADER.fullmatch(stripped)) is not None:
            value = _CONTROL.sub(b" ", found[2]).strip()
            headers.append(found[1] + b": " + value)
    return b"\r\n".join((_request_line(first.rstrip(b"\r")), *headers, b"", b""))


def _request_line(line: bytes) -> bytes:
    method, _, rest = line.replace(b"\t", b" ").strip().partition(b" ")
    target, version = rest.strip(), b"HTTP/1.1"
    before, _, last = target.rpartition(b" ")
    if last.upper().startswith(b"HTTP/"):
        target, version = before.strip(), last.upper()
    if not method.isalpha() or not target or version not in _VERSIONS:
        return line
    path = _AUTHORITY.sub(b"", target) or b"/"
    return b" ".join((method.upper(), quote(path, safe=_URL).encode(), version))
