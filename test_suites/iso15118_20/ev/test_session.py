"""The session as the EV leads it: ids, repetition, choices, fatal answers, time."""

from __future__ import annotations

from harness.kit import (
    NO_SESSION,
    Bench,
    Feature,
    Judge,
    LinkSeen,
    Role,
    case,
    closed,
    finished,
    replace,
    seen,
)
from harness.messages.iso20.common import (
    AuthorizationReq,
    AuthorizationRes,
    ChargeProgress,
    PowerDeliveryReq,
    Processing,
    ResponseCode,
    ServiceDetailRes,
    ServiceDiscoveryRes,
    ServiceSelectionReq,
    SessionSetupReq,
    SessionSetupRes,
    SessionStopReq,
)
from harness.messages.iso20.dc import (
    DcChargeLoopReq,
    DcChargeLoopRes,
    DcChargeParameterDiscoveryRes,
    DcPreChargeReq,
    DcPreChargeRes,
)
from harness.messages.iso20.types import V2gRequest


@case(
    "ISO20-EV-SID-001",
    "The EV takes the session id that it was given",
    sut=Role.EV,
    cites=("V2G20-751", "V2G20-753"),
    needs=Feature.ISO20_DC,
)
async def test_session_id_is_adopted(bench: Bench, judge: Judge) -> None:
    """SessionSetupReq carries zero; every later request carries the station's id."""
    trace = await bench.run(until=finished())

    setup = trace.first(SessionSetupReq)
    judge.equal("id of a new session", setup.message.header.session_id, NO_SESSION, at=setup)
    given = trace.first(SessionSetupRes)
    later = trace.since(given).all(V2gRequest, sent_by=Role.EV)
    wanted = given.message.header.session_id
    judge.every("session id of later requests", later, lambda entry: entry.message.header.session_id == wanted)


@case(
    "ISO20-EV-AUT-001",
    "Authorization is repeated unchanged while the station works on it",
    sut=Role.EV,
    cites=("V2G20-1582",),
    needs=Feature.ISO20_DC,
)
async def test_authorization_is_repeated(bench: Bench, judge: Judge) -> None:
    """The station says Ongoing twice before it says Finished."""
    station = bench.station
    for nth in (1, 2):
        station = station.but(AuthorizationRes, nth=nth, evse_processing=Processing.ONGOING)

    trace = await bench.run(station, until=seen(ServiceDiscoveryRes))

    asked = trace.all(AuthorizationReq)
    judge.between("requests", len(asked), 3, 60, at=asked)
    same = {replace(entry.message, header=asked[0].message.header) for entry in asked}
    judge.equal("different contents", len(same), 1, at=asked)


@case(
    "ISO20-EV-SVC-001",
    "The EV selects only what the station offered",
    sut=Role.EV,
    cites=("V2G20-1216",),
    needs=Feature.ISO20_DC,
)
async def test_selection_was_offered(bench: Bench, judge: Judge) -> None:
    """The station numbers its parameter sets unusually: 40, 41 and so on."""

    def renumbered(_: object, usual: ServiceDetailRes) -> ServiceDetailRes:
        sets = usual.service_parameter_list.parameter_set
        moved = tuple(replace(one, parameter_set_id=40 + index) for index, one in enumerate(sets))
        return replace(usual, service_parameter_list=replace(usual.service_parameter_list, parameter_set=moved))

    trace = await bench.run(bench.station.answering(ServiceDetailRes, renumbered), until=seen(ServiceSelectionReq))

    pick = trace.first(ServiceSelectionReq)
    offered = {
        (entry.message.service_id, one.parameter_set_id)
        for entry in trace.all(ServiceDetailRes)
        for one in entry.message.service_parameter_list.parameter_set
    }
    selected = pick.message.selected_energy_transfer_service
    judge.among("service and parameter set", (selected.service_id, selected.parameter_set_id), offered, at=pick)


