"""How long a station takes: for each response, and for what it settles step by step."""

from __future__ import annotations

from collections.abc import Iterable

from harness.kit import Bench, Entry, Feature, Judge, Role, Trace, case
from harness.messages.field import Message
from harness.messages.iso20 import common, dc
from harness.messages.iso20.types import Processing
from harness.messages.ocpp import Authorize
from harness.messages.registry import response_of
from harness.messages.sap import SupportedAppProtocolReq

TIMEOUT, PERFORMANCE = 2.0, 1.5
"""Seconds after which the EV gives up, and within which the station should have answered."""
LONG_TIMEOUT, LONG_PERFORMANCE = 5.0, 4.5
"""The same for ServiceDetail."""
LOOP_TIMEOUT, LOOP_PERFORMANCE = 0.5, 0.25
"""The same in the charge loop."""
ONGOING_TIMEOUT, ONGOING_PERFORMANCE = 60.0, 55.0
"""The same for what stays ongoing."""
CABLE_CHECK_TIMEOUT, PRE_CHARGE_TIMEOUT = 40.0, 10.0
NEAR = 20.0
"""V between target and present voltage at which pre-charge is done."""

OPENING = (
    SupportedAppProtocolReq,
    common.SessionSetupReq,
    common.AuthorizationSetupReq,
    common.AuthorizationReq,
    common.ServiceDiscoveryReq,
    common.ServiceSelectionReq,
)
PREPARING = (
    dc.DcChargeParameterDiscoveryReq,
    common.ScheduleExchangeReq,
    dc.DcCableCheckReq,
    dc.DcPreChargeReq,
    common.PowerDeliveryReq,
)
ENDING = (dc.DcWeldingDetectionReq, common.SessionStopReq)


def in_time(judge: Judge, trace: Trace, kinds: Iterable[type[Message]], timeout: float, performance: float) -> None:
    """Every response came before the EV would have given up; one that is slower than it should be is told."""
    for kind in kinds:
        trace.first(kind)
        asked = [entry for entry in trace.all(kind) if trace.since(entry).all(response_of(kind))]
        took = [(_wait(trace, entry), entry) for entry in asked]
        for seconds, entry in took:
            if performance < seconds <= timeout:
                told = f"took {seconds:.3f} s; {performance:g} s are asked of a station"
                judge.notice(f"slow answer to {kind.name}", told, at=entry)
        judge.every(
            f"{kind.name} answered within {timeout:g} s",
            trace.all(kind),
            lambda entry: _wait(trace, entry) <= timeout,
            "later, or never",
        )
        worst = max((seconds for seconds, _ in took), default=0.0)
        judge.report(f"slowest answer to {kind.name}", round(worst, 4), "s", limit=f"<= {performance:g} s")


def _wait(trace: Trace, asked: Entry) -> float:
    answers = trace.since(asked).all(response_of(asked.message), sent_by=Role.STATION)
    return answers[0].at - asked.at if answers else float("inf")


def settled(judge: Judge, what: str, first: Entry, done: Iterable[Entry], timeout: float, performance: float) -> None:
    """Something that goes on step by step is done in time."""
    ended = tuple(done)
    if judge.any(f"{what} comes to an end", ended):
        judge.within(what, first, ended[0], timeout)
        took = ended[0].at - first.at
        if performance < took <= timeout:
            judge.notice(what, f"took {took:.1f} s; {performance:g} s are asked of a station", at=(first, ended[0]))


