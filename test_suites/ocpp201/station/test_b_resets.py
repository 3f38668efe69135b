"""Block B: the backend resets the station, idle or charging."""

from __future__ import annotations

from harness.kit import Bench, Entry, Feature, Judge, Role, Trace, case, conversation, ocpp_states, scene
from harness.kit import ocpp_boots as boots
from harness.messages.ocpp import BootNotification, ChangeAvailability, OcppMessage, ReserveNow, Reset, TransactionEvent
from harness.messages.ocpp_time import timestamp

LIMIT = 900.0
NEEDS = (Feature.OCPP201, Feature.REMOTE_CONTROL)
SETTLED = scene.passes(10.0)
"""For what follows a boot."""


def judge_boot(judge: Judge, bench: Bench, trace: Trace, reason: str, state: str) -> Entry | None:
    """After the reset the station booted for this reason, and reported its connectors; the boot."""
    booted = trace.since(trace.first(Reset)).all(BootNotification)
    if not judge.any("boots after the reset", booted):
        return None
    boot = booted[0]
    boots.judge_first_words(judge, trace, boot)
    judge.equal("reason", boot.payload["reason"], reason, at=boot)
    boots.judge_states(judge, trace, boot, state, bench.device.parameters.get("connectors", 1))
    boots.judge_start_event(judge, trace, boot)
    return boot


@case(
    "TC_B_20_CS",
    "An idle station that is reset boots at once and reports its connectors",
    sut=Role.STATION,
    cites=("B01.FR.03", "B11.FR.01"),
    needs=NEEDS,
)
async def test_idle(bench: Bench, judge: Judge) -> None:
    """On idle, and nobody is there."""
    trace = await bench.play(boots.reset("OnIdle") + boots.accepted() + SETTLED, limit=LIMIT)

    judge.status(trace, trace.first(Reset), "Accepted")
    judge_boot(judge, bench, trace, "RemoteReset", "Available")


@case(
    "TC_B_21_CS",
    "A station that is to be reset on idle lets the driver finish first",
    sut=Role.STATION,
    cites=("B12.FR.01",),
    needs=NEEDS,
)
async def test_on_idle_while_charging(bench: Bench, judge: Judge) -> None:
    """For a minute nothing may happen to the transaction; then the driver stops and drives away."""
    visit = scene.passes(60.0) + ocpp_states.stopped_locally() + ocpp_states.unplugged()
    play = ocpp_states.charging() + boots.reset("OnIdle") + visit + boots.accepted() + SETTLED
    trace = await bench.play(play, limit=LIMIT)

    call = trace.first(Reset)
    judge.status(trace, call, "Scheduled")
    events = [entry for entry in trace.since(call).all(TransactionEvent) if entry.payload["eventType"] == "Ended"]
    if judge.any("end of the transaction", events):
        judge.excludes("reason of the end", conversation.info(events[0], "stoppedReason"), ("ImmediateReset",))
        judge.holds("driver could stay", events[0].at - call.at >= 60.0, "it ended before", at=(call, events[0]))
    boot = judge_boot(judge, bench, trace, "ScheduledReset", "Available")
    if boot is not None:
        judge.holds("boot comes last", all(entry.number < boot.number for entry in events), "it came before", at=boot)


@case(
    "TC_B_22_CS",
    "A station that is reset at once ends the transaction, says why, and boots with the cable still in",
    sut=Role.STATION,
    cites=("B01.FR.03", "B12.FR.02", "B12.FR.04", "B12.FR.05"),
    needs=NEEDS,
)
async def test_immediately_while_charging(bench: Bench, judge: Judge) -> None:
    """The last event may come before the boot, or once the station is back."""
    play = ocpp_states.charging() + boots.reset("Immediate") + boots.accepted() + SETTLED
    trace = await bench.play(play, limit=LIMIT)

    call = trace.first(Reset)
    judge.status(trace, call, "Accepted")
    judge_the_end(judge, trace, call)
    judge_boot(judge, bench, trace, "RemoteReset", "Occupied")


def judge_the_end(judge: Judge, trace: Trace, call: Entry) -> None:
    """The transaction ended by the reset, not by a driver."""
    ended = [entry for entry in trace.since(call).all(TransactionEvent) if entry.payload["eventType"] == "Ended"]
    if judge.any("end of the transaction", ended):
        judge.equal("triggerReason", conversation.trigger(ended[0]), "ResetCommand", at=ended[0])
        judge.equal("stoppedReason", conversation.info(ended[0], "stoppedReason"), "ImmediateReset", at=ended[0])
        judge.holds("no driver is named", "idToken" not in ended[0].payload, "one is", at=ended[0])


