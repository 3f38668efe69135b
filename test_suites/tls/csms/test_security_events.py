"""Block A04 at the backend: what stations tell it of their security is answered."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Judge, Role, case, conversation, seen
from harness.messages.ocpp import SecurityEventNotification

NEEDS = (Feature.OCPP201, Feature.OCPP_TLS, Feature.SECURITY_EVENTS)
EVENTS = ("StartupOfTheDevice", "TamperDetectionActivated", "InvalidFirmwareSignature", "MemoryExhaustion", "OwnEvent")


@pytest.mark.parametrize("kind", EVENTS)
@case(
    "TLS-CSMS-060",
    "A security event is answered, also one that the backend has never heard of",
    sut=Role.CSMS,
    cites=("A04.FR.01",),
    needs=NEEDS,
    control="TLS-CSMS-002",
)
async def test_event_is_answered(bench: Bench, judge: Judge, kind: str) -> None:
    """The station names this event in the place of the one of its start."""
    secured = bench.secured(2)
    station = secured.station.but(SecurityEventNotification, nth=1, type=kind)

    trace = await secured.run(station, plug=False, until=seen(SecurityEventNotification.response), limit=60.0)

    told = trace.first(SecurityEventNotification)
    reply = conversation.answer(trace, told)
    judge.holds("the event is answered", reply is not None, "there was no answer", at=told)
    if reply is not None:
        judge.holds("taken note of", not conversation.refused(reply), f"got {reply.payload}", at=reply)


@case(
    "TLS-CSMS-061",
    "A station that once met a stranger in the backend's place is served, and its report taken",
    sut=Role.CSMS,
    cites=("A04.FR.01", "A00.FR.310"),
    needs=NEEDS,
    control="TLS-CSMS-002",
)
async def test_report_of_a_stranger(bench: Bench, judge: Judge) -> None:
    """The station trusts another root at first, so that the backend's chain looks wrong to it."""
    secured = bench.secured(2)
    station = secured.station.at_first(roots=secured.pki.v2g_roots)
    wanted = seen(SecurityEventNotification.response, times=2)

    trace = await secured.run(station, plug=False, until=wanted, limit=60.0)

    told = trace.first(SecurityEventNotification, type="InvalidCsmsCertificate")
    reply = conversation.answer(trace, told)
    judge.holds("the event is answered", reply is not None, "there was no answer", at=told)
    if reply is not None:
        judge.holds("taken note of", not conversation.refused(reply), f"got {reply.payload}", at=reply)
