"""Pause and wake-up of an ISO 15118-20 session: who may come back to what."""

from __future__ import annotations

from harness.kit import PREVIOUS, Bench, Feature, Judge, Role, both, case, conversation, finished, seen
from harness.messages.iso20.common import (
    AuthorizationRes,
    ChargeProgress,
    ChargingSession,
    PowerDeliveryReq,
    ResponseCode,
    SessionSetupRes,
    SessionStopReq,
    SessionStopRes,
)
from harness.messages.iso20.dc import DcChargeLoopReq, DcChargeLoopRes, DcChargeParameterDiscoveryRes
from harness.messages.ocpp import TransactionEvent

NEEDS = (Feature.ISO20_DC, Feature.SCHEDULED, Feature.PAUSE)
PAUSE = 60.0
"""Seconds that the EV sleeps."""


@case(
    "RES-STN-001",
    "An EV that paused comes back to its session without being authorized again",
    sut=Role.STATION,
    cites=("V2G20-1032", "V2G20-1843", "V2G20-1844", "V2G20-2545"),
    needs=NEEDS,
)
async def test_paused_session_is_resumed(bench: Bench, judge: Judge) -> None:
    """In Scheduled mode the EV pauses by itself, sleeps for a minute and brings its old session id."""
    ev = bench.ev.scheduled()

    trace = await bench.run(ev.having(pause=True), ev.having(resume=PREVIOUS), gap=PAUSE)

    stop = trace.first(SessionStopRes)
    judge.equal("answer to the pause", stop.message.response_code, ResponseCode.OK, at=stop)
    reply = trace.since(stop).first(SessionSetupRes)
    judge.equal("response code", reply.message.response_code, ResponseCode.OK_OLD_SESSION_JOINED, at=reply)
    given = trace.first(SessionSetupRes).message.header.session_id
    judge.equal("session id", reply.message.header.session_id, given, at=reply)
    judge.silence("further authorization", trace.since(reply).all(AuthorizationRes))
    parameters = trace.since(reply).first(DcChargeParameterDiscoveryRes)
    judge.equal("charge parameters", parameters.message.response_code, ResponseCode.OK, at=parameters)
    judge.ran_to_the_end(trace)


@case(
    "RES-STN-002",
    "A pause does not end the transaction at the backend",
    sut=Role.STATION,
    cites=("E01.FR.07", "E01.FR.19"),
    needs=(*NEEDS, Feature.OCPP201),
    control="RES-STN-001",
)
async def test_transaction_outlives_the_pause(bench: Bench, judge: Judge) -> None:
    """One transaction over both visits: suspended while the EV sleeps, charging again after, no number missing."""
    ev, whole = bench.ev.scheduled(), both(finished(), seen(TransactionEvent, eventType="Ended"))

    trace = await bench.run(ev.having(pause=True), ev.having(resume=PREVIOUS), gap=PAUSE, until=whole)

    asleep = trace.first(SessionStopRes)
    awake = trace.since(asleep).first(SessionSetupRes)
    events = conversation.events(trace)
    judge.equal("transactions", len({conversation.info(one, "transactionId") for one in events}), 1, at=events)
    judge.contiguous("sequence numbers", [one.payload["seqNo"] for one in events], at=events)
    states = {one.number: conversation.info(one, "chargingState") for one in events}
    told = [states[one.number] for one in events if asleep.at - 5 <= one.at < awake.at and states[one.number]]
    judge.among("state while the EV sleeps", (told or [None])[-1], ("SuspendedEV", "EVConnected"), at=asleep)
    judge.any("charging again", [one for one in events if one.at > awake.at and states[one.number] == "Charging"])


@case(
    "RES-STN-003",
    "A session that one vehicle paused is not handed to another",
    sut=Role.STATION,
    cites=("V2G20-2545", "V2G20-2626"),
    needs=(*NEEDS, Feature.TLS13_MUTUAL),
    control="RES-STN-001",
)
async def test_another_vehicle_gets_a_new_session(bench: Bench, judge: Judge) -> None:
    """The second EV knows the session id and calls itself the same, but shows another vehicle certificate."""
    ev = bench.ev.scheduled()
    thief = ev.having(resume=PREVIOUS, credentials=bench.pki.vehicle_chain("HVXVCAR000000000000999"))

    trace = await bench.run(ev.having(pause=True), thief, gap=PAUSE, until=seen(SessionSetupRes, times=2))

    reply = trace.nth(SessionSetupRes, 2)
    judge.equal("response code", reply.message.response_code, ResponseCode.OK_NEW_SESSION_ESTABLISHED, at=reply)
    old = trace.first(SessionSetupRes).message.header.session_id
    judge.excludes("session id", reply.message.header.session_id, {old}, at=reply)


