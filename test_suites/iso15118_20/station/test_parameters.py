"""Charge parameters and schedules: what cannot be worked with is refused."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, Volts, answered, case
from harness.messages.iso20.common import PowerDeliveryReq, PowerDeliveryRes, ResponseCode
from harness.messages.iso20.dc import DcChargeParameterDiscoveryReq, DcChargeParameterDiscoveryRes

NOT_OFFERED = 64000


@case(
    "ISO20-STN-CPD-001",
    "Charge parameters that nobody can work with are refused",
    sut=Role.STATION,
    cites=("V2G20-2272",),
    needs=Feature.ISO20_DC,
    maturity="watch",
)
async def test_unusable_parameters_are_refused(bench: Bench, judge: Judge) -> None:
    """The EV's battery bears 5 V to 10 V."""
    ev = bench.ev.but(
        DcChargeParameterDiscoveryReq,
        energy_transfer_mode__ev_minimum_voltage=Volts.of(5.0),
        energy_transfer_mode__ev_maximum_voltage=Volts.of(10.0),
    )

    trace = await bench.run(ev, until=answered(DcChargeParameterDiscoveryRes))

    reply = judge.answered(trace, trace.one(DcChargeParameterDiscoveryReq), DcChargeParameterDiscoveryRes)
    if reply:
        code = reply.message.response_code
        judge.equal("response code", code, ResponseCode.FAILED_WRONG_CHARGE_PARAMETER, at=reply)


@case(
    "ISO20-STN-SCH-001",
    "A schedule that was not offered cannot be selected",
    sut=Role.STATION,
    needs=(Feature.ISO20_DC, Feature.SCHEDULED),
    maturity="watch",
)
async def test_unoffered_schedule_is_refused(bench: Bench, judge: Judge) -> None:
    """In Scheduled control mode the EV's power profile names a schedule tuple that the station never sent."""
    ev = bench.ev.scheduled().but(
        PowerDeliveryReq, nth=1, ev_power_profile__control_mode__selected_schedule_tuple_id=NOT_OFFERED
    )

    trace = await bench.run(ev, until=answered(PowerDeliveryRes))

    reply = judge.answered(trace, trace.first(PowerDeliveryReq), PowerDeliveryRes)
    if reply:
        code = reply.message.response_code
        judge.equal("response code", code, ResponseCode.FAILED_SCHEDULE_SELECTION_INVALID, at=reply)
