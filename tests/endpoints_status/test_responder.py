"""The responder and who asks it: OpenSSL's command line on loopback, and our own station in memory."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1, SHA224
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from harness.endpoints.plain_http import HttpMessage, HttpReader
from harness.endpoints.responder import Responder, ResponderEndpoint
from harness.endpoints.status_asking import OCSP_REQUEST, OCSP_RESPONSE, StatusAsker
from harness.pki.build import Pki
from harness.pki.credentials import pem
from harness.pki.crl import ListStatus
from harness.pki.flaws import Flaw
from harness.pki.ocsp import Status
from harness.pki.revocation import Needed, status_objections
from harness.transports.base import Address, Network
from harness.transports.clock import time_of_day
from harness.transports.memory import MemoryNetwork
from harness.transports.network import SocketNetwork

AT = 1_767_225_600.0
PKI = Pki.generate(AT)
CHAIN = PKI.vehicle_chain().chain


@asynccontextmanager
async def answering(
    network: Network, pki: Pki = PKI, statuses: Mapping[bytes, Status] | None = None, host: str = "::1"
) -> AsyncIterator[Address]:
    endpoint = ResponderEndpoint(Responder(pki, statuses), network, host=host)
    await endpoint.open()
    running = asyncio.create_task(endpoint.run())
    assert endpoint.address is not None
    try:
        yield endpoint.address
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await endpoint.close()
        await network.close()


def question(depth: int = 0) -> bytes:
    line = [x509.load_der_x509_certificate(one) for one in (*CHAIN, *PKI.oem_roots)]
    made = ocsp.OCSPRequestBuilder().add_certificate(line[depth], line[depth + 1], SHA1()).build()
    return made.public_bytes(Encoding.DER)


def ask(method: str, target: str, body: bytes = b"", kind: str = OCSP_REQUEST) -> HttpMessage:
    asked = HttpMessage(start=(method, target, "HTTP/1.1"), headers={"content-type": kind}, body=body)
    answered = HttpReader(answer=True).feed(Responder(PKI, {CHAIN[1]: Status.REVOKED}).answer(asked))
    assert answered is not None
    return answered


def test_a_question_is_answered_by_post_and_by_get() -> None:
    posted = ask("POST", "/vehicle", question())
    got = ask("GET", "/vehicle/" + quote(b64encode(question()).decode(), safe=""))
    unquoted = ask("GET", "/" + b64encode(question()).decode())

    assert posted.body == got.body == unquoted.body == PKI.ocsp(CHAIN[0], hashed="sha1")
    assert posted.headers["content-type"] == OCSP_RESPONSE


def test_each_certificate_has_its_status() -> None:
    found = [ocsp.load_der_ocsp_response(ask("POST", "/", question(depth)).body) for depth in range(3)]

    good, revoked = ocsp.OCSPCertStatus.GOOD, ocsp.OCSPCertStatus.REVOKED
    assert [response.certificate_status for response in found] == [good, revoked, good]


@pytest.mark.parametrize(
    ("method", "target", "kind", "status"),
    [("PUT", "/", OCSP_REQUEST, 405), ("POST", "/", "text/html", 400), ("GET", "/nothing", "", 404)],
)
def test_other_requests_are_refused(method: str, target: str, kind: str, status: int) -> None:
    assert ask(method, target, b"x", kind).status == status


def test_strange_questions_get_an_error() -> None:
    responder = Responder(PKI)
    stranger = Pki.generate(AT)
    line = [x509.load_der_x509_certificate(one) for one in stranger.vehicle_chain().chain]
    asked = ocsp.OCSPRequestBuilder().add_certificate(line[0], line[1], SHA1()).build()

    odd = ocsp.OCSPRequestBuilder().add_certificate_by_hash(b"x" * 28, b"x" * 28, 7, SHA224()).build()
    assert responder.respond(odd.public_bytes(Encoding.DER)) == responder.respond(b"noise")
    malformed = ocsp.load_der_ocsp_response(responder.respond(b"noise"))
    unknown = ocsp.load_der_ocsp_response(responder.respond(asked.public_bytes(Encoding.DER)))

    assert malformed.response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST
    assert unknown.response_status is ocsp.OCSPResponseStatus.UNAUTHORIZED


def test_certificates_that_nobody_can_read_are_no_hindrance() -> None:
    pki = Pki.generate(AT)
    for flaw in (Flaw.NOISE, Flaw.NEGATIVE_SERIAL):
        pki.vehicle_chain(flaw=flaw)
    good = pki.vehicle_chain()
    line = [x509.load_der_x509_certificate(one) for one in good.chain]
    asked = ocsp.OCSPRequestBuilder().add_certificate(line[0], line[1], SHA1()).build()

    assert Responder(pki).respond(asked.public_bytes(Encoding.DER)) == pki.ocsp(good.chain[0], hashed="sha1")


async def test_openssl_asks_and_hears(tmp_path: Path) -> None:
    """By IPv4: OpenSSL 3.0 takes an IPv6 address in no form that it understands itself."""
    pki = Pki.generate(time_of_day())
    line = [*pki.vehicle_chain().chain, *pki.oem_roots]
    for name, certificate in (("leaf", line[0]), ("issuer", line[1]), ("root", line[3])):
        (tmp_path / name).write_bytes(pem(certificate))
    (tmp_path / "chain").write_bytes(b"".join(map(pem, line)))

    async with answering(SocketNetwork(), pki, {line[0]: Status.REVOKED}, host="127.0.0.1") as address:
        process = await asyncio.create_subprocess_exec(
            "openssl", "ocsp", "-url", f"http://127.0.0.1:{address.port}/vehicle", "-issuer", str(tmp_path / "issuer"),
            "-cert", str(tmp_path / "leaf"), "-CAfile", str(tmp_path / "root"), "-no_nonce",
            "-verify_other", str(tmp_path / "chain"),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        printed, _ = await process.communicate()

    assert b"Response verify OK" in printed
    assert b"leaf: revoked" in printed


@pytest.mark.parametrize("status", [Status.GOOD, Status.REVOKED])
async def test_a_station_learns_what_is_said(status: Status) -> None:
    network = MemoryNetwork()
    async with answering(network, statuses={CHAIN[1]: status}) as address:
        learned = await StatusAsker(network, at=address).ask(CHAIN, (*CHAIN, *PKI.oem_roots))

    assert learned == tuple(PKI.ocsp(one, status if place == 1 else Status.GOOD) for place, one in enumerate(CHAIN))
    found = status_objections(CHAIN, PKI.oem_roots, learned, AT, needed=Needed.CHAIN)
    assert bool(found) is (status is Status.REVOKED)


async def test_it_asks_where_certificates_say() -> None:
    network = MemoryNetwork()
    pki = Pki.generate(AT, ocsp_address="http://responder.test:8888/")
    chain = pki.vehicle_chain().chain
    endpoint = ResponderEndpoint(Responder(pki), network, host="responder.test", port=8888)
    await endpoint.open()
    running = asyncio.create_task(endpoint.run())

    learned = await StatusAsker(network).ask(chain, (*chain, *pki.oem_roots))

    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await endpoint.close()
    assert learned == pki.staples(pki.vehicle_chain())


@pytest.mark.parametrize("status", [ListStatus.GOOD, ListStatus.REVOKED])
async def test_lists_are_fetched_where_there_is_no_responder(status: ListStatus) -> None:
    network = MemoryNetwork()
    pki = Pki.generate(AT, ocsp_address="", crl_address="http://lists.test/")
    chain = pki.vehicle_chain().chain
    async with answering(network, pki, {chain[1]: Status(status.value)}) as address:
        learned = await StatusAsker(network, at=address).ask(chain, (*chain, *pki.oem_roots))

    assert learned == tuple(pki.crl(one, status if place == 1 else ListStatus.GOOD) for place, one in enumerate(chain))


async def test_silence_is_not_a_status() -> None:
    network = MemoryNetwork()
    listener = await network.listen("::1", 80)

    mute = await StatusAsker(network, at=Address("::1", 80), patience=0.05).ask(CHAIN, (*CHAIN, *PKI.oem_roots))
    await listener.close()
    nobody = await StatusAsker(network, at=Address("::1", 80)).ask(CHAIN, (*CHAIN, *PKI.oem_roots))

    assert mute == nobody == (b"", b"", b"")


async def test_hostile_clients_do_not_stop_the_responder() -> None:
    network = MemoryNetwork()
    async with answering(network) as address:
        for noise in (b"", b"noise\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n"):
            stream = await network.connect(address.host, address.port)
            await stream.send(noise)
            stream.abort() if not noise else None
        learned = await StatusAsker(network, at=address).ask(CHAIN, (*CHAIN, *PKI.oem_roots))

    assert all(learned)


@pytest.mark.parametrize("asked", [(), (b"garbage",)])
async def test_chains_that_are_none_teach_nothing(asked: tuple[bytes, ...]) -> None:
    assert await StatusAsker(MemoryNetwork()).ask(asked, (*asked, *PKI.oem_roots)) == (b"",) * len(asked)


@pytest.mark.parametrize("address", ["ldap://x/", "http://", "http://[::1", "http://host:port/", "http://höst/ü€"])
async def test_addresses_that_lead_nowhere_teach_nothing(address: str) -> None:
    try:
        pki = Pki.generate(AT, ocsp_address=address)
        chain = pki.vehicle_chain().chain
    except ValueError:
        return
    assert await StatusAsker(MemoryNetwork()).ask(chain, (*chain, *pki.oem_roots)) == (b"", b"", b"")
