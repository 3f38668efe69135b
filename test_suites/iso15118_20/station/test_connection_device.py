"""The automated connection device: a bus in position, the device down and up, its state beside the session."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Judge, Role, answered, case, finished
from harness.messages.iso20.acdp import (
    AcdpConnectReq,
    AcdpConnectRes,
    AcdpDisconnectRes,
    AcdpSystemStatusReq,
    AcdpSystemStatusRes,
    AcdpVehiclePositioningReq,
    AcdpVehiclePositioningRes,
    ElectricalChargingDeviceStatus,
    MechanicalChargingDeviceStatus,
)
from harness.messages.iso20.common import Processing, ResponseCode

ACDP = Feature.ISO20_ACDP
STATUS_STREAM = 0x8103
PLACE = MechanicalChargingDeviceStatus


@pytest.mark.parametrize("direction", ["both_ways", "charge_only"])
@case(
    "ISO20-STN-ACD-001",
    "A whole session under the connection device runs in each direction",
    sut=Role.STATION,
    cites=("V2G20-1600",),
    needs=ACDP,
    control="ISO20-STN-ACD-002",
)
async def test_whole_session(bench: Bench, judge: Judge, direction: str) -> None:
    """A bus stops, is connected, charges for a few cycles and is released."""
    ev = bench.ev.under_a_pantograph(bidirectional=direction == "both_ways")

    trace = await bench.run(ev, until=finished())

    judge.ran_to_the_end(trace)
    judge.no_failures(trace, sent_by=Role.STATION)


@case(
    "ISO20-STN-ACD-002",
    "The device says that it is down before it says that it is done",
    sut=Role.STATION,
    cites=("ISO 15118-20, 8.3.4.8",),
    needs=ACDP,
)
async def test_device_is_down_when_connected(bench: Bench, judge: Judge) -> None:
    """What ACDP_ConnectRes tells of the moving part, while ongoing and finished."""
    trace = await bench.run(bench.ev.under_a_pantograph(), until=finished())

    done = [one for one in trace.all(AcdpConnectRes) if one.message.evse_processing is Processing.FINISHED]
    judge.every(
        "end position once connected",
        done,
        lambda entry: entry.message.evse_mechanical_charging_device_status is PLACE.END_POSITION,
        "the device is elsewhere",
    )


@case(
    "ISO20-STN-ACD-003",
    "The device is home before the bus may leave",
    sut=Role.STATION,
    cites=("ISO 15118-20, 8.3.4.8",),
    needs=ACDP,
)
async def test_device_is_home_when_disconnected(bench: Bench, judge: Judge) -> None:
    """What ACDP_DisconnectRes tells of the moving part once it is finished."""
    trace = await bench.run(bench.ev.under_a_pantograph(), until=finished())

    done = [one for one in trace.all(AcdpDisconnectRes) if one.message.evse_processing is Processing.FINISHED]
    judge.every(
        "home once released",
        done,
        lambda entry: entry.message.evse_mechanical_charging_device_status is PLACE.HOME,
        "the device is elsewhere",
    )


@case(
    "ISO20-STN-ACD-004",
    "Nothing is connected before the vehicle stands",
    sut=Role.STATION,
    cites=("V2G20-459",),
    needs=ACDP,
)
async def test_connecting_before_standing(bench: Bench, judge: Judge) -> None:
    """The bus asks for the device where its position is still to be settled."""
    ev = bench.ev.under_a_pantograph().answering(
        AcdpVehiclePositioningReq,
        lambda _, usual: AcdpConnectReq(
            header=usual.header, ev_electrical_charging_device_status=ElectricalChargingDeviceStatus.STATE_A
        ),
        nth=1,
    )

    trace = await bench.run(ev, until=answered(AcdpConnectRes))

    judge.coded(trace, trace.first(AcdpConnectReq), AcdpConnectRes, ResponseCode.FAILED_SEQUENCE_ERROR)


@case(
    "ISO20-STN-ACD-005",
    "The station tells its state beside the session",
    sut=Role.STATION,
    cites=("V2G20-459",),
    needs=ACDP,
)
async def test_state_beside_the_session(bench: Bench, judge: Judge) -> None:
    """The bus tells its own on payload type 0x8103, and waits for the station's there."""
    trace = await bench.run(bench.ev.under_a_pantograph(), until=finished())

    for asked in trace.all(AcdpSystemStatusReq)[:3]:
        reply = judge.answered(trace, asked, AcdpSystemStatusRes)
        if reply:
            judge.equal("stream of the answer", reply.stream, STATUS_STREAM, at=reply)
            judge.equal("response code", reply.message.response_code, ResponseCode.OK, at=reply)


@case(
    "ISO20-STN-ACD-006",
    "A vehicle that moves is never told that it stands",
    sut=Role.STATION,
    cites=("ISO 15118-20, 8.3.4.8",),
    needs=ACDP,
)
async def test_moving_vehicle(bench: Bench, judge: Judge) -> None:
    """The bus says that it may still move."""
    ev = bench.ev.under_a_pantograph().but(AcdpVehiclePositioningReq, ev_mobility_status=True)

    trace = await bench.run(ev, until=finished(), limit=90.0)

    judge.every(
        "not in position",
        trace.all(AcdpVehiclePositioningRes),
        lambda entry: not entry.message.ev_in_charge_position,
        "the station says that the vehicle stands",
    )
