"""Rules of meter values: when they are taken, in which unit, of what, and for whom."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from typing import Any

from harness.checks.metering import instant, is_number, keys_of, objects
from harness.checks.ocpp_rules.chapter import Chapter, advise, hold
from harness.checks.ocpp_rules.talk import CSMS, STATION, Exchange, Talk
from harness.checks.rule import Tally

METER = Chapter()

ABOUT = ("TransactionEvent", "MeterValues")
UNITS = {
    "Energy.Active": {"Wh", "kWh"},
    "Energy.Reactive": {"varh", "kvarh"},
    "Energy.Apparent": {"VAh", "kVAh"},
    "Power.Active": {"W", "kW"},
    "Power.Reactive": {"var", "kvar"},
    "Power.Offered": {"W", "kW"},
    "Current": {"A"},
    "Voltage": {"V"},
    "SoC": {"Percent"},
    "Frequency": {"Hertz"},
}
DEFAULT = "Energy.Active.Import.Register"


def _values(talk: Talk) -> Iterator[tuple[Exchange, dict[str, Any]]]:
    """Every element of meterValue that the subject told."""
    for one in talk.asked(*ABOUT, by=STATION):
        for value in objects(one.ask.get("meterValue")):
            yield one, value


def _samples(talk: Talk) -> Iterator[tuple[Exchange, dict[str, Any]]]:
    for one, value in _values(talk):
        for sample in objects(value.get("sampledValue")):
            yield one, sample


@METER.rule("RULE-METER-UNITS", "A measurand has a unit of its own", about=ABOUT)
def units(talk: Talk, tally: Tally) -> None:
    """Energy in Wh or kWh, power in W or kW and so on; Wh where none is told."""
    for one, sample in _samples(talk):
        name = str(sample.get("measurand", DEFAULT))
        unit = keys_of(sample.get("unitOfMeasure")).get("unit", "Wh")
        fits = next((units for prefix, units in UNITS.items() if name.startswith(prefix)), None)
        # Many stations leave the unit out where only one is possible; Wh is then meant by nobody.
        if fits is not None and (name.startswith("Energy") or "unitOfMeasure" in sample):
            hold(tally, unit in fits, f"{name} in {unit}", one.call)


@METER.rule("RULE-METER-SOC", "A state of charge is a percentage of the EV", about=ABOUT)
def states_of_charge(talk: Talk, tally: Tally) -> None:
    """From 0 to 100; another location than EV is told."""
    for one, sample in _samples(talk):
        if sample.get("measurand") == "SoC" and is_number(sample.get("value")):
            hold(tally, 0 <= sample["value"] <= 100, f"a state of charge of {sample['value']}", one.call)
            advise(tally, sample.get("location") == "EV", f"located at {sample.get('location', 'Outlet')}", one.call)


@METER.rule(
    "RULE-METER-EDGES",
    "The first and the last event have the values of begin and end",
    "E01.FR.09",
    "E06.FR.11",
    about=("TransactionEvent",),
)
def edges(talk: Talk, tally: Tally) -> None:
    """Context Transaction.Begin and Transaction.End; an end without any value is told."""
    for course in talk.courses.values():
        for event, wanted in ((course.started, "Transaction.Begin"), (course.ended, "Transaction.End")):
            if event is None or not talk.mine(event.entry):
                continue
            contexts = {
                sample.get("context", "Sample.Periodic")
                for value in event.meter_values
                for sample in objects(value.get("sampledValue"))
            }
            if contexts:
                hold(
                    tally,
                    wanted in contexts,
                    f"{event.kind} has {', '.join(map(str, contexts))}, not {wanted}",
                    event.entry,
                )
            elif event.kind == "Ended":
                tally.notice("the last event has no meter values", event.entry)


@METER.rule("RULE-METER-PERIOD", "Values come as often as is set", "J02.FR.11", about=("TransactionEvent",))
def periods(talk: Talk, tally: Tally) -> None:
    """MeterValuePeriodic every TxUpdatedInterval, where it is known, while the transaction goes on online."""
    for course in talk.courses.values():
        told = [event for event in course.events if event.trigger == "MeterValuePeriodic" and event.at is not None]
        for before, event in itertools.pairwise(told):
            seconds = talk.known.number("SampledDataCtrlr", "TxUpdatedInterval", before.entry)
            if not seconds or not talk.mine(event.entry) or not talk.unbroken(before.entry, event.entry):
                continue
            between = [each for each in course.events if before.number < each.number < event.number]
            passed = (event.at or 0.0) - (before.at or 0.0)
            right = passed <= seconds * 1.5 + 2.0 or bool(between)
            hold(tally, right, f"{passed:.0f} s apart, {seconds:g} s are set", before.entry, event.entry)
            advise(
                tally,
                passed >= seconds * 0.5,
                f"{passed:.1f} s apart, {seconds:g} s are set",
                before.entry,
                event.entry,
            )


@METER.rule("RULE-METER-MEASURANDS", "Values are taken of what is set", "J02.FR.11", about=("TransactionEvent",))
def measurands(talk: Talk, tally: Tally) -> None:
    """Every one of TxUpdatedMeasurands, where they are known, in each periodic event."""
    for one in talk.asked("TransactionEvent", by=STATION):
        wanted = talk.known.words("SampledDataCtrlr", "TxUpdatedMeasurands", one.call)
        values = objects(one.ask.get("meterValue"))
        if one.ask.get("triggerReason") != "MeterValuePeriodic" or not wanted or not values:
            continue
        told = {
            str(sample.get("measurand", DEFAULT)) for value in values for sample in objects(value.get("sampledValue"))
        }
        missing = sorted(wanted - told)
        # A DC station has no state of charge from an EV that tells none.
        hold(tally, not set(missing) - {"SoC"}, f"{', '.join(missing)} are missing", one.call)


@METER.rule("RULE-METER-ALIGNED", "Aligned values are taken when the clock says so", "J01.FR.14", about=ABOUT)
def aligned(talk: Talk, tally: Tally) -> None:
    """Sample.Clock at multiples of AlignedDataCtrlr.Interval from midnight, where it is known."""
    for one, value in _values(talk):
        contexts = {sample.get("context") for sample in objects(value.get("sampledValue"))}
        at = instant(value.get("timestamp"))
        seconds = talk.known.number("AlignedDataCtrlr", "Interval", one.call)
        if "Sample.Clock" in contexts and at is not None and seconds:
            off = at % 86400 % seconds
            right = min(off, seconds - off) <= min(2.0, seconds / 4)
            hold(tally, right, f"{off:.0f} s past the mark of every {seconds:g} s", one.call)


@METER.rule("RULE-METER-MOMENT", "A value was taken before it is told", "J02.FR.10", about=ABOUT)
def moments(talk: Talk, tally: Tally) -> None:
    """Its timestamp lies not behind that of the event that carries it."""
    for one, value in _values(talk):
        taken, told = instant(value.get("timestamp")), instant(one.ask.get("timestamp"))
        if taken is not None and told is not None:
            hold(tally, taken <= told + 2.0, f"taken {taken - told:.1f} s after the event", one.call)


@METER.rule(
    "RULE-METER-EVSE", "Meter values belong to an EVSE or the main meter", "J01.FR.02", "J02.FR.22", about=ABOUT
)
def places(talk: Talk, tally: Tally) -> None:
    """EVSE 0 or more in MeterValues; a transaction with values stays at one EVSE."""
    for one in talk.asked("MeterValues", by=STATION):
        evse = one.ask.get("evseId")
        hold(tally, isinstance(evse, int) and evse >= 0, f"EVSE {evse}", one.call)
    for course in talk.courses.values():
        told = {event.evse["id"] for event in course.events if "id" in event.evse}
        if told and talk.mine(course.events[0].entry):
            names = ", ".join(sorted(map(str, told)))
            hold(tally, len(told) == 1, f"{course.id} is told of EVSE {names}", course.events[0].entry)


@METER.rule(
    "RULE-METER-SIGNED", "Readings are signed where that is set", "J02.FR.21", "J01.FR.21", about=("TransactionEvent",)
)
def signed(talk: Talk, tally: Tally) -> None:
    """SampledDataCtrlr.SignReadings known to be true: the last event has a signed reading."""
    for course in talk.courses.values():
        end = course.ended
        if (
            end is None
            or not talk.mine(end.entry)
            or not talk.known.is_set("SampledDataCtrlr", "SignReadings", end.entry)
        ):
            continue
        told = [sample for value in end.meter_values for sample in objects(value.get("sampledValue"))]
        hold(tally, any("signedMeterValue" in sample for sample in told), "no reading is signed", end.entry)


@METER.rule("RULE-METER-ANSWERED", "A backend takes meter values", "J01.FR.18", judges=CSMS, about=("MeterValues",))
def answered(talk: Talk, tally: Tally) -> None:
    """MeterValues get a CALLRESULT."""
    for one in talk.of("MeterValues"):
        if one.answer is not None and talk.mine(one.answer) and talk.fits(one):
            waiting = talk.registration(one.call) in {"Pending", "Rejected"}
            hold(tally, not one.error or waiting, f"they were refused with {one.error}", *one.said)


@METER.rule("RULE-METER-PHASES", "Values of several phases say which", about=ABOUT)
def phases(talk: Talk, tally: Tally) -> None:
    """Two values of one measurand, place and phase at one moment: nobody can tell them apart (told)."""
    for one, value in _values(talk):
        told = Counter(
            (sample.get("measurand", DEFAULT), sample.get("phase"), sample.get("location"), sample.get("context"))
            for sample in objects(value.get("sampledValue"))
        )
        twice = [str(key[0]) for key, count in told.items() if count > 1]
        advise(tally, not twice, f"{', '.join(twice)} stands there twice, without a phase to tell them apart", one.call)


@METER.rule("RULE-METER-DIRECTION", "Power flows one way at a time", about=ABOUT)
def directions(talk: Talk, tally: Tally) -> None:
    """Import and export of active power of one phase are not both above 50 W at one moment."""
    for one, value in _values(talk):
        flows: dict[Any, dict[str, float]] = {}
        for sample in objects(value.get("sampledValue")):
            name = str(sample.get("measurand", ""))
            if name in {"Power.Active.Import", "Power.Active.Export"} and is_number(sample.get("value")):
                unit = keys_of(sample.get("unitOfMeasure"))
                scale = (
                    10.0 ** min(12, max(-12, exponent))
                    if isinstance(exponent := unit.get("multiplier", 0), int)
                    else 1.0
                )
                watts = sample["value"] * scale * (1000.0 if unit.get("unit") == "kW" else 1.0)
                flows.setdefault((sample.get("phase"), sample.get("location")), {})[name] = watts
        for told in flows.values():
            if len(told) == 2:
                hold(
                    tally,
                    min(told.values()) <= 50.0,
                    f"{' and '.join(f'{watts:g} W' for watts in told.values())} at once",
                    one.call,
                )
