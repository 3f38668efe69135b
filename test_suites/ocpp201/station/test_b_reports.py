"""Block B: reports of the whole device model, or of a part that OCPP defines."""

from __future__ import annotations

from harness.kit import Bench, Entry, Feature, Judge, Role, Trace, case, scene
from harness.kit import device_model as model
from harness.messages.ocpp import GetBaseReport

REQUEST = 2718
LIMIT = 120.0


async def based_on(bench: Bench, base: str) -> Trace:
    """The backend asks for a report of this kind and waits for all of it."""
    call = GetBaseReport(requestId=REQUEST, reportBase=base)
    return await bench.play(scene.asks(call) + model.heard_whole(), limit=LIMIT)


def judge_report(judge: Judge, trace: Trace) -> tuple[Entry, ...]:
    """The request is accepted and the whole report follows, each variable with its characteristics; the parts."""
    call = trace.first(GetBaseReport)
    judge.status(trace, call, "Accepted")
    parts = model.reported(trace, call)
    model.judge_chain(judge, parts)
    without = [model.name_of(item) for item in model.contents(parts) if "variableCharacteristics" not in item]
    judge.equal("variables without characteristics", without, [], at=parts)
    return parts


@case(
    "TC_B_12_CS",
    "The inventory of the configuration holds all that can be written, and nothing else",
    sut=Role.STATION,
    cites=("B07.FR.01", "B07.FR.04", "B07.FR.07", "B07.FR.10"),
    needs=Feature.OCPP201,
)
async def test_configuration_inventory(bench: Bench, judge: Judge) -> None:
    """The threshold for being offline can be written with every station, so it has to be there."""
    trace = await based_on(bench, "ConfigurationInventory")

    parts = judge_report(judge, trace)
    items = model.contents(parts)
    fixed = [model.name_of(item) for item in items if not any(map(_writable, item["variableAttribute"]))]
    judge.equal("variables that cannot be written", fixed, [], at=parts)
    names = {model.name_of(item) for item in items}
    judge.holds("OfflineThreshold is there", ("OCPPCommCtrlr", "OfflineThreshold") in names, at=parts)
    passwords = [model.actual(item).get("value") for item in items if model.name_of(item)[1] == "BasicAuthPassword"]
    judge.holds("no password is shown", not any(passwords), "one is", at=parts)


@case(
    "TC_B_13_CS",
    "The full inventory holds what is only read as well as what can be written",
    sut=Role.STATION,
    cites=("B07.FR.01", "B07.FR.04", "B07.FR.08", "B07.FR.10"),
    needs=Feature.OCPP201,
)
async def test_full_inventory(bench: Bench, judge: Judge) -> None:
    """Each variable stands in it once, with a value unless it cannot be read."""
    trace = await based_on(bench, "FullInventory")

    parts = judge_report(judge, trace)
    items = model.contents(parts)
    kinds = {model.actual(item).get("mutability", "ReadWrite") for item in items}
    judge.holds("variables of both kinds", {"ReadOnly", "ReadWrite"} <= kinds, f"only {sorted(kinds)}", at=parts)
    places = [repr((item["component"], item["variable"])) for item in items]
    twice = sorted({place for place in places if places.count(place) > 1})
    judge.equal("variables that stand there twice", twice, [], at=parts)


@case(
    "TC_B_53_CS",
    "What a station of the profile Core must have is in its full inventory",
    sut=Role.STATION,
    cites=("B07.FR.08",),
    needs=Feature.OCPP201,
)
async def test_mandatory_variables(bench: Bench, judge: Judge) -> None:
    """Its controllers, and the parts of the station that can be out of service."""
    trace = await based_on(bench, "FullInventory")

    parts = judge_report(judge, trace)
    items = model.contents(parts)
    names = {model.name_of(item) for item in items}
    for component, variables in {**model.CONTROLLERS, **model.PHYSICAL}.items():
        missing = [variable for variable in variables if (component, variable) not in names]
        judge.equal(f"what {component} lacks", missing, [], at=parts)
    states = [item for item in items if model.name_of(item)[1] == "AvailabilityState"]
    odd = [item["component"] for item in states if not _lists_states(item)]
    judge.equal("components with other states", odd, [], at=parts)


@case(
    "TC_B_14_CS",
    "The summary tells how the station and its parts fare",
    sut=Role.STATION,
    cites=("B07.FR.01", "B07.FR.04", "B07.FR.10"),
    needs=Feature.OCPP201,
)
async def test_summary_inventory(bench: Bench, judge: Judge) -> None:
    """The state of the station, of each EVSE and of each connector is part of it; it is no full inventory."""
    trace = await based_on(bench, "SummaryInventory")

    parts = judge_report(judge, trace)
    items = model.contents(parts)
    states = {model.name_of(item)[0] for item in items if model.name_of(item)[1] == "AvailabilityState"}
    judge.holds("states of all parts", set(model.PHYSICAL) <= states, f"of {sorted(states)} alone", at=parts)
    writable = [model.name_of(item) for item in items if any(map(_writable, item["variableAttribute"]))]
    judge.equal("settings in the summary", writable, [], at=parts)


def _writable(attribute: model.Named) -> bool:
    return bool(attribute.get("mutability", "ReadWrite") != "ReadOnly")


def _lists_states(item: model.Named) -> bool:
    told = item.get("variableCharacteristics", {}).get("valuesList", "")
    return {value.strip() for value in told.split(",")} == model.STATES
