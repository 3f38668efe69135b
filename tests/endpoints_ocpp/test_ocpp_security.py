"""Security profiles of an OCPP link in memory: who gets in, what is written down, what a station makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from harness.core.case import Role
from harness.core.errors import ProfileError
from harness.endpoints.csms.csms import Csms
from harness.endpoints.csms.security import CsmsSecurity, names_of
from harness.endpoints.ocpp_security import SecurityProfile
from harness.endpoints.station.ocpp.network import NetworkProfiles
from harness.endpoints.station.station import Station
from harness.kit.ocpp_security import CSMS_HOST, CSO, csms_chains, ocpp_roots, read_password
from harness.pki.build import Pki
from harness.pki.flaws import Flaw
from harness.pki.recipe import ChainKind
from harness.trace.entry import Link, LinkSeen, TlsSeen
from harness.transports.clock import VIRTUAL_EPOCH

if TYPE_CHECKING:
    from pathlib import Path

    from tests.endpoints_ocpp.conftest import Lab, Play

PASSWORD = "correct-horse-battery-staple"
SERIAL = "EMU-0001"


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki.generate(VIRTUAL_EPOCH)


def ends(pki: Pki, profile: int, **csms: Any) -> dict[str, Any]:
    """A station and a backend of one security profile."""
    wanted = SecurityProfile(profile)
    password = PASSWORD if wanted.by_password else None
    station = Station(backend_password=password).secured(
        profile=wanted,
        host=CSMS_HOST,
        credentials=pki.station_chain(SERIAL, CSO),
        roots=ocpp_roots(pki, ChainKind.CSMS),
    )
    terms = {
        "profile": wanted,
        "chains": csms_chains(pki, CSMS_HOST),
        "roots": ocpp_roots(pki, ChainKind.STATION),
        "owner": CSO,
        "serials": {"V2X-STATION-1": SERIAL},
        **csms,
    }
    return {"station": station, "csms": Csms(password=password).secured(**terms)}


async def a_while(lab: Lab) -> None:
    await lab.wait(40)


@pytest.mark.parametrize("observer", [Role.CSMS, Role.STATION])
@pytest.mark.parametrize("profile", [1, 2, 3])
def test_good_ends_meet(play: Play, pki: Pki, profile: int, observer: Role) -> None:
    lab = play(a_while, **ends(pki, profile), observer=observer)

    assert len(lab.known.boots) == 1
    handshakes = lab.trace.all(TlsSeen, event="handshake", link=Link.OCPP)
    assert len(handshakes) == (profile > 1)
    assert [bool(one.facts["certificate_requested"]) for one in handshakes] == [profile == 3] * len(handshakes)
    assert lab.csms.url.startswith("wss://" if profile > 1 else "ws://")


def test_a_refused_backend_is_told_of_once_and_at_the_time(play: Play, pki: Pki) -> None:
    both = ends(pki, 3)
    bad = (pki.csms_chain(CSMS_HOST, Flaw.EXPIRED),)

    lab = play(a_while, station=both["station"], csms=both["csms"].at_first(3, chains=bad))

    told = [one for one in lab.known.security_events if one["type"] == "InvalidCsmsCertificate"]
    assert len(told) == 1
    assert told[0]["timestamp"].startswith("2026-01-01T00:00:00")
    assert "expired" in told[0]["techInfo"]
    assert [one["type"] for one in lab.known.security_events][-1] == "StartupOfTheDevice"


@pytest.mark.parametrize("opening", [b"\x00" * 300, b"\x16\x03\x01\xff\xff" + bytes(70_000), b"GET / HTTP/1.1\r\n\r\n"])
def test_junk_on_the_port_with_tls_is_written_down(play: Play, pki: Pki, opening: bytes) -> None:
    both = ends(pki, 3)

    lab = play(a_while, station=both["station"].at_first(opening=opening), csms=both["csms"])

    assert len(lab.known.boots) == 1
    assert lab.trace.all(TlsSeen, event="refused", link=Link.OCPP)


def test_tls_on_the_port_without_is_written_down(play: Play, pki: Pki) -> None:
    both = ends(pki, 1)

    lab = play(a_while, station=both["station"].at_first(tls=True), csms=both["csms"])

    assert len(lab.known.boots) == 1
    refused = lab.trace.all(LinkSeen, state="refused", link=Link.OCPP)
    assert len(refused) == 1


def test_no_tls_on_the_port_with_is_written_down(play: Play, pki: Pki) -> None:
    both = ends(pki, 2)

    lab = play(a_while, station=both["station"].at_first(tls=False), csms=both["csms"])

    assert len(lab.known.boots) == 1
    [refused] = lab.trace.all(TlsSeen, event="refused", link=Link.OCPP)
    assert refused.facts["outcome"] == "refused by us"


def test_another_name_is_turned_away_with_the_reason(play: Play, pki: Pki) -> None:
    both = ends(pki, 3)
    other = pki.station_chain("OTHER-0001", CSO)

    lab = play(a_while, station=both["station"].at_first(credentials=other), csms=both["csms"])

    [refused] = lab.trace.all(LinkSeen, state="refused", link=Link.OCPP)
    assert refused.body.detail == "its certificate is that of OTHER-0001, not of EMU-0001"  # type: ignore[union-attr]
    assert len(lab.known.boots) == 1


def test_names_that_cannot_be_read_are_none(pki: Pki) -> None:
    assert names_of(b"no certificate").common_name == ""
    assert names_of(pki.station_chain(SERIAL, CSO).chain[0]).organisation == CSO
    assert CsmsSecurity(owner=CSO).objection(b"", "CP-1").startswith("its certificate is that of nobody")


def profile_of(security: int, url: str = "wss://host/ocpp") -> dict[str, Any]:
    return {"ocppCsmsUrl": url, "securityProfile": security}


def test_network_profiles_go_up_and_never_down() -> None:
    network = NetworkProfiles()
    network.begin("wss://host/ocpp", SecurityProfile.TLS_BASIC)

    assert not network.store(2, profile_of(1))
    assert not network.store(3, profile_of(3))
    assert network.store(2, profile_of(3))
    with pytest.raises(ValueError, match="2,1"):
        network.order("2,1")
    network.has_root = network.has_certificate = lambda: True
    network.order("2,1")
    assert network.active == 1
    network.restart()
    assert (network.active, network.security) == (2, SecurityProfile.TLS_MUTUAL)
    network.connected()
    assert (set(network.slots), network.priority) == ({2}, (2,))


def test_a_slot_that_fails_gives_way_to_the_next() -> None:
    network = NetworkProfiles()
    network.begin("wss://host/ocpp", SecurityProfile.TLS_BASIC)
    network.has_root = network.has_certificate = lambda: True
    network.store(2, profile_of(3))
    network.order("2,1")
    network.restart()

    for _ in range(network.attempts):
        network.failed()

    assert network.active == 1


@pytest.mark.parametrize("password", ["", "short", "x" * 41])
def test_passwords_have_a_length(password: str) -> None:
    with pytest.raises(ValueError, match="length"):
        NetworkProfiles().set_password(password)


def test_a_password_comes_from_a_file(tmp_path: Path) -> None:
    kept = tmp_path / "password"
    kept.write_text("sixteen-or-more-characters\nnot this\n")
    empty = tmp_path / "empty"
    empty.write_text("")

    assert read_password(str(kept)) == "sixteen-or-more-characters"
    for path in (empty, tmp_path / "nowhere"):
        with pytest.raises(ProfileError, match=str(path)):
            read_password(str(path))
