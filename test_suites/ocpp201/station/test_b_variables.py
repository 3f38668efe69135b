"""Block B: the backend reads and writes variables of the station."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, case
from harness.kit import device_model as model
from harness.messages.ocpp import GetVariables, SetVariables

THRESHOLD = model.named("OCPPCommCtrlr", "OfflineThreshold")
OFFLINE = model.named("AuthCtrlr", "LocalAuthorizeOffline")
REMOTE = model.named("AuthCtrlr", "AuthorizeRemoteStart")
MEASURANDS = model.named("SampledDataCtrlr", "TxUpdatedMeasurands")
TIMEOUT = model.named("OCPPCommCtrlr", "MessageTimeout", "Default")
OTHER = ("247", "248")
"""Values for the threshold that hardly any station comes with."""


@case(
    "TC_B_06_CS",
    "A variable that the backend asks for comes back with its value",
    sut=Role.STATION,
    cites=("B06.FR.01", "B06.FR.02", "B06.FR.03", "B06.FR.04", "B06.FR.10", "B06.FR.11"),
    needs=Feature.OCPP201,
)
async def test_one_is_read(bench: Bench, judge: Judge) -> None:
    """OfflineThreshold, without an attribute type: the actual value is meant, a whole number of seconds."""
    trace = await bench.play(model.reads(THRESHOLD))

    call = trace.first(GetVariables)
    for result in model.judge_results(judge, trace, call, ("Accepted",)):
        judge.equal("attributeType", result.get("attributeType", "Actual"), "Actual", at=call)
        value = result.get("attributeValue", "")
        judge.holds("value is a whole number", value.isdecimal(), f"is {value!r}", at=trace.answer_to(call))


@case(
    "TC_B_07_CS",
    "Several variables in one request come back each with its value",
    sut=Role.STATION,
    cites=("B06.FR.01", "B06.FR.02", "B06.FR.03", "B06.FR.04", "B06.FR.10"),
    needs=Feature.OCPP201,
)
async def test_several_are_read(bench: Bench, judge: Judge) -> None:
    """A number of seconds and a truth, in two components."""
    trace = await bench.play(model.reads(THRESHOLD, OFFLINE))

    call = trace.first(GetVariables)
    reply = trace.answer_to(call)
    values = [
        one.get("attributeValue", "") for one in model.judge_results(judge, trace, call, ("Accepted",), ("Accepted",))
    ]
    judge.holds("the first value is a whole number", values[:1] != [""] and values[0].isdecimal(), at=reply)
    judge.holds("the second value is a truth", values[1:] in (["true"], ["false"]), f"is {values[1:]}", at=reply)


@case(
    "TC_B_09_CS",
    "A value that the backend writes is the one that it reads afterwards",
    sut=Role.STATION,
    cites=("B05.FR.01", "B05.FR.02", "B05.FR.03", "B05.FR.12"),
    needs=Feature.OCPP201,
)
async def test_one_is_written(bench: Bench, judge: Judge) -> None:
    """OfflineThreshold gets two values in a row; at the end the first reading is written back."""
    scene = model.reads(THRESHOLD)
    for value in OTHER:
        scene += model.writes((THRESHOLD, value)) + model.reads(THRESHOLD)
    trace = await bench.play(scene + model.puts_back(THRESHOLD))

    written, read = trace.all(SetVariables)[: len(OTHER)], trace.all(GetVariables)[1:]
    trace.answer_to(trace.first(SetVariables))
    for value, wrote, asked in zip(OTHER, written, read, strict=False):
        model.judge_results(judge, trace, wrote, model.TAKEN)
        for result in model.judge_results(judge, trace, asked, ("Accepted",)):
            judge.equal("value afterwards", result.get("attributeValue"), value, at=(wrote, asked))


@case(
    "TC_B_10_CS",
    "Several values in one request are taken each for its own variable",
    sut=Role.STATION,
    cites=("B05.FR.01", "B05.FR.02", "B05.FR.03", "B05.FR.12"),
    needs=Feature.OCPP201,
)
async def test_several_are_written(bench: Bench, judge: Judge) -> None:
    """Two components again; what is read afterwards has to be what was written into each."""
    wanted = (OTHER[0], "true")
    scene = model.reads(THRESHOLD, OFFLINE) + model.writes((THRESHOLD, wanted[0]), (OFFLINE, wanted[1]))
    trace = await bench.play(scene + model.reads(THRESHOLD, OFFLINE) + model.puts_back(THRESHOLD, OFFLINE))

    model.judge_results(judge, trace, trace.first(SetVariables), model.TAKEN, model.TAKEN)
    asked = trace.since(trace.first(SetVariables)).first(GetVariables)
    told = model.judge_results(judge, trace, asked, ("Accepted",), ("Accepted",))
    judge.equal("values afterwards", tuple(one.get("attributeValue") for one in told), wanted, at=asked)


@case(
    "TC_B_11_CS",
    "Values of the wrong form are refused, and change nothing",
    sut=Role.STATION,
    cites=("B05.FR.07",),
    needs=Feature.OCPP201,
)
async def test_wrong_forms(bench: Bench, judge: Judge) -> None:
    """A word for a number, one for a truth, and one for a list of measurands."""
    bad = ((THRESHOLD, "soon"), (REMOTE, "perhaps"), (MEASURANDS, "Mood.Of.Driver"))
    variables = tuple(variable for variable, _ in bad)
    scene = model.reads(*variables)
    for variable, value in bad:
        scene += model.writes((variable, value))
    trace = await bench.play(scene + model.reads(*variables))

    before, after = trace.first(GetVariables.response), trace.nth(GetVariables.response, 2)
    for call in trace.all(SetVariables):
        model.judge_results(judge, trace, call, ("Rejected",))
    values = [[one.get("attributeValue") for one in model.results(entry)] for entry in (before, after)]
    judge.equal("values afterwards", values[1], values[0], at=(before, after))


STRANGE_COMPONENT = model.named("NobodysCtrlr", "OfflineThreshold")
STRANGE_VARIABLE = model.named("OCPPCommCtrlr", "NobodysVariable")
TARGET = model.named("OCPPCommCtrlr", "OfflineThreshold", attributeType="Target")


async def judge_reading(bench: Bench, judge: Judge, variable: model.Named, status: str) -> None:
    """Reading this variable has this status, and no value."""
    trace = await bench.play(model.reads(variable))

    call = trace.first(GetVariables)
    for result in model.judge_results(judge, trace, call, (status,)):
        judge.equal("value", result.get("attributeValue", ""), "", at=call)


async def judge_writing(bench: Bench, judge: Judge, variable: model.Named, value: str, status: str) -> None:
    """Writing this variable has this status."""
    trace = await bench.play(model.writes((variable, value)))

    model.judge_results(judge, trace, trace.first(SetVariables), (status,))


@case(
    "TC_B_32_CS",
    "Reading from a component that the station lacks, the backend is told so",
    sut=Role.STATION,
    cites=("B06.FR.06",),
    needs=Feature.OCPP201,
)
async def test_reading_unknown_component(bench: Bench, judge: Judge) -> None:
    """The variable exists elsewhere."""
    await judge_reading(bench, judge, STRANGE_COMPONENT, "UnknownComponent")


@case(
    "TC_B_33_CS",
    "Reading a variable that its component lacks, the backend is told so",
    sut=Role.STATION,
    cites=("B06.FR.07",),
    needs=Feature.OCPP201,
)
async def test_reading_unknown_variable(bench: Bench, judge: Judge) -> None:
    """The component is one that every station has."""
    await judge_reading(bench, judge, STRANGE_VARIABLE, "UnknownVariable")


@case(
    "TC_B_34_CS",
    "Reading an attribute that a variable lacks, the backend is told so",
    sut=Role.STATION,
    cites=("B06.FR.08",),
    needs=Feature.OCPP201,
)
async def test_reading_unknown_attribute(bench: Bench, judge: Judge) -> None:
    """A threshold has no target."""
    await judge_reading(bench, judge, TARGET, "NotSupportedAttributeType")


@case(
    "TC_B_35_CS",
    "Writing into a component that the station lacks, the backend is told so",
    sut=Role.STATION,
    cites=("B05.FR.04",),
    needs=Feature.OCPP201,
)
async def test_writing_unknown_component(bench: Bench, judge: Judge) -> None:
    """The variable exists elsewhere."""
    await judge_writing(bench, judge, STRANGE_COMPONENT, OTHER[0], "UnknownComponent")


@case(
    "TC_B_36_CS",
    "Writing a variable that its component lacks, the backend is told so",
    sut=Role.STATION,
    cites=("B05.FR.05",),
    needs=Feature.OCPP201,
)
async def test_writing_unknown_variable(bench: Bench, judge: Judge) -> None:
    """The component is one that every station has."""
    await judge_writing(bench, judge, STRANGE_VARIABLE, OTHER[0], "UnknownVariable")


@case(
    "TC_B_37_CS",
    "Writing an attribute that a variable lacks, the backend is told so",
    sut=Role.STATION,
    cites=("B05.FR.06",),
    needs=Feature.OCPP201,
)
async def test_writing_unknown_attribute(bench: Bench, judge: Judge) -> None:
    """A threshold has no target."""
    await judge_writing(bench, judge, TARGET, OTHER[0], "NotSupportedAttributeType")


@case(
    "TC_B_39_CS",
    "A variable that is only for reading is not written",
    sut=Role.STATION,
    cites=("B05.FR.09",),
    needs=Feature.OCPP201,
)
async def test_writing_what_is_read_only(bench: Bench, judge: Judge) -> None:
    """MessageTimeout of the instance Default."""
    await judge_writing(bench, judge, TIMEOUT, "41", "Rejected")
