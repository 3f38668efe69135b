"""V2GTP on a byte stream, as the EV reads it."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, Seen, case, closed, either, seen, split
from harness.messages.iso20.common import AuthorizationSetupReq, SessionSetupReq, SessionSetupRes


@case(
    "ISO20-EV-FRM-001",
    "A message that arrives in pieces is understood",
    sut=Role.EV,
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_message_in_pieces(bench: Bench, judge: Judge) -> None:
    """SessionSetupRes arrives as 5 bytes, then 9, then the rest, 50 ms apart: the header itself is cut."""
    cut = split(SessionSetupRes, sizes=(5, 9), gap=0.05)

    trace = await bench.run(faults=[cut], until=either(seen(AuthorizationSetupReq), closed()))

    last_piece = trace.since(trace.one(SessionSetupReq)).nth(Seen, 3, sent_by=Role.STATION)
    judge.any("the EV goes on", trace.since(last_piece).all(AuthorizationSetupReq))
