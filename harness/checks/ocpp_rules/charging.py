"""Rules of charging profiles as a backend sends them, and of limits and needs as they are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from harness.checks.metering import keys_of, objects
from harness.checks.ocpp_rules.chapter import MINUTE, Chapter, hold
from harness.checks.ocpp_rules.talk import CSMS, STATION, Exchange, Talk
from harness.checks.rule import Tally

CHARGING = Chapter()

SET = ("SetChargingProfile",)
WITH_PROFILES = ("SetChargingProfile", "RequestStartTransaction")
NEEDS = ("NotifyEVChargingNeeds",)


def profile_of(one: Exchange) -> dict[str, Any]:
    """The profile that a call carries."""
    return keys_of(one.ask.get("chargingProfile"))


def schedules_of(profile: dict[str, Any]) -> list[dict[str, Any]]:
    """Its schedules."""
    return objects(profile.get("chargingSchedule"))


def starts_of(schedule: dict[str, Any]) -> list[int]:
    """When its periods begin, in seconds; nothing where one does not tell it."""
    told = [period.get("startPeriod") for period in objects(schedule.get("chargingSchedulePeriod"))]
    starts = [start for start in told if isinstance(start, int)]
    return starts if len(starts) == len(told) else []


def tx_profile_at(evse: Any) -> Callable[[Exchange], bool]:
    """A test for SetChargingProfile of a transaction at an EVSE."""
    return lambda one: one.ask.get("evseId") == evse and profile_of(one).get("chargingProfilePurpose") == "TxProfile"


def _profiles(talk: Talk) -> Iterator[tuple[Exchange, dict[str, Any]]]:
    for one in talk.asked(*WITH_PROFILES, by=CSMS):
        if profile_of(one):
            yield one, profile_of(one)


@CHARGING.rule(
    "RULE-OCPP-TX-PROFILE",
    "A profile for a transaction names it and its EVSE",
    "K01.FR.03",
    "K01.FR.16",
    judges=CSMS,
    about=SET,
)
def tx_profiles(talk: Talk, tally: Tally) -> None:
    """TxProfile with transactionId, at an EVSE above 0."""
    for one in talk.asked(*SET, by=CSMS):
        profile, evse = profile_of(one), one.ask.get("evseId")
        if profile.get("chargingProfilePurpose") == "TxProfile":
            hold(tally, bool(profile.get("transactionId")), "a TxProfile without a transactionId", one.call)
            hold(tally, isinstance(evse, int) and evse > 0, f"a TxProfile for EVSE {evse}", one.call)


@CHARGING.rule(
    "RULE-OCPP-EXTERNAL-PROFILE",
    "A backend sets no limit in somebody else's name",
    "K01.FR.22",
    "K10.FR.06",
    judges=CSMS,
    about=SET,
)
def external_profiles(talk: Talk, tally: Tally) -> None:
    """No profile of the purpose ChargingStationExternalConstraints."""
    for one in talk.asked(*SET, by=CSMS):
        purpose = profile_of(one).get("chargingProfilePurpose")
        hold(tally, purpose != "ChargingStationExternalConstraints", f"the purpose is {purpose}", one.call)


@CHARGING.rule(
    "RULE-OCPP-STATION-PROFILE",
    "A limit of the station is for all of it",
    "K01.FR.38",
    "K04.FR.03",
    judges=CSMS,
    about=SET,
)
def station_profiles(talk: Talk, tally: Tally) -> None:
    """ChargingStationMaxProfile for EVSE 0, and not Relative."""
    for one in talk.asked(*SET, by=CSMS):
        profile, evse = profile_of(one), one.ask.get("evseId")
        if profile.get("chargingProfilePurpose") == "ChargingStationMaxProfile":
            hold(tally, evse == 0, f"a ChargingStationMaxProfile for EVSE {evse}", one.call)
            hold(
                tally,
                profile.get("chargingProfileKind") != "Relative",
                "a Relative ChargingStationMaxProfile",
                one.call,
            )


@CHARGING.rule(
    "RULE-OCPP-SCHEDULE-START",
    "A schedule begins as its kind wants",
    "K01.FR.40",
    "K01.FR.41",
    judges=CSMS,
    about=WITH_PROFILES,
)
def schedule_starts(talk: Talk, tally: Tally) -> None:
    """Absolute and Recurring with startSchedule, Relative without; Recurring says how often."""
    for one, profile in _profiles(talk):
        kind = profile.get("chargingProfileKind")
        for schedule in schedules_of(profile):
            begins = "startSchedule" in schedule
            if kind in {"Absolute", "Recurring"}:
                hold(tally, begins, f"{kind} without startSchedule", one.call)
            elif kind == "Relative":
                hold(tally, not begins, "Relative with startSchedule", one.call)
        if kind == "Recurring":
            hold(tally, "recurrencyKind" in profile, "Recurring without recurrencyKind", one.call)


@CHARGING.rule(
    "RULE-OCPP-PERIODS",
    "The periods of a schedule follow one another",
    "K01.FR.31",
    "K01.FR.35",
    judges=CSMS,
    about=WITH_PROFILES,
)
def periods(talk: Talk, tally: Tally) -> None:
    """The first begins at 0, each later than the one before, none behind the end."""
    for one, profile in _profiles(talk):
        for schedule in schedules_of(profile):
            starts = starts_of(schedule)
            if not starts:
                continue
            hold(tally, starts[0] == 0, f"the first period begins at {starts[0]}", one.call)
            hold(tally, sorted(set(starts)) == starts, f"periods begin at {starts[:6]}", one.call)
            duration = schedule.get("duration")
            if isinstance(duration, int) and duration > 0:
                hold(
                    tally,
                    starts[-1] < duration,
                    f"a period begins at {starts[-1]}, the schedule has {duration} s",
                    one.call,
                )


@CHARGING.rule(
    "RULE-OCPP-PHASE-TO-USE",
    "A phase is chosen only where one is used",
    "K01.FR.19",
    "K01.FR.20",
    judges=CSMS,
    about=WITH_PROFILES,
)
def phases_to_use(talk: Talk, tally: Tally) -> None:
    """PhaseToUse with numberPhases 1, and not at a station known not to switch phases."""
    for one, profile in _profiles(talk):
        for schedule in schedules_of(profile):
            for period in objects(schedule.get("chargingSchedulePeriod")):
                if "phaseToUse" in period:
                    count = period.get("numberPhases")
                    hold(tally, count == 1, f"phaseToUse with {count} phases", one.call)
                    switches = talk.known.is_set("SmartChargingCtrlr", "ACPhaseSwitchingSupported", one.call)
                    hold(tally, switches is not False, "phaseToUse for a station that does not switch phases", one.call)


@CHARGING.rule(
    "RULE-OCPP-PROFILE-LIMITS", "A profile is not larger than the station takes", judges=CSMS, about=WITH_PROFILES
)
def profile_limits(talk: Talk, tally: Tally) -> None:
    """Stack level, number of periods and rate unit by SmartChargingCtrlr, where they are known."""
    for one, profile in _profiles(talk):
        level = talk.known.number("SmartChargingCtrlr", "ProfileStackLevel", one.call)
        most = talk.known.number("SmartChargingCtrlr", "PeriodsPerSchedule", one.call)
        units = talk.known.words("SmartChargingCtrlr", "RateUnit", one.call)
        stack = profile.get("stackLevel")
        if level is not None and isinstance(stack, int):
            hold(tally, stack <= level, f"stack level {stack}, the station has {level:g}", one.call)
        for schedule in schedules_of(profile):
            count = len(objects(schedule.get("chargingSchedulePeriod")))
            if most is not None:
                hold(tally, count <= most, f"{count} periods, the station takes {most:g}", one.call)
            if units:
                unit = schedule.get("chargingRateUnit")
                hold(tally, unit in units, f"in {unit}, the station takes {', '.join(sorted(units))}", one.call)


@CHARGING.rule(
    "RULE-OCPP-PROFILE-CLASH", "Two profiles do not claim one place", "K01.FR.06", "K01.FR.39", judges=CSMS, about=SET
)
def clashes(talk: Talk, tally: Tally) -> None:
    """Same purpose, stack level and EVSE under another id, both without a validity, while the first still stands."""
    standing: dict[Any, tuple[Any, Exchange]] = {}
    for one in sorted(
        [*talk.of("SetChargingProfile"), *talk.of("ClearChargingProfile")], key=lambda each: each.call.number
    ):
        if one.action == "ClearChargingProfile":
            standing.clear()
            continue
        profile = profile_of(one)
        key = (
            profile.get("chargingProfilePurpose"),
            profile.get("stackLevel"),
            one.ask.get("evseId"),
            profile.get("transactionId"),
        )
        always = not profile.keys() & {"validFrom", "validTo"}
        before = standing.get(key)
        if always and talk.mine(one.call):
            right = before is None or before[0] == profile.get("id") or not _same_tx(talk, before[1], one)
            told = f"profile {profile.get('id')} has the place of {before[0]}" if before else ""
            hold(tally, right, told, *([before[1].call] if before else []), one.call)
        if always and one.status == "Accepted":
            standing = {place: owner for place, owner in standing.items() if owner[0] != profile.get("id")}
            standing[key] = (profile.get("id"), one)


def _same_tx(talk: Talk, first: Exchange, second: Exchange) -> bool:
    """Whether nothing ended or restarted between two profiles that would have cleared the first."""
    return talk.unbroken(first.call, second.call) and talk.after(first.call, "Reset", "BootNotification") is None


@CHARGING.rule(
    "RULE-OCPP-SCHEDULES",
    "Only an EV that told its needs gets several schedules",
    "K01.FR.34",
    "K15.FR.07",
    judges=CSMS,
    about=WITH_PROFILES,
)
def several_schedules(talk: Talk, tally: Tally) -> None:
    """One schedule a profile; up to three behind NotifyEVChargingNeeds."""
    for one, profile in _profiles(talk):
        count = len(schedules_of(profile))
        most = 3 if talk.before(one.call, *NEEDS) is not None else 1
        hold(tally, count <= most, f"{count} schedules, {most} are possible", one.call)


@CHARGING.rule(
    "RULE-OCPP-SCHEDULE-TUPLES",
    "A schedule has no more periods than the EV takes",
    "K15.FR.07",
    judges=CSMS,
    about=NEEDS,
)
def schedule_tuples(talk: Talk, tally: Tally) -> None:
    """MaxScheduleTuples of the last needs bounds the periods of the profile behind them."""
    for one in talk.asked(*SET, by=CSMS):
        needs = talk.before(one.call, *NEEDS)
        most = needs.ask.get("maxScheduleTuples") if needs is not None else None
        if needs is not None and isinstance(most, int) and tx_profile_at(needs.ask.get("evseId"))(one):
            counts = [
                len(objects(schedule.get("chargingSchedulePeriod"))) for schedule in schedules_of(profile_of(one))
            ]
            told = f"{max(counts, default=0)} periods, the EV takes {most}"
            hold(tally, max(counts, default=0) <= most, told, needs.call, one.call)


@CHARGING.rule(
    "RULE-OCPP-NEEDS-ANSWERED",
    "Needs that were taken are answered by a profile",
    "K15.FR.07",
    "K15.FR.08",
    judges=CSMS,
    about=NEEDS,
)
def needs_answered(talk: Talk, tally: Tally) -> None:
    """SetChargingProfile with a TxProfile in the minute behind Accepted or Processing, none behind Rejected."""
    for one in talk.replied(*NEEDS, by=CSMS):
        evse = one.ask.get("evseId")
        sent = talk.after(
            one.call,
            *SET,
            by=CSMS,
            where=tx_profile_at(evse),
        )
        again = talk.after(one.call, *NEEDS)
        if one.status in {"Accepted", "Processing"}:
            soon = sent is not None and sent.call.at - one.done.at <= MINUTE
            over = any(
                course.ended is not None and one.call.number < course.ended.entry.number
                for course in talk.courses.values()
            )
            if soon or (talk.watched(one.done) > MINUTE and again is None and not over):
                hold(tally, soon, "no TxProfile in the minute behind it", *one.said)
        elif one.status == "Rejected" and sent is not None and (again is None or sent.call.number < again.call.number):
            hold(
                tally,
                sent.call.at - one.done.at > MINUTE,
                "they were rejected, and a TxProfile came",
                *one.said,
                sent.call,
            )


@CHARGING.rule(
    "RULE-OCPP-NEEDS", "Needs have the figures of the current that is asked for", "K15.FR.01", "K15.FR.06", about=NEEDS
)
def needs_fit(talk: Talk, tally: Tally) -> None:
    """DC parameters with DC, AC parameters with AC, or those of bidirectional power (OCPP 2.1)."""
    for one in talk.asked(*NEEDS, by=STATION):
        needs = keys_of(one.ask.get("chargingNeeds"))
        kind = str(needs.get("requestedEnergyTransfer"))
        wanted = "dcChargingParameters" if kind.startswith("DC") else "acChargingParameters"
        other = "acChargingParameters" if kind.startswith("DC") else "dcChargingParameters"
        extended = "v2xChargingParameters" in needs or "derChargingParameters" in needs
        hold(tally, wanted in needs or extended, f"{kind} without {wanted}", one.call)
        hold(tally, other not in needs, f"{kind} with {other}", one.call)


@CHARGING.rule(
    "RULE-OCPP-LIMIT-SOURCE",
    "A limit from outside does not come from the backend",
    "K11.FR.05",
    "K12.FR.04",
    about=("NotifyChargingLimit", "ClearedChargingLimit"),
)
def limit_sources(talk: Talk, tally: Tally) -> None:
    """NotifyChargingLimit and ClearedChargingLimit name EMS, SO or Other, never CSO."""
    for one in talk.asked("NotifyChargingLimit", "ClearedChargingLimit", by=STATION):
        limit = keys_of(one.ask.get("chargingLimit"))
        source = limit.get("chargingLimitSource", one.ask.get("chargingLimitSource"))
        hold(tally, source != "CSO", f"{one.action} has the source {source}", one.call)


@CHARGING.rule(
    "RULE-OCPP-PROFILE-FILTER",
    "Profiles are asked for and cleared by name or kind",
    "K09.FR.03",
    "K10.FR.02",
    judges=CSMS,
    about=("GetChargingProfiles", "ClearChargingProfile"),
)
def filters(talk: Talk, tally: Tally) -> None:
    """GetChargingProfiles and ClearChargingProfile name ids or something to choose by."""
    for one in talk.asked("GetChargingProfiles", by=CSMS):
        wanted = keys_of(one.ask.get("chargingProfile"))
        hold(tally, bool(wanted.keys() - {"customData"}), "no profile and no kind of them is named", one.call)
    for one in talk.asked("ClearChargingProfile", by=CSMS):
        criteria = keys_of(one.ask.get("chargingProfileCriteria"))
        named = "chargingProfileId" in one.ask or bool(criteria.keys() - {"customData"})
        hold(tally, named, "no profile and no kind of them is named", one.call)