@case(
    "RES-STN-004",
    "A session that was ended cannot be resumed",
    sut=Role.STATION,
    cites=("V2G20-1080", "V2G20-2626"),
    needs=NEEDS,
    control="RES-STN-001",
)
async def test_ended_session_is_gone(bench: Bench, judge: Judge) -> None:
    """The EV terminates its session, then comes back with the old id all the same."""
    ev = bench.ev.scheduled()

    trace = await bench.run(ev, ev.having(resume=PREVIOUS), gap=10.0, until=seen(SessionSetupRes, times=2))

    reply = trace.nth(SessionSetupRes, 2)
    judge.equal("response code", reply.message.response_code, ResponseCode.OK_NEW_SESSION_ESTABLISHED, at=reply)
    old = trace.first(SessionSetupRes).message.header.session_id
    judge.excludes("session id", reply.message.header.session_id, {old}, at=reply)


@case(
    "RES-STN-005",
    "The energy shown to the EV goes on counting where the pause began",
    sut=Role.STATION,
    cites=("V2G20-902",),
    needs=(*NEEDS, Feature.METER_INFO),
    control="RES-STN-001",
)
async def test_meter_info_survives_the_pause(bench: Bench, judge: Judge) -> None:
    """MeterInfo belongs to the service session, which a pause does not end."""
    ev = bench.ev.scheduled().charging_for(5.0)

    trace = await bench.run(ev.having(pause=True), ev.having(resume=PREVIOUS), gap=PAUSE)

    awake = trace.nth(SessionSetupRes, 2)
    shown = {"where": lambda entry: entry.message.meter_info is not None}
    before = trace.until(awake).last(DcChargeLoopRes, **shown)
    after = trace.since(awake).first(DcChargeLoopRes, **shown)
    readings = [float(one.message.meter_info.charged_energy_reading_wh) for one in (before, after)]
    judge.rising("Wh before and after the pause", readings, at=(before, after))


@case(
    "RES-STN-006",
    "In Dynamic mode an EV may not pause unless the station asked for it",
    sut=Role.STATION,
    cites=("V2G20-1195",),
    needs=(Feature.ISO20_DC, Feature.DYNAMIC, Feature.PAUSE),
)
async def test_uninvited_pause_in_dynamic_mode(bench: Bench, judge: Judge) -> None:
    """The EV stops the flow of energy in good order, then asks for a pause."""
    trace = await bench.run(bench.ev.dynamic().having(pause=True), until=seen(SessionStopRes))

    reply = trace.one(SessionStopRes)
    judge.equal("response code", reply.message.response_code, ResponseCode.FAILED_PAUSE_NOT_ALLOWED, at=reply)


@case(
    "RES-EV-001",
    "Asked to pause, the EV stops the energy first and then pauses",
    sut=Role.EV,
    cites=("V2G20-1850",),
    needs=(Feature.ISO20_DC, Feature.PAUSE),
)
async def test_ev_pauses_on_request(bench: Bench, judge: Judge) -> None:
    """From the first second of energy transfer on the station asks for a pause."""
    trace = await bench.run(bench.station.set(notification_plan=((1.0, "pause"),)))

    told = trace.first(DcChargeLoopRes, where=lambda entry: entry.message.evse_status is not None)
    leave = trace.since(told).first(SessionStopReq)
    stops = trace.since(told).until(leave).all(PowerDeliveryReq, charge_progress=ChargeProgress.STOP)
    if judge.any("energy stopped before the session", stops):
        judge.within("time to the stop", told, stops[0], told.message.evse_status.notification_max_delay)
        judge.silence("charge loops after the stop", trace.since(stops[0]).all(DcChargeLoopReq))
    judge.equal("farewell", leave.message.charging_session, ChargingSession.PAUSE, at=leave)
