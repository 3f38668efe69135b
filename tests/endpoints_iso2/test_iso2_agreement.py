"""Which protocol two sides agree on that speak several."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from harness.endpoints.ev.ev import DIN, ISO2, ISO20_DC, Ev
from harness.endpoints.station.settings import StationSettings
from harness.endpoints.station.station import Station
from harness.messages import din, iso2, iso20
from harness.messages.field import Message
from harness.messages.namespaces import DC as ISO20
from harness.messages.namespaces import DIN_MESSAGE, ISO2_MESSAGE
from harness.messages.sap import AppProtocol, SupportedAppProtocolRes
from harness.trace.entry import TlsSeen
from harness.transports.tls.profile import BOTH, LENIENT_12, LENIENT_20, TlsProfile
from tests.endpoints_iso2.conftest import CITY, DC, OLD, small

if TYPE_CHECKING:
    from tests.endpoints_iso2.conftest import Meet2, OldLab, Papers

ALL = (ISO20_DC, ISO2, DIN)
EVERYTHING = StationSettings(protocols=(ISO20, ISO2_MESSAGE, DIN_MESSAGE), services=(DC,), backend=False)
Offers = tuple[AppProtocol, ...]
SETUPS: dict[type[Message], str] = {
    iso20.common.SessionSetupReq: "-20",
    iso2.session.SessionSetupReq: "-2",
    din.session.SessionSetupReq: "din",
}


def spoken(lab: OldLab) -> str:
    """What came of the negotiation."""
    found = [name for kind, name in SETUPS.items() if lab.bodies(kind)]
    return found[0] if found else lab.bodies(SupportedAppProtocolRes)[0].response_code


def secured(papers: Papers, profile: object) -> Station:
    return msgspec.structs.replace(papers.port(), tls_profile=profile)


@pytest.mark.parametrize(
    ("offers", "protocols", "expected"),
    [
        (ALL, (ISO20, ISO2_MESSAGE, DIN_MESSAGE), "-2"),
        (ALL, (ISO2_MESSAGE,), "-2"),
        (ALL, (DIN_MESSAGE,), "din"),
        (ALL, (ISO20,), "Failed_NoNegotiation"),
        ((ISO2,), (ISO20, ISO2_MESSAGE), "-2"),
        ((DIN,), (ISO20, ISO2_MESSAGE), "Failed_NoNegotiation"),
        ((msgspec.structs.replace(DIN, priority=1), ISO2), (ISO2_MESSAGE, DIN_MESSAGE), "din"),
        ((msgspec.structs.replace(ISO2, version_number_major=1), DIN), (ISO2_MESSAGE, DIN_MESSAGE), "din"),
    ],
    ids=[
        "no -20 without TLS",
        "station of -2",
        "station of DIN",
        "station of -20",
        "car of -2",
        "car of DIN at -2",
        "car that likes DIN best",
        "another major version",
    ],
)
def test_without_tls(meet2: Meet2, offers: Offers, protocols: tuple[str, ...], expected: str) -> None:
    settings = msgspec.structs.replace(EVERYTHING, protocols=protocols, allow_plain_tcp=False)
    port = Station()
    lab = meet2(small().having(protocols=offers), settings=settings, port=port)

    if protocols == (ISO20,):
        # A station of -20 alone has no port without TLS.
        assert lab.outcome.state == "no station"
        return
    assert spoken(lab) == expected
    assert lab.outcome.state == ("failed" if expected.startswith("Failed") else "finished")
    assert lab.violations() == []


@pytest.mark.parametrize(
    ("profile", "offers", "expected"),
    [
        (LENIENT_20, ALL, "-20"),
        (LENIENT_12, ALL, "-2"),
        (LENIENT_20, (ISO2, DIN), "-2"),
        (LENIENT_20, (msgspec.structs.replace(ISO2, priority=1), msgspec.structs.replace(ISO20_DC, priority=2)), "-2"),
        (LENIENT_12, (ISO20_DC, DIN), "Failed_NoNegotiation"),
    ],
    ids=["TLS 1.3", "TLS 1.2", "TLS 1.3 without -20", "-2 liked better", "neither -20 nor DIN over TLS 1.2"],
)
def test_with_tls(meet2: Meet2, papers: Papers, profile: object, offers: Offers, expected: str) -> None:
    ev = papers.ev(offers=offers).having(tls_profile=profile)
    lab = meet2(ev, settings=EVERYTHING, port=secured(papers, profile))

    assert spoken(lab) == expected
    assert lab.violations() == []
    assert lab.outcome.state == ("failed" if expected.startswith("Failed") else "finished")


def test_minor_version_may_differ(meet2: Meet2) -> None:
    lab = meet2(small().having(protocols=(msgspec.structs.replace(ISO2, version_number_minor=7),)))

    code = lab.bodies(SupportedAppProtocolRes)[0].response_code
    assert code == "OK_SuccessfulNegotiationWithMinorDeviation"
    assert lab.outcome.state == "finished"


def test_small_city_car_at_a_station_of_several_protocols(meet2: Meet2) -> None:
    lab = meet2(small(), settings=EVERYTHING)

    assert (spoken(lab), lab.outcome.state, lab.violations()) == ("-2", "finished", [])


def test_car_of_two_protocols_at_an_old_station(meet2: Meet2) -> None:
    lab = meet2(small().having(protocols=ALL), settings=CITY)

    assert (spoken(lab), lab.outcome.state, lab.violations()) == ("-2", "finished", [])


def test_din_charger_has_no_words_for_anything_else(meet2: Meet2) -> None:
    lab = meet2(Ev(tls=False, protocols=(ISO2,)), settings=OLD)

    assert lab.names() == ["supportedAppProtocolReq", "supportedAppProtocolRes"]
    assert lab.outcome.state == "failed"


@pytest.mark.parametrize(("takes_less", "state"), [(True, "finished"), (False, "no station")])
def test_ev_decides_whether_it_goes_on_without_tls(meet2: Meet2, *, takes_less: bool, state: str) -> None:
    lab = meet2(small().having(tls=True, accept_plain=takes_less, sdp_attempts=2))

    assert lab.outcome.state == state


@pytest.mark.parametrize(("profile", "expected"), [(LENIENT_20, "-20"), (LENIENT_12, "-2")], ids=["TLS 1.3", "TLS 1.2"])
def test_station_of_both_asks_for_certificates_where_they_belong(
    meet2: Meet2, papers: Papers, profile: TlsProfile, expected: str
) -> None:
    strict = msgspec.structs.replace(
        papers.port(), tls_profile=BOTH, tls_check="strict", asks_certificate=True, trust=papers.pki.oem_roots
    )
    ev = papers.ev(offers=ALL).having(tls_profile=profile)
    shown = ev.having(credentials=papers.pki.vehicle_chain()) if expected == "-20" else ev
    lab = meet2(shown, settings=EVERYTHING, port=strict)

    assert (spoken(lab), lab.outcome.state) == (expected, "finished")
    (handshake,) = [e.facts for e in lab.trace.all(TlsSeen) if e.facts.get("outcome") == "complete"]
    assert handshake["certificate_requested"] is (expected == "-20")


def test_station_of_both_refuses_newer_evs_without_a_certificate(meet2: Meet2, papers: Papers) -> None:
    strict = msgspec.structs.replace(
        papers.port(), tls_profile=BOTH, tls_check="strict", asks_certificate=True, trust=papers.pki.oem_roots
    )
    lab = meet2(papers.ev(offers=ALL).having(tls_profile=LENIENT_20), settings=EVERYTHING, port=strict)

    assert lab.outcome.state in {"refused", "lost"}
