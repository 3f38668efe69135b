"""Ways in which a TLS connection ends that are no good handshake: silence, resets, late alerts, noise."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from harness.pki.build import Pki
from harness.pki.flaws import Flaw
from harness.transports.base import ConnectionLost, LossKind, Stream
from harness.transports.clock import VIRTUAL_EPOCH, run, running_clock
from harness.transports.contract import connected
from harness.transports.memory import MemoryNetwork
from harness.transports.tls.engine_openssl import OpensslEngine
from harness.transports.tls.profile import STRICT_20
from harness.transports.tls.report import HandshakeReport, Outcome, TlsEvent, TlsRefused, TlsRole
from harness.transports.tls.secure import secure_client, secure_server
from harness.transports.tls.setup import TlsSetup
from tests.transports_tls.meeting import secured_pair, told

PKI = Pki.generate(VIRTUAL_EPOCH)
Peer = Callable[[Stream], Awaitable[None]]


async def as_client(stream: Stream, **terms: object) -> HandshakeReport:
    now = running_clock().now
    return await told(
        secure_client(stream, PKI.vehicle_chain(), PKI.v2g_roots, STRICT_20, now=now, **terms)  # type: ignore[arg-type]
    )


def against(peer: Peer, **terms: object) -> tuple[HandshakeReport, list[TlsEvent]]:
    """What our client says about a peer, and what it tells the recorder."""
    events: list[TlsEvent] = []

    async def meet() -> HandshakeReport:
        ours, theirs = await connected(MemoryNetwork())
        report, _ = await asyncio.gather(as_client(ours, on_event=events.append, **terms), peer(theirs))
        return report

    return run(meet(), virtual=True), events


async def silent(stream: Stream) -> None:
    while await stream.receive():
        pass


async def closing(stream: Stream) -> None:
    await stream.receive()
    await stream.close()


async def resetting(stream: Stream) -> None:
    await stream.receive()
    stream.abort()


async def babbling(stream: Stream) -> None:
    await stream.receive()
    await stream.send(b"SSH-2.0-not-what-you-think\r\n" * 3)
    await silent(stream)


async def refusing_late(stream: Stream) -> None:
    """A station that takes longer to look at the certificate than we wait for a sign of it."""
    setup = TlsSetup(
        role=TlsRole.SERVER,
        profile=STRICT_20,
        credentials=PKI.secc_chain(),
        roots=(),
        at=VIRTUAL_EPOCH,
        asks_certificate=True,
    )
    engine = OpensslEngine(setup)
    flights = 0
    while not engine.handshake(VIRTUAL_EPOCH):
        await stream.send(engine.take())
        engine.feed(await stream.receive())
        flights += 1
    assert flights == 2
    clock = running_clock()
    await clock.wait_until(clock.now() + 5)
    await stream.send(engine.take())
    await stream.close()


@pytest.mark.parametrize(
    ("peer", "outcome", "words"),
    [
        (silent, Outcome.TIMEOUT, "within 3 s"),
        (closing, Outcome.CLOSED, "without an alert"),
        (resetting, Outcome.CLOSED, "reset"),
        (babbling, Outcome.REFUSED_BY_US, "wrong version number"),
    ],
    ids=["silent", "closing", "resetting", "babbling"],
)
def test_what_is_no_handshake_is_told_apart(peer: Peer, outcome: Outcome, words: str) -> None:
    report, events = against(peer, timeout=3)

    assert report.outcome is outcome
    assert words in report.error
    assert not report.complete
    assert report.client_hello is not None
    assert events[-1].event == "refused"
    assert events[-1].facts["outcome"] == outcome.value


def test_the_deadline_runs_in_virtual_time() -> None:
    report, _ = against(silent, timeout=3)

    assert report.ended - report.started == pytest.approx(3)


def test_a_client_waits_for_the_verdict_on_its_certificate() -> None:
    async def meet() -> tuple[HandshakeReport, HandshakeReport, list[TlsEvent]]:
        events: list[TlsEvent] = []
        ours, theirs = await connected(MemoryNetwork())
        now = running_clock().now
        flawed = PKI.vehicle_chain(flaw=Flaw.UNKNOWN_ROOT)
        client, server = await asyncio.gather(
            told(secure_client(ours, flawed, PKI.v2g_roots, STRICT_20, now=now, on_event=events.append)),
            told(secure_server(theirs, PKI.secc_chain(), PKI.oem_roots, STRICT_20, now=now)),
        )
        return client, server, events

    client, server, events = run(meet(), virtual=True)

    assert client.outcome is Outcome.REFUSED_BY_PEER
    assert client.version == "TLSv1.3"
    assert server.outcome is Outcome.REFUSED_BY_US
    assert [(event.event, event.alert, event.sent) for event in events] == [
        ("alert", 48, False),
        ("refused", 48, False),
    ]


def test_a_refusal_after_the_wait_still_belongs_to_the_handshake() -> None:
    async def meet() -> tuple[HandshakeReport, HandshakeReport, ConnectionLost, list[str]]:
        events: list[TlsEvent] = []
        ours, theirs = await connected(MemoryNetwork())
        peer = asyncio.ensure_future(refusing_late(theirs))
        now = running_clock().now
        stream = await secure_client(
            ours, PKI.vehicle_chain(), PKI.v2g_roots, STRICT_20, now=now, on_event=events.append
        )
        first = stream.report
        with pytest.raises(ConnectionLost) as lost:
            await stream.receive()
        await peer
        return first, stream.report, lost.value, [event.event for event in events]

    first, last, lost, events = run(meet(), virtual=True)

    assert first.complete
    assert not first.settled
    assert last.outcome is Outcome.REFUSED_BY_PEER
    assert last.alert_received is not None
    assert last.alert_received.number == 48
    assert (lost.how, lost.detail) == (LossKind.RESET, "the peer sent unknown_ca (48)")
    assert events == ["handshake", "alert", "refused", "closed"]


def test_a_good_connection_tells_of_its_beginning_and_its_end() -> None:
    async def meet() -> list[TlsEvent]:
        events: list[TlsEvent] = []
        ours, theirs = await connected(MemoryNetwork())
        now = running_clock().now
        client, server = await asyncio.gather(
            secure_client(ours, PKI.vehicle_chain(), PKI.v2g_roots, STRICT_20, now=now),
            secure_server(theirs, PKI.secc_chain(), PKI.oem_roots, STRICT_20, now=now, on_event=events.append),
        )
        await client.close()
        assert await server.receive() == b""
        await server.close()
        return events

    events = run(meet(), virtual=True)

    assert [(event.event, event.detail) for event in events] == [("handshake", ""), ("closed", "by the peer")]
    assert events[0].facts["suite"] == "TLS_AES_256_GCM_SHA384"


def test_an_end_without_close_notify_is_told() -> None:
    async def meet() -> list[str]:
        details: list[str] = []
        ours, theirs = await connected(MemoryNetwork())
        now = running_clock().now
        client, server = await asyncio.gather(
            secure_client(ours, PKI.vehicle_chain(), PKI.v2g_roots, STRICT_20, now=now),
            secure_server(
                theirs,
                PKI.secc_chain(),
                PKI.oem_roots,
                STRICT_20,
                now=now,
                on_event=lambda event: details.append(event.detail),
            ),
        )
        await ours.close()
        assert await server.receive() == b""
        client.abort()
        return details

    assert run(meet(), virtual=True)[-1] == "by the peer, without close_notify"


def test_noise_in_an_established_connection_is_a_loss_and_alerts_the_peer() -> None:
    async def meet() -> tuple[ConnectionLost, ConnectionLost]:
        network = MemoryNetwork()
        ours, theirs = await connected(network)
        now = running_clock().now
        client, server = await asyncio.gather(
            secure_client(ours, PKI.vehicle_chain(), PKI.v2g_roots, STRICT_20, now=now),
            secure_server(theirs, PKI.secc_chain(), PKI.oem_roots, STRICT_20, now=now),
        )
        await ours.send(b"\x17\x03\x03\x00\x20" + bytes(32))
        with pytest.raises(ConnectionLost) as at_server:
            await server.receive()
        with pytest.raises(ConnectionLost) as at_client:
            await client.receive()
        return at_server.value, at_client.value

    at_server, at_client = run(meet(), virtual=True)

    assert "bad record mac" in at_server.detail
    assert at_client.detail == "the peer sent bad_record_mac (20)"


def test_the_key_log_goes_only_where_it_was_asked_to(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", f"{tmp_path}/leak")
    lines: list[str] = []

    async def meet() -> None:
        ours, theirs = await connected(MemoryNetwork())
        now = running_clock().now
        await asyncio.gather(
            secure_client(ours, PKI.vehicle_chain(), PKI.v2g_roots, STRICT_20, now=now, keylog=lines.append),
            secure_server(theirs, PKI.secc_chain(), PKI.oem_roots, STRICT_20, now=now),
        )

    run(meet(), virtual=True)

    assert any(line.startswith("CLIENT_TRAFFIC_SECRET_0 ") for line in lines)
    from pathlib import Path

    assert not list(Path(str(tmp_path)).iterdir())


def test_many_refused_handshakes_leave_the_next_one_well() -> None:
    async def meet() -> bool:
        for _ in range(5):
            ours, theirs = await connected(MemoryNetwork())
            now = running_clock().now
            with pytest.raises(TlsRefused):
                await asyncio.gather(
                    secure_client(ours, None, PKI.v2g_roots, STRICT_20, now=now),
                    told(secure_server(theirs, PKI.secc_chain(), PKI.oem_roots, STRICT_20, now=now)),
                )
        client, server = await secured_pair(PKI)
        return client.report.complete and server.report.complete

    assert run(meet(), virtual=True)
