"""Stations and EVs with one fault each in TLS: in what they take, in what they show, in what they offer."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

from msgspec.structs import replace

from harness.core.case import Role
from harness.endpoints.ev.ev import Ev
from harness.endpoints.mutants.mutant import Mutant
from harness.endpoints.station.secc import Secc
from harness.endpoints.station.station import Station
from harness.pki.build import Pki
from harness.pki.credentials import Credentials
from harness.pki.flaws import Flaw
from harness.pki.recipe import ChainKind, Profile
from harness.transports.clock import VIRTUAL_EPOCH
from harness.transports.tls.profile import LENIENT_20, STRICT_20

AES_256, CHACHA20 = STRICT_20.suites13
P521, X448 = STRICT_20.groups
CAREFREE = replace(STRICT_20, suites13=("TLS_AES_128_GCM_SHA256", *STRICT_20.suites13), groups=("x25519", P521, X448))
"""Takes what browsers like best."""


@cache
def strangers(profile: Profile) -> Pki:
    """A PKI that nobody else in the run knows; mutants live in virtual time."""
    return Pki.generate(VIRTUAL_EPOCH, profile=profile)


def showing(kind: ChainKind, profile: Profile = Profile.STRICT_20, **terms: Any) -> Credentials:
    """A chain of that PKI."""
    return strangers(profile).chain(kind, **terms)


def over_any_link(*parts: Any, **terms: Any) -> Secc:
    """A station's behaviour that counts every connection as good enough for ISO 15118-20."""
    return Secc(*parts, **{**terms, "secure": True})


def station(name: str, title: str, caught_by: tuple[str, ...], **settings: Any) -> Mutant:
    """A station with other settings."""
    return Mutant(
        id=f"station-{name}",
        role=Role.STATION,
        title=title,
        caught_by=tuple(f"TLS-STN-{case}" for case in caught_by),
        make=partial(_with, settings),
    )


def ev(name: str, title: str, caught_by: tuple[str, ...], **settings: Any) -> Mutant:
    """An EV with other settings."""
    return Mutant(
        id=f"ev-{name}",
        role=Role.EV,
        title=title,
        caught_by=tuple(f"TLS-EV-{case}" for case in caught_by),
        make=partial(_with, settings),
    )


def _with(settings: dict[str, Any], good: Station | Ev) -> Station | Ev:
    """The good party with these settings; one that can be called is only made now, as chains take time."""
    made = {key: value() if isinstance(value, partial) else value for key, value in settings.items()}
    return good.having(**made)


_STATIONS = (
    station("takes-any-chain", "takes every vehicle chain, and none", ("002", "003", "006"), tls_check="accept"),
    station(
        "asks-no-certificate",
        "asks no vehicle for its certificate",
        ("001", "002", "003", "006", "010"),
        asks_certificate=False,
    ),
    station(
        "names-no-root",
        "asks for a certificate without naming a root, and takes any",
        ("002", "003", "006", "010"),
        trust=(),
        tls_check="accept",
    ),
    station("trusts-nobody", "refuses every vehicle chain", ("001",), trust=()),
    station("dies-of-refusal", "serves nobody once it has refused somebody", ("006",), survives_refusal=False),
    station("carefree", "prefers suites and groups that the standard does not have", ("004",), tls_profile=CAREFREE),
    station(
        "knows-aes-alone",
        "does not know ChaCha20",
        ("007[chacha20-secp521r1]", "007[chacha20-x448]"),
        tls_profile=replace(STRICT_20, suites13=(AES_256,)),
    ),
    station(
        "knows-p521-alone",
        "does not know x448",
        ("007[aes256-x448]", "007[chacha20-x448]"),
        tls_profile=replace(STRICT_20, groups=(P521,)),
    ),
    station(
        "knows-no-standard-group",
        "knows x25519 and no other group",
        ("001", "004", "007"),
        tls_profile=replace(STRICT_20, groups=("x25519",)),
    ),
    station(
        "older-chain",
        "shows a chain with keys on P-256",
        ("005",),
        credentials=partial(showing, ChainKind.SECC, Profile.ISO2),
        tls_profile=LENIENT_20,
    ),
    station(
        "longer-chain",
        "shows a chain with one CA too many",
        ("005",),
        credentials=partial(showing, ChainKind.SECC, flaw=Flaw.THIRD_SUB_CA),
    ),
    station(
        "speaks-over-tls12",
        "speaks ISO 15118-20 over TLS 1.2 as well",
        ("004", "008"),
        tls_profile=LENIENT_20,
        secc=over_any_link,
    ),
    Mutant(
        id="station-speaks-over-tcp",
        role=Role.STATION,
        title="speaks ISO 15118-20 without TLS as well",
        caught_by=("TLS-STN-009",),
        make=lambda good: good.set(allow_plain_tcp=True),
    ),
)

_EVS = (
    ev("takes-any-chain", "takes every station chain", ("002",), tls_check="accept"),
    ev("trusts-nobody", "refuses every station chain", ("001",), trust=()),
    ev("shows-no-certificate", "has no vehicle certificate", ("001",), credentials=None),
    ev(
        "older-chain",
        "shows a chain with keys on P-256",
        ("003",),
        credentials=partial(showing, ChainKind.VEHICLE, Profile.ISO2),
        tls_profile=LENIENT_20,
    ),
    ev(
        "no-evccid",
        "has a vehicle certificate that names no EVCCID",
        ("003",),
        credentials=partial(showing, ChainKind.VEHICLE, name="somebody's car"),
    ),
    ev(
        "knows-p521-alone",
        "does not know x448",
        ("004",),
        tls_profile=replace(STRICT_20, groups=(P521,)),
    ),
    ev(
        "prefers-chacha20",
        "offers the suites in the wrong order",
        ("004",),
        tls_profile=replace(STRICT_20, suites13=(CHACHA20, AES_256)),
    ),
    ev(
        "asks-no-status",
        "does not ask for OCSP responses",
        ("004",),
        tls_profile=replace(STRICT_20, asks_status=False),
    ),
    ev("speaks-over-tcp", "speaks ISO 15118-20 without TLS as well", ("005",), accept_plain=True),
    ev("speaks-over-tls12", "speaks ISO 15118-20 over TLS 1.2 as well", ("006",), tls_profile=LENIENT_20),
)

MUTANTS: tuple[Mutant, ...] = (*_STATIONS, *_EVS)
