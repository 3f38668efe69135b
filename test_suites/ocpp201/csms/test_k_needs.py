"""Block K: what a backend makes of the needs and the schedule of an EV (ISO 15118)."""

from __future__ import annotations

from typing import Any

from harness.kit import (
    Bench,
    Entry,
    Feature,
    Judge,
    Role,
    Trace,
    both,
    case,
    charging,
    finished,
    ocpp_states,
    scene,
    seen,
)
from harness.kit.charging import Wish
from harness.messages.iso20.common import ChargeProgress, PowerDeliveryReq
from harness.messages.ocpp import (
    NotifyEVChargingNeeds,
    NotifyEVChargingSchedule,
    OcppMessage,
    SetChargingProfile,
    TransactionEvent,
)

NEEDS = (Feature.OCPP201, Feature.SMART_CHARGING, Feature.ISO15118_CHARGING_NEEDS)
WHOLE = both(finished(), seen(TransactionEvent, eventType="Ended"))
DEADLINE = 60.0
"""Seconds from the answer to the needs until the profile (K15.FR.08)."""
TUPLES = 3
"""Entries of a schedule that our EV can take."""
CHARGING = scene.hears(TransactionEvent, where=ocpp_states.is_charging, within=120.0)
LOWER = Wish(id=551, purpose="TxProfile", level=1, periods=((0, 9_000.0),))


def judge_planning(judge: Judge, trace: Trace, needs: Entry) -> Entry:
    """Needs are taken, and a profile for their transaction follows in time; returns the profile."""
    reply = judge.status(trace, needs, "Accepted", "Processing")
    asked = trace.since(needs).first(SetChargingProfile)
    judge.within("time to the profile", reply, asked, DEADLINE)
    profile = asked.payload["chargingProfile"]
    judge.equal("purpose", profile["chargingProfilePurpose"], "TxProfile", at=asked)
    running = trace.first(TransactionEvent).payload["transactionInfo"]["transactionId"]
    judge.equal("transaction", profile.get("transactionId"), running, at=asked)
    schedules = profile["chargingSchedule"]
    judge.between("schedules", len(schedules), 1, 3, at=asked)
    longest = max(len(one["chargingSchedulePeriod"]) for one in schedules)
    most = needs.payload.get("maxScheduleTuples", longest)
    judge.holds("periods", longest <= most, f"{longest} in a schedule, the EV takes {most}", at=asked)
    return asked


def judge_acceptance(judge: Judge, trace: Trace) -> None:
    """The schedule that the EV follows is accepted."""
    judge.status(trace, trace.last(NotifyEVChargingSchedule), "Accepted")


@case(
    "TC_K_53_CSMS",
    "A backend sets a profile for what an EV needs, and accepts the schedule within it",
    sut=Role.CSMS,
    cites=("K15.FR.02", "K15.FR.03", "K15.FR.05", "K15.FR.07", "K15.FR.11"),
    needs=NEEDS,
)
async def test_load_levelling(bench: Bench, judge: Judge) -> None:
    """Our EV charges for more than a minute, and takes schedules of three entries."""
    station = bench.station.but(NotifyEVChargingNeeds, maxScheduleTuples=TUPLES)

    trace = await bench.run(bench.ev.scheduled().charging_for(75.0), station, until=WHOLE)

    judge_planning(judge, trace, trace.first(NotifyEVChargingNeeds))
    judge_acceptance(judge, trace)


def _doubled(_heard: OcppMessage, usual: OcppMessage) -> dict[str, Any]:
    """The EV's schedule with ten times the power."""
    schedule = usual.payload["chargingSchedule"]
    periods = [{**period, "limit": period["limit"] * 10} for period in schedule["chargingSchedulePeriod"]]
    return {**usual.payload, "chargingSchedule": {**schedule, "chargingSchedulePeriod": periods}}