@case(
    "ISO20-STN-PRF-001",
    "Requests from the first to the selected service are answered in time",
    sut=Role.STATION,
    cites=("V2G20-435", "V2G20-1980", "V2G20-1983"),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_opening_in_time(bench: Bench, judge: Judge) -> None:
    """The EV waits as long as it takes; 1.5 s are asked of the station, an EV gives up after 2 s."""
    trace = await bench.run(bench.ev.having(patient=True))

    in_time(judge, trace, OPENING, TIMEOUT, PERFORMANCE)


@case(
    "ISO20-STN-PRF-002",
    "Details of a service are told in time",
    sut=Role.STATION,
    cites=("V2G20-435", "V2G20-1981"),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_service_detail_in_time(bench: Bench, judge: Judge) -> None:
    """ServiceDetail may take longer: an EV gives up after 5 s."""
    trace = await bench.run(bench.ev.having(patient=True))

    in_time(judge, trace, (common.ServiceDetailReq,), LONG_TIMEOUT, LONG_PERFORMANCE)


@case(
    "ISO20-STN-PRF-003",
    "Requests from charge parameters to power delivery are answered in time",
    sut=Role.STATION,
    cites=("V2G20-435", "V2G20-1987"),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_preparation_in_time(bench: Bench, judge: Judge) -> None:
    """Each single response counts, however often it says that something is still ongoing."""
    trace = await bench.run(bench.ev.having(patient=True))

    in_time(judge, trace, PREPARING, TIMEOUT, PERFORMANCE)


@case(
    "ISO20-STN-PRF-004",
    "The charge loop is answered in time",
    sut=Role.STATION,
    cites=("V2G20-435", "V2G20-1502"),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_charge_loop_in_time(bench: Bench, judge: Judge) -> None:
    """Twenty cycles; 0.25 s are asked of the station, an EV gives up after 0.5 s."""
    trace = await bench.run(bench.ev.having(patient=True, loops=20))

    in_time(judge, trace, (dc.DcChargeLoopReq,), LOOP_TIMEOUT, LOOP_PERFORMANCE)


@case(
    "ISO20-STN-PRF-005",
    "Requests at the end of a session are answered in time",
    sut=Role.STATION,
    cites=("V2G20-435", "V2G20-1632"),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_ending_in_time(bench: Bench, judge: Judge) -> None:
    """Welding detection and SessionStop."""
    trace = await bench.run(bench.ev.having(patient=True))

    in_time(judge, trace, ENDING, TIMEOUT, PERFORMANCE)


@case(
    "ISO20-STN-PRF-006",
    "A schedule is settled before the EV gives up",
    sut=Role.STATION,
    cites=("V2G20-1987",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_schedule_is_settled(bench: Bench, judge: Judge) -> None:
    """From the first ScheduleExchangeReq to the response that says Finished; an EV bears 60 s."""
    trace = await bench.run(bench.ev.having(patient=True), limit=120.0)

    first = trace.first(common.ScheduleExchangeReq)
    done = trace.all(common.ScheduleExchangeRes, evse_processing=Processing.FINISHED)
    settled(judge, "schedule exchange", first, done, ONGOING_TIMEOUT, ONGOING_PERFORMANCE)


@case(
    "ISO20-STN-PRF-007",
    "The cable is checked before the EV gives up",
    sut=Role.STATION,
    cites=("ISO 15118-20, Table 217",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_cable_is_checked(bench: Bench, judge: Judge) -> None:
    """From the first DC_CableCheckReq to the response that says Finished; an EV bears 40 s."""
    trace = await bench.run(bench.ev.having(patient=True), limit=120.0)

    first = trace.first(dc.DcCableCheckReq)
    done = trace.all(dc.DcCableCheckRes, evse_processing=Processing.FINISHED)
    settled(judge, "cable check", first, done, CABLE_CHECK_TIMEOUT, CABLE_CHECK_TIMEOUT)


@case(
    "ISO20-STN-PRF-008",
    "Pre-charge reaches the voltage of the battery before the EV gives up",
    sut=Role.STATION,
    cites=("V2G20-2005",),
    needs=Feature.ISO20_DC,
    control="ISO20-STN-SSU-001",
)
async def test_pre_charge_reaches_the_voltage(bench: Bench, judge: Judge) -> None:
    """From the first DC_PreChargeReq to a voltage within 20 V of its target; an EV bears 10 s."""
    trace = await bench.run(bench.ev.having(patient=True), limit=120.0)

    first = trace.first(dc.DcPreChargeReq)
    target = float(first.message.ev_target_voltage)
    near = [
        entry
        for entry in trace.all(dc.DcPreChargeRes)
        if abs(float(entry.message.evse_present_voltage) - target) <= NEAR
    ]
    settled(judge, "pre-charge", first, near, PRE_CHARGE_TIMEOUT, PRE_CHARGE_TIMEOUT)


@case(
    "ISO20-STN-PRF-009",
    "An authorization that the backend leaves open is not left open for ever",
    sut=Role.STATION,
    cites=("V2G20-2219", "V2G20-2230"),
    needs=(Feature.ISO20_DC, Feature.EIM, Feature.OCPP201),
    control="ISO20-STN-SSU-001",
)
async def test_undecided_authorization(bench: Bench, judge: Judge) -> None:
    """The backend never answers Authorize; unless the station waits for a customer, it must come to a decision."""
    csms = bench.csms.silent_on(Authorize.response)

    trace = await bench.run(bench.ev.having(patient=True), csms, limit=120.0)

    first = trace.first(common.AuthorizationReq)
    said = trace.all(common.AuthorizationRes)
    if any(entry.message.evse_processing is Processing.ONGOING_WAITING_FOR_CUSTOMER_INTERACTION for entry in said):
        judge.holds("decision", condition=True, detail="the station waits for a customer, which has no limit", at=said)
        return
    done = [entry for entry in said if entry.message.evse_processing is Processing.FINISHED]
    settled(judge, "authorization", first, done, ONGOING_TIMEOUT, ONGOING_PERFORMANCE)
