"""Block B: how a backend receives a station."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, Seen, case, conversation, seen
from harness.messages.ocpp import BootNotification, Heartbeat

TOLERANCE = 4.0
"""Seconds that two clocks may differ by; what test laboratories allow."""
TOO_EARLY = b'[2,"too-early","Heartbeat",{}]'


@case(
    "OCPP-CSMS-BOOT-001",
    "A boot is answered with the time, an interval and a status",
    sut=Role.CSMS,
    cites=("B01.FR.04", "G02.FR.03"),
    needs=Feature.OCPP201,
)
async def test_boot_is_answered(bench: Bench, judge: Judge) -> None:
    """The station sets its clock by this answer and keeps to its interval, so both must make sense."""
    trace = await bench.run(plug=False, until=seen(BootNotification.response))

    reply = trace.first(BootNotification.response)
    judge.among("status", reply.payload.get("status"), ("Accepted", "Pending", "Rejected"), at=reply)
    judge.between("interval", reply.payload.get("interval", -1), 1, 86_400, unit="s", at=reply)
    off = conversation.moment(reply, "currentTime") - reply.at
    judge.report("clock of the backend ahead of ours", round(off, 3), "s", limit=f"within {TOLERANCE:g} s", at=reply)
    judge.between("clock ahead of ours", off, -TOLERANCE, TOLERANCE, unit="s", at=reply)


@case(
    "OCPP-CSMS-BOOT-002",
    "A station that was never accepted is not listened to",
    sut=Role.CSMS,
    cites=("B01.FR.10",),
    needs=Feature.OCPP201,
    control="OCPP-CSMS-BOOT-001",
)
async def test_nothing_before_boot(bench: Bench, judge: Judge) -> None:
    """The first call of the connection is a heartbeat instead of a boot; it must get the error SecurityError."""
    station = bench.station.answering(BootNotification, lambda _heard, _usual: TOO_EARLY)

    trace = await bench.run(station, plug=False, until=seen(Seen, sent_by=Role.CSMS), limit=40.0)

    asked = trace.first(Heartbeat)
    reply = trace.answer_to(asked)
    judge.holds("answered with an error", conversation.refused(reply), f"got {reply.payload}", at=(asked, reply))
    if conversation.refused(reply):
        judge.equal("error code", reply.payload["code"], "SecurityError", at=reply)
