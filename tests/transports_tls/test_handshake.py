"""Two of our own endpoints in memory: good chains pass, each flaw is refused, and both sides see why."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest
from msgspec import structs

from harness.pki.build import Pki
from harness.pki.flaws import Flaw
from harness.pki.objection import Severity
from harness.pki.recipe import ChainKind, Edition, Profile
from harness.transports.clock import VIRTUAL_EPOCH, run
from harness.transports.tls.profile import LENIENT_12, LENIENT_20, STRICT_20, TlsProfile
from harness.transports.tls.report import Check, HandshakeReport, Outcome
from tests.transports_tls.meeting import shake_hands

PKI = Pki.generate(VIRTUAL_EPOCH)
PKIS = {profile: Pki.generate(VIRTUAL_EPOCH, profile=profile) for profile in Profile}
SIDES = {"vehicle": ChainKind.VEHICLE, "station": ChainKind.SECC}
BEFORE_ANY_JUDGEMENT = {
    Flaw.TRAILING_BYTE,
    Flaw.CUT_SHORT,
    Flaw.NOTHING,
    Flaw.NOISE,
}
"""OpenSSL cannot even read them as certificates."""
LITERAL = structs.replace(STRICT_20, edition=Edition.ED2022)


def meet(pki: Pki = PKI, **terms: Any) -> tuple[HandshakeReport, HandshakeReport]:
    return run(shake_hands(pki, **terms), virtual=True)


def test_strict_endpoints_meet_as_the_tables_of_iso_15118_20_say() -> None:
    client, server = meet()

    for report in (client, server):
        assert report.complete
        assert (report.version, report.suite, report.group) == ("TLSv1.3", "TLS_AES_256_GCM_SHA384", "secp521r1")
        assert report.peer_verdict is not None
        assert report.peer_verdict.good
        assert report.alerts == ()
        assert report.error == ""
    assert client.peer_chain == server.presented == PKI.secc_chain().chain
    assert server.peer_chain == client.presented == PKI.vehicle_chain().chain
    hello = client.client_hello
    assert hello is not None
    assert hello == server.client_hello
    assert (hello.versions, hello.suites) == ((0x0304,), (0x1302, 0x1303))
    assert (hello.groups, hello.signature_schemes) == ((0x0019, 0x001E), (0x0603, 0x0808))
    assert hello.asks_status
    asked = client.certificate_request
    assert asked is not None
    assert asked.signature_schemes == (0x0603, 0x0808)
    assert len(asked.authorities) == 1
    assert b"TEST ONLY OEM Root" in asked.authorities[0]


@pytest.mark.parametrize(
    ("profile", "group", "suite"),
    [(Profile.STRICT_20, "x448", "TLS_CHACHA20_POLY1305_SHA256"), (Profile.ED448, "x448", "TLS_AES_256_GCM_SHA384")],
)
def test_the_second_suite_group_and_scheme_work_too(profile: Profile, group: str, suite: str) -> None:
    narrow = structs.replace(STRICT_20, groups=(group,), suites13=(suite,))

    client, server = meet(PKIS[profile], client_profile=narrow)

    assert client.complete
    assert server.complete
    assert (server.group, server.suite) == (group, suite)


def flawed(profile: Profile, flaws: Iterable[Flaw]) -> list[tuple[Profile, str, Flaw]]:
    """The flaws among these that a strict endpoint of the other side has to refuse."""
    return [
        (profile, side, flaw)
        for flaw in flaws
        for side, kind in SIDES.items()
        if flaw.severity is Severity.ERROR and flaw.fits(kind, profile)
    ]


@pytest.mark.parametrize(
    ("profile", "side", "flaw"), [*flawed(Profile.STRICT_20, Flaw), *flawed(Profile.ED448, list(Flaw)[::5])]
)
def test_each_flaw_is_refused_with_an_alert_that_both_sides_see(profile: Profile, side: str, flaw: Flaw) -> None:
    pki, kind = PKIS[profile], SIDES[side]

    client, server = meet(pki, **{side: pki.chain(kind, flaw=flaw)})

    refused, refusing = (client, server) if side == "vehicle" else (server, client)
    assert refusing.outcome is Outcome.REFUSED_BY_US, refusing.error
    assert refused.outcome is Outcome.REFUSED_BY_PEER, refused.error
    assert refusing.engine == "openssl"
    assert refusing.alert_sent is not None
    assert refused.alert_received is not None
    assert refusing.alert_sent.number == refused.alert_received.number
    assert refused.alert_received.number in flaw.alerts
    assert refusing.peer_chain == pki.chain(kind, flaw=flaw).chain[:30]
    if refusing.peer_verdict is None:
        assert flaw in BEFORE_ANY_JUDGEMENT
    else:
        assert not refusing.peer_verdict.good
        assert refusing.peer_verdict.text in refusing.error


@pytest.mark.parametrize("side", ["client", "server"])
def test_an_endpoint_that_accepts_anything_notes_what_is_wrong(side: str) -> None:
    terms: dict[str, Any] = {side: {"check": "accept"}}
    if side == "server":
        terms["vehicle"] = PKI.vehicle_chain(flaw=Flaw.EXPIRED)
    else:
        terms["station"] = PKI.secc_chain(Flaw.EXPIRED)

    client, server = meet(**terms)

    careless = client if side == "client" else server
    assert client.complete
    assert server.complete
    assert careless.check is Check.ACCEPT
    assert careless.peer_verdict is not None
    assert (careless.peer_verdict.good, careless.peer_verdict.number) == (False, 10)


def test_a_client_without_certificate_is_refused() -> None:
    client, server = meet(bare=True)

    assert server.outcome is Outcome.REFUSED_BY_US
    assert client.outcome is Outcome.REFUSED_BY_PEER
    assert client.alert_received is not None
    assert client.alert_received.number == 116
    assert server.peer_verdict is None


def test_a_server_that_does_not_ask_gets_no_certificate() -> None:
    client, server = meet(server={"asks_certificate": False})

    assert server.complete
    assert server.peer_chain == ()
    assert client.certificate_request is None


@pytest.mark.parametrize("lenient", [LENIENT_20, LENIENT_12], ids=lambda profile: profile.name)
def test_the_strict_server_refuses_what_is_outside_the_tables(lenient: TlsProfile) -> None:
    client, server = meet(client_profile=structs.replace(lenient, groups=("X25519",)))

    assert server.outcome is Outcome.REFUSED_BY_US
    assert client.outcome is Outcome.REFUSED_BY_PEER
    assert client.alert_received is not None
    assert client.alert_received.number == (70 if lenient is LENIENT_12 else 40)


@pytest.mark.parametrize("profile", [LENIENT_12, LENIENT_20], ids=lambda profile: profile.name)
def test_the_p256_chains_of_todays_peers_pass_leniently(profile: TlsProfile) -> None:
    client, server = meet(PKIS[Profile.ISO2], client_profile=profile, server_profile=profile)

    assert client.complete
    assert server.complete
    assert client.version == ("TLSv1.2" if profile is LENIENT_12 else "TLSv1.3")
    assert client.peer_chain == PKIS[Profile.ISO2].secc_chain().chain
    assert server.peer_chain == PKIS[Profile.ISO2].vehicle_chain().chain
    assert client.certificate_request is not None
    assert len(client.certificate_request.authorities) == 1


def test_a_strict_endpoint_refuses_the_p256_chain_that_a_lenient_one_takes() -> None:
    wide = structs.replace(STRICT_20, groups=(), signature_schemes=())

    client, server = meet(PKIS[Profile.ISO2], server_profile=LENIENT_20, client_profile=wide)

    assert client.outcome is Outcome.REFUSED_BY_US
    assert client.peer_verdict is not None
    assert client.peer_verdict.rule == "certificate.key"
    assert server.alert_received is not None
    assert server.alert_received.number == 42


def test_critical_key_identifiers_pass_only_in_the_edition_that_has_them() -> None:
    literal = Pki.generate(VIRTUAL_EPOCH, edition=Edition.ED2022)

    client, _ = meet(literal)
    assert client.peer_verdict is not None
    assert client.peer_verdict.number == 34
    assert client.alert_sent is not None
    assert client.alert_sent.number == 46

    client, server = meet(literal, client_profile=LITERAL, server_profile=LITERAL)
    assert client.complete
    assert server.complete

    unknown = literal.vehicle_chain(flaw=Flaw.UNKNOWN_CRITICAL_EXTENSION)
    _, server = meet(literal, vehicle=unknown, client_profile=LITERAL, server_profile=LITERAL)
    assert server.peer_verdict is not None
    assert server.peer_verdict.number == 34


def test_the_moment_of_the_check_is_the_moment_of_the_run() -> None:
    late = Pki.generate(VIRTUAL_EPOCH - 61 * 86_400)

    client, _ = meet(late)

    assert client.peer_verdict is not None
    assert client.peer_verdict.text == "certificate has expired"


def test_the_report_travels_as_json_without_any_key() -> None:
    client, _ = meet(vehicle=PKI.vehicle_chain(flaw=Flaw.TAMPERED_SIGNATURE))

    facts = json.loads(json.dumps(client.facts()))

    assert facts["outcome"] == "refused by the peer"
    assert facts["alerts"] == [{"sent": False, "fatal": True, "number": 51, "name": "decrypt_error"}]
    assert facts["peer_chain"] == [certificate.hex() for certificate in PKI.secc_chain().chain]
    assert "PRIVATE" not in json.dumps(facts)
