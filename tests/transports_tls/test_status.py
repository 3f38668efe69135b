"""What a side that minds revocation makes of staples, and of what it learned otherwise, with OpenSSL on our side."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from harness.pki.build import Pki
from harness.pki.crl import ListStatus
from harness.pki.ocsp import Delegation, Status
from harness.pki.recipe import ChainKind, Profile
from harness.transports.clock import VIRTUAL_EPOCH, run
from harness.transports.tls.profile import LENIENT_12, LENIENT_20, STRICT_2, STRICT_20
from harness.transports.tls.report import HandshakeReport, Outcome, TlsRole
from harness.transports.tls.setup import Revocation, TlsSetup
from harness.transports.tls.verification import judge_chain
from tests.transports_tls.meeting import shake_hands

PKI = Pki.generate(VIRTUAL_EPOCH)
OLD = Pki.generate(VIRTUAL_EPOCH, profile=Profile.ISO2)
STATION = PKI.secc_chain()
BAD = [status for status in Status if status is not Status.GOOD]


def meet(pki: Pki = PKI, **terms: Any) -> tuple[HandshakeReport, HandshakeReport]:
    return run(shake_hands(pki, **terms), virtual=True)


def test_a_stapled_leaf_is_read_and_taken() -> None:
    staple = PKI.ocsp(STATION.chain[0])

    client, server = meet(client={"revocation": Revocation.LEAF}, server={"staples": (staple,)})

    assert client.complete, client.error
    assert server.complete
    assert client.staples == (staple, b"", b"")
    assert client.facts()["staples"] == [staple.hex(), "", ""]
    assert client.engine == server.engine == "openssl"


@pytest.mark.parametrize("status", BAD, ids=lambda status: status.value)
def test_a_bad_staple_is_refused_with_the_alert_for_it(status: Status) -> None:
    staples = (PKI.ocsp(STATION.chain[0], status),)

    client, server = meet(client={"revocation": Revocation.LEAF}, server={"staples": staples})

    assert client.outcome is Outcome.REFUSED_BY_US
    assert client.peer_verdict is not None
    assert client.peer_verdict.rule.startswith("status.")
    assert server.alert_received is not None
    assert server.alert_received.number == (44 if status is Status.REVOKED else 113)
    assert client.peer_verdict.alert == server.alert_received.number


def test_a_server_without_staples_is_refused_only_by_who_minds() -> None:
    client, server = meet(client={"revocation": Revocation.LEAF})
    assert client.outcome is Outcome.REFUSED_BY_US
    assert client.peer_verdict is not None
    assert client.peer_verdict.rule == "status.missing"
    assert server.alert_received is not None
    assert server.alert_received.number == 113

    client, _ = meet()
    assert client.complete
    assert client.staples == (b"", b"", b"")


def test_a_staple_for_the_leaf_alone_is_too_little_for_a_whole_chain() -> None:
    staples = PKI.staples(STATION)[:1]

    client, _ = meet(client={"revocation": Revocation.CHAIN}, server={"staples": staples})

    assert client.peer_verdict is not None
    assert (client.peer_verdict.rule, client.peer_verdict.depth) == ("status.missing", 1)


def test_a_side_that_accepts_anything_notes_the_bad_staple() -> None:
    staples = (PKI.ocsp(STATION.chain[0], Status.REVOKED),)

    client, server = meet(client={"revocation": Revocation.LEAF, "check": "accept"}, server={"staples": staples})

    assert client.complete
    assert server.complete
    assert client.peer_verdict is not None
    assert (client.peer_verdict.good, client.peer_verdict.number) == (False, 23)


@pytest.mark.parametrize("minded", [Revocation.LEAF, Revocation.CHAIN])
def test_a_station_judges_what_it_learned_of_the_vehicle(minded: Revocation) -> None:
    vehicle = PKI.vehicle_chain()
    known = PKI.staples(vehicle)

    _, server = meet(server={"revocation": minded, "statuses": known})
    assert server.complete, server.error

    revoked = PKI.staples(vehicle, Status.REVOKED, 0)
    client, server = meet(server={"revocation": minded, "statuses": revoked})
    assert server.outcome is Outcome.REFUSED_BY_US
    assert client.alert_received is not None
    assert client.alert_received.number == 44

    client, server = meet(server={"revocation": minded})
    assert server.peer_verdict is not None
    assert server.peer_verdict.rule == "status.missing"
    assert client.alert_received is not None
    assert client.alert_received.number == 46


def test_a_station_takes_a_revocation_list_too() -> None:
    leaf = PKI.vehicle_chain().chain[0]

    _, server = meet(server={"revocation": Revocation.LEAF, "statuses": (PKI.crl(leaf),)})
    assert server.complete, server.error

    listed = PKI.crl(leaf, ListStatus.REVOKED)
    _, server = meet(server={"revocation": Revocation.LEAF, "statuses": (listed,)})
    assert server.peer_verdict is not None
    assert server.peer_verdict.rule == "status.revoked"


def test_tls12_has_its_staple_in_a_message_of_its_own() -> None:
    leaf = OLD.secc_chain().chain[0]
    minding = {"revocation": Revocation.LEAF}
    for client_profile in (STRICT_2, LENIENT_12):
        for status, taken in ((Status.GOOD, True), (Status.REVOKED, False)):
            client, server = meet(
                OLD,
                client=minding,
                server={"staples": (OLD.ocsp(leaf, status),), "asks_certificate": False},
                client_profile=client_profile,
                server_profile=LENIENT_20,
                bare=True,
            )
            assert client.version == ("TLSv1.2" if taken else "")
            assert (client.complete, server.complete) == (taken, taken), client.error
            assert client.staples == (OLD.ocsp(leaf, status), *(b"",) * (len(client.peer_chain) - 1))
            if not taken:
                assert server.alert_received is not None
                assert server.alert_received.number == 113


def test_one_judge_for_every_engine() -> None:
    setup = TlsSetup(role=TlsRole.CLIENT, profile=STRICT_20, roots=PKI.v2g_roots, at=VIRTUAL_EPOCH)
    minding = structs.replace(setup, revocation=Revocation.CHAIN)
    chain, staples = STATION.chain, PKI.staples(STATION)
    tree = PKI.staples(STATION, delegation=Delegation.ROOT)

    good = judge_chain(setup, chain)
    assert good is not None
    assert good.good
    assert judge_chain(setup, ()) is None
    for given in (staples, tree):
        found = judge_chain(minding, chain, given)
        assert found is not None
        assert found.good, found
    late = judge_chain(structs.replace(setup, at=VIRTUAL_EPOCH + 100 * 86_400), chain)
    named = judge_chain(structs.replace(setup, server_name="elsewhere.example"), chain)
    foreign = judge_chain(structs.replace(setup, roots=PKI.oem_roots), chain)
    unknown = judge_chain(minding, chain, PKI.staples(STATION, Status.UNKNOWN, 1))
    for found, rule, alert in (
        (late, "path.expired", 45),
        (named, "host.name", 42),
        (foreign, "path.unknown_issuer", 48),
        (unknown, "status.unknown", 113),
    ):
        assert found is not None
        assert (found.rule, found.alert) == (rule, alert)


def test_a_host_is_known_by_its_names() -> None:
    csms = PKI.chain(ChainKind.CSMS, name="csms.example").chain
    setup = TlsSetup(
        role=TlsRole.CLIENT,
        profile=structs.replace(STRICT_20, chain_profile=None),
        roots=PKI.csms_roots,
        at=VIRTUAL_EPOCH,
    )
    for host, good in (("csms.example", True), ("CSMS.example.", True), ("other.example", False), ("10.0.0.1", False)):
        found = judge_chain(structs.replace(setup, server_name=host), csms)
        assert found is not None
        assert found.good is good, host


def test_a_response_for_each_certificate_of_tls12_takes_the_other_engine() -> None:
    staples = OLD.staples(OLD.secc_chain())
    server = {"staples": staples, "asks_certificate": False}
    for asking, engine in ((True, "adversary"), (False, "openssl")):
        client, _ = meet(
            OLD,
            client={"revocation": Revocation.CHAIN},
            server=server,
            client_profile=structs.replace(STRICT_2, asks_status_v2=asking),
            server_profile=LENIENT_20,
            bare=True,
        )
        assert client.engine == engine
        assert client.complete is asking, client.error
        assert client.staples == (staples if asking else (staples[0], b"", b""))
