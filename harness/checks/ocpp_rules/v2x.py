"""Rules of bidirectional power and of grid codes, as OCPP 2.1 brings them: what profiles and needs must say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.checks.metering import is_number, keys_of, objects
from harness.checks.ocpp_rules.chapter import MINUTE, Chapter, hold
from harness.checks.ocpp_rules.charging import NEEDS, SET, profile_of, schedules_of
from harness.checks.ocpp_rules.talk import CSMS, STATION, Exchange, Talk
from harness.checks.rule import Tally

V2X = Chapter()

NO_SETPOINT = frozenset({"ChargingOnly", "LocalFrequency", "LocalLoadBalancing", "Idle", "ExternalLimits"})
WITH_SETPOINT = frozenset({"CentralSetpoint", "CentralFrequency"})
LEAST_POINTS = 2


def _periods(one: Exchange) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every period of a profile with its schedule."""
    for schedule in schedules_of(profile_of(one)):
        for period in objects(schedule.get("chargingSchedulePeriod")):
            yield schedule, period


def _wrong(schedule: dict[str, Any], period: dict[str, Any]) -> str:
    """What the operation mode of a period objects to; empty if nothing."""
    mode = period.get("operationMode")
    if mode in NO_SETPOINT and "setpoint" in period:
        return f"{mode} with a setpoint"
    if mode in WITH_SETPOINT and "setpoint" not in period:
        return f"{mode} without a setpoint"
    if mode == "ChargingOnly" and "dischargeLimit" in period:
        return "ChargingOnly with a dischargeLimit"
    if mode == "ChargingOnly" and "limit" not in period:
        return "ChargingOnly without a limit"
    return _wrong_curve(schedule, period) if mode == "LocalFrequency" else ""


def _wrong_curve(schedule: dict[str, Any], period: dict[str, Any]) -> str:
    if "v2xBaseline" not in period:
        return "LocalFrequency without v2xBaseline"
    if len(objects(period.get("v2xFreqWattCurve"))) < LEAST_POINTS:
        return "LocalFrequency without a curve of two points"
    unit = schedule.get("chargingRateUnit")
    return f"LocalFrequency in {unit}" if unit != "W" else ""


@V2X.rule("RULE-V2X-MODE", "A period has what its operation mode needs", judges=CSMS, about=SET)
def modes(talk: Talk, tally: Tally) -> None:
    """Limit, setpoint, baseline and curve by operationMode (OCPP 2.1)."""
    for one in talk.asked(*SET, by=CSMS):
        for schedule, period in _periods(one):
            if "operationMode" in period:
                why = _wrong(schedule, period)
                hold(tally, not why, why, one.call)


@V2X.rule("RULE-V2X-MODE-REFUSED", "A period that lacks what its operation mode needs is refused", about=SET)
def modes_refused(talk: Talk, tally: Tally) -> None:
    """Rejected by the station, where the fields do not fit the operationMode."""
    for one in talk.replied(*SET, by=STATION):
        modes = [(schedule, period) for schedule, period in _periods(one) if "operationMode" in period]
        wrong = [why for schedule, period in modes if (why := _wrong(schedule, period))]
        if modes:
            hold(
                tally, not wrong or one.status == "Rejected", f"{wrong[0] if wrong else ''} was {one.status}", *one.said
            )


@V2X.rule("RULE-V2X-SIGNS", "Limits and setpoint of a period fit one another", judges=CSMS, about=SET)
def signs(talk: Talk, tally: Tally) -> None:
    """A dischargeLimit is 0 or less, a limit 0 or more, and the setpoint lies between them."""
    for one in talk.asked(*SET, by=CSMS):
        for _, period in _periods(one):
            low, high, point = period.get("dischargeLimit"), period.get("limit"), period.get("setpoint")
            if is_number(low):
                hold(tally, float(str(low)) <= 0, f"a dischargeLimit of {low}", one.call)
            if is_number(high):
                hold(tally, float(str(high)) >= 0, f"a limit of {high}", one.call)
            if is_number(point):
                above = is_number(high) and float(str(point)) > float(str(high))
                below = is_number(low) and float(str(point)) < float(str(low))
                hold(tally, not above and not below, f"a setpoint of {point} outside of {low} to {high}", one.call)


@V2X.rule("RULE-V2X-MODE-KNOWN", "A station takes the operation modes that it has", about=SET)
def known_modes(talk: Talk, tally: Tally) -> None:
    """A mode that SupportedOperationModes is known not to have is not Accepted."""
    for one in talk.replied(*SET, by=STATION):
        known = talk.known.words("V2XChargingCtrlr", "SupportedOperationModes", one.call)
        wanted = {str(period["operationMode"]) for _, period in _periods(one) if "operationMode" in period}
        if known and wanted:
            missing = sorted(wanted - known)
            hold(tally, not missing or one.status != "Accepted", f"{', '.join(missing)} was accepted", *one.said)


@V2X.rule("RULE-V2X-DYNAMIC", "A dynamic profile is one period", judges=CSMS, about=SET)
def dynamic(talk: Talk, tally: Tally) -> None:
    """Of the kind Dynamic: one schedule with one period that begins at 0."""
    for one in talk.asked(*SET, by=CSMS):
        if profile_of(one).get("chargingProfileKind") == "Dynamic":
            starts = [period.get("startPeriod") for _, period in _periods(one)]
            right = len(schedules_of(profile_of(one))) == 1 and starts == [0]
            hold(tally, right, f"{len(schedules_of(profile_of(one)))} schedules, periods at {starts}", one.call)


