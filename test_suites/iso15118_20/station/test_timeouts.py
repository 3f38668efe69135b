"""Silence of the EV: the station's sequence timer."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, LinkSeen, Role, case, closed
from harness.messages.iso20.common import AuthorizationSetupReq, SessionSetupRes
from harness.messages.iso20.dc import DcChargeLoopReq, DcChargeLoopRes

JITTER = 0.1
"""Seconds that the network may take off what we see of a wait."""
SLACK = 6.0
"""Seconds beyond a timer that a station may take to hang up: 5 s to let the EV read, and one for the network."""


@case(
    "ISO20-STN-TMO-001",
    "A silent EV is dropped when the sequence timer runs out",
    sut=Role.STATION,
    cites=("V2G20-441", "V2G20-443"),
    needs=Feature.ISO20_DC,
)
async def test_sequence_timeout(bench: Bench, judge: Judge) -> None:
    """The EV says nothing any more after SessionSetupRes; 60 s later the station must end the session."""
    ev = bench.ev.silent_on(AuthorizationSetupReq).having(linger=75.0, patient=True)

    trace = await bench.run(ev, until=closed(), limit=90.0)

    last = trace.one(SessionSetupRes)
    gone = trace.since(last).all(LinkSeen, sent_by=Role.STATION)
    if judge.any("the station hangs up", gone):
        endured = trace.since(last).first(LinkSeen, sent_by=Role.STATION).at - last.at
        judge.between("silence endured", endured, 60.0 - JITTER, 60.0 + SLACK, unit="s", at=(last, *gone))


@case(
    "ISO20-STN-TMO-002",
    "Silence in the charge loop is not endured for a minute",
    sut=Role.STATION,
    cites=("V2G20-443", "V2G20-1502"),
    needs=Feature.ISO20_DC,
)
async def test_charge_loop_timeout(bench: Bench, judge: Judge) -> None:
    """After three charge loops the EV falls silent; the timer behind a charge-loop response is 0.5 s."""
    ev = bench.ev.silent_on(DcChargeLoopReq, nth=4).having(linger=75.0, patient=True)

    trace = await bench.run(ev, until=closed(), limit=90.0)

    last = trace.nth(DcChargeLoopRes, 3)
    gone = trace.since(last).all(LinkSeen, sent_by=Role.STATION)
    if judge.any("the station hangs up", gone):
        endured = trace.since(last).first(LinkSeen, sent_by=Role.STATION).at - last.at
        judge.between("silence endured", endured, 0.5 - JITTER, 0.5 + SLACK, unit="s", at=(last, *gone))
