"""SDP: how a station lets itself be found, and what it makes of datagrams that are no request."""

from __future__ import annotations

import pytest

from harness.kit import (
    Bench,
    Feature,
    Frame,
    Judge,
    LinkSeen,
    PayloadType,
    Role,
    SdpRequest,
    SdpResponse,
    Security,
    TransportProtocol,
    answered,
    case,
    datagrams,
    finished,
    probing,
)
from harness.messages.iso20.common import ResponseCode, SessionSetupRes
from harness.messages.sap import SupportedAppProtocolRes

PROMPT = 0.25
"""Seconds after which an EV asks again (V2G2-159)."""
GOOD = SdpRequest().frame().encode()
OVER_UDP = SdpRequest(transport=TransportProtocol.UDP).frame().encode()
TO_TCP_TLS = bytes((Security.TLS, TransportProtocol.TCP))
MALFORMED = {
    "empty": b"",
    "half_a_header": GOOD[:5],
    "no_payload": Frame(PayloadType.SDP_REQUEST, b"").encode(),
    "short_payload": Frame(PayloadType.SDP_REQUEST, b"\x00").encode(),
    "long_payload": Frame(PayloadType.SDP_REQUEST, TO_TCP_TLS + b"\x00").encode(),
    "length_too_large": Frame(PayloadType.SDP_REQUEST, TO_TCP_TLS, length=200).encode(),
    "length_too_small": Frame(PayloadType.SDP_REQUEST, TO_TCP_TLS, length=1).encode(),
    "version_2": Frame(PayloadType.SDP_REQUEST, TO_TCP_TLS, version=2, inverse=0xFD).encode(),
    "wrong_inverse": Frame(PayloadType.SDP_REQUEST, TO_TCP_TLS, inverse=0xFF).encode(),
    "reserved_type": Frame(0x8FFF, TO_TCP_TLS).encode(),
    "message_type": Frame(PayloadType.COMMON, TO_TCP_TLS).encode(),
    "a_response": SdpResponse.of("fe80::1", 15118).frame().encode(),
}


