"""Stations and EVs with one fault each in what they offer, and in what they make of the other side's offer."""

from __future__ import annotations

from functools import partial

from msgspec.structs import replace

from harness.core.case import Role
from harness.endpoints.mutants.mutant import Mutant
from harness.endpoints.mutants.tls import CAREFREE, ev, showing, station, strangers
from harness.pki.recipe import ChainKind, Profile
from harness.transports.tls.adversary import Adversary
from harness.transports.tls.profile import LENIENT_20, STRICT_20, TlsVersion

AES_256, CHACHA20 = STRICT_20.suites13
P521, X448 = STRICT_20.groups

_STATIONS = (
    station(
        "knows-every-suite",
        "takes whatever suite a vehicle knows",
        ("011",),
        tls_profile=replace(STRICT_20, suites13=(*STRICT_20.suites13, "TLS_AES_128_GCM_SHA256")),
    ),
    station(
        "knows-every-group",
        "takes whatever group a vehicle knows",
        ("012",),
        tls_profile=replace(STRICT_20, groups=(P521, X448, "secp256r1", "x25519", "X25519MLKEM768")),
    ),
    station(
        "signs-on-p256",
        "has a key on secp256r1 as well, and uses it where it is asked to",
        ("013", "017"),
        credentials=partial(showing, ChainKind.SECC, Profile.ISO2),
        tls_profile=LENIENT_20,
        tls_check="accept",
    ),
    station(
        "prefers-chacha20",
        "prefers the second suite of the table",
        ("014",),
        tls_profile=replace(STRICT_20, suites13=(CHACHA20, AES_256)),
    ),
    station(
        "takes-any-key-share",
        "takes a key share on x25519 rather than ask for one on secp521r1",
        ("015",),
        tls_profile=CAREFREE,
    ),
    station(
        "asks-for-any-scheme",
        "asks for whatever signature scheme a vehicle has",
        ("022",),
        tls_profile=replace(STRICT_20, signature_schemes=()),
    ),
    station(
        "asks-for-ed448-first",
        "asks for signature schemes in the wrong order",
        ("022",),
        tls_profile=replace(STRICT_20, signature_schemes=STRICT_20.signature_schemes[::-1]),
    ),
    Mutant(
        id="station-trusts-operators",
        role=Role.STATION,
        title="names the root above contracts among those of vehicles",
        caught_by=("TLS-STN-023",),
        make=lambda good: good.having(trust=(*good.trust, *strangers(Profile.STRICT_20).mo_roots)),
    ),
    station(
        "knows-mlkem-alone",
        "knows no group of the standard",
        ("016",),
        tls_profile=replace(STRICT_20, groups=("X25519MLKEM768",)),
    ),
)

_EVS = (
    ev(
        "knows-every-suite",
        "goes on with whatever suite a station knows",
        ("011",),
        tls_profile=replace(STRICT_20, suites13=(*STRICT_20.suites13, "TLS_AES_128_GCM_SHA256")),
    ),
    ev(
        "knows-every-group",
        "goes on with whatever group a station knows",
        ("012",),
        tls_profile=replace(STRICT_20, groups=(P521, X448, "secp256r1", "x25519", "X25519MLKEM768")),
    ),
    ev(
        "prefers-x448",
        "offers the groups in the wrong order",
        ("013",),
        tls_profile=replace(STRICT_20, groups=(X448, P521)),
    ),
    ev(
        "prefers-ed448",
        "offers the signature schemes in the wrong order",
        ("013",),
        tls_profile=replace(STRICT_20, signature_schemes=STRICT_20.signature_schemes[::-1]),
    ),
    ev("names-no-root", "names none of the roots that it trusts", ("056",), tls_adversary=Adversary()),
    ev("names-an-empty-list", "names roots in an empty list", ("056",), tls_adversary=Adversary(authorities=())),
    ev(
        "goes-on-over-tls11",
        "goes on over TLS 1.1",
        ("057",),
        tls_profile=replace(LENIENT_20, lowest=TlsVersion.TLS11),
    ),
    ev(
        "offers-tls11",
        "offers TLS 1.1 beside newer versions",
        ("014",),
        tls_profile=replace(STRICT_20, lowest=TlsVersion.TLS11),
    ),
    ev(
        "keeps-its-chain",
        "shows its certificate to nobody",
        ("017",),
        credentials=None,
    ),
    ev(
        "asks-no-responder",
        "does not ask for OCSP responses, and so names no responder",
        ("015",),
        tls_profile=replace(STRICT_20, asks_status=False),
    ),
    ev(
        "knows-one-suite",
        "knows the first suite of the table alone",
        ("010[chacha20-secp521r1]", "010[chacha20-x448]"),
        tls_profile=replace(STRICT_20, suites13=(AES_256,)),
    ),
    ev(
        "knows-one-group",
        "knows the first group of the table alone",
        ("010[aes256-x448]", "010[chacha20-x448]", "013"),
        tls_profile=replace(STRICT_20, groups=(P521,)),
    ),
    ev(
        "knows-the-other-group",
        "knows the second group of the table alone",
        ("010[aes256-secp521r1]", "013"),
        tls_profile=replace(STRICT_20, groups=(X448,)),
    ),
)

MUTANTS: tuple[Mutant, ...] = (*_STATIONS, *_EVS)
