"""Pauses in ISO 15118-2: a session is left, and taken up again by its id."""

from __future__ import annotations

from typing import Any

from harness.kit import NO_SESSION, PREVIOUS, Bench, Entry, Feature, Judge, Role, Trace, case
from harness.kit.older import on_iso2
from harness.messages.iso2.charging import ChargeParameterDiscoveryRes
from harness.messages.iso2.codes import EvseProcessing, ResponseCode
from harness.messages.iso2.payment import PaymentServiceSelectionReq
from harness.messages.iso2.schedule import SAScheduleTuple
from harness.messages.iso2.service import ServiceDiscoveryRes
from harness.messages.iso2.session import SessionSetupReq, SessionSetupRes, SessionStopReq, SessionStopRes
from harness.messages.iso20.energy import Flow

PAUSE = (Feature.ISO2, Feature.ISO2_PAUSE)
JOINED, NEW = ResponseCode.OK_OLD_SESSION_JOINED, ResponseCode.OK_NEW_SESSION_ESTABLISHED
CONTROL = "ISO2-STN-PAU-001"
LONG = 180.0
"""Seconds: longer than any timer."""


@case(
    "ISO2-STN-PAU-001",
    "A paused session is taken up again under its id",
    sut=Role.STATION,
    cites=("V2G2-463", "V2G2-739", "V2G2-754"),
    needs=PAUSE,
)
async def test_paused_session_is_joined(bench: Bench, judge: Judge) -> None:
    """The EV pauses after a charge, comes back at once, names the old id and charges on."""
    ev = _ev(bench)

    trace = await bench.run(ev.having(pause=True), ev.having(resume=PREVIOUS), limit=150.0)

    first, again = _setups(trace)
    judge.coded(trace, trace.first(SessionStopReq), SessionStopRes, ResponseCode.OK)
    judge.equal("response code", again.message.response_code, JOINED, at=again)
    judge.equal("session id", again.header.session_id, first.header.session_id, at=(first, again))
    judge.ran_to_the_end(trace)


@case(
    "ISO2-STN-PAU-002",
    "After a pause the way of paying, the charging service and the outlet are the same",
    sut=Role.STATION,
    cites=("V2G2-741",),
    needs=PAUSE,
    control=CONTROL,
)
async def test_offers_stay_the_same(bench: Bench, judge: Judge) -> None:
    """What the EV chose before the pause is still on offer when it comes back."""
    ev = _ev(bench)

    trace = await bench.run(ev.having(pause=True), ev.having(resume=PREVIOUS))

    first, again = _setups(trace)
    judge.equal("response code", again.message.response_code, JOINED, at=again)
    judge.equal("EVSEID", again.message.evse_id, first.message.evse_id, at=(first, again))
    before, after = trace.nth(ServiceDiscoveryRes, 1), trace.nth(ServiceDiscoveryRes, 2)
    judge.equal("charging service", after.message.charge_service, before.message.charge_service, at=after)
    chosen = trace.first(PaymentServiceSelectionReq).message.selected_payment_option
    judge.among("way of paying", chosen, after.message.payment_option_list.payment_option, at=after)


@case(
    "ISO2-STN-PAU-003",
    "After a pause the same schedule is offered, shorter by the time gone by",
    sut=Role.STATION,
    cites=("V2G2-741",),
    needs=PAUSE,
    control=CONTROL,
)
async def test_schedule_is_shortened(bench: Bench, judge: Judge) -> None:
    """The pause lasts five minutes; the schedule that the EV had chosen has the same number and ends when it did."""
    ev = _ev(bench)

    trace = await bench.run(ev.having(pause=True), ev.having(resume=PREVIOUS), gap=300.0, limit=500.0)

    _, again = _setups(trace)
    judge.equal("response code", again.message.response_code, JOINED, at=again)
    finished = {"evse_processing": EvseProcessing.FINISHED}
    told = [trace.nth(ChargeParameterDiscoveryRes, number, **finished) for number in (1, 2)]
    before, after = _schedule(told[0]), _schedule(told[-1])
    judge.equal("number", after.sa_schedule_tuple_id, before.sa_schedule_tuple_id, at=(told[0], told[-1]))
    passed = told[-1].at - told[0].at
    shorter = _length(before) - _length(after)
    judge.between("seconds that it is shorter", shorter, passed - 5.0, passed + 5.0, unit="s", at=(told[0], told[-1]))


@case(
    "ISO2-STN-PAU-004",
    "A session that was ended is not taken up again",
    sut=Role.STATION,
    cites=("V2G2-462", "V2G2-756"),
    needs=PAUSE,
    control=CONTROL,
)
async def test_ended_session_is_gone(bench: Bench, judge: Judge) -> None:
    """The EV ends its session with Terminate, comes back and names the old id."""
    ev = _ev(bench)

    trace = await bench.run(ev, ev.having(resume=PREVIOUS))

    first, again = _setups(trace)
    trace.first(SessionStopReq)
    judge.equal("response code", again.message.response_code, NEW, at=again)
    judge.excludes("session id", again.header.session_id, {first.header.session_id, NO_SESSION}, at=again)


@case(
    "ISO2-STN-PAU-005",
    "An EV that does not name the paused session gets a new one",
    sut=Role.STATION,
    cites=("V2G2-750", "V2G2-756"),
    needs=PAUSE,
    control=CONTROL,
)
async def test_another_ev_after_a_pause(bench: Bench, judge: Judge) -> None:
    """After a pause an EV comes that asks for a session with the id zero, and charges."""
    ev = _ev(bench)

    trace = await bench.run(ev.having(pause=True), ev)

    first, again = _setups(trace)
    judge.equal("response code", again.message.response_code, NEW, at=again)
    judge.excludes("session id", again.header.session_id, {first.header.session_id, NO_SESSION}, at=again)


@case(
    "ISO2-STN-PAU-006",
    "A pause may last longer than any timer",
    sut=Role.STATION,
    cites=("V2G2-725", "V2G2-754"),
    needs=PAUSE,
    control=CONTROL,
)
async def test_long_pause(bench: Bench, judge: Judge) -> None:
    """Three minutes go by before the EV is back."""
    ev = _ev(bench)

    trace = await bench.run(ev.having(pause=True), ev.having(resume=PREVIOUS), gap=LONG, limit=LONG + 150.0)

    first, again = _setups(trace)
    judge.equal("response code", again.message.response_code, JOINED, at=again)
    judge.equal("session id", again.header.session_id, first.header.session_id, at=(first, again))


def _ev(bench: Bench) -> Any:
    return on_iso2(bench.ev, Flow.DC if bench.device.offers(Feature.ISO2_DC) else Flow.AC).having(loops=2)


def _setups(trace: Trace) -> tuple[Entry, Entry]:
    trace.nth(SessionSetupReq, 2)
    return trace.nth(SessionSetupRes, 1), trace.nth(SessionSetupRes, 2)


def _schedule(entry: Entry) -> SAScheduleTuple:
    first: SAScheduleTuple = entry.message.sa_schedules.sa_schedule_tuple[0]
    return first


def _length(schedule: SAScheduleTuple) -> float:
    last: Any = schedule.p_max_schedule.p_max_schedule_entry[-1].time_interval
    return float(last.start + (last.duration or 0))
