"""The responder of a run: speaks OCSP over HTTP, and hands out revocation lists, as a case wants them to be."""

from __future__ import annotations

import asyncio
from base64 import b64decode
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509 import ocsp

from harness.endpoints.plain_http import HttpMessage, HttpProblem, HttpReader, http_answer
from harness.endpoints.status_asking import OCSP_REQUEST, OCSP_RESPONSE, list_place, read_message
from harness.pki.build import Pki
from harness.pki.crl import ListStatus
from harness.pki.lint import parse_certificate
from harness.pki.ocsp import HASHES, Status, serial_of
from harness.transports.base import Address, ConnectionLost, Listener, Network, Stream

_CRL = "application/pkix-crl"
_MOST_QUESTION, _MOST_PARTS = 16_384, 32
_PATIENCE = 10.0
_MALFORMED, _UNAUTHORIZED = bytes.fromhex("30030a0101"), bytes.fromhex("30030a0106")
"""The errors of RFC 6960, 4.2.1, that need no signature: no request, and nothing to say about that certificate."""


class Responder:
    """Answers for the certificates of a PKI; knows no network."""

    def __init__(self, pki: Pki, statuses: Mapping[bytes, Status] | None = None) -> None:
        """Open.

        Args:
            pki: whose certificates are asked for.
            statuses: what is said of a certificate (DER), or is wrong with what is said; the others are good.
        """
        self._pki, self._statuses = pki, dict(statuses or {})

    def answer(self, request: HttpMessage) -> bytes:
        """The answer to a request, as bytes of HTTP."""
        method, target, _ = request.start
        if method == "POST" and request.headers.get("content-type") == OCSP_REQUEST:
            return http_answer(200, kind=OCSP_RESPONSE, body=self.respond(request.body))
        if method != "GET":
            return http_answer(400 if method == "POST" else 405)
        if found := self._list(target):
            return http_answer(200, kind=_CRL, body=found)
        question = _from_path(target)
        if not question:
            return http_answer(404)
        return http_answer(200, kind=OCSP_RESPONSE, body=self.respond(question))

    def respond(self, question: bytes) -> bytes:
        """The OCSPResponse (DER) to an OCSPRequest (DER) of hostile bytes."""
        try:
            asked = ocsp.load_der_ocsp_request(question[:_MOST_QUESTION])
            serial, hashed = asked.serial_number, asked.hash_algorithm.name
        except (ValueError, UnsupportedAlgorithm):
            return _MALFORMED
        if hashed not in HASHES:
            return _MALFORMED
        certificate = next((one for one in self._pki.known if _serial(one) == serial), None)
        if certificate is None:
            return _UNAUTHORIZED
        return self._pki.ocsp(certificate, self._statuses.get(certificate, Status.GOOD), hashed=hashed)

    def _list(self, target: str) -> bytes:
        """The revocation list at a path; empty if there is none."""
        listed = [one for one in self._pki.known if _list_path(one) == target]
        if not listed:
            return b""
        chosen = next((one for one in listed if self._statuses.get(one, Status.GOOD) is not Status.GOOD), listed[0])
        said = self._statuses.get(chosen, Status.GOOD).value
        return self._pki.crl(chosen, ListStatus(said) if said in set(ListStatus) else ListStatus.GOOD)


class ResponderEndpoint:
    """A responder on a network; `open` it, then `run` it until it is cancelled, then `close` it."""

    def __init__(self, responder: Responder, network: Network, *, host: str = "", port: int = 0) -> None:
        """Prepare; nothing is opened yet.

        Args:
            responder: who answers.
            network: where questions come from.
            host: what to listen on; empty takes every address.
            port: 0 takes a free one.
        """
        self._responder, self._network = responder, network
        self._host, self._port = host, port
        self._listener: Listener | None = None

    @property
    def address(self) -> Address | None:
        """Where it listens; None while it does not."""
        return Address(self._listener.address, self._listener.port) if self._listener else None

    async def open(self) -> None:
        """Open the port.

        Raises:
            UnreachableError: it is taken, or the host is not ours.
        """
        self._listener = await self._network.listen(self._host, self._port)

    async def run(self) -> None:
        """Answer until cancelled; `open` comes first."""
        if self._listener is None:
            raise ValueError("open the responder first")
        async with asyncio.TaskGroup() as group:
            while True:
                try:
                    stream = await self._listener.accept()
                except ConnectionLost:
                    return
                group.create_task(self._serve(stream))

    async def close(self) -> None:
        """Close the port."""
        if self._listener is not None:
            await self._listener.close()
            self._listener = None

    async def _serve(self, stream: Stream) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                request = await read_message(stream, HttpReader(answer=False))
                await stream.send(self._responder.answer(request))
        except HttpProblem:
            await _refuse(stream)
        except (ConnectionLost, TimeoutError):
            pass
        finally:
            await stream.close()


async def _refuse(stream: Stream) -> None:
    try:
        await stream.send(http_answer(400))
    except ConnectionLost:
        return


def _from_path(target: str) -> bytes:
    """The OCSPRequest that stands in the path of a GET, behind the address of the responder (RFC 6960, A.1).

    A slash may be part of what is encoded: the longest part that is a request counts.
    """
    parts = target.lstrip("/").split("/")
    found = (_question("/".join(parts[start:])) for start in range(min(len(parts), _MOST_PARTS)))
    return next(filter(None, found), b"")


def _question(text: str) -> bytes:
    try:
        question = b64decode(unquote(text), validate=True)
        ocsp.load_der_ocsp_request(question)
    except ValueError:
        return b""
    return question


@lru_cache(maxsize=1024)
def _serial(certificate: bytes) -> int | None:
    """None for one that nobody can read."""
    parsed = parse_certificate(certificate, 0)
    return serial_of(parsed) if isinstance(parsed, x509.Certificate) else None


@lru_cache(maxsize=1024)
def _list_path(certificate: bytes) -> str:
    """The path of the address at which a certificate says that its issuer's list is."""
    parsed = parse_certificate(certificate, 0)
    return urlsplit(list_place(parsed)).path if isinstance(parsed, x509.Certificate) else ""
