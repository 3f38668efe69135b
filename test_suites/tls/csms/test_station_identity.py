"""Who a station says it is: the names in its certificate, its identity in the address, its serial number at boot."""

from __future__ import annotations

from typing import Any

import pytest

from harness.kit import Bench, Feature, Judge, LinkSeen, Role, backend_links, case, conversation, ocpp_links, seen, tls
from harness.messages.ocpp import BootNotification

ANSWERED = seen(BootNotification.response)
NEEDS = (Feature.OCPP201, Feature.OCPP_TLS_MUTUAL)
STRANGERS: dict[str, dict[str, Any]] = {
    "another_serial": {"serial": "OTHER-0001"},
    "longer_serial": {"serial": "EMU-0001-AND-MORE"},
    "another_owner": {"organisation": "Somebody Else"},
    "owner_in_capitals": {"organisation": "HARNESS CSO LTD"},
}


@pytest.mark.parametrize("names", STRANGERS)
@case(
    "TLS-CSMS-020",
    "A certificate of another station, or of another operator, opens nothing",
    sut=Role.CSMS,
    cites=("A00.FR.404", "A00.FR.405", "A00.FR.407"),
    needs=NEEDS,
    control="TLS-CSMS-001",
)
async def test_other_names(bench: Bench, judge: Judge, names: str) -> None:
    """The chain itself is good; it is the organisation or the common name that does not fit."""
    secured = bench.secured(3)
    chain = backend_links.station_chain(secured, **STRANGERS[names])
    station = secured.station.at_first(credentials=chain)

    trace = await secured.run(station, plug=False, until=ANSWERED, limit=60.0)

    judge.take(ocpp_links.kept_out(trace))
    judge.any("answers to the next station", trace.all(BootNotification.response))


@case(
    "TLS-CSMS-021",
    "A station without a certificate is kept out in security profile 3",
    sut=Role.CSMS,
    cites=("A00.FR.402", "A00.FR.406"),
    needs=NEEDS,
    control="TLS-CSMS-001",
)
async def test_no_certificate(bench: Bench, judge: Judge) -> None:
    """The station answers the CertificateRequest with an empty chain."""
    secured = bench.secured(3)
    station = secured.station.at_first(shows_certificate=False)

    trace = await secured.run(station, plug=False, until=ANSWERED, limit=60.0)

    judge.take(ocpp_links.kept_out(trace, alerts=tls.NO_CERTIFICATE))
    judge.any("answers to the next station", trace.all(BootNotification.response))


@pytest.mark.parametrize("kind", ("secc", "vehicle"))
@case(
    "TLS-CSMS-022",
    "A certificate of another hierarchy is no station certificate",
    sut=Role.CSMS,
    cites=("A00.FR.406",),
    needs=NEEDS,
    control="TLS-CSMS-001",
)
async def test_other_hierarchy(bench: Bench, judge: Judge, kind: str) -> None:
    """What the station, or a vehicle, shows on the charging cable is good there, and nothing here."""
    secured = bench.secured(3)
    chain = secured.pki.secc_chain() if kind == "secc" else secured.pki.vehicle_chain()
    station = secured.station.at_first(credentials=chain)

    trace = await secured.run(station, plug=False, until=ANSWERED, limit=60.0)

    judge.take(ocpp_links.kept_out(trace))
    judge.any("answers to the next station", trace.all(BootNotification.response))


@case(
    "TLS-CSMS-023",
    "A password does not stand in for a certificate in security profile 3",
    sut=Role.CSMS,
    cites=("A00.FR.402", "A05.FR.07"),
    needs=(*NEEDS, Feature.OCPP_TLS),
    control="TLS-CSMS-001",
)
async def test_lower_profile(bench: Bench, judge: Judge) -> None:
    """The station falls back to profile 2 at a backend that has it in profile 3: that is for nobody to do."""
    secured = bench.secured(3)
    known = bench.secured(2).station
    station = secured.station.at_first(profile=known.security.profile).having(backend_password=known.backend_password)

    trace = await secured.run(station, plug=False, until=ANSWERED, limit=60.0)

    judge.take(ocpp_links.kept_out(trace, alerts=tls.NO_CERTIFICATE))
    judge.any("answers to the next station", trace.all(BootNotification.response))


@case(
    "TLS-CSMS-024",
    "A station that tells another serial number than its certificate is cut off",
    sut=Role.CSMS,
    cites=("B01.FR.11", "B01.FR.12"),
    needs=NEEDS,
    control="TLS-CSMS-001",
)
async def test_serial_at_boot(bench: Bench, judge: Judge) -> None:
    """The certificate is right and lets the station in; its BootNotification then names another serial number."""
    secured = bench.secured(3)
    station = secured.station.but(BootNotification, nth=1, chargingStation__serialNumber="OTHER-0001")

    trace = await secured.run(station, plug=False, until=ANSWERED, limit=60.0)

    told = trace.first(BootNotification)
    reply = conversation.answer(trace, told)
    judge.silence("answers to that boot", () if reply is None else (reply,))
    judge.some("connections ended by the backend", trace.since(told).all(LinkSeen, sent_by=Role.CSMS))
