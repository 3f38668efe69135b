"""Discovery: how often an EV asks, which answers it takes, and what a station answers."""

from __future__ import annotations

import pytest

from harness.framing.sdp import SdpFault, SdpRequest, SdpResponse, Security, TransportProtocol
from harness.sessions.discovery import Answered, SdpClient, SdpServer

HOST = "fe80::1"
TLS = SdpRequest(Security.TLS)
PLAIN = SdpRequest(Security.NONE)


def answer(security: int, port: int = 50_000, transport: int = TransportProtocol.TCP) -> bytes:
    return SdpResponse.of(HOST, port, security, transport).frame().encode()


def test_ev_asks_every_quarter_of_a_second_fifty_times() -> None:
    client = SdpClient(TLS)
    client.begin(10.0)
    sent = []
    while (due := client.deadline()) is not None:
        sent += [(due, data) for data in client.outbox()]
        client.expire(due)
    assert len(sent) == client.sent == 50
    assert [at for at, _ in sent] == [pytest.approx(10.25 + 0.25 * number) for number in range(50)]
    assert {data for _, data in sent} == {TLS.frame().encode()}
    assert client.exhausted and client.answer is None


def test_nothing_leaves_before_its_time() -> None:
    client = SdpClient(TLS, factor=4.0)
    client.begin(0.0)
    client.outbox()
    client.expire(0.99)
    assert client.outbox() == []
    client.expire(1.0)
    assert len(client.outbox()) == 1


def test_first_usable_answer_ends_the_search() -> None:
    client = SdpClient(TLS)
    client.begin(0.0)
    heard = client.receive(answer(Security.TLS))
    again = client.receive(answer(Security.TLS, port=1))
    assert isinstance(heard, Answered) and heard.refusal == ""
    assert isinstance(again, Answered)
    assert client.answer is not None and client.answer.port == 50_000
    assert client.deadline() is None


@pytest.mark.parametrize(
    ("request_sent", "data", "accept_plain", "usable"),
    [
        (TLS, answer(Security.NONE), False, False),
        (TLS, answer(Security.NONE), True, True),
        (PLAIN, answer(Security.TLS), False, True),
        (PLAIN, answer(Security.NONE), False, True),
        (TLS, answer(Security.TLS, transport=TransportProtocol.UDP), False, False),
        (TLS, answer(0x42), False, False),
        (TLS, answer(Security.TLS, port=0), False, False),
    ],
)
def test_which_answers_an_ev_can_use(request_sent: SdpRequest, data: bytes, accept_plain: bool, usable: bool) -> None:
    client = SdpClient(request_sent, accept_plain=accept_plain)
    client.begin(0.0)
    heard = client.receive(data)
    assert isinstance(heard, Answered)
    assert (heard.refusal == "") is usable
    assert (client.answer is not None) is usable
    assert (client.deadline() is None) is usable


def test_rubbish_and_requests_are_faults() -> None:
    client = SdpClient(TLS)
    client.begin(0.0)
    for data in (b"", b"rubbish", TLS.frame().encode()):
        assert isinstance(client.receive(data), SdpFault)
    assert client.answer is None


BOTH = SdpServer(host=HOST, tls_port=1, plain_port=2)
TLS_ONLY = SdpServer(host=HOST, tls_port=1)
PLAIN_ONLY = SdpServer(host=HOST, plain_port=2)


@pytest.mark.parametrize(
    ("server", "request_heard", "port", "security"),
    [
        (BOTH, TLS, 1, Security.TLS),
        (BOTH, PLAIN, 2, Security.NONE),
        (TLS_ONLY, TLS, 1, Security.TLS),
        (TLS_ONLY, PLAIN, 1, Security.TLS),
        (PLAIN_ONLY, TLS, 2, Security.NONE),
        (PLAIN_ONLY, PLAIN, 2, Security.NONE),
    ],
)
def test_station_offers_what_was_asked_for_or_what_it_has(
    server: SdpServer, request_heard: SdpRequest, port: int, security: Security
) -> None:
    response = server.answer(request_heard)
    assert response is not None
    assert (response.host, response.port, response.security) == (HOST, port, security)


def test_station_that_offers_nothing_says_nothing() -> None:
    assert SdpServer(host=HOST).answer(TLS) is None
    assert BOTH.answer(SdpRequest(Security.TLS, TransportProtocol.UDP)) is None