@case(
    "ISO20-STN-SDP-001",
    "A station that is looked for says where it is",
    sut=Role.STATION,
    cites=("V2G2-144", "V2G2-623"),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_discovery_is_answered(bench: Bench, judge: Judge) -> None:
    """The EV asks once and gives the station a second; the answer must be one that an EV can use."""
    trace = await bench.run(probing(bench.ev, GOOD), until=answered(SupportedAppProtocolRes))

    asked, again = datagrams(trace, sent_by=Role.EV)[:2]
    answers = datagrams(trace.since(asked).until(again), sent_by=Role.STATION)
    if judge.any("answers", answers):
        first = answers[0]
        told = "; ".join(first.message.problems()) if first.message else first.problem
        judge.holds("well-formed answer", not told, told or "is well-formed", at=first)
        took = first.at - asked.at
        judge.report("time until the answer", round(took, 4), "s", at=(asked, first))
        if took > PROMPT:
            judge.notice("a slow answer", f"took {took:.3f} s; an EV asks again after {PROMPT} s", at=(asked, first))


@case(
    "ISO20-STN-SDP-002",
    "Every discovery request is answered",
    sut=Role.STATION,
    cites=("V2G2-144",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_every_request_is_answered(bench: Bench, judge: Judge) -> None:
    """Ten requests within a second, as from several EVs; each is worth an answer."""
    trace = await bench.run(probing(bench.ev, *(GOOD for _ in range(10)), gap=0.1), until=answered(SessionSetupRes))

    asked = datagrams(trace, sent_by=Role.EV)
    answers = datagrams(trace, sent_by=Role.STATION)
    judge.equal("answers", len(answers), len(asked), at=answers)


@case(
    "ISO20-STN-SDP-003",
    "A request for TLS is answered with TLS",
    sut=Role.STATION,
    cites=("V2G20-1238", "V2G2-626"),
    needs=(Feature.ISO20_DC, Feature.TLS13),
    control="ISO20-STN-SSU-001",
)
async def test_tls_is_answered_with_tls(bench: Bench, judge: Judge) -> None:
    """A station that means to speak ISO 15118-20 has no other choice."""
    trace = await bench.run(probing(bench.ev, GOOD, GOOD), until=answered(SessionSetupRes))

    judge.every(
        "security of the answers",
        datagrams(trace, sent_by=Role.STATION),
        lambda entry: entry.message is not None and entry.message.security == Security.TLS,
        "not TLS",
    )


@case(
    "ISO20-STN-SDP-004",
    "The transport of the answer is that of the request",
    sut=Role.STATION,
    cites=("V2G2-625",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_transport_is_that_of_the_request(bench: Bench, judge: Judge) -> None:
    """Asked for TCP, and without TLS, so that the two bytes cannot be confused."""
    plain = SdpRequest(security=Security.NONE).frame().encode()

    trace = await bench.run(probing(bench.ev, plain), until=answered(SessionSetupRes))

    judge.every(
        "transport of the answers",
        datagrams(trace, sent_by=Role.STATION),
        lambda entry: entry.message is not None and entry.message.transport == TransportProtocol.TCP,
        "not TCP",
    )


@case(
    "ISO20-STN-SDP-005",
    "Nobody is promised a session over UDP",
    sut=Role.STATION,
    cites=("V2G2-625", "V2G2-623"),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_udp_is_not_promised(bench: Bench, judge: Judge) -> None:
    """The EV asks for the reserved transport UDP first; no answer is right, and so is one that says TCP."""
    trace = await bench.run(probing(bench.ev, OVER_UDP), until=answered(SessionSetupRes))

    promised = [
        entry
        for entry in datagrams(trace, sent_by=Role.STATION)
        if entry.message is not None and entry.message.transport == TransportProtocol.UDP
    ]
    judge.silence("answers that name UDP", promised)


@pytest.mark.parametrize("datagram", MALFORMED.values(), ids=tuple(MALFORMED))
@case(
    "ISO20-STN-SDP-006",
    "A datagram that is no request is passed over",
    sut=Role.STATION,
    cites=("V2G2-800",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_malformed_request_is_passed_over(bench: Bench, judge: Judge, datagram: bytes) -> None:
    """The datagram comes first, a good request a second later: the first has no answer, the second has."""
    trace = await bench.run(probing(bench.ev, datagram), until=answered(SessionSetupRes))

    bad, good = datagrams(trace, sent_by=Role.EV)[:2]
    judge.silence("answers to it", datagrams(trace.since(bad).until(good), sent_by=Role.STATION))
    judge.some("answers to the good request", datagrams(trace.since(good), sent_by=Role.STATION))


@case(
    "ISO20-STN-SDP-007",
    "A connection is taken where discovery says",
    sut=Role.STATION,
    cites=("V2G2-144",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_connection_is_taken_where_discovery_says(bench: Bench, judge: Judge) -> None:
    """The EV connects to address and port of the answer; one that is not of the EV's own link is told."""
    trace = await bench.run(bench.ev, until=answered(SupportedAppProtocolRes))

    said = datagrams(trace, sent_by=Role.STATION)[-1:]
    if judge.any("answers", said):
        host = said[0].message.host if said[0].message else ""
        if not host.startswith("fe80:"):
            judge.notice("address", f"{host or 'unreadable'} is not link-local; an EV may not take it", at=said)
        judge.some(
            "connections taken there", trace.all(LinkSeen, state="open", where=lambda entry: entry.link == "v2g")
        )


@case(
    "ISO20-STN-SDP-008",
    "A station that served one EV is found by the next",
    sut=Role.STATION,
    cites=("V2G2-144",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_station_is_found_again(bench: Bench, judge: Judge) -> None:
    """Four EVs come one after the other, each with a session from discovery to its end."""
    ev = bench.ev.having(loops=1)

    trace = await bench.run(ev, ev, ev, ev, until=finished(), gap=10.0)

    opened = trace.all(SessionSetupRes, response_code=ResponseCode.OK_NEW_SESSION_ESTABLISHED)
    judge.equal("sessions opened", len(opened), 4, at=opened)
    first_tries = datagrams(trace, sent_by=Role.EV)
    judge.report("discovery requests of four EVs", len(first_tries), at=first_tries)


@case(
    "ISO20-STN-SDP-009",
    "A request for an unknown kind of security harms nobody",
    sut=Role.STATION,
    cites=("V2G2-623", "V2G2-144"),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
    maturity="watch",
)
async def test_unknown_security(bench: Bench, judge: Judge) -> None:
    """The security byte is 0x42; an answer must name what exists, and the next request is answered as ever."""
    odd = SdpRequest(security=0x42).frame().encode()

    trace = await bench.run(probing(bench.ev, odd), until=answered(SessionSetupRes))

    asked, again = datagrams(trace, sent_by=Role.EV)[:2]
    early = datagrams(trace.since(asked).until(again), sent_by=Role.STATION)
    unknown = [entry for entry in early if entry.message is None or entry.message.problems()]
    judge.silence("answers that nobody can use", unknown)
    judge.some("answers to the good request", datagrams(trace.since(again), sent_by=Role.STATION))
    if early:
        judge.notice("answered", "some stations answer with what they have, others pass it over", at=early)
