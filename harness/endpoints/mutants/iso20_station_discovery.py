"""Stations with one fault each in how they let themselves be found."""

from __future__ import annotations

from msgspec.structs import replace

from harness.core.case import Role
from harness.endpoints.mutants.careless_discovery import AnswersAnything, Echoes, OnlyOnce
from harness.endpoints.mutants.mutant import series
from harness.endpoints.station.station import Station
from harness.framing.sdp import SdpResponse, Security, TransportProtocol

mutant = series(Station, Role.STATION, ids="station-discovery-", cases="ISO20-STN-SDP-")

_ELSEWHERE = SdpResponse.of("2001:db8::1", 15118).address

MUTANTS = (
    mutant(
        "misses-the-first",
        "is not found at the first try",
        ("001", "002"),
        lambda good: good.silent_on(SdpResponse, nth=1),
    ),
    mutant(
        "misses-the-second",
        "answers the first request and not the second",
        ("002",),
        lambda good: good.silent_on(SdpResponse, nth=2),
    ),
    mutant(
        "names-no-port",
        "answers with port 0 at first",
        ("001",),
        lambda good: good.answering(SdpResponse, lambda _, said: replace(said, port=0), nth=1),
    ),
    mutant(
        "first-without-tls",
        "answers a request for TLS without it at first",
        ("003",),
        lambda good: good.answering(SdpResponse, lambda _, said: replace(said, security=Security.NONE), nth=1),
    ),
    mutant(
        "confuses-bytes",
        "writes the security byte in the place of the transport",
        ("004",),
        lambda good: good.answering(
            SdpResponse, lambda asked, said: replace(said, transport=asked.security or TransportProtocol.TCP)
        ),
    ),
    mutant(
        "echoes",
        "repeats what the request asked for, whatever that is",
        ("005", "009"),
        lambda good: good.having(discovery=Echoes),
    ),
    mutant(
        "answers-anything",
        "takes every datagram for a request",
        ("006",),
        lambda good: good.having(discovery=AnswersAnything),
    ),
    mutant(
        "sends-elsewhere",
        "names an address outside of the link",
        ("007",),
        lambda good: good.answering(SdpResponse, lambda _, said: replace(said, address=_ELSEWHERE)),
    ),
    mutant(
        "hides-after-the-first",
        "is found by one EV only",
        ("008",),
        lambda good: good.answering(SdpResponse, OnlyOnce()),
    ),
)