@case(
    "TC_K_55_CSMS",
    "A backend rejects a schedule beyond its limits, has it settled anew, and accepts one within them",
    sut=Role.CSMS,
    cites=("K15.FR.12", "K15.FR.13", "K16.FR.07", "K16.FR.08", "K17.FR.12", "K17.FR.13"),
    needs=NEEDS,
)
async def test_schedule_beyond_the_limits(bench: Bench, judge: Judge) -> None:
    """The first schedule that our station tells has ten times the power that was allowed."""
    station = bench.station.answering(NotifyEVChargingSchedule, _doubled, nth=1)

    trace = await bench.run(bench.ev.scheduled().charging_for(75.0), station, until=WHOLE)

    judge_planning(judge, trace, trace.first(NotifyEVChargingNeeds))
    first = trace.first(NotifyEVChargingSchedule)
    judge.status(trace, first, "Rejected")
    anew = trace.since(first).all(SetChargingProfile)
    if judge.any("a profile follows", anew[:1]):
        judge.status(trace, trace.since(anew[0]).first(NotifyEVChargingSchedule), "Accepted")


@case(
    "TC_K_57_CSMS",
    "A backend sets another profile when an EV renegotiates",
    sut=Role.CSMS,
    cites=("K17.FR.07", "K17.FR.11"),
    needs=NEEDS,
)
async def test_renegotiation_by_the_ev(bench: Bench, judge: Judge) -> None:
    """In the charge loop our EV wants to leave earlier."""
    ev = bench.ev.scheduled().renegotiating_schedule(after=8, departure_time=1_800).charging_for(75.0)

    trace = await bench.run(ev, until=WHOLE)

    renegotiated = trace.first(PowerDeliveryReq, charge_progress=ChargeProgress.SCHEDULE_RENEGOTIATION)
    judge_planning(judge, trace, trace.since(renegotiated).first(NotifyEVChargingNeeds))
    judge_acceptance(judge, trace)


@case(
    "TC_K_58_CSMS",
    "A backend sets another profile while an EV charges, and accepts the schedule that comes of it",
    sut=Role.CSMS,
    cites=("K16.FR.06",),
    needs=NEEDS,
)
async def test_renegotiation_by_the_backend(bench: Bench, judge: Judge) -> None:
    """Its operator wants 9 kW from now on."""
    played = CHARGING + scene.passes(5.0) + charging.installs(LOWER)

    trace = await bench.run(bench.ev.scheduled().charging_for(60.0), until=WHOLE, scene=played)

    asked = _profile_of_the_operator(trace)
    judge.status(trace, trace.since(asked).first(NotifyEVChargingSchedule), "Accepted")


@case(
    "TC_K_59_CSMS",
    "A backend that sets another profile and hears the needs anew sets one for them",
    sut=Role.CSMS,
    cites=("K16.FR.12",),
    needs=NEEDS,
)
async def test_needs_behind_a_renegotiation(bench: Bench, judge: Judge) -> None:
    """Its operator wants 9 kW from now on; our station repeats what the EV needs."""

    def needs(trace: Trace) -> OcppMessage:
        return NotifyEVChargingNeeds(**trace.first(NotifyEVChargingNeeds).payload)

    played = CHARGING + scene.passes(5.0) + charging.installs(LOWER) + scene.says(needs)

    trace = await bench.run(bench.ev.scheduled().charging_for(90.0), until=WHOLE, scene=played)

    asked = _profile_of_the_operator(trace)
    judge_planning(judge, trace, trace.since(asked).first(NotifyEVChargingNeeds))
    judge_acceptance(judge, trace)


def _profile_of_the_operator(trace: Trace) -> Entry:
    """The first profile that is set once energy flows, and allows what the operator wants."""
    begun = trace.first(TransactionEvent, where=ocpp_states.is_charging)
    return trace.since(begun).first(SetChargingProfile, where=_allows_what_is_wanted)


def _allows_what_is_wanted(entry: Entry) -> bool:
    periods = entry.payload["chargingProfile"]["chargingSchedule"][0]["chargingSchedulePeriod"]
    return bool(periods[0]["limit"] == LOWER.periods[0][1])
