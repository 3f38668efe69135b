"""Block K: the needs of an EV reach the backend, and the backend's profile the EV (ISO 15118)."""

from __future__ import annotations

from typing import Any

from harness.kit import (
    Bench,
    Entry,
    Feature,
    Judge,
    LinkSeen,
    Role,
    Trace,
    asks,
    both,
    cable_power,
    case,
    conversation,
    finished,
    ocpp_states,
    outage,
    seen,
)
from harness.messages.iso20.common import ChargeProgress, PowerDeliveryReq
from harness.messages.ocpp import (
    Authorize,
    NotifyEVChargingNeeds,
    NotifyEVChargingSchedule,
    OcppMessage,
    SetChargingProfile,
    TransactionEvent,
)

NEEDS = (
    Feature.OCPP201,
    Feature.ISO20_DC,
    Feature.SCHEDULED,
    Feature.SMART_CHARGING,
    Feature.ISO15118_CHARGING_NEEDS,
)
WHOLE = both(finished(), seen(TransactionEvent, eventType="Ended"))
LOWER = 9_000.0
"""W of the second profile of a transaction."""


def judge_the_needs(judge: Judge, entry: Entry) -> None:
    """The parameters belong to the kind of current that is asked for."""
    said = entry.payload["chargingNeeds"]
    kind = "dc" if said["requestedEnergyTransfer"].startswith("DC") else "ac"
    told = {key for key in said if key.endswith("ChargingParameters")}
    judge.equal("parameters beside the energy transfer", told, {f"{kind}ChargingParameters"}, at=entry)


def judge_the_schedule(judge: Judge, trace: Trace, most: float | None = None) -> None:
    """The schedule that the EV follows is told, and lies within the limits (W) where there are any."""
    told = trace.all(NotifyEVChargingSchedule)
    if judge.any("schedules of the EV", told) and most is not None:
        schedule = told[-1].payload["chargingSchedule"]
        highest = max(one["limit"] for one in schedule["chargingSchedulePeriod"])
        judge.holds("within the limits", highest <= most, f"{highest:g} W, {most:g} W are allowed", at=told[-1])


def judge_charging(judge: Judge, trace: Trace) -> None:
    """The EV charges, and the backend is told so."""
    judge.some(
        "events that tell of charging", [one for one in conversation.events(trace) if ocpp_states.is_charging(one)]
    )


def _lower(_heard: OcppMessage, usual: OcppMessage) -> dict[str, Any]:
    """The usual profile with another limit."""
    profile = usual.payload["chargingProfile"]
    schedule = {**profile["chargingSchedule"][0], "chargingSchedulePeriod": [{"startPeriod": 0, "limit": LOWER}]}
    return {**usual.payload, "chargingProfile": {**profile, "chargingSchedule": [schedule]}}


def judge_a_new_profile(judge: Judge, trace: Trace, profile: Entry) -> None:
    """It is accepted, the schedule that comes of it is told, and so is that the rate changed while energy flowed."""
    judge.status(trace, profile, "Accepted")
    judge_the_schedule(judge, trace.since(profile), LOWER)
    events = conversation.events(trace)
    changed = [one for one in events if conversation.trigger(one) == "ChargingRateChanged"]
    judge.some("events with trigger ChargingRateChanged", changed)


@case(
    "TC_K_53_CS",
    "The needs of an EV are told, a profile is taken for them, and the EV's schedule is told in return",
    sut=Role.STATION,
    cites=("K15.FR.01", "K15.FR.06", "K15.FR.09", "K15.FR.10"),
    needs=NEEDS,
)
async def test_load_levelling(bench: Bench, judge: Judge) -> None:
    """An EV charges by a schedule; our backend allows 40 kW."""
    trace = await bench.run(bench.ev.scheduled().charging_for(10.0), bench.csms, until=WHOLE)

    needs = trace.first(NotifyEVChargingNeeds)
    judge_the_needs(judge, needs)
    judge.status(trace, trace.since(needs).first(SetChargingProfile), "Accepted")
    judge_the_schedule(judge, trace, 40_000.0)
    judge_charging(judge, trace)