@case(
    "TC_B_23_CS",
    "What is out of service is so after a reset as well",
    sut=Role.STATION,
    cites=("B01.FR.03", "B01.FR.07", "B11.FR.01", "B11.FR.02"),
    needs=NEEDS,
)
async def test_unavailable(bench: Bench, judge: Judge) -> None:
    """The backend takes the first EVSE out of service, resets, and puts it back at the end."""
    out = ChangeAvailability(operationalStatus="Inoperative", evse={"id": 1})
    back = ChangeAvailability(operationalStatus="Operative", evse={"id": 1})
    play = scene.asks(out) + scene.passes(5.0) + boots.reset("OnIdle") + boots.accepted() + SETTLED
    trace = await bench.play(play + scene.asks(back), limit=LIMIT)

    judge.status(trace, trace.first(Reset), "Accepted")
    until = trace.until(trace.last(ChangeAvailability))
    judge_boot(judge, bench, until, "RemoteReset", "Unavailable")


@case(
    "TC_B_24_CS",
    "What is reserved is so after a reset as well",
    sut=Role.STATION,
    cites=("B01.FR.03", "B01.FR.13", "B11.FR.01", "B11.FR.05"),
    needs=NEEDS,
)
async def test_reserved(bench: Bench, judge: Judge) -> None:
    """The reservation lasts an hour."""

    def reserve(trace: Trace) -> OcppMessage:
        until = timestamp(trace.entries[-1].at + 3600.0)
        return ReserveNow(id=1, evseId=1, expiryDateTime=until, idToken=ocpp_states.CARD)

    play = scene.asks(reserve) + scene.passes(5.0) + boots.reset("OnIdle") + boots.accepted() + SETTLED
    trace = await bench.play(play, limit=LIMIT)

    judge.status(trace, trace.first(ReserveNow), "Accepted")
    judge.status(trace, trace.first(Reset), "Accepted")
    judge_boot(judge, bench, trace, "RemoteReset", "Reserved")


@case(
    "TC_B_25_CS",
    "One idle EVSE is reset without the station",
    sut=Role.STATION,
    cites=("B11.FR.01", "B11.FR.08"),
    needs=NEEDS,
)
async def test_evse_alone(bench: Bench, judge: Judge) -> None:
    """The connection stays, and nothing boots."""
    trace = await bench.play(boots.reset("OnIdle", evseId=1) + scene.passes(60.0), limit=LIMIT)

    call = trace.first(Reset)
    judge.status(trace, call, "Accepted")
    judge.silence("boots", trace.since(call).all(BootNotification))


@case(
    "TC_B_26_CS",
    "One charging EVSE that is to be reset on idle lets the driver finish first",
    sut=Role.STATION,
    cites=("B12.FR.01", "B12.FR.07"),
    needs=NEEDS,
)
async def test_evse_alone_on_idle(bench: Bench, judge: Judge) -> None:
    """For a minute nothing may happen to the transaction; then the driver stops and drives away."""
    visit = scene.passes(60.0) + ocpp_states.stopped_locally() + ocpp_states.unplugged() + scene.passes(60.0)
    trace = await bench.play(ocpp_states.charging() + boots.reset("OnIdle", evseId=1) + visit, limit=LIMIT)

    call = trace.first(Reset)
    judge.status(trace, call, "Scheduled")
    ended = [entry for entry in trace.since(call).all(TransactionEvent) if entry.payload["eventType"] == "Ended"]
    if judge.any("end of the transaction", ended):
        judge.holds("driver could stay", ended[0].at - call.at >= 60.0, "it ended before", at=(call, ended[0]))
    judge.silence("boots", trace.since(call).all(BootNotification))


@case(
    "TC_B_27_CS",
    "One charging EVSE that is reset at once ends its transaction and says why",
    sut=Role.STATION,
    cites=("B12.FR.02", "B12.FR.08"),
    needs=NEEDS,
)
async def test_evse_alone_at_once(bench: Bench, judge: Judge) -> None:
    """The station itself does not boot."""
    play = ocpp_states.charging() + boots.reset("Immediate", evseId=1) + scene.passes(60.0)
    trace = await bench.play(play, limit=LIMIT)

    call = trace.first(Reset)
    judge.status(trace, call, "Accepted")
    judge_the_end(judge, trace, call)
    judge.silence("boots", trace.since(call).all(BootNotification))
