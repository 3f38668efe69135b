"""MeteringConfirmation: only what the station showed, in this session, can be confirmed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.kit import STRANGER, Bench, Feature, Judge, Role, Say, answered, case, replace
from harness.messages.iso20.common import (
    DynamicSmdtControlMode,
    MeteringConfirmationReq,
    MeteringConfirmationRes,
    ResponseCode,
    ScheduledSmdtControlMode,
    SignedMeteringData,
)
from harness.messages.iso20.dc import DcChargeLoopReq, DcChargeLoopRes

METERING_STREAM = 0x8102
NOT_VALID = ResponseCode.FAILED_METERING_SIGNATURE_NOT_VALID
NO_TUPLE = 64000


def another_meter(data: SignedMeteringData) -> SignedMeteringData:
    """The reading of a meter that nobody knows."""
    return replace(data, meter_info=replace(data.meter_info, meter_id="NO-SUCH-METER"))


def more_energy(data: SignedMeteringData) -> SignedMeteringData:
    """A megawatt-hour more than was shown."""
    shown = data.meter_info.charged_energy_reading_wh
    return replace(data, meter_info=replace(data.meter_info, charged_energy_reading_wh=shown + 1_000_000))


def another_session(data: SignedMeteringData) -> SignedMeteringData:
    """The session of somebody else."""
    return replace(data, session_id=STRANGER)


def a_schedule(data: SignedMeteringData) -> SignedMeteringData:
    """A schedule, where the session is in Dynamic control mode."""
    return replace(data, control_mode=ScheduledSmdtControlMode(selected_schedule_tuple_id=NO_TUPLE))


LIES: dict[str, Callable[[SignedMeteringData], SignedMeteringData]] = {
    "another_meter": another_meter,
    "more_energy": more_energy,
    "another_session": another_session,
    "a_schedule": a_schedule,
}


@pytest.mark.parametrize("lie", LIES)
@case(
    "ISO20-STN-MTR-001",
    "A reading that was never shown cannot be confirmed",
    sut=Role.STATION,
    cites=("V2G20-1083",),
    needs=(Feature.ISO20_DC, Feature.DYNAMIC, Feature.METERING_CONFIRMATION, Feature.METER_INFO),
    maturity="watch",
)
async def test_strange_reading_is_not_confirmed(bench: Bench, judge: Judge, lie: str) -> None:
    """In the charge loop the EV confirms, on payload type 0x8102, something else than it was shown a moment before."""

    def confirm(heard: DcChargeLoopRes, usual: DcChargeLoopReq) -> Say | DcChargeLoopReq:
        shown = heard.meter_info if isinstance(heard, DcChargeLoopRes) else None
        if shown is None:
            return usual
        session, mode = usual.header.session_id, DynamicSmdtControlMode()
        data = SignedMeteringData(id="id1", session_id=session, meter_info=shown, control_mode=mode)
        request = MeteringConfirmationReq(header=usual.header, signed_metering_data=LIES[lie](data))
        return Say(message=request, payload_type=METERING_STREAM)

    trace = await bench.run(
        bench.ev.dynamic().answering(DcChargeLoopReq, confirm, nth=3), until=answered(MeteringConfirmationRes)
    )

    asked = trace.first(MeteringConfirmationReq)
    reply = judge.refused(trace, asked, MeteringConfirmationRes, NOT_VALID, ResponseCode.FAILED_SEQUENCE_ERROR)
    if reply:
        judge.equal("payload type of the answer", f"{reply.stream:#06x}", f"{METERING_STREAM:#06x}", at=reply)
