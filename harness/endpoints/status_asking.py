"""How a station learns whether the vehicle's chain was revoked: it asks the responders that the certificates name."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

from harness.core.errors import UnreachableError
from harness.endpoints.plain_http import HttpMessage, HttpProblem, HttpReader, http_request
from harness.pki.lint import parse_certificate
from harness.pki.path import issued_by
from harness.transports.base import Address, ConnectionLost, Network, Stream

OCSP_REQUEST, OCSP_RESPONSE = "application/ocsp-request", "application/ocsp-response"
_PATIENCE = 3.0
_MOST_CERTIFICATES, _MOST_AUTHORITIES = 16, 64
_PORT = 80


class StatusAsker:
    """Asks by OCSP over HTTP, or takes revocation lists where a certificate names no responder."""

    def __init__(self, network: Network, *, at: Address | None = None, patience: float = _PATIENCE) -> None:
        """Prepare.

        Args:
            network: where responders are.
            at: where to connect instead of the host that a certificate names, as by way of a proxy.
            patience: seconds for all that is asked about one chain.
        """
        self._network, self._at, self._patience = network, at, patience

    async def ask(self, asked: Sequence[bytes], authorities: Sequence[bytes]) -> tuple[bytes, ...]:
        """What is to be learned about each certificate, in their order; empty where nobody answers.

        What is learned is not judged here: `harness.pki.revocation` does that.

        Args:
            asked: DER, as the vehicle sent them.
            authorities: DER of certificates that may have issued one of them: its chain, and trusted roots.
        """
        line = [_read(certificate) for certificate in asked[:_MOST_CERTIFICATES]]
        above = [one for one in map(_read, authorities[:_MOST_AUTHORITIES]) if one is not None]
        tasks = [asyncio.create_task(self._learn(one, above)) for one in line]
        try:
            done, _ = await asyncio.wait(tasks, timeout=self._patience) if tasks else (set(), set())
        finally:
            for task in tasks:
                task.cancel()
        return tuple(task.result() if task in done else b"" for task in tasks)

    async def _learn(self, certificate: x509.Certificate | None, above: Sequence[x509.Certificate]) -> bytes:
        """What is to be learned about one certificate; empty where nobody says anything that could be read."""
        if certificate is None:
            return b""
        issuer = next((one for one in above if one != certificate and issued_by(certificate, one)), None)
        responder, place = _responder(certificate), list_place(certificate)
        try:
            if responder and issuer is not None:
                request = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, SHA256()).build()
                return await self._fetch(responder, request.public_bytes(Encoding.DER))
            return await self._fetch(place) if place else b""
        except (UnreachableError, ConnectionLost, HttpProblem):
            return b""

    async def _fetch(self, url: str, question: bytes = b"") -> bytes:
        named, asking = _request(url, question)
        where = self._at or named
        stream = await self._network.connect(where.host, where.port)
        try:
            await stream.send(asking)
            answer = await read_message(stream, HttpReader(answer=True))
        finally:
            await stream.close()
        if answer.status != 200:
            raise HttpProblem(f"the responder answered with HTTP status {answer.status}")
        return answer.body


async def read_message(stream: Stream, reader: HttpReader) -> HttpMessage:
    """The next message of a connection.

    Raises:
        HttpProblem: none came.
        ConnectionLost: the connection broke.
    """
    while True:
        message = reader.feed(await stream.receive())
        if message is not None:
            return message


def _request(url: str, question: bytes) -> tuple[Address, bytes]:
    """Where an address leads, and what to send there.

    Raises:
        HttpProblem: it is none of HTTP.
    """
    try:
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        if parts.scheme != "http" or not parts.hostname:
            raise HttpProblem(f"an address that is not of HTTP: {url[:100]!r}")
        method = "POST" if question else "GET"
        asking = http_request(method, target, parts.netloc, kind=OCSP_REQUEST, body=question)
        return Address(parts.hostname, parts.port or _PORT), asking
    except ValueError as problem:
        raise HttpProblem(f"an address that nobody can read: {url[:100]!r}") from problem


def _read(certificate: bytes) -> x509.Certificate | None:
    parsed = parse_certificate(certificate, 0)
    return parsed if isinstance(parsed, x509.Certificate) else None


def _responder(certificate: x509.Certificate) -> str:
    """Where to ask by OCSP; empty if the certificate does not say."""
    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return ""
    return _first_url(
        [one.access_location for one in access if one.access_method == AuthorityInformationAccessOID.OCSP]
    )


def list_place(certificate: x509.Certificate) -> str:
    """Where the list of a certificate's issuer is; empty if the certificate does not say."""
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return ""
    return _first_url([name for point in points for name in point.full_name or ()])


def _first_url(names: Sequence[x509.GeneralName]) -> str:
    return next((name.value for name in names if isinstance(name, x509.UniformResourceIdentifier)), "")
