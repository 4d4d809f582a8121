"""Uploads of a simulated charger by FTP or HTTP, and downloads of firmware."""

import asyncio
from ftplib import FTP, Error as FtpError
from io import BytesIO
from urllib.parse import unquote, urlsplit

import aiohttp

UPLOAD_ERRORS = (FtpError, OSError, EOFError, aiohttp.ClientError, ValueError)


async def upload(location: str, name: str, content: bytes) -> None:
    """Put a file where a URL says.

    Raises:
        UPLOAD_ERRORS: when the other side does not take it.
    """
    if urlsplit(location).scheme == "ftp":
        await asyncio.to_thread(_upload_by_ftp, location, name, content)
        return
    url = f"{location.rstrip('/')}/{name}"
    async with aiohttp.ClientSession(raise_for_status=True) as session:
        await session.put(url, data=content)


def _upload_by_ftp(location: str, name: str, content: bytes) -> None:
    url = urlsplit(location)
    with FTP(timeout=5) as ftp:
        ftp.connect(url.hostname or "", url.port or 21)
        ftp.login(unquote(url.username or ""), unquote(url.password or ""))
        ftp.storbinary(f"STOR {url.path}{name}", BytesIO(content))


async def download(location: str) -> bytes:
    """Return what a URL leads to.

    Raises:
        aiohttp.ClientError: when nothing does.
    """
    async with (
        aiohttp.ClientSession(raise_for_status=True) as session,
        session.get(location) as response,
    ):
        return await response.read()
