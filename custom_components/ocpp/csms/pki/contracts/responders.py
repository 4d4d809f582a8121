"""Questions about revocations over HTTP; the URLs are those of strangers."""

from urllib.parse import urlsplit

import aiohttp

from .verifier import ResponderError

_MOST_BYTES = 32_000
_TIMEOUT = aiohttp.ClientTimeout(total=5)
_HEADERS = {
    "Accept": "application/ocsp-response",
    "Content-Type": "application/ocsp-request",
}


async def ask_over_http(
    session: aiohttp.ClientSession, url: str, question: bytes
) -> bytes:
    """Send a question about a revocation and return the answer.

    Redirects are not followed: they could lead anywhere.

    Raises:
        ResponderError: when there is none.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise ResponderError("it is no address on the web")
    try:
        async with session.post(
            url,
            data=question,
            headers=_HEADERS,
            allow_redirects=False,
            timeout=_TIMEOUT,
        ) as response:
            if response.status != 200:
                raise ResponderError(f"it answers with {response.status}")
            return await _read(response)
    except (aiohttp.ClientError, TimeoutError, ValueError) as err:
        raise ResponderError(type(err).__name__) from err


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = b""
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise ResponderError("its answer is too large")
    return body
