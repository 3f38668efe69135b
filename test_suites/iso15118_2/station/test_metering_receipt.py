"""MeteringReceipt of ISO 15118-2: readings that come back signed by the contract's key."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Judge, Role, answered, case
from harness.kit.older import paying_on_iso2, spoilt_request
from harness.messages.field import Message
from harness.messages.iso2.ac import ChargingStatusRes
from harness.messages.iso2.charging import MeteringReceiptReq, MeteringReceiptRes
from harness.messages.iso2.codes import ResponseCode
from harness.messages.iso2.dc import CurrentDemandRes
from harness.messages.iso20.energy import Flow

RCP = (Feature.ISO2, Feature.ISO2_PNC, Feature.ISO2_METERING_RECEIPT, Feature.ISO2_AC, Feature.ISO2_DC)
Way = tuple[Flow, type[Message]]
FLOWS: dict[str, Way] = {"dc": (Flow.DC, CurrentDemandRes), "ac": (Flow.AC, ChargingStatusRes)}
INVALID = ResponseCode.FAILED_METERING_SIGNATURE_NOT_VALID
CONTROL = "ISO2-STN-PNC-001"


@pytest.mark.parametrize("way", FLOWS.values(), ids=list(FLOWS))
@case(
    "ISO2-STN-RCP-001",
    "A signed reading is taken, and charging goes on",
    sut=Role.STATION,
    cites=("V2G2-691", "V2G2-796", "V2G2-903"),
    needs=RCP,
)
async def test_receipt_is_taken(bench: Bench, judge: Judge, way: Way) -> None:
    """A contract pays; each time the station wants a receipt the EV sends the reading back, signed."""
    flow, response = way
    trace = await bench.run(paying_on_iso2(bench.ev, bench.pki, flow).having(loops=6))

    asked = trace.first(MeteringReceiptReq)
    wanted = trace.until(asked).last(response)
    judge.holds("receipt asked for", bool(wanted.message.receipt_required), "ReceiptRequired", at=wanted)
    reply = judge.coded(trace, asked, MeteringReceiptRes, ResponseCode.OK)
    if reply:
        judge.any("cycles after the receipt", trace.since(reply).all(response))
    judge.no_failures(trace, sent_by=Role.STATION)


@case(
    "ISO2-STN-RCP-002",
    "A receipt without a signature is refused",
    sut=Role.STATION,
    cites=("V2G2-481", "V2G2-904"),
    needs=RCP,
    control=CONTROL,
)
async def test_unsigned_receipt(bench: Bench, judge: Judge) -> None:
    """The reading is the right one, and nobody signed it; a station that looks at no signature is told, for it may."""
    ev = spoilt_request(paying_on_iso2(bench.ev, bench.pki), MeteringReceiptReq)

    trace = await bench.run(ev, until=answered(MeteringReceiptRes))

    reply = judge.answered(trace, trace.first(MeteringReceiptReq), MeteringReceiptRes)
    if reply:
        code = reply.message.response_code
        judge.among("response code", code, {INVALID, ResponseCode.OK}, at=reply)
        if code is ResponseCode.OK:
            judge.notice("signature", "a receipt without one is taken; V2G2-904 leaves that to the station", at=reply)


@case(
    "ISO2-STN-RCP-003",
    "A receipt for another reading than the one told is refused",
    sut=Role.STATION,
    cites=("V2G2-481",),
    needs=RCP,
    control=CONTROL,
)
async def test_receipt_for_another_reading(bench: Bench, judge: Judge) -> None:
    """The EV sends back a reading of its own invention, under the signature of the true one."""
    ev = paying_on_iso2(bench.ev, bench.pki).but(MeteringReceiptReq, meter_info__meter_reading=1)

    trace = await bench.run(ev, until=answered(MeteringReceiptRes))

    judge.refused(trace, trace.first(MeteringReceiptReq), MeteringReceiptRes, INVALID)
