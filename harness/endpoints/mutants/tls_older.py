"""Stations and EVs with one fault each in TLS 1.2 as ISO 15118-2 has it."""

from __future__ import annotations

from functools import partial

from msgspec.structs import replace

from harness.endpoints.mutants.mutant import Mutant
from harness.endpoints.mutants.tls import ev, showing, station
from harness.pki.recipe import ChainKind, Profile
from harness.transports.tls.adversary import Adversary, AlertNow, HandshakeMessage
from harness.transports.tls.profile import STRICT_2
from harness.transports.tls.setup import Revocation

_UNKNOWN_CA = 48

_STATIONS = (
    station(
        "turns-older-evs-away",
        "turns away EVs of ISO 15118-2, for they have no certificate",
        ("064",),
        tls_adversary=Adversary(alert=AlertNow(instead_of=HandshakeMessage.SERVER_HELLO_DONE, number=40)),
    ),
    station(
        "newer-suites-alone",
        "knows suites with GCM alone",
        ("065",),
        tls_profile=replace(STRICT_2, suites12=("ECDHE-ECDSA-AES128-GCM-SHA256",)),
    ),
    station(
        "newer-chain",
        "shows a chain on secp521r1 over TLS 1.2 as well",
        ("066",),
        credentials=partial(showing, ChainKind.SECC, Profile.STRICT_20),
        tls_profile=replace(STRICT_2, suites12=(), groups=(), signature_schemes=()),
    ),
    station(
        "chokes-on-roots",
        "turns away EVs of ISO 15118-2, be they as good as they like",
        ("067",),
        tls_adversary=Adversary(alert=AlertNow(instead_of=HandshakeMessage.SERVER_HELLO_DONE, number=_UNKNOWN_CA)),
    ),
    station("staples-nothing-old", "staples nothing over TLS 1.2", ("068",), staples=()),
)

_EVS = (
    ev("trusts-no-older-root", "trusts no root of ISO 15118-2", ("052",), trust=()),
    ev(
        "names-no-older-root",
        "names no root over TLS 1.2",
        ("053",),
        tls_profile=replace(STRICT_2, names_roots=False),
    ),
    ev("takes-any-older-chain", "takes every chain over TLS 1.2", ("054",), tls_check="accept"),
    ev("minds-no-older-status", "goes on without a status over TLS 1.2", ("055",), revocation=Revocation.NONE),
)

MUTANTS: tuple[Mutant, ...] = (*_STATIONS, *_EVS)
