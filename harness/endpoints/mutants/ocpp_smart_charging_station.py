"""Stations with one fault each in how they take, report, clear and follow charging profiles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.core.case import Role
from harness.endpoints.mutants.blocks import with_block
from harness.endpoints.mutants.mutant import series
from harness.endpoints.station.ocpp.deed import Deed, Payload
from harness.endpoints.station.ocpp.profiles import Profile
from harness.endpoints.station.ocpp.smart_charging import SmartCharging
from harness.endpoints.station.station import Station
from harness.messages.ocpp import (
    ClearChargingProfile,
    GetChargingProfiles,
    GetCompositeSchedule,
    OcppMessage,
    ReportChargingProfiles,
    RequestStartTransaction,
    SetChargingProfile,
)

_mutant = series(Station, Role.STATION, ids="ocpp-station-charging-", cases="TC_K_")

_REPORTED = tuple(f"{number}_CS" for number in (29, 30, 31, 32, 33, 34, 35, 36))
_TAKEN = ("01_CS", "03_CS", "10_CS", "13_CS", "60_CS")
_MORE_THAN_ASKED = ("29_CS", "30_CS", "32_CS", "33_CS", "34_CS", "35_CS", "36_CS")
_IN_FORCE = ("09_CS", "21_CS", "22_CS", "23_CS", "40_CS", "41_CS")


class Forgetful(SmartCharging):
    """Forgets its profiles when it boots."""

    def restart(self, at: float) -> None:
        """Keep nothing."""
        for one in self.parts.profiles:
            self.parts.profiles.remove(one.plan.id)
        super().restart(at)


class KeepsTheFirst(SmartCharging):
    """Accepts a profile with an id that it knows, and keeps the earlier one."""

    def _set(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        if any(one.plan.id == payload["chargingProfile"]["id"] for one in self.parts.profiles):
            return Deed(answer=call.answered(status="Accepted"))
        return super()._set(call, payload, at)


class TellsEverything(SmartCharging):
    """Reports all its profiles, whichever it is asked for."""

    def _get(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        return super()._get(call, {"requestId": payload["requestId"], "chargingProfile": {}}, at)


class ClearsNothing(SmartCharging):
    """Says that profiles are cleared, and keeps them."""

    def _clear(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        kept = [(one.evse_id, one.payload, one.source) for one in self.parts.profiles]
        deed = super()._clear(call, payload, at)
        for evse_id, profile, source in kept:
            self.parts.profiles.install(evse_id, profile, source)
        return deed


class ClearsTooMuch(SmartCharging):
    """Clears what fits the purpose, whatever the level."""

    def _clear(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        given = payload.get("chargingProfileCriteria", {})
        criteria = {key: value for key, value in given.items() if key != "stackLevel"}
        return super()._clear(call, {**payload, "chargingProfileCriteria": criteria}, at)


class OneAlone(SmartCharging):
    """Works out a composite schedule from the profile that came last."""

    def _composite(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        profiles = self.parts.profiles
        kept = [(one.evse_id, one.payload, one.source) for one in profiles]
        for one in kept[:-1]:
            profiles.remove(one[1]["id"])
        deed = super()._composite(call, payload, at)
        for evse_id, profile, source in kept:
            profiles.install(evse_id, profile, source)
        return deed


class AtOnce(SmartCharging):
    """Follows a profile from the moment on at which it comes, and for good."""

    def _set(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        profile = {
            key: value for key, value in payload["chargingProfile"].items() if key not in {"validFrom", "validTo"}
        }
        schedule = dict(profile["chargingSchedule"][0])
        if "startSchedule" in schedule:
            schedule["startSchedule"] = self.parts.stamp(at)
        return super()._set(call, {**payload, "chargingProfile": {**profile, "chargingSchedule": [schedule]}}, at)


class OnlyOnce(SmartCharging):
    """Goes on with the limits that a transaction began with."""

    def _set(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        if (
            self.parts.transactions.running is not None
            and payload["chargingProfile"]["chargingProfilePurpose"] != "TxProfile"
        ):
            return Deed(answer=call.answered(status="Accepted"))
        return super()._set(call, payload, at)


class StartsWithout(SmartCharging):
    """Loses the profile of a remote start."""

    def expect(self, profile: Profile, at: float) -> None:
        """Lose it."""


def _another_request(_heard: Any, said: OcppMessage) -> Payload:
    return {**said.payload, "requestId": said.payload["requestId"] + 1}


def _half_the_limit(_heard: Any, said: OcppMessage) -> Payload:
    """The same profiles with other limits."""
    return {**said.payload, "chargingProfile": [_halved(profile) for profile in said.payload["chargingProfile"]]}


def _halved(profile: Profile) -> Profile:
    schedules = [
        {
            **schedule,
            "chargingSchedulePeriod": [
                {**period, "limit": period["limit"] / 2} for period in schedule["chargingSchedulePeriod"]
            ],
        }
        for schedule in profile["chargingSchedule"]
    ]
    return {**profile, "chargingSchedule": schedules}


def _saying(action: Any, status: str) -> Callable[[Station], Station]:
    """The status alone is wrong."""
    return lambda good: good.answering(action.response, lambda _, said: {"status": status})


MUTANTS = (
    _mutant(
        "rejects-profiles",
        "The station rejects every charging profile, and follows it",
        (*_TAKEN, "04_CS", "19_CS", "21_CS", "22_CS", "23_CS", "28_CS"),
        _saying(SetChargingProfile, "Rejected"),
    ),
    _mutant(
        "accepts-profiles",
        "The station accepts every charging profile, those that it cannot follow among them",
        ("02_CS", "11_CS", "12_CS", "14_CS", "16_CS"),
        _saying(SetChargingProfile, "Accepted"),
    ),
    _mutant(
        "forgets-profiles",
        "The station forgets profiles when it boots",
        ("13_CS",),
        with_block(SmartCharging, Forgetful),
    ),
    _mutant(
        "keeps-the-first",
        "The station accepts a profile with a known id and keeps the earlier one",
        ("04_CS", "28_CS"),
        with_block(SmartCharging, KeepsTheFirst),
    ),
    _mutant(
        "no-reports",
        "The station accepts to report its profiles and says nothing more",
        (*_TAKEN, "04_CS", *_REPORTED, "37_CS", "52_CS"),
        lambda good: good.silent_on(ReportChargingProfiles),
    ),
    _mutant(
        "reports-of-another",
        "The station reports its profiles under another request id",
        _REPORTED,
        lambda good: good.answering(ReportChargingProfiles, _another_request),
    ),
    _mutant(
        "other-limits",
        "The station reports its profiles with other limits than were set",
        (*_TAKEN, *_REPORTED),
        lambda good: good.answering(ReportChargingProfiles, _half_the_limit),
    ),
    _mutant(
        "reports-everything",
        "The station reports all its profiles, whichever it is asked for",
        _MORE_THAN_ASKED,
        with_block(SmartCharging, TellsEverything),
    ),
    _mutant(
        "no-profiles",
        "The station says that it has no profiles",
        ("31_CS", "07_CS"),
        _saying(GetChargingProfiles, "NoProfiles"),
    ),
    _mutant(
        "clears-nothing",
        "The station says that profiles are cleared, and keeps them",
        ("05_CS", "06_CS", "09_CS", "24_CS"),
        with_block(SmartCharging, ClearsNothing),
    ),
    _mutant(
        "clears-too-much",
        "The station clears profiles of every level",
        ("07_CS",),
        with_block(SmartCharging, ClearsTooMuch),
    ),
    _mutant(
        "always-cleared",
        "The station says that it cleared what was never there",
        ("07_CS", "08_CS"),
        _saying(ClearChargingProfile, "Accepted"),
    ),
    _mutant(
        "no-composite",
        "The station refuses composite schedules",
        ("39_CS", *_IN_FORCE, "28_CS"),
        _saying(GetCompositeSchedule, "Rejected"),
    ),
    _mutant(
        "any-composite",
        "The station accepts to tell a composite schedule of any EVSE",
        ("42_CS", "47_CS"),
        lambda good: good.but(GetCompositeSchedule.response, status="Accepted"),
    ),
    _mutant(
        "one-alone",
        "The station works out composite schedules from one profile alone",
        ("21_CS", "22_CS", "23_CS", "40_CS", "41_CS"),
        with_block(SmartCharging, OneAlone),
    ),
    _mutant(
        "at-once",
        "The station follows profiles before they begin and behind their end",
        ("21_CS", "22_CS", "23_CS"),
        with_block(SmartCharging, AtOnce),
    ),
    _mutant(
        "only-once",
        "The station goes on with the default that a transaction began with",
        ("28_CS",),
        with_block(SmartCharging, OnlyOnce),
    ),
    _mutant(
        "starts-never",
        "The station rejects remote starts that bring a profile",
        ("37_CS", "38_CS"),
        _saying(RequestStartTransaction, "Rejected"),
    ),
    _mutant(
        "limits-as-its-own",
        "The station tells limits from outside as the backend's",
        ("52_CS",),
        lambda good: good.but(ReportChargingProfiles, chargingLimitSource="CSO"),
    ),
    _mutant(
        "starts-without",
        "The station loses the profile of a remote start",
        ("37_CS",),
        with_block(SmartCharging, StartsWithout),
    ),
)