@case(
    "TC_K_54_CS",
    "An EV whose needs the backend cannot plan for charges all the same",
    sut=Role.STATION,
    cites=("K15.FR.01", "K17.FR.04"),
    needs=NEEDS,
)
async def test_backend_without_a_plan(bench: Bench, judge: Judge) -> None:
    """Our backend rejects the needs and sets no profile."""
    csms = bench.csms.having(profile=None)

    trace = await bench.run(bench.ev.scheduled().charging_for(10.0), csms, until=WHOLE)

    judge_the_needs(judge, trace.first(NotifyEVChargingNeeds))
    judge_the_schedule(judge, trace)
    judge_charging(judge, trace)


@case(
    "TC_K_56_CS",
    "An EV that comes while the backend is away charges by the default profile",
    sut=Role.STATION,
    cites=("K15.FR.15", "K17.FR.15"),
    needs=NEEDS,
)
async def test_needs_without_a_backend(bench: Bench, judge: Judge) -> None:
    """The backend vanishes for 20 s as soon as the driver is authorized; before it set 9 kW for any transaction."""
    cut = outage(Authorize.response, lasting=20.0)
    csms = bench.csms.asking(asks.default_limit(LOWER))

    trace = await bench.run(bench.ev.scheduled().charging_for(60.0), csms, faults=[cut], until=WHOLE)

    judge.status(trace, trace.first(SetChargingProfile, where=asks.is_ours), "Accepted")
    lost = trace.first(LinkSeen, state="reset", sent_by=Role.CSMS)
    alone = [power for power in cable_power(trace) if lost.at + 5 < power.at < lost.at + 20]
    judge.some("cycles without a backend", alone)
    judge.silence("cycles with more than 9 kW", [power.entry for power in alone if power.watts > LOWER * 1.05])
    told = [one for one in conversation.events(trace.since(lost)) if ocpp_states.is_charging(one)]
    if judge.any("events that tell of charging", told):
        judge.equal("offline", told[0].payload.get("offline"), True, at=told[0])  # noqa: FBT003 - the value looked for
    judge_the_schedule(judge, trace.since(lost))


@case(
    "TC_K_57_CS",
    "An EV that renegotiates has its needs told again, and the new profile counts",
    sut=Role.STATION,
    cites=("K17.FR.01", "K17.FR.06", "K17.FR.09", "K17.FR.10"),
    needs=(*NEEDS, Feature.SCHEDULE_RENEGOTIATION),
)
async def test_renegotiation_by_the_ev(bench: Bench, judge: Judge) -> None:
    """In the charge loop the EV wants to leave earlier; our backend then allows 9 kW."""
    ev = bench.ev.scheduled().renegotiating_schedule(after=8, departure_time=1_800).charging_for(20.0)
    csms = bench.csms
    for nth in (2, 3, 4):
        # Some stations tell the state of charge later, which makes needs and profiles of its own.
        csms = csms.answering(SetChargingProfile, _lower, nth=nth)

    trace = await bench.run(ev, csms, until=WHOLE)

    renegotiated = trace.first(PowerDeliveryReq, charge_progress=ChargeProgress.SCHEDULE_RENEGOTIATION)
    anew = trace.since(renegotiated).all(NotifyEVChargingNeeds)
    if judge.any("needs told anew", anew):
        judge_the_needs(judge, anew[0])
        judge_a_new_profile(judge, trace, trace.since(anew[0]).first(SetChargingProfile))


@case(
    "TC_K_58_CS",
    "A backend that sets another profile while an EV charges is told the EV's new schedule",
    sut=Role.STATION,
    cites=("K16.FR.01", "K16.FR.09"),
    needs=NEEDS,
)
async def test_renegotiation_by_the_backend(bench: Bench, judge: Judge) -> None:
    """In the charge loop our backend lowers the limit to 9 kW."""
    csms = bench.csms.asking(asks.limit(LOWER), **asks.once_charging(4.0))

    trace = await bench.run(bench.ev.scheduled().charging_for(25.0), csms, until=WHOLE)

    judge_a_new_profile(judge, trace, trace.first(SetChargingProfile, where=asks.is_ours))
