"""The security profiles 2 and 3 of OCPP 2.0.1: host names, TLS 1.2 and 1.3, the CSMS's own flaws."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from msgspec import structs

from harness.pki.build import Pki
from harness.pki.flaws import Flaw
from harness.pki.objection import Severity
from harness.pki.recipe import ChainKind
from harness.transports.clock import VIRTUAL_EPOCH, run, running_clock
from harness.transports.contract import connected
from harness.transports.memory import MemoryNetwork
from harness.transports.tls.profile import OCPP, TlsProfile, TlsVersion
from harness.transports.tls.report import HandshakeReport, Outcome
from harness.transports.tls.secure import secure_client, secure_server
from tests.transports_tls.meeting import told

PKI = Pki.generate(VIRTUAL_EPOCH)
OCPP_12 = structs.replace(OCPP, highest=TlsVersion.TLS12)


def meet(
    *,
    csms: Any = None,
    station: Any = None,
    host: str = "csms.example",
    profile: TlsProfile = OCPP,
    mutual: bool = True,
) -> tuple[HandshakeReport, HandshakeReport]:
    """What station and CSMS say about a handshake."""

    async def both() -> tuple[HandshakeReport, HandshakeReport]:
        one, other = await connected(MemoryNetwork())
        now = running_clock().now
        return await asyncio.gather(
            told(
                secure_client(
                    one,
                    station or PKI.station_chain("CS-1", "Some CSO"),
                    PKI.csms_roots,
                    profile,
                    now=now,
                    server_name=host,
                )
            ),
            told(
                secure_server(
                    other,
                    csms or PKI.csms_chain("csms.example"),
                    PKI.csms_roots if mutual else (),
                    OCPP,
                    now=now,
                )
            ),
        )

    return run(both(), virtual=True)


@pytest.mark.parametrize("profile", [OCPP, OCPP_12], ids=["tls13", "tls12"])
@pytest.mark.parametrize("mutual", [True, False], ids=["profile3", "profile2"])
def test_station_and_csms_meet(profile: TlsProfile, mutual: bool) -> None:
    station, csms = meet(profile=profile, mutual=mutual)

    assert station.complete
    assert csms.complete
    assert csms.server_name == "csms.example"
    assert len(csms.peer_chain) == (3 if mutual else 0)
    if profile is OCPP_12:
        assert station.version == "TLSv1.2"
        assert station.suite in OCPP.suites12


def test_a_csms_under_another_name_is_refused() -> None:
    station, csms = meet(host="other.example")

    assert station.outcome is Outcome.REFUSED_BY_US
    assert "hostname mismatch" in station.error.lower()
    assert csms.alert_received is not None
    assert csms.alert_received.number in Flaw.EXPIRED.alerts


def test_an_address_as_host_is_checked_without_server_name_indication() -> None:
    station, csms = meet(csms=PKI.csms_chain("127.0.0.1"), host="127.0.0.1")

    assert station.complete
    assert csms.server_name == ""
    assert meet(host="127.0.0.1")[0].outcome is Outcome.REFUSED_BY_US


COMBINATIONS = [
    pytest.param(flaw, side, profile, id=f"{flaw}-{side}-{profile.highest}")
    for flaw in Flaw
    for side, kind in (("csms", ChainKind.CSMS), ("station", ChainKind.STATION))
    for profile in (OCPP, OCPP_12)
    if flaw.severity is Severity.ERROR
    and flaw.fits(kind)
    and (flaw, side, profile) != (Flaw.WRONG_KEY_USAGE, "csms", OCPP_12)
]


def test_openssl_itself_will_not_serve_tls12_with_a_key_that_may_not_sign() -> None:
    """The one flaw that this engine cannot present: the report says that it was us who gave up."""
    station, csms = meet(csms=PKI.csms_chain("csms.example", Flaw.WRONG_KEY_USAGE), profile=OCPP_12)

    assert (station.outcome, csms.outcome) == (Outcome.REFUSED_BY_PEER, Outcome.REFUSED_BY_US)
    assert csms.error == "no shared cipher"
    assert csms.presented == ()


@pytest.mark.parametrize(("flaw", "side", "profile"), COMBINATIONS)
def test_each_flaw_is_refused(flaw: Flaw, side: str, profile: TlsProfile) -> None:
    chain = PKI.csms_chain("csms.example", flaw) if side == "csms" else PKI.station_chain("CS-1", "Some CSO", flaw)

    station, csms = meet(csms=chain, profile=profile) if side == "csms" else meet(station=chain, profile=profile)

    refusing, refused = (station, csms) if side == "csms" else (csms, station)
    assert refusing.outcome is Outcome.REFUSED_BY_US
    assert refused.outcome is Outcome.REFUSED_BY_PEER
    assert refused.alert_received is not None
    assert refused.alert_received.number in flaw.alerts
