"""Block K: what a backend wants to know of the charging profiles of a station."""

from __future__ import annotations

from typing import Any

from harness.kit import Bench, Feature, Judge, Role, case, charging, conversation
from harness.kit.charging import Wish
from harness.messages.ocpp import GetChargingProfiles, GetCompositeSchedule, ReportChargingProfiles

NEEDS = (Feature.OCPP201, Feature.SMART_CHARGING)
WHOLE = Wish(id=521, purpose="ChargingStationMaxProfile", evse_id=0)
LOW, HIGH = Wish(id=522, level=0), Wish(id=523, level=1)
SETTING = charging.installs(WHOLE, LOW, HIGH)
LENGTH = 300


async def judge_the_question(bench: Bench, judge: Judge, evse_id: int | None, **criterion: Any) -> None:
    """A backend asks for what its operator wants to know, and takes the reports that come of it."""
    trace = await bench.play(SETTING + charging.asks_for_profiles(evse_id, **criterion))

    asked = trace.first(GetChargingProfiles)
    judge.equal("EVSE", asked.payload.get("evseId"), evse_id, at=asked)
    told = {key: value for key, value in asked.payload["chargingProfile"].items() if key != "customData"}
    judge.equal("what is asked for", told, criterion, at=asked)
    for report in trace.since(asked).all(ReportChargingProfiles):
        reply = conversation.answer(trace, report)
        well = reply is not None and not conversation.refused(reply)
        judge.holds("the report is answered", well, "no answer, or an error", at=report)


@case(
    "TC_K_29_CSMS",
    "A backend asks for profiles of the station as a whole",
    sut=Role.CSMS,
    cites=("K09.FR.03",),
    needs=NEEDS,
)
async def test_of_the_station(bench: Bench, judge: Judge) -> None:
    """EVSE 0, by purpose."""
    await judge_the_question(bench, judge, 0, chargingProfilePurpose=WHOLE.purpose)


@case(
    "TC_K_30_CSMS",
    "A backend asks for profiles of one EVSE",
    sut=Role.CSMS,
    cites=("K09.FR.03",),
    needs=NEEDS,
)
async def test_of_an_evse(bench: Bench, judge: Judge) -> None:
    """EVSE 1, from any of the sources that a station knows."""
    await judge_the_question(bench, judge, 1, chargingLimitSource=["CSO", "EMS", "Other", "SO"])


@case(
    "TC_K_31_CSMS",
    "A backend asks for profiles wherever they are",
    sut=Role.CSMS,
    cites=("K09.FR.03",),
    needs=NEEDS,
)
async def test_of_everything(bench: Bench, judge: Judge) -> None:
    """No EVSE is named."""
    await judge_the_question(bench, judge, None, chargingLimitSource=["CSO"])


@case(
    "TC_K_32_CSMS",
    "A backend asks for one profile by its id",
    sut=Role.CSMS,
    cites=("K09.FR.03",),
    needs=NEEDS,
)
async def test_by_id(bench: Bench, judge: Judge) -> None:
    """One of those that it set before."""
    await judge_the_question(bench, judge, None, chargingProfileId=[HIGH.id])


@case(
    "TC_K_33_CSMS",
    "A backend asks for profiles of one level at an EVSE",
    sut=Role.CSMS,
    cites=("K09.FR.03",),
    needs=NEEDS,
)
async def test_by_level(bench: Bench, judge: Judge) -> None:
    """Level 1 at EVSE 1."""
    await judge_the_question(bench, judge, 1, stackLevel=HIGH.level)


@case(
    "TC_K_34_CSMS",
    "A backend asks for profiles of one source at an EVSE",
    sut=Role.CSMS,
    cites=("K09.FR.03",),
    needs=NEEDS,
)
async def test_by_source(bench: Bench, judge: Judge) -> None:
    """Its own."""
    await judge_the_question(bench, judge, 1, chargingLimitSource=["CSO"])


@case(
    "TC_K_35_CSMS",
    "A backend asks for profiles of one purpose at an EVSE",
    sut=Role.CSMS,
    cites=("K09.FR.03",),
    needs=NEEDS,
)
async def test_by_purpose(bench: Bench, judge: Judge) -> None:
    """The defaults."""
    await judge_the_question(bench, judge, 1, chargingProfilePurpose=LOW.purpose)


@case(
    "TC_K_36_CSMS",
    "A backend asks for profiles of one purpose and level at an EVSE",
    sut=Role.CSMS,
    cites=("K09.FR.03",),
    needs=NEEDS,
)
async def test_by_purpose_and_level(bench: Bench, judge: Judge) -> None:
    """The lower one of the defaults."""
    await judge_the_question(bench, judge, 1, chargingProfilePurpose=LOW.purpose, stackLevel=LOW.level)


async def judge_the_schedule(bench: Bench, judge: Judge, evse_id: int) -> None:
    """A backend asks for the schedule that its operator wants to see."""
    trace = await bench.play(SETTING + charging.asks_for_composite(evse_id, LENGTH))

    asked = trace.first(GetCompositeSchedule)
    judge.equal("EVSE", asked.payload["evseId"], evse_id, at=asked)
    judge.equal("length", asked.payload["duration"], LENGTH, at=asked)


@case(
    "TC_K_43_CSMS",
    "A backend asks for the composite schedule of an EVSE",
    sut=Role.CSMS,
    cites=("K08.FR.01",),
    needs=NEEDS,
)
async def test_composite_of_an_evse(bench: Bench, judge: Judge) -> None:
    """For five minutes."""
    await judge_the_schedule(bench, judge, 1)


@case(
    "TC_K_44_CSMS",
    "A backend asks for the composite schedule of a station",
    sut=Role.CSMS,
    cites=("K08.FR.01",),
    needs=NEEDS,
)
async def test_composite_of_a_station(bench: Bench, judge: Judge) -> None:
    """EVSE 0, for five minutes."""
    await judge_the_schedule(bench, judge, 0)