@case(
    "ISO20-EV-PRE-001",
    "Pre-charge goes on until the voltages meet, and ends with one Finished",
    sut=Role.EV,
    cites=("V2G20-2005", "V2G20-2006"),
    needs=Feature.ISO20_DC,
)
async def test_pre_charge(bench: Bench, judge: Judge) -> None:
    """The request that says Finished comes last, and not before the station is near the target voltage."""
    trace = await bench.run(until=seen(PowerDeliveryReq))

    start = trace.first(PowerDeliveryReq)
    asked = trace.until(start).all(DcPreChargeReq)
    judge.some("pre-charge requests", asked)
    done = [entry for entry in asked if entry.message.ev_processing is Processing.FINISHED]
    judge.equal("requests that say Finished", len(done), 1, at=done or asked)
    judge.equal("the last says Finished", asked[-1].message.ev_processing, Processing.FINISHED, at=asked[-1])
    reached = trace.until(asked[-1]).all(DcPreChargeRes)
    target = float(asked[-1].message.ev_target_voltage)
    if reached:
        present = float(reached[-1].message.evse_present_voltage)
        judge.between("voltage before Finished", present, target - 20, target + 20, unit="V", at=reached[-1])


@case(
    "ISO20-EV-FTL-001",
    "A fatal response ends the session",
    sut=Role.EV,
    cites=("V2G20-735",),
    needs=Feature.ISO20_DC,
)
async def test_fatal_response_ends_the_session(bench: Bench, judge: Judge) -> None:
    """Charge parameters are refused; the EV must not go on with the schedule."""
    station = bench.station.but(DcChargeParameterDiscoveryRes, response_code=ResponseCode.FAILED_WRONG_CHARGE_PARAMETER)

    trace = await bench.run(station, until=closed())

    refusal = trace.one(DcChargeParameterDiscoveryRes)
    later = trace.since(refusal).all(V2gRequest, sent_by=Role.EV)
    judge.silence("requests but SessionStop", [one for one in later if not isinstance(one.message, SessionStopReq)])
    judge.any("the EV hangs up", trace.since(refusal).all(LinkSeen, sent_by=Role.EV))


@case(
    "ISO20-EV-TMO-001",
    "The EV gives up when a response does not come",
    sut=Role.EV,
    cites=("V2G20-436",),
    needs=Feature.ISO20_DC,
)
async def test_message_timeout(bench: Bench, judge: Judge) -> None:
    """The station never answers ServiceDiscoveryReq; the EV's timer for it is 2 s."""
    trace = await bench.run(bench.station.silent_on(ServiceDiscoveryRes), until=closed(), limit=90.0)

    asked = trace.last(V2gRequest, sent_by=Role.EV)
    gone = trace.since(asked).all(LinkSeen, sent_by=Role.EV)
    if judge.any("the EV hangs up", gone):
        judge.between("patience", gone[0].at - asked.at, 1.9, 3.5, unit="s", at=(asked, gone[0]))


@case(
    "ISO20-EV-STP-001",
    "Asked to terminate, the EV stops within the delay it was given",
    sut=Role.EV,
    cites=("V2G20-1414", "V2G20-1416", "V2G20-2645"),
    needs=Feature.ISO20_DC,
)
async def test_termination_on_request(bench: Bench, judge: Judge) -> None:
    """From the third second of energy transfer on the station asks for the end."""
    trace = await bench.run(bench.station.set(notification_plan=((1.0, "terminate"),)), until=finished())

    told = trace.first(DcChargeLoopRes, where=lambda entry: entry.message.evse_status is not None)
    stop = trace.since(told).first(PowerDeliveryReq, charge_progress=ChargeProgress.STOP)
    judge.within("time to PowerDelivery Stop", told, stop, told.message.evse_status.notification_max_delay)
    judge.some("SessionStop", trace.since(stop).all(SessionStopReq))
    judge.silence("charge loops after the stop", trace.since(stop).all(DcChargeLoopReq))
