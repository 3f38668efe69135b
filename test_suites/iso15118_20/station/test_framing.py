"""V2GTP on a byte stream: frames come in pieces, and two at once."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, case, seen, split
from harness.messages.iso20.common import SessionSetupReq, SessionSetupRes


@case(
    "ISO20-STN-FRM-001",
    "A message that arrives in pieces is understood",
    sut=Role.STATION,
    needs=Feature.ISO20_DC,
)
async def test_message_in_pieces(bench: Bench, judge: Judge) -> None:
    """SessionSetupReq arrives as 5 bytes, then 9, then the rest, 50 ms apart: the header itself is cut."""
    cut = split(SessionSetupReq, sizes=(5, 9), gap=0.05)

    trace = await bench.run(bench.ev, faults=[cut], until=seen(SessionSetupRes))

    asked = trace.one(SessionSetupReq)
    reply = trace.one(SessionSetupRes)
    judge.holds("answered", not reply.problem, "SessionSetupRes", at=reply)
    judge.within("response time", asked, reply, 2.0)
