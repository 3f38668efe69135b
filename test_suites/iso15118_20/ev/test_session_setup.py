"""The session as the EV sets it up: ids, authorization, choices."""

from __future__ import annotations

from harness.kit import (
    NO_SESSION,
    Bench,
    Feature,
    Judge,
    Role,
    case,
    closed,
    either,
    finished,
    replace,
    seen,
)
from harness.kit.identity import evccid_problem
from harness.kit.reactions import gives_up
from harness.messages.iso20.common import (
    AuthorizationReq,
    AuthorizationRes,
    Processing,
    ServiceDetailRes,
    ServiceDiscoveryRes,
    ServiceSelectionReq,
    SessionSetupReq,
    SessionSetupRes,
)
from harness.messages.iso20.types import ResponseCode, V2gRequest


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

    trace = await bench.run(station, until=either(seen(ServiceDiscoveryRes), closed()))

    first, asked = trace.first(AuthorizationReq), trace.all(AuthorizationReq)
    judge.between("requests", len(asked), 3, 60, at=asked)
    same = {replace(entry.message, header=first.message.header) for entry in asked}
    judge.equal("different contents", len(same), 1, at=asked)


def renumbered(_: object, usual: ServiceDetailRes) -> ServiceDetailRes:
    """The same parameter sets under the ids 40, 41 and so on."""
    sets = usual.service_parameter_list.parameter_set
    moved = tuple(replace(one, parameter_set_id=40 + index) for index, one in enumerate(sets))
    return replace(usual, service_parameter_list=replace(usual.service_parameter_list, parameter_set=moved))


@case(
    "ISO20-EV-SVC-001",
    "The EV selects only what the station offered",
    sut=Role.EV,
    cites=("V2G20-1216",),
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_selection_was_offered(bench: Bench, judge: Judge) -> None:
    """The station numbers its parameter sets unusually: 40, 41 and so on."""
    station = bench.station.answering(ServiceDetailRes, renumbered)

    trace = await bench.run(station, until=either(seen(ServiceSelectionReq), closed()))

    offered = {
        (entry.message.service_id, one.parameter_set_id)
        for entry in trace.all(ServiceDetailRes)
        for one in entry.message.service_parameter_list.parameter_set
    }
    if judge.any("a selection", trace.since(trace.first(ServiceDetailRes)).all(ServiceSelectionReq)):
        pick = trace.first(ServiceSelectionReq)
        chosen = pick.message.selected_energy_transfer_service
        judge.among("service and parameter set", (chosen.service_id, chosen.parameter_set_id), offered, at=pick)


@case(
    "ISO20-EV-SID-003",
    "The EVCCID has the form that the standard gives it",
    sut=Role.EV,
    cites=("ISO 15118-20, Annex C.5",),
    needs=Feature.ISO20,
)
async def test_evccid(bench: Bench, judge: Judge) -> None:
    """Manufacturer, V, at least fifteen characters of its own, check digit; over the latter public sources differ."""
    trace = await bench.run(until=either(seen(SessionSetupReq), closed()))

    setup = trace.first(SessionSetupReq)
    form, check = evccid_problem(setup.message.evcc_id)
    judge.holds("form of the EVCCID", not form, f"{setup.message.evcc_id}: {form or 'as it should be'}", at=setup)
    if check and not form:
        judge.notice("check digit of the EVCCID", f"{setup.message.evcc_id}: {check}", at=setup)


@case(
    "ISO20-EV-SID-004",
    "An EV that asked for a new session joins no old one",
    sut=Role.EV,
    cites=("V2G20-2622", "V2G20-2623"),
    needs=Feature.ISO20_DC,
    control="ISO20-EV-SID-001",
)
async def test_joined_unasked(bench: Bench, judge: Judge) -> None:
    """The EV names the id zero; the station says OK_OldSessionJoined and gives an id that the EV never saw."""
    joined = ResponseCode.OK_OLD_SESSION_JOINED
    station = bench.station.having(patient=True).but(SessionSetupRes, response_code=joined)

    trace = await bench.run(station, until=closed(), limit=30.0)

    setup = trace.first(SessionSetupReq)
    if setup.message.header.session_id != NO_SESSION:
        judge.inconclusive("what was asked for", "the EV asked for an old session itself", at=setup)
        return
    gives_up(judge, trace, trace.first(SessionSetupRes))


@case(
    "ISO20-EV-SID-005",
    "The time stamps of the EV's requests never fall",
    sut=Role.EV,
    needs=Feature.ISO20,
)
async def test_time_stamps(bench: Bench, judge: Judge) -> None:
    """Unix time in whole seconds, over a whole session; an EV's clock may be wrong, but it does not run backwards."""
    trace = await bench.run(until=finished())

    said = trace.since(trace.first(SessionSetupRes)).all(V2gRequest, sent_by=Role.EV)
    judge.rising("time stamps", [entry.message.header.time_stamp for entry in said], at=said[:1])
