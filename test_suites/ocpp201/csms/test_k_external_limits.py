"""Block K: limits that somebody else than the backend sets."""

from __future__ import annotations

import pytest

from harness.kit import Bench, Feature, Judge, Role, Trace, case, charging, conversation, do, ocpp_states, scene
from harness.messages.ocpp import (
    Action,
    ClearedChargingLimit,
    GetChargingProfiles,
    NotifyChargingLimit,
    ReportChargingProfiles,
    TransactionEvent,
)

NEEDS = (Feature.OCPP201, Feature.SMART_CHARGING)
LIMITED = scene.does(do.limit_externally(5_000.0)) + scene.hears(NotifyChargingLimit.response, optional=True)
RELEASED = scene.does(do.release_external_limit()) + scene.hears(ClearedChargingLimit.response, optional=True)


def judge_the_answer(judge: Judge, trace: Trace, action: Action) -> None:
    """The backend takes note."""
    told = trace.first(action)
    reply = conversation.answer(trace, told)
    well = reply is not None and not conversation.refused(reply)
    judge.holds(f"{action.name} is answered", well, "no answer, or an error", at=told)


@pytest.mark.parametrize("before", [(), ocpp_states.charging()], ids=["idle", "charging"])
@case(
    "TC_K_48_CSMS",
    "A backend takes note that somebody else limits a station",
    sut=Role.CSMS,
    cites=("K12.FR.04",),
    needs=NEEDS,
)
async def test_limit(bench: Bench, judge: Judge, before: scene.Scene) -> None:
    """An energy management limits our station to 5 kW."""
    trace = await bench.play(before + LIMITED)

    judge_the_answer(judge, trace, NotifyChargingLimit)


@case(
    "TC_K_50_CSMS",
    "A backend takes note that a limit from outside is gone while nobody charges",
    sut=Role.CSMS,
    cites=("K13.FR.02",),
    needs=NEEDS,
)
async def test_release(bench: Bench, judge: Judge) -> None:
    """An energy management lifts its limit."""
    trace = await bench.play(LIMITED + RELEASED)

    judge_the_answer(judge, trace, ClearedChargingLimit)


@case(
    "TC_K_51_CSMS",
    "A backend takes note that a limit from outside is gone, and of the rate that a car charges at then",
    sut=Role.CSMS,
    cites=("K13.FR.02", "K13.FR.03"),
    needs=NEEDS,
)
async def test_release_while_charging(bench: Bench, judge: Judge) -> None:
    """A car charges meanwhile."""
    changed = scene.hears(TransactionEvent, triggerReason="ChargingRateChanged", optional=True)

    trace = await bench.play(ocpp_states.charging() + LIMITED + RELEASED + changed + scene.passes(1.0))

    judge_the_answer(judge, trace, ClearedChargingLimit)
    event = trace.last(TransactionEvent, triggerReason="ChargingRateChanged")
    reply = conversation.answer(trace, event)
    well = reply is not None and not conversation.refused(reply)
    judge.holds("the event is answered", well, "no answer, or an error", at=event)


@case(
    "TC_K_52_CSMS",
    "A backend asks for limits from outside, and takes the report of one",
    sut=Role.CSMS,
    cites=("K09.FR.03",),
    needs=NEEDS,
)
async def test_report(bench: Bench, judge: Judge) -> None:
    """The question names the purpose of such limits."""
    purpose = "ChargingStationExternalConstraints"

    trace = await bench.play(LIMITED + charging.asks_for_profiles(None, chargingProfilePurpose=purpose))

    asked = trace.first(GetChargingProfiles)
    judge.equal("purpose", asked.payload["chargingProfile"].get("chargingProfilePurpose"), purpose, at=asked)
    judge_the_answer(judge, trace, ReportChargingProfiles)
