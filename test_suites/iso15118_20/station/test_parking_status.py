"""Parking status: checking in and out on a stream of its own, for those who chose that service."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, Say, answered, case, finished
from harness.messages.iso20.common import (
    EvCheckInStatus,
    EvseCheckOutStatus,
    ParkingMethod,
    PowerDeliveryReq,
    SessionStopReq,
    VehicleCheckInReq,
    VehicleCheckInRes,
    VehicleCheckOutRes,
)
from harness.messages.iso20.dc import DcChargeParameterDiscoveryReq, DcChargeParameterDiscoveryRes
from harness.messages.iso20.energy import ValueAddedService
from harness.messages.iso20.types import ResponseCode

NEEDS = (Feature.ISO20_DC, Feature.PARKING_STATUS)
PARKING_STREAM = 0x8104
PARKING = (int(ValueAddedService.PARKING_STATUS),)


@case(
    "ISO20-STN-PRK-001",
    "An EV that chose to be guided checks in before it charges",
    sut=Role.STATION,
    cites=("V2G20-1251", "V2G20-1253"),
    needs=NEEDS,
)
async def test_check_in(bench: Bench, judge: Judge) -> None:
    """VehicleCheckIn runs on payload type 0x8104; then the EV goes on to charge as ever."""
    trace = await bench.run(bench.ev.with_car(wanted_vas=PARKING), until=finished())

    trace.first(VehicleCheckInReq)
    replies = trace.all(VehicleCheckInRes)
    judge.some("check-in", replies)
    judge.every("OK", replies, lambda entry: entry.message.response_code is ResponseCode.OK, "another code")
    judge.every("on its own stream", replies, lambda entry: entry.stream == PARKING_STREAM, "elsewhere")
    judge.ran_to_the_end(trace)


@case(
    "ISO20-STN-PRK-002",
    "An EV that chose to be guided is let go when it checks out",
    sut=Role.STATION,
    cites=("V2G20-1251", "V2G20-1253"),
    needs=NEEDS,
)
async def test_check_out(bench: Bench, judge: Judge) -> None:
    """After the flow of energy has ended the EV asks to leave until the station says Completed."""
    trace = await bench.run(bench.ev.with_car(wanted_vas=PARKING), until=finished(), limit=120.0)

    start = trace.first(PowerDeliveryReq)
    replies = trace.since(start).all(VehicleCheckOutRes)
    judge.some("check-out", replies)
    judge.every("OK", replies, lambda entry: entry.message.response_code is ResponseCode.OK, "another code")
    judge.every("on its own stream", replies, lambda entry: entry.stream == PARKING_STREAM, "elsewhere")
    last = replies[-1].message.evse_check_out_status if replies else None
    judge.equal("status at last", last, EvseCheckOutStatus.COMPLETED, at=replies[-1:])
    judge.any("farewell", trace.since(start).all(SessionStopReq))


@case(
    "ISO20-STN-PRK-003",
    "Nobody checks in who did not choose to",
    sut=Role.STATION,
    cites=("V2G20-459", "V2G20-1216"),
    needs=NEEDS,
    maturity="watch",
)
async def test_check_in_without_the_service(bench: Bench, judge: Judge) -> None:
    """The EV selected no value-added service and asks to check in where it would tell its charge parameters."""

    def check_in(_: object, usual: DcChargeParameterDiscoveryReq) -> Say:
        method = ParkingMethod.MANUAL
        request = VehicleCheckInReq(
            header=usual.header, ev_check_in_status=EvCheckInStatus.CHECK_IN, parking_method=method
        )
        return Say(message=request, payload_type=PARKING_STREAM)

    ev = bench.ev.answering(DcChargeParameterDiscoveryReq, check_in, nth=1)
    trace = await bench.run(ev, until=answered(VehicleCheckInRes), limit=20.0)

    asked = trace.first(VehicleCheckInReq)
    judge.refused(trace, asked, VehicleCheckInRes, ResponseCode.FAILED_SEQUENCE_ERROR)
    judge.silence("charge parameters told", trace.all(DcChargeParameterDiscoveryRes))
