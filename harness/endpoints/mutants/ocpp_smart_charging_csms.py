"""Backends with one fault each in how they set, clear and ask for charging profiles, or plan for an EV."""

from __future__ import annotations

from typing import Any

from harness.core.case import Role
from harness.endpoints.csms.csms import Csms
from harness.endpoints.csms.profiles import ProfilePolicy
from harness.endpoints.mutants.mutant import series
from harness.messages.ocpp import (
    ClearChargingProfile,
    ClearedChargingLimit,
    GetChargingProfiles,
    GetCompositeSchedule,
    Heartbeat,
    NotifyChargingLimit,
    NotifyEVChargingNeeds,
    NotifyEVChargingSchedule,
    OcppMessage,
    ReportChargingProfiles,
    RequestStartTransaction,
    SetChargingProfile,
)

Payload = dict[str, Any]
_mutant = series(Csms, Role.CSMS, ids="ocpp-csms-charging-", cases="TC_K_")

_SET = ("01_CSMS", "03_CSMS", "04_CSMS", "10_CSMS", "19_CSMS", "60_CSMS", "70_CSMS")
_ASKED = tuple(f"{number}_CSMS" for number in (29, 30, 31, 32, 33, 34, 35, 36))
_MANY_STEPS = ProfilePolicy(periods=tuple((60 * step, 40_000.0 - 100 * step) for step in range(8)))


def _half_the_limit(_heard: Any, said: OcppMessage) -> Payload:
    profile = said.payload["chargingProfile"]
    schedule = profile["chargingSchedule"][0]
    periods = [{**period, "limit": period["limit"] / 2} for period in schedule["chargingSchedulePeriod"]]
    return {
        **said.payload,
        "chargingProfile": {**profile, "chargingSchedule": [{**schedule, "chargingSchedulePeriod": periods}]},
    }


def _without_a_start(_heard: Any, said: OcppMessage) -> Payload:
    profile = said.payload["chargingProfile"]
    schedule = {key: value for key, value in profile["chargingSchedule"][0].items() if key != "startSchedule"}
    return {**said.payload, "chargingProfile": {**profile, "chargingSchedule": [schedule]}}


def _another_id(_heard: Any, said: OcppMessage) -> Payload:
    profile = said.payload["chargingProfile"]
    return {**said.payload, "chargingProfile": {**profile, "id": profile["id"] + 1000}}


def _same_level(_heard: Any, said: OcppMessage) -> Payload:
    return {**said.payload, "chargingProfile": {**said.payload["chargingProfile"], "stackLevel": 0}}


def _nothing_named(_heard: Any, _said: OcppMessage) -> Payload:
    return {}


def _no_filter(_heard: Any, said: OcppMessage) -> Payload:
    return {"requestId": said.payload["requestId"], "chargingProfile": {}}


def _without_a_profile(_heard: Any, said: OcppMessage) -> Payload:
    return {key: value for key, value in said.payload.items() if key != "chargingProfile"}


def _every_step(_heard: Any, said: OcppMessage) -> Payload:
    """All periods of the plan, however few the EV can take."""
    profile = said.payload["chargingProfile"]
    periods = [{"startPeriod": start, "limit": limit} for start, limit in _MANY_STEPS.periods]
    schedule = {**profile["chargingSchedule"][0], "chargingSchedulePeriod": periods}
    return {**said.payload, "chargingProfile": {**profile, "chargingSchedule": [schedule]}}


def _anew_never(good: Csms) -> Csms:
    """No profile comes behind the first two."""
    for nth in range(2, 8):
        good = good.silent_on(SetChargingProfile, nth=nth)
    return good


MUTANTS = (
    _mutant(
        "other-limits",
        "The backend sets other limits than its operator wants",
        _SET,
        lambda good: good.answering(SetChargingProfile, _half_the_limit),
    ),
    _mutant(
        "other-evse",
        "The backend sets profiles at another EVSE",
        _SET,
        lambda good: good.but(SetChargingProfile, evseId=2),
    ),
    _mutant(
        "no-start",
        "The backend does not say when schedules start",
        ("01_CSMS", "03_CSMS", "10_CSMS", "19_CSMS", "70_CSMS"),
        lambda good: good.answering(SetChargingProfile, _without_a_start),
    ),
    _mutant(
        "new-id",
        "The backend gives a profile that replaces another an id of its own",
        ("04_CSMS",),
        lambda good: good.answering(SetChargingProfile, _another_id, nth=2),
    ),
    _mutant(
        "same-level",
        "The backend sets all profiles on one level",
        ("70_CSMS",),
        lambda good: good.answering(SetChargingProfile, _same_level),
    ),
    _mutant(
        "clears-anything",
        "The backend does not say what is to be cleared",
        ("05_CSMS", "06_CSMS", "08_CSMS"),
        lambda good: good.answering(ClearChargingProfile, _nothing_named),
    ),
    _mutant(
        "falls-silent",
        "The backend answers no heartbeat",
        ("08_CSMS", "15_CSMS"),
        lambda good: good.silent_on(Heartbeat.response),
    ),
    _mutant(
        "no-filter",
        "The backend asks for all profiles, whichever its operator wants to see",
        _ASKED,
        lambda good: good.answering(GetChargingProfiles, _no_filter),
    ),
    _mutant(
        "deaf-to-limits",
        "The backend does not answer what it is told of limits from outside",
        ("48_CSMS", "50_CSMS", "51_CSMS"),
        lambda good: good.silent_on(NotifyChargingLimit.response).silent_on(ClearedChargingLimit.response),
    ),
    _mutant(
        "deaf-to-reports",
        "The backend does not answer reports of profiles",
        (*_ASKED, "52_CSMS"),
        lambda good: good.silent_on(ReportChargingProfiles.response),
    ),
    _mutant(
        "other-composite",
        "The backend asks for a schedule of another length",
        ("43_CSMS", "44_CSMS"),
        lambda good: good.but(GetCompositeSchedule, duration=60),
    ),
    _mutant(
        "starts-without",
        "The backend starts without the profile that its operator wants",
        ("37_CSMS",),
        lambda good: good.answering(RequestStartTransaction, _without_a_profile),
    ),
    _mutant(
        "refuses-needs",
        "The backend rejects the needs of every EV, and sets a profile all the same",
        ("53_CSMS", "55_CSMS", "57_CSMS", "59_CSMS"),
        lambda good: good.but(NotifyEVChargingNeeds.response, status="Rejected"),
    ),
    _mutant(
        "too-late",
        "The backend takes more than a minute to plan",
        ("53_CSMS",),
        lambda good: good.having(profile=ProfilePolicy(delay=63.0)),
    ),
    _mutant(
        "too-many-steps",
        "The backend sets schedules with more periods than an EV takes",
        ("53_CSMS",),
        lambda good: good.answering(SetChargingProfile, _every_step),
    ),
    _mutant(
        "takes-any-schedule",
        "The backend accepts a schedule beyond its limits",
        ("55_CSMS",),
        lambda good: good.but(NotifyEVChargingSchedule.response, status="Accepted"),
    ),
    _mutant(
        "never-anew",
        "The backend leaves it at a schedule that it rejected",
        ("55_CSMS",),
        _anew_never,
    ),
    _mutant(
        "refuses-schedules",
        "The backend rejects every schedule",
        ("53_CSMS", "57_CSMS", "58_CSMS", "59_CSMS"),
        lambda good: good.but(NotifyEVChargingSchedule.response, status="Rejected"),
    ),
)