def _set_as(talk: Talk, one: Exchange, number: Any) -> Exchange | None:
    """The last accepted profile with an id ahead of a call."""
    return talk.before(
        one.call, *SET, where=lambda each: profile_of(each).get("id") == number and each.status == "Accepted"
    )


@V2X.rule("RULE-V2X-UPDATE", "Only a dynamic profile is updated", about=("UpdateDynamicSchedule",))
def updates(talk: Talk, tally: Tally) -> None:
    """UpdateDynamicSchedule for a profile that was set as another kind is Rejected."""
    for one in talk.replied("UpdateDynamicSchedule", by=STATION):
        number = one.ask.get("chargingProfileId")
        before = _set_as(talk, one, number)
        if before is not None:
            kind = profile_of(before).get("chargingProfileKind")
            right = (one.status == "Accepted") <= (kind == "Dynamic")
            hold(tally, right, f"profile {number} is {kind}, its update was {one.status}", before.call, *one.said)


@V2X.rule("RULE-V2X-NEEDS", "Needs of bidirectional power say what there is", about=NEEDS)
def needs(talk: Talk, tally: Tally) -> None:
    """With a bidirectional transfer: v2xChargingParameters (or those of grid codes) and the control mode."""
    for one in talk.asked(*NEEDS, by=STATION):
        told = keys_of(one.ask.get("chargingNeeds"))
        kind = str(told.get("requestedEnergyTransfer"))
        if kind.endswith("BPT") or "_BPT" in kind:
            figures = bool(told.keys() & {"v2xChargingParameters", "derChargingParameters"})
            hold(tally, figures, f"{kind} without v2xChargingParameters", one.call)
            hold(tally, "controlMode" in told, f"{kind} without controlMode", one.call)


@V2X.rule("RULE-V2X-ALLOWED", "Other ways of transfer bring new needs", about=("NotifyAllowedEnergyTransfer",))
def allowed(talk: Talk, tally: Tally) -> None:
    """NotifyEVChargingNeeds in the minute behind an accepted NotifyAllowedEnergyTransfer, while it charges."""
    for one in talk.replied("NotifyAllowedEnergyTransfer", by=STATION):
        course = talk.courses.get(str(one.ask.get("transactionId")))
        over = course is not None and course.ended is not None
        told = talk.after(one.call, *NEEDS, by=STATION, within=MINUTE)
        if one.status == "Accepted" and (told is not None or (talk.watched(one.done) > MINUTE and not over)):
            hold(tally, told is not None, "no new needs followed", *one.said)


@V2X.rule("RULE-V2X-AFRR", "A signal needs a curve", about=("AFRRSignal",))
def signals(talk: Talk, tally: Tally) -> None:
    """AFRRSignal is not Accepted where no profile with a v2xSignalWattCurve was."""
    if not any(boot.status == "Accepted" for boot in talk.boots):
        return
    for one in talk.replied("AFRRSignal", by=STATION):
        curve = talk.before(
            one.call,
            *SET,
            where=lambda each: (
                each.status == "Accepted" and any("v2xSignalWattCurve" in period for _, period in _periods(each))
            ),
        )
        hold(
            tally,
            curve is not None or one.status != "Accepted",
            f"without a curve the signal was {one.status}",
            *one.said,
        )


@V2X.rule("RULE-DER-ALARM", "An alarm of the grid is told once, and once that it is over", about=("NotifyDERAlarm",))
def alarms(talk: Talk, tally: Tally) -> None:
    """Of one control and fault, beginning and end take turns."""
    running: dict[Any, bool] = {}
    for one in talk.asked("NotifyDERAlarm", by=STATION):
        key = (one.ask.get("controlType"), one.ask.get("gridEventFault") if not one.ask.get("alarmEnded") else None)
        kind, over = key[0], bool(one.ask.get("alarmEnded"))
        if over:
            hold(tally, running.get(kind) is not False, f"{kind}: an alarm is over for the second time", one.call)
        else:
            hold(tally, not running.get(kind) or running.get(key) is None, f"{kind}: the same alarm again", one.call)
            running[key] = True
        running[kind] = not over
        if over:
            running = {
                known: value
                for known, value in running.items()
                if known == kind or (known != key and not isinstance(known, tuple))
            }


@V2X.rule("RULE-DER-START", "A control of the grid that starts was set", about=("NotifyDERStartStop",))
def controls(talk: Talk, tally: Tally) -> None:
    """NotifyDERStartStop names a control that SetDERControl set, where any was seen; it stops only once it started."""
    known = {str(one.ask.get("controlId")) for one in talk.of("SetDERControl")}
    running: dict[str, bool] = {}
    for one in talk.asked("NotifyDERStartStop", by=STATION):
        number, started = str(one.ask.get("controlId")), one.ask.get("started") is True
        hold(tally, not known or number in known, f"control {number} was never set", one.call)
        hold(
            tally,
            running.get(number) is not started,
            f"control {number} {'starts' if started else 'stops'} twice",
            one.call,
        )
        running[number] = started
