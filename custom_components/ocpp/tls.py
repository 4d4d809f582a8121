"""The certificate with which the central system proves itself to chargers."""

import ssl


def load_certificate(certificate: str, private_key: str) -> ssl.SSLContext:
    """Read a certificate and its key from files; blocks while it does.

    Raises:
        OSError: when a file cannot be read, or is not what it should be (`ssl.SSLError`).
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, private_key)
    return context
