"""The vehicle's connection breaks in the middle of the charge loop."""

from __future__ import annotations

from harness.kit import (
    Bench,
    Feature,
    Judge,
    LinkSeen,
    Role,
    asks,
    both,
    case,
    conversation,
    finished,
    reset,
    seen,
)
from harness.messages.iso20.common import ResponseCode, SessionSetupRes
from harness.messages.iso20.dc import DcChargeLoopReq
from harness.messages.ocpp import TransactionEvent

REGISTERS = ("Energy.Active.Import.Register", "Energy.Active.Export.Register")


@case(
    "RES-STN-010",
    "When the EV's connection breaks, energy stops and the backend is told",
    sut=Role.STATION,
    cites=("V2G20-1502", "E01.FR.18"),
    needs=(Feature.ISO20_DC, Feature.OCPP201),
)
async def test_energy_stops_with_the_link(bench: Bench, judge: Judge) -> None:
    """The EV resets TCP after its 15th cycle; the meter is read every 5 s until the next EV comes."""
    csms, whole = bench.csms.asking(asks.sample_every(5)), both(finished(), seen(TransactionEvent, eventType="Ended"))
    cut = reset(DcChargeLoopReq, nth=15)

    trace = await bench.run(bench.ev.charging_for(20.0), bench.ev, csms, gap=30.0, faults=[cut], until=whole)

    lost = trace.first(LinkSeen, state="reset")
    silence = trace.since(lost).until(trace.since(lost).first(SessionSetupRes))
    events = conversation.events(silence)
    told = [one for one in events if conversation.info(one, "chargingState") not in {None, "Charging"}]
    judge.any("the loss is told", told[:1])
    for register in REGISTERS:
        values = [value for one in events for value in conversation.sampled(one, register, "Sample.Periodic")]
        if len(values) < 2:
            judge.inconclusive(register, f"only {len(values)} readings while nobody charged")
        else:
            judge.between(f"{register} after the loss", values[-1] - values[0], 0.0, 1.0, unit="Wh", at=events)


@case(
    "RES-STN-011",
    "After a broken connection the next session works",
    sut=Role.STATION,
    cites=("V2G20-2626",),
    needs=Feature.ISO20_DC,
)
async def test_next_session_works(bench: Bench, judge: Judge) -> None:
    """The EV resets TCP in the charge loop and comes back ten seconds later, with no session to resume."""
    cut = reset(DcChargeLoopReq, nth=5)

    trace = await bench.run(bench.ev, bench.ev, gap=10.0, faults=[cut])

    lost = trace.first(LinkSeen, state="reset")
    if judge.any("the station answers again", trace.since(lost).all(SessionSetupRes)[:1]):
        reply = trace.since(lost).first(SessionSetupRes)
        judge.equal("response code", reply.message.response_code, ResponseCode.OK_NEW_SESSION_ESTABLISHED, at=reply)
    judge.ran_to_the_end(trace)
