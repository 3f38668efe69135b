"""Block A: whom the backend lets in, and how it secures the connection."""

from __future__ import annotations

from typing import Any

import pytest

from harness.kit import (
    Bench,
    Feature,
    Flaw,
    Judge,
    LinkSeen,
    Role,
    TlsSeen,
    Trace,
    backend_links,
    case,
    ocpp_links,
    scene,
    seen,
)
from harness.kit import device_model as model
from harness.kit import ocpp_backend as backend
from harness.messages.ocpp import BootNotification, SetVariables, StatusNotification

TLS = (Feature.OCPP201, Feature.OCPP_TLS)
MUTUAL = (Feature.OCPP201, Feature.OCPP_TLS_MUTUAL)
BASIC = (Feature.OCPP201, Feature.OCPP_BASIC)
ANSWERED = seen(BootNotification.response)
TOLD = seen(StatusNotification.response)
VERSIONS = ("TLSv1.2", "TLSv1.3")
LIMIT = 120.0
PASSWORD = model.named("SecurityCtrlr", "BasicAuthPassword")
NEW = "one-more-horse-battery-staple"


def judge_welcome(judge: Judge, trace: Trace) -> None:
    """The station was let in, and its boot accepted."""
    judge.silence("refusals", ocpp_links.refusals(trace))
    judge.status(trace, trace.first(BootNotification), "Accepted")


@case(
    "TC_A_01_CSMS",
    "A station with its own identity and password is let in and accepted",
    sut=Role.CSMS,
    cites=("A00.FR.204", "A00.FR.202"),
    needs=BASIC,
)
async def test_password(bench: Bench, judge: Judge) -> None:
    """Without TLS."""
    trace = await bench.secured(1).run(plug=False, until=ANSWERED, limit=LIMIT)

    judge_welcome(judge, trace)


async def judge_kept_out(bench: Bench, judge: Judge, **wrong: Any) -> None:
    """The station comes with something wrong first, and has to be kept out; then it comes as it should."""
    secured = bench.secured(1)

    trace = await secured.run(secured.station.at_first(**wrong), plug=False, until=ANSWERED, limit=LIMIT)

    judge.take(ocpp_links.kept_out(trace))
    refused = ocpp_links.status(trace)
    judge.holds("there is an HTTP status", refused is not None, "there was none", at=refused)
    judge.any("answers to the next station", trace.all(BootNotification.response))


@case(
    "TC_A_02_CSMS",
    "A user name that is not the identity in the address opens no door",
    sut=Role.CSMS,
    cites=("A00.FR.204",),
    needs=BASIC,
    control="TC_A_01_CSMS",
)
async def test_another_user(bench: Bench, judge: Judge) -> None:
    """The password would be right for the station in the address."""
    await judge_kept_out(bench, judge, user="V2X-STATION-2")


@case(
    "TC_A_03_CSMS",
    "A wrong password opens no door",
    sut=Role.CSMS,
    cites=("A00.FR.204", "A00.FR.207"),
    needs=BASIC,
    control="TC_A_01_CSMS",
)
async def test_wrong_password(bench: Bench, judge: Judge) -> None:
    """The identity is right."""
    await judge_kept_out(bench, judge, password="not-the-right-password")  # noqa: S106 - no password


@pytest.mark.parametrize("suite", (*backend_links.ECDSA_SUITES, *backend_links.RSA_SUITES))
@case(
    "TC_A_04_CSMS",
    "A station is served over TLS by whichever suite of the four it has",
    sut=Role.CSMS,
    cites=("A00.FR.306", "A00.FR.307", "A00.FR.312", "A00.FR.318", "A00.FR.321", "A00.FR.510"),
    needs=TLS,
)
async def test_suites(bench: Bench, judge: Judge, suite: str) -> None:
    """TLS 1.2 and one suite; two of them take a certificate with an RSA key."""
    secured = bench.secured(2)
    narrow = secured.station.secured(tls_profile=backend_links.only(suite))

    trace = await secured.run(narrow, plug=False, until=TOLD, limit=LIMIT)

    judge_welcome(judge, trace)
    handshake = trace.first(TlsSeen, event="handshake")
    judge.equal("the backend's chain", handshake.facts["verify"], "ok", at=handshake)
    backend.judge_taken(judge, trace, StatusNotification)


