"""Rules of what a station says to charging profiles: which it takes, reports and clears, and what it makes of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.checks.metering import keys_of, objects
from harness.checks.ocpp_rules.chapter import MINUTE, Chapter, hold
from harness.checks.ocpp_rules.charging import SET, profile_of, starts_of, tx_profile_at
from harness.checks.ocpp_rules.talk import CSMS, STATION, Exchange, Talk
from harness.checks.rule import Tally

CHARGING = Chapter()


@CHARGING.rule(
    "RULE-OCPP-PROFILE-TRANSACTION",
    "A profile for a transaction needs one that runs",
    "K01.FR.09",
    "K01.FR.33",
    about=SET,
)
def needs_transaction(talk: Talk, tally: Tally) -> None:
    """A TxProfile without a transaction, or for one that has ended or is none of that EVSE, is Rejected."""
    for one in talk.replied(*SET, by=STATION):
        profile, evse = profile_of(one), one.ask.get("evseId")
        if profile.get("chargingProfilePurpose") != "TxProfile":
            continue
        wanted = profile.get("transactionId")
        course = talk.courses.get(str(wanted))
        running = [each for each in talk.courses.values() if each.runs(one.call) and each.evse() == evse]
        if wanted is None:
            hold(tally, one.status == "Rejected", f"a TxProfile for no transaction was {one.status}", *one.said)
        elif course is not None and course.over(one.call):
            hold(tally, one.status == "Rejected", f"{wanted} has ended, its profile was {one.status}", *one.said)
        elif running and course is None:
            hold(
                tally,
                one.status == "Rejected",
                f"{running[0].id} runs, a profile for {wanted} was {one.status}",
                *one.said,
            )


@CHARGING.rule(
    "RULE-OCPP-PROFILE-PURPOSE",
    "A station takes no profile that only others may set",
    "K01.FR.22",
    "K01.FR.38",
    about=SET,
)
def purposes(talk: Talk, tally: Tally) -> None:
    """ChargingStationExternalConstraints from a backend, or ChargingStationMaxProfile for one EVSE: not Accepted."""
    for one in talk.replied(*SET, by=STATION):
        purpose, evse = profile_of(one).get("chargingProfilePurpose"), one.ask.get("evseId")
        wrong = purpose == "ChargingStationExternalConstraints" or (
            purpose == "ChargingStationMaxProfile" and evse != 0
        )
        if wrong:
            hold(tally, one.status != "Accepted", f"a {purpose} for EVSE {evse} was accepted", *one.said)
        else:
            tally.good(one.done)


@CHARGING.rule(
    "RULE-OCPP-PROFILE-UNIT",
    "A station takes no profile in a unit that it does not know",
    "K01.FR.26",
    "K01.FR.28",
    about=SET,
)
def units(talk: Talk, tally: Tally) -> None:
    """A rate unit that SmartChargingCtrlr.RateUnit is known not to have: not Accepted."""
    for one in talk.replied(*SET, by=STATION):
        known = talk.known.words("SmartChargingCtrlr", "RateUnit", one.call)
        told = {str(each.get("chargingRateUnit")) for each in objects(profile_of(one).get("chargingSchedule"))}
        if known:
            right = told <= known or one.status != "Accepted"
            hold(
                tally,
                right,
                f"a profile in {', '.join(sorted(told))} was accepted, RateUnit is {', '.join(sorted(known))}",
                *one.said,
            )


def _standing(talk: Talk, number: int) -> dict[Any, dict[str, Any]]:
    """The profiles that SetChargingProfile left, by ids, ahead of entry `number` as far as is sure."""
    found: dict[Any, dict[str, Any]] = {}
    events = [*talk.of("SetChargingProfile"), *talk.of("ClearChargingProfile"), *talk.boots]
    for one in sorted(events, key=lambda each: each.done.number):
        if one.done.number >= number:
            break
        if one.action != "SetChargingProfile":
            found.clear()
        elif one.status == "Accepted":
            found[profile_of(one).get("id")] = profile_of(one)
    return found


@CHARGING.rule(
    "RULE-OCPP-PROFILE-REPLACED",
    "A profile replaces the one with its id",
    "K01.FR.05",
    about=("ReportChargingProfiles",),
)
def replaced(talk: Talk, tally: Tally) -> None:
    """What is reported under an id that the backend set is what it set last."""
    for one in talk.asked("ReportChargingProfiles", by=STATION):
        known = _standing(talk, one.call.number)
        for profile in objects(one.ask.get("chargingProfile")):
            wanted = known.get(profile.get("id"))
            if wanted is not None and one.ask.get("chargingLimitSource", "CSO") == "CSO":
                for key in ("stackLevel", "chargingProfilePurpose", "chargingProfileKind"):
                    told = f"profile {profile.get('id')} has {key} {profile.get(key)}, {wanted.get(key)} was set"
                    hold(tally, profile.get(key) == wanted.get(key), told, one.call)


@CHARGING.rule(
    "RULE-OCPP-PROFILES-REPORTED",
    "Profiles that were promised are reported, and no others",
    "K09.FR.03",
    about=("GetChargingProfiles",),
)
def reported(talk: Talk, tally: Tally) -> None:
    """Accepted is followed by ReportChargingProfiles with that requestId, NoProfiles by none."""
    for one in talk.replied("GetChargingProfiles", by=STATION):
        request = one.ask.get("requestId")
        again = sum(each.ask.get("requestId") == request for each in talk.of("GetChargingProfiles")) > 1
        parts = [each for each in talk.of("ReportChargingProfiles") if each.ask.get("requestId") == request]
        if one.status == "Accepted" and (parts or talk.watched(one.done) > MINUTE):
            hold(tally, bool(parts), f"request {request} was accepted, and nothing was reported", *one.said)
        elif one.status == "NoProfiles" and not again:
            hold(tally, not parts, f"request {request} had NoProfiles, and some were reported", *one.said)
        for part in parts[:-1] if not again else ():
            hold(tally, part.ask.get("tbc") is True, "a part that is not the last has no tbc", part.call)


@CHARGING.rule("RULE-OCPP-PROFILE-CLEARED", "A profile is cleared once", "K10.FR.01", about=("ClearChargingProfile",))
def cleared(talk: Talk, tally: Tally) -> None:
    """By its id: Accepted while it stands, Unknown when it was cleared before."""
    gone: set[Any] = set()
    for one in sorted(
        [*talk.of("SetChargingProfile"), *talk.of("ClearChargingProfile")], key=lambda each: each.done.number
    ):
        if one.action == "SetChargingProfile":
            gone.discard(profile_of(one).get("id"))
            continue
        number = one.ask.get("chargingProfileId")
        if number is not None and one.reply and talk.mine(one.answer):
            standing = _standing(talk, one.call.number).get(number)
            purpose = standing.get("chargingProfilePurpose") if standing else None
            if number in gone:
                hold(
                    tally,
                    one.status == "Unknown",
                    f"profile {number} was gone, clearing it was {one.status}",
                    *one.said,
                )
            elif standing is not None and purpose != "TxProfile":
                hold(
                    tally, one.status == "Accepted", f"profile {number} stands, clearing it was {one.status}", *one.said
                )
        if number is not None and one.status == "Accepted":
            gone.add(number)


@CHARGING.rule(
    "RULE-OCPP-COMPOSITE",
    "A composite schedule is the one that was asked for",
    "K08.FR.04",
    about=("GetCompositeSchedule",),
)
def composite(talk: Talk, tally: Tally) -> None:
    """Its EVSE, unit and duration; the periods in order from 0."""
    for one in talk.replied("GetCompositeSchedule", by=STATION):
        schedule = keys_of(one.reply.get("schedule"))
        if one.status != "Accepted":
            continue
        hold(tally, bool(schedule), "Accepted, without a schedule", *one.said)
        for key in ("evseId", "duration", "chargingRateUnit"):
            if key in one.ask and key in schedule:
                told = f"{key} is {schedule[key]}, {one.ask[key]} was asked for"
                right = schedule[key] == one.ask[key] or (key == "duration" and schedule[key] < one.ask[key])
                hold(tally, right, told, *one.said)
        starts = starts_of(schedule)
        if starts:
            right = starts[0] == 0 and sorted(set(starts)) == starts
            hold(tally, right, f"periods begin at {starts[:6]}", *one.said)


@CHARGING.rule(
    "RULE-OCPP-COMPOSITE-LIMIT",
    "A composite schedule keeps to the limits that were set",
    "K08.FR.04",
    about=("GetCompositeSchedule",),
)
def composite_limits(talk: Talk, tally: Tally) -> None:
    """At its beginning it allows no more than a constant profile of one period that holds for its EVSE all the time."""
    for one in talk.replied("GetCompositeSchedule", by=STATION):
        schedule = keys_of(one.reply.get("schedule"))
        periods = objects(schedule.get("chargingSchedulePeriod"))
        unit, first = schedule.get("chargingRateUnit"), periods[0].get("limit") if periods else None
        bounds = [
            limit
            for profile in _standing(talk, one.call.number).values()
            if (limit := _constant(profile, unit)) is not None
        ]
        if one.status == "Accepted" and bounds and isinstance(first, int | float):
            hold(
                tally, first <= min(bounds) + 1e-6, f"{first:g} {unit} are allowed, {min(bounds):g} were set", *one.said
            )


def _constant(profile: dict[str, Any], unit: Any) -> float | None:
    """The limit of a profile of the whole station that holds always, in a unit; None where it is no such."""
    schedules = objects(profile.get("chargingSchedule"))
    whole = profile.get("chargingProfilePurpose") == "ChargingStationMaxProfile" and not profile.keys() & {
        "validFrom",
        "validTo",
    }
    if not whole or len(schedules) != 1 or schedules[0].get("chargingRateUnit") != unit or "duration" in schedules[0]:
        return None
    periods = objects(schedules[0].get("chargingSchedulePeriod"))
    limit = periods[0].get("limit") if len(periods) == 1 else None
    return float(limit) if isinstance(limit, int | float) else None


@CHARGING.rule(
    "RULE-OCPP-EV-SCHEDULE",
    "A backend takes a schedule of the EV that keeps to its limits",
    "K15.FR.09",
    "K15.FR.10",
    "K15.FR.11",
    judges=CSMS,
    about=("NotifyEVChargingSchedule",),
)
def ev_schedules(talk: Talk, tally: Tally) -> None:
    """Where no limit of the EV's schedule exceeds the largest that the backend set, Accepted; where one does, not."""
    for one in talk.replied("NotifyEVChargingSchedule", by=CSMS):
        evse, wanted = one.ask.get("evseId"), keys_of(one.ask.get("chargingSchedule"))
        profile = talk.before(
            one.call,
            *SET,
            where=_taken_at(evse),
        )
        if profile is None:
            continue
        unit, asked = wanted.get("chargingRateUnit"), _highest(wanted)
        given = [
            _highest(each)
            for each in objects(profile_of(profile).get("chargingSchedule"))
            if each.get("chargingRateUnit") == unit
        ]
        if given and asked is not None and None not in given:
            most = max(limit for limit in given if limit is not None)
            wrong = asked > most + 1e-6 and one.status == "Accepted"
            hold(tally, not wrong, f"up to {asked:g} {unit} were taken, {most:g} were set", profile.call, *one.said)


def _taken_at(evse: Any) -> Callable[[Exchange], bool]:
    fits = tx_profile_at(evse)
    return lambda one: fits(one) and one.status == "Accepted"


def _highest(schedule: dict[str, Any]) -> float | None:
    limits = [period.get("limit") for period in objects(schedule.get("chargingSchedulePeriod"))]
    numbers = [float(limit) for limit in limits if isinstance(limit, int | float) and not isinstance(limit, bool)]
    return max(numbers, default=None)
