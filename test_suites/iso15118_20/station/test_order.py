"""Requests out of order: the matching response says so, and the session is over."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, LinkSeen, Role, Watts, answered, case, closed, finished
from harness.messages.iso20.common import (
    AuthorizationSetupReq,
    ChargeProgress,
    DynamicEvpptControlMode,
    EvPowerProfile,
    EvPowerProfileEntryList,
    PowerDeliveryReq,
    PowerDeliveryRes,
    PowerScheduleEntry,
    Processing,
    ResponseCode,
    ScheduleExchangeReq,
    ServiceDiscoveryReq,
    ServiceDiscoveryRes,
)
from harness.messages.iso20.dc import DcCableCheckReq, DcCableCheckRes, DcPreChargeReq, DcPreChargeRes

HOLD_OPEN = 5.0
"""Seconds that a station waits with the connection open after a fatal response (V2G20-1643)."""
JITTER = 0.1
"""Seconds that the network may take off what we see of a wait."""
PROMPT = 10.0
"""Seconds after which a station that still holds the connection does not mean to close it."""


def an_hour_of(power: Watts, anchor: int) -> EvPowerProfile:
    """The power profile of an EV in Dynamic mode."""
    entry = PowerScheduleEntry(duration=3600, power=power)
    entries = EvPowerProfileEntryList(ev_power_profile_entry=(entry,))
    return EvPowerProfile(time_anchor=anchor, control_mode=DynamicEvpptControlMode(), ev_power_profile_entries=entries)


@case(
    "ISO20-STN-ORD-001",
    "Service discovery without authorization is a sequence error",
    sut=Role.STATION,
    cites=("V2G20-459",),
    needs=Feature.ISO20_DC,
)
async def test_service_discovery_before_authorization(bench: Bench, judge: Judge) -> None:
    """ServiceDiscoveryReq follows SessionSetupRes at once."""
    ev = bench.ev.answering(AuthorizationSetupReq, lambda _, usual: ServiceDiscoveryReq(header=usual.header))

    trace = await bench.run(ev, until=answered(ServiceDiscoveryRes))

    reply = judge.answered(trace, trace.one(ServiceDiscoveryReq), ServiceDiscoveryRes)
    if reply:
        judge.equal("response code", reply.message.response_code, ResponseCode.FAILED_SEQUENCE_ERROR, at=reply)


@case(
    "ISO20-STN-ORD-002",
    "The schedule cannot be skipped",
    sut=Role.STATION,
    cites=("V2G20-459",),
    needs=Feature.ISO20_DC,
)
async def test_schedule_cannot_be_skipped(bench: Bench, judge: Judge) -> None:
    """DC_CableCheckReq stands where ScheduleExchangeReq belongs."""
    ev = bench.ev.answering(ScheduleExchangeReq, lambda _, usual: DcCableCheckReq(header=usual.header))

    trace = await bench.run(ev, until=answered(DcCableCheckRes))

    reply = judge.answered(trace, trace.first(DcCableCheckReq), DcCableCheckRes)
    if reply:
        judge.equal("response code", reply.message.response_code, ResponseCode.FAILED_SEQUENCE_ERROR, at=reply)


@case(
    "ISO20-STN-ORD-003",
    "Power is not delivered while pre-charge goes on",
    sut=Role.STATION,
    cites=("V2G20-2005", "V2G20-459"),
    needs=Feature.ISO20_DC,
)
async def test_power_delivery_during_pre_charge(bench: Bench, judge: Judge) -> None:
    """After a DC_PreChargeReq that says Ongoing the EV asks for power at once, in a request that is good by itself."""
    ev = bench.ev.but(DcPreChargeReq, nth=1, ev_processing=Processing.ONGOING).answering(
        DcPreChargeReq,
        lambda _, usual: PowerDeliveryReq(
            header=usual.header,
            ev_processing=Processing.FINISHED,
            charge_progress=ChargeProgress.START,
            ev_power_profile=an_hour_of(Watts.of(1000), usual.header.time_stamp),
        ),
        nth=2,
    )

    trace = await bench.run(ev, until=answered(PowerDeliveryRes))

    asked = trace.since(trace.one(DcPreChargeRes)).first(PowerDeliveryReq)
    reply = judge.answered(trace, asked, PowerDeliveryRes)
    if reply:
        judge.equal("response code", reply.message.response_code, ResponseCode.FAILED_SEQUENCE_ERROR, at=reply)


@case(
    "ISO20-STN-ORD-004",
    "After a fatal response the station lets the EV read it, then closes",
    sut=Role.STATION,
    cites=("V2G20-1643",),
    needs=Feature.ISO20_DC,
)
async def test_connection_is_closed_after_a_sequence_error(bench: Bench, judge: Judge) -> None:
    """The EV stays connected after the sequence error and waits for the station to hang up."""
    ev = bench.ev.having(linger=30.0, patient=True).answering(
        AuthorizationSetupReq, lambda _, usual: ServiceDiscoveryReq(header=usual.header)
    )

    trace = await bench.run(ev, until=closed(), limit=60.0)

    asked = trace.one(ServiceDiscoveryReq)
    reply = judge.answered(trace, asked, ServiceDiscoveryRes) or asked
    code = getattr(reply.message, "response_code", None)
    judge.equal("response code", code, ResponseCode.FAILED_SEQUENCE_ERROR, at=reply)
    gone = trace.since(reply).all(LinkSeen, sent_by=Role.STATION)
    if judge.any("the station closes the connection", gone):
        waited = trace.since(reply).first(LinkSeen, sent_by=Role.STATION).at - reply.at
        judge.between("time until it closes", waited, HOLD_OPEN - JITTER, PROMPT, unit="s", at=(reply, *gone))


@case(
    "ISO20-STN-ORD-005",
    "A whole bidirectional session runs in order",
    sut=Role.STATION,
    cites=("V2G20-1981", "V2G20-2122"),
    needs=Feature.ISO20_DC_BPT,
    control="ISO20-STN-SSU-001",
)
async def test_whole_session(bench: Bench, judge: Judge) -> None:
    """From SupportedAppProtocol to SessionStop, with every response positive."""
    trace = await bench.run(bench.ev, until=finished())

    judge.ran_to_the_end(trace)
    judge.no_failures(trace, sent_by=Role.STATION)
