"""How the EV looks for a station: what it asks, how often, and which answers it believes."""

from __future__ import annotations

import pytest

from harness.kit import (
    Bench,
    Feature,
    Frame,
    Judge,
    PayloadType,
    Role,
    SdpRequest,
    SdpResponse,
    Security,
    TransportProtocol,
    case,
    datagrams,
    finished,
    replace,
    seen,
)
from harness.kit.searching import searches
from harness.kit.station_preambles import Change
from harness.messages.sap import SupportedAppProtocolReq

RETRY = 0.25
"""Seconds that an EV waits for an answer before it asks again."""
JITTER = 0.05
"""Seconds that the network may take off what we see of a wait."""
SLOW = 1.5
"""Seconds behind which the next request is no repetition but a search begun anew."""
MOST = 50
"""Requests of one search."""
SEARCH = 30.0
"""Seconds in which an EV has looked for a station or found one."""

UNUSABLE: dict[str, Change] = {
    "no_port": lambda _, usual: replace(usual, port=0),
    "no_address": lambda _, usual: replace(usual, address=bytes(16)),
    "group_address": lambda _, usual: replace(usual, address=bytes.fromhex("FF02" + "00" * 13 + "01")),
    "over_udp": lambda _, usual: replace(usual, transport=TransportProtocol.UDP),
    "cut_short": lambda _, usual: Frame(PayloadType.SDP_RESPONSE, usual.frame().payload[:18]).encode(),
    "too_long": lambda _, usual: Frame(PayloadType.SDP_RESPONSE, usual.frame().payload + b"\0").encode(),
    "other_type": lambda _, usual: replace(usual.frame(), payload_type=PayloadType.SDP_RESPONSE_WIRELESS).encode(),
    "a_request": lambda _, usual: SdpRequest(usual.security).frame().encode(),
    "version_2": lambda _, usual: replace(usual.frame(), version=2, inverse=0xFD).encode(),
    "no_frame": lambda _ask, _usual: b"nobody is here",
}
"""Datagrams that no EV can use as the answer to its request."""


@case(
    "ISO20-EV-SDP-001",
    "The EV asks for a station with TLS, in a datagram of the right form",
    sut=Role.EV,
    cites=("V2G2-139", "V2G2-623", "V2G2-156"),
    needs=Feature.TLS13_MUTUAL,
)
async def test_request(bench: Bench, judge: Judge) -> None:
    """Two bytes behind a V2GTP header: security 0x00, transport 0x00."""
    trace = await bench.run(until=seen(SupportedAppProtocolReq), limit=SEARCH)

    every = datagrams(trace, sent_by=Role.EV)
    first = searches(trace)[0]
    judge.silence("datagrams that are no request", [entry for entry in every if entry.problem])
    judge.equal("security", first.message.security, Security.TLS, at=first)
    judge.equal("transport", first.message.transport, TransportProtocol.TCP, at=first)


@case(
    "ISO20-EV-SDP-002",
    "While nobody answers the EV asks again, at most 50 times, a quarter of a second apart or more",
    sut=Role.EV,
    cites=("V2G2-159", "V2G2-161"),
    needs=Feature.ISO20,
)
async def test_repetitions(bench: Bench, judge: Judge) -> None:
    """There is no answer at all; a request long after the last one begins another search."""
    trace = await bench.run(bench.station.silent_on(SdpResponse), until=finished(), limit=SEARCH)

    asked = [searches(trace)[0]]
    for entry in searches(trace)[1:]:
        if entry.at - asked[-1].at > SLOW:
            break
        asked.append(entry)
    judge.spaced("requests", [entry.at for entry in asked], RETRY - JITTER, SLOW, at=asked)
    judge.between("requests of one search", len(asked), 2, MOST, at=asked)
    judge.silence("protocols offered", trace.all(SupportedAppProtocolReq))


@case(
    "ISO20-EV-SDP-003",
    "An answer to a later request is used as well",
    sut=Role.EV,
    cites=("V2G2-159",),
    needs=Feature.ISO20,
)
async def test_later_answer(bench: Bench, judge: Judge) -> None:
    """The station misses the first three requests."""
    station = bench.station
    for nth in (1, 2, 3):
        station = station.silent_on(SdpResponse, nth=nth)

    trace = await bench.run(station, until=seen(SupportedAppProtocolReq), limit=SEARCH)

    first = searches(trace)[0]
    judge.some("protocols offered", trace.since(first).all(SupportedAppProtocolReq))


@pytest.mark.parametrize("change", UNUSABLE.values(), ids=list(UNUSABLE))
@case(
    "ISO20-EV-SDP-004",
    "An answer that cannot be used is passed over, the next good one is not",
    sut=Role.EV,
    cites=("V2G2-800",),
    needs=Feature.ISO20,
    control="ISO20-EV-SDP-003",
)
async def test_unusable_answer(bench: Bench, judge: Judge, change: Change) -> None:
    """The first request gets an answer that leads nowhere, every later one the true answer."""
    station = bench.station.answering(SdpResponse, change, nth=1)

    trace = await bench.run(station, until=seen(SupportedAppProtocolReq), limit=SEARCH)

    first = searches(trace)[0]
    judge.some("further requests", searches(trace)[1:])
    judge.some("protocols offered", trace.since(first).all(SupportedAppProtocolReq))
