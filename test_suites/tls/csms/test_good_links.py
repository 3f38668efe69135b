"""Security profiles 1 to 3 at the backend: a station that does everything right is served."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Judge, Role, TlsSeen, backend_links, case, ocpp_links, seen, tls
from harness.messages.ocpp import BootNotification

ANSWERED = seen(BootNotification.response)
NEEDS = (Feature.OCPP201, Feature.OCPP_TLS_MUTUAL)


@case(
    "TLS-CSMS-001",
    "A station with a good certificate is served",
    sut=Role.CSMS,
    cites=("A00.FR.402", "A00.FR.313"),
    needs=NEEDS,
)
async def test_good_certificate_is_served(bench: Bench, judge: Judge) -> None:
    """Security profile 3: the backend asks for the station's certificate, takes it, and answers the boot."""
    trace = await bench.secured(3).run(plug=False, until=ANSWERED, limit=60.0)

    judge.silence("refusals", ocpp_links.refusals(trace))
    handshake = trace.first(TlsSeen, event="handshake")
    judge.among("TLS version", handshake.facts["version"], ("TLSv1.2", "TLSv1.3"), at=handshake)
    judge.equal("certificate of the station asked for", handshake.facts["certificate_requested"], True, at=handshake)  # noqa: FBT003
    trace.first(BootNotification.response)


@case(
    "TLS-CSMS-002",
    "A station with the right password is served over TLS",
    sut=Role.CSMS,
    cites=("A00.FR.312", "A00.FR.202"),
    needs=(Feature.OCPP201, Feature.OCPP_TLS),
)
async def test_password_over_tls_is_served(bench: Bench, judge: Judge) -> None:
    """Security profile 2: HTTP Basic over TLS, with the backend's certificate alone."""
    trace = await bench.secured(2).run(plug=False, until=ANSWERED, limit=60.0)

    judge.silence("refusals", ocpp_links.refusals(trace))
    handshake = trace.first(TlsSeen, event="handshake")
    judge.among("TLS version", handshake.facts["version"], ("TLSv1.2", "TLSv1.3"), at=handshake)
    judge.equal("the backend's chain", handshake.facts["verify"], "ok", at=handshake)
    trace.first(BootNotification.response)


@case(
    "TLS-CSMS-003",
    "A station with the right password is served without TLS",
    sut=Role.CSMS,
    cites=("A00.FR.202", "A00.FR.203"),
    needs=(Feature.OCPP201, Feature.OCPP_BASIC),
)
async def test_password_is_served(bench: Bench, judge: Judge) -> None:
    """Security profile 1, for networks that are trusted otherwise."""
    trace = await bench.secured(1).run(plug=False, until=ANSWERED, limit=60.0)

    judge.silence("refusals", ocpp_links.refusals(trace))
    trace.first(BootNotification.response)


@case(
    "TLS-CSMS-004",
    "A station with a certificate on RSA keys is served",
    sut=Role.CSMS,
    cites=("A00.FR.501", "A00.FR.402"),
    needs=NEEDS,
    control="TLS-CSMS-001",
)
async def test_rsa_certificate_is_served(bench: Bench, judge: Judge) -> None:
    """RSA with 2048 bits all the way up to the root, which the backend was given."""
    secured = bench.secured(3)
    station = secured.station.secured(credentials=backend_links.station_chain(secured, rsa=True))

    trace = await secured.run(station, plug=False, until=ANSWERED, limit=60.0)

    judge.silence("refusals", ocpp_links.refusals(trace))
    judge.any("answers to the boot", trace.all(BootNotification.response))


@pytest.mark.parametrize("suite", (*backend_links.ECDSA_SUITES, *backend_links.RSA_SUITES))
@case(
    "TLS-CSMS-005",
    "The backend can do with each of the four suites",
    sut=Role.CSMS,
    cites=("A00.FR.318", "A00.FR.321"),
    needs=(Feature.OCPP201, Feature.OCPP_TLS),
    control="TLS-CSMS-002",
)
async def test_each_suite(bench: Bench, judge: Judge, suite: str) -> None:
    """The station can do TLS 1.2 with this suite and nothing else; two of them take an RSA certificate."""
    secured = bench.secured(2)
    narrow = secured.station.secured(tls_profile=backend_links.only(suite))

    trace = await secured.run(narrow, plug=False, until=ANSWERED, limit=60.0)

    judge.silence("refusals", ocpp_links.refusals(trace))
    judge.any("answers to the boot", trace.all(BootNotification.response))
    for handshake in trace.all(TlsSeen, event="handshake")[:1]:
        judge.equal("compression", (handshake.facts["server_hello"] or {}).get("compression", 0), 0, at=handshake)


@pytest.mark.parametrize("keys", ("ec", "rsa"))
@case(
    "TLS-CSMS-006",
    "The backend's own chain looks as OCPP wants it, and names its host",
    sut=Role.CSMS,
    cites=("A00.FR.501", "A00.FR.510", "A00.FR.512"),
    needs=(Feature.OCPP201, Feature.OCPP_TLS),
    control="TLS-CSMS-002",
)
async def test_own_chain(bench: Bench, judge: Judge, keys: str) -> None:
    """A station that takes any chain, and suites for keys of one kind; then the chain is read at leisure."""
    secured = bench.secured(2)
    suites = backend_links.ECDSA_SUITES if keys == "ec" else backend_links.RSA_SUITES
    curious = secured.station.secured(check="accept", tls_profile=backend_links.only(*suites))

    trace = await secured.run(curious, plug=False, until=ANSWERED, limit=60.0)

    judge.take(tls.chain_profile(trace, link=ocpp_links.LINK))
    handshake = trace.first(TlsSeen, event="handshake")
    judge.equal("what a strict station says of it", handshake.facts["verify"], "ok", at=handshake)
