"""The backend goes away while an EV charges, or takes its power away and gives it back."""

from __future__ import annotations

from harness.kit import (
    Bench,
    Feature,
    Judge,
    LinkSeen,
    Role,
    asks,
    both,
    cable_power,
    case,
    conversation,
    finished,
    outage,
    seen,
)
from harness.messages.iso20.common import SessionSetupRes
from harness.messages.ocpp import (
    BootNotification,
    Heartbeat,
    SetChargingProfile,
    StatusNotification,
    TransactionEvent,
)

NEEDS = (Feature.ISO20_DC, Feature.OCPP201)
WHOLE = both(finished(), seen(TransactionEvent, eventType="Ended"))
INTERVAL = 10
NO_POWER = 150.0
"""W below which a cable counts as idle."""
SETTLED = 5.0
"""Seconds that a station gets to bring the power under a new limit; our own figure."""


@case(
    "RES-STN-020",
    "What happens while the backend is away reaches it later, once, in order, marked as offline",
    sut=Role.STATION,
    cites=("E11.FR.02", "E11.FR.07", "E04.FR.03"),
    needs=(*NEEDS, Feature.OFFLINE_QUEUE),
)
async def test_outage_leaves_no_gap(bench: Bench, judge: Judge) -> None:
    """The backend vanishes for 90 s in the middle of charging; the meter is read every 10 s."""
    csms, cut = bench.csms.asking(asks.sample_every(INTERVAL)), outage(TransactionEvent.response, nth=4, lasting=90.0)

    trace = await bench.run(bench.ev.charging_for(125.0), csms, faults=[cut], until=WHOLE)

    lost = trace.first(LinkSeen, state="reset", sent_by=Role.CSMS)
    back = trace.since(lost).first(LinkSeen, state="open", sent_by=Role.CSMS)
    events = sorted(conversation.events(trace), key=lambda one: int(one.payload["seqNo"]))
    judge.contiguous("sequence numbers", [one.payload["seqNo"] for one in events], at=events)
    samples = [one for one in events if conversation.trigger(one) == "MeterValuePeriodic"]
    judge.spaced("samples", [conversation.moment(one) for one in samples], INTERVAL - 2, INTERVAL * 1.5, at=samples)
    away = [one for one in events if lost.at + 1 < conversation.moment(one) < back.at - 1]
    judge.every("marked as offline", away, lambda one: one.payload.get("offline") is True, "no offline flag")
    judge.rising("replayed in order", [float(one.number) for one in away], at=away)


@case(
    "RES-STN-021",
    "A limit of 0 A suspends the EV, and a higher one wakes it in the same session",
    sut=Role.STATION,
    cites=("E01.FR.18", "K08.FR.04"),
    needs=(*NEEDS, Feature.SMART_CHARGING, Feature.SCHEDULED),
)
async def test_zero_amperes_and_back(bench: Bench, judge: Judge) -> None:
    """While an EV takes all it gets, the backend sets 0 A for ten seconds, then 50 A."""
    zero, fifty = (asks.limit(amperes, unit="A") for amperes in (0.0, 50.0))
    csms = bench.csms.asking(zero, **asks.once_charging(3.0)).asking(fifty, **asks.once_charging(13.0))

    trace = await bench.run(bench.ev.scheduled().charging_for(20.0), csms, until=WHOLE)

    stop = trace.first(SetChargingProfile, where=asks.is_ours)
    go = trace.since(stop).first(SetChargingProfile, where=asks.is_ours)
    power, events = cable_power(trace), conversation.events(trace)
    held = [one for one in power if stop.at + SETTLED < one.at < go.at]
    judge.some("cycles under 0 A", held)
    judge.silence("power under 0 A", [one.entry for one in held if abs(one.watts) > NO_POWER])
    judge.some("power after it", [one for one in power if one.at > go.at and one.watts > 1000])
    suspended, charging = (
        [one for one in conversation.events(part) if conversation.info(one, "chargingState") == state]
        for part, state in ((trace.since(stop).until(go), "SuspendedEVSE"), (trace.since(go), "Charging"))
    )
    judge.any("SuspendedEVSE told", suspended)
    judge.any("Charging told again", charging)
    judge.equal("transactions", len({conversation.info(one, "transactionId") for one in events}), 1, at=events)
    judge.equal("sessions of the EV", len(trace.all(SessionSetupRes)), 1)


@case(
    "RES-STN-022",
    "After a short absence of the backend the station comes back by itself, and does not boot again",
    sut=Role.STATION,
    cites=("Part 4, 5.3",),
    needs=Feature.OCPP201,
)
async def test_reconnect_without_boot(bench: Bench, judge: Judge) -> None:
    """An idle station loses its backend for 15 s; the next thing that it says must not be BootNotification."""
    csms = bench.csms.having(heartbeat_interval=20)
    cut = outage(StatusNotification.response, lasting=15.0)

    trace = await bench.run(csms, plug=False, faults=[cut], until=seen(Heartbeat, times=2), limit=100.0)

    lost = trace.first(LinkSeen, state="reset", sent_by=Role.CSMS)
    back = trace.since(lost).all(LinkSeen, state="open", sent_by=Role.CSMS)
    if judge.any("a new connection", back[:1]):
        judge.report("time until the station came back", round(back[0].at - lost.at - 15.0, 3), "s", at=(lost, back[0]))
        judge.some("it speaks", conversation.calls(trace.since(back[0]), Role.STATION))
        judge.silence("boots", trace.since(back[0]).all(BootNotification))