@case(
    "TC_A_06_CSMS",
    "A station that knows old TLS alone is not served, and one with newer TLS is",
    sut=Role.CSMS,
    cites=("A00.FR.313", "A00.FR.314", "A00.FR.315"),
    needs=TLS,
    control="TLS-CSMS-002",
)
async def test_old_version(bench: Bench, judge: Judge) -> None:
    """TLS 1.1 in the first connection."""
    secured = bench.secured(2)
    old = secured.station.at_first(tls_profile=backend_links.OUTDATED)

    trace = await secured.run(old, plug=False, until=ANSWERED, limit=LIMIT)

    judge.take(ocpp_links.kept_out(trace, alerts=ocpp_links.TOO_OLD))
    judge.any("answers to the next station", trace.all(BootNotification.response))


@case(
    "TC_A_07_CSMS",
    "A station is let in by its certificate, and accepted",
    sut=Role.CSMS,
    cites=("A00.FR.402", "A00.FR.404", "A00.FR.405", "A00.FR.313"),
    needs=MUTUAL,
)
async def test_mutual(bench: Bench, judge: Judge) -> None:
    """The backend has to ask for it."""
    trace = await bench.secured(3).run(plug=False, until=TOLD, limit=LIMIT)

    judge.silence("refusals", ocpp_links.refusals(trace))
    handshake = trace.first(TlsSeen, event="handshake")
    judge.among("TLS version", handshake.facts["version"], VERSIONS, at=handshake)
    judge.holds("certificate asked for", bool(handshake.facts["certificate_requested"]), "it was not", at=handshake)
    judge.status(trace, trace.first(BootNotification), "Accepted")
    backend.judge_taken(judge, trace, StatusNotification)


@pytest.mark.parametrize("flaw", (Flaw.EXPIRED, Flaw.UNKNOWN_ROOT), ids=lambda flaw: flaw.name.lower())
@case(
    "TC_A_08_CSMS",
    "A station with a bad certificate is kept out, and the next one served",
    sut=Role.CSMS,
    cites=("A00.FR.402", "A00.FR.405", "A00.FR.406", "A00.FR.407"),
    needs=MUTUAL,
    control="TC_A_07_CSMS",
)
async def test_bad_certificate(bench: Bench, judge: Judge, flaw: Flaw) -> None:
    """One flaw at a time."""
    secured = bench.secured(3)
    station = secured.station.at_first(credentials=backend_links.station_chain(secured, flaw))

    trace = await secured.run(station, plug=False, until=ANSWERED, limit=LIMIT)

    judge.take(ocpp_links.kept_out(trace, alerts=flaw.alerts))
    judge.any("answers to the next station", trace.all(BootNotification.response))


BACK = scene.hears(LinkSeen, state="open", within=60.0, optional=True) + scene.passes(5.0)


@case(
    "TC_A_09_CSMS",
    "A backend that gave a station a new password lets it in by that one",
    sut=Role.CSMS,
    cites=("A01.FR.03",),
    needs=TLS,
)
async def test_new_password(bench: Bench, judge: Judge) -> None:
    """Our station takes it and comes back at once."""
    call = SetVariables(setVariableData=[{**PASSWORD, "attributeValue": NEW}])

    trace = await bench.secured(2).play(scene.asks(call) + BACK, limit=LIMIT)

    asked = backend.judge_asked(judge, trace, call)
    judge.silence("upgrades refused", ocpp_links.refusals(trace))
    judge.some("connections after the change", ocpp_links.opened(trace.since(asked)))


@case(
    "TC_A_10_CSMS",
    "A backend whose station refused a new password lets it in by the old one",
    sut=Role.CSMS,
    cites=("A01.FR.04",),
    needs=TLS,
)
async def test_refused_password(bench: Bench, judge: Judge) -> None:
    """Our station answers Rejected; then the line breaks, and it comes back as before."""
    secured = bench.secured(2)
    station = backend_links.keeping_password(secured.station)
    call = SetVariables(setVariableData=[{**PASSWORD, "attributeValue": NEW}])

    trace = await secured.play(scene.asks(call) + scene.breaks(2.0) + BACK, station, limit=LIMIT)

    asked = backend.judge_asked(judge, trace, call)
    model.judge_results(judge, trace, asked, ("Rejected",))
    judge.silence("upgrades refused", ocpp_links.refusals(trace))
    judge.some("connections afterwards", ocpp_links.opened(trace.since(asked)))
