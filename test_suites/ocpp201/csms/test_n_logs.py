"""Block N: the backend asks for logs, and hears what becomes of them."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, Trace, case, conversation, replace, scene
from harness.kit import upkeep as keeping
from harness.messages.ocpp import GetLog, Heartbeat, LogStatusNotification

LIMIT = 300.0
SECOND = keeping.LOG_ID + 1
DONE = scene.hears(LogStatusNotification, status="Uploaded", within=60.0) + scene.passes(2.0)


def judge_the_answers(judge: Judge, trace: Trace) -> None:
    """What is told of uploads, and whatever comes then, is answered."""
    told = (*trace.all(LogStatusNotification), *trace.all(Heartbeat))
    for entry in told:
        reply = conversation.answer(trace, entry)
        taken = reply is not None and not conversation.refused(reply)
        judge.holds(f"{entry.message.action} is answered", taken, "no answer, or an error", at=entry)


async def upload(bench: Bench, judge: Judge, kind: str) -> None:
    """The backend asks for a log, and our station brings it."""
    trace = await bench.serving(keeping.shelf()).play(
        scene.passes(2.0) + scene.asks(keeping.log(kind)) + DONE, limit=LIMIT
    )

    asked = trace.first(GetLog)
    judge.equal("kind of the log", asked.payload["logType"], kind, at=asked)
    judge.holds("a place to bring it", bool(asked.payload["log"]["remoteLocation"]), "none", at=asked)
    trace.first(LogStatusNotification)
    judge_the_answers(judge, trace)


@case(
    "TC_N_25_CSMS",
    "A backend asks for the log for diagnosis",
    sut=Role.CSMS,
    cites=("N01.FR.07", "N01.FR.13"),
    needs=Feature.OCPP201,
)
async def test_diagnostics(bench: Bench, judge: Judge) -> None:
    """Our station tells when it begins, and when it is done."""
    await upload(bench, judge, "DiagnosticsLog")


@case(
    "TC_N_35_CSMS",
    "A backend asks for the log of security",
    sut=Role.CSMS,
    cites=("N01.FR.07", "N01.FR.13"),
    needs=Feature.OCPP201,
)
async def test_security(bench: Bench, judge: Judge) -> None:
    """Our station tells when it begins, and when it is done."""
    await upload(bench, judge, "SecurityLog")


@case(
    "TC_N_34_CSMS",
    "A backend goes on where a station hands out no log",
    sut=Role.CSMS,
    cites=("N01.FR.01",),
    needs=Feature.OCPP201,
)
async def test_refused(bench: Bench, judge: Judge) -> None:
    """Our station rejects the request."""
    station = bench.station.set(logs=replace(bench.station.settings.logs, refuses=True))
    asked = scene.asks(keeping.log("DiagnosticsLog")) + scene.passes(2.0) + scene.says(Heartbeat())

    trace = await bench.serving(keeping.shelf()).play(asked, station)

    request = trace.first(GetLog)
    judge.equal("kind of the log", request.payload["logType"], "DiagnosticsLog", at=request)
    judge.some("heartbeats", trace.since(request).all(Heartbeat))
    judge_the_answers(judge, trace)


@case(
    "TC_N_36_CSMS",
    "A backend has the upload of a log give way to another one",
    sut=Role.CSMS,
    cites=("N01.FR.12", "N01.FR.13", "N01.FR.20"),
    needs=Feature.OCPP201,
)
async def test_replaced(bench: Bench, judge: Judge) -> None:
    """Our station answers with AcceptedCanceled, and tells that the first upload ended so."""
    slowly = scene.asks(keeping.log("SecurityLog", keeping.SLOW))
    slowly += scene.hears(LogStatusNotification, status="Uploading", optional=True, within=5.0)
    asked = scene.passes(2.0) + slowly + scene.asks(keeping.log("SecurityLog", requestId=SECOND))

    trace = await bench.serving(keeping.shelf()).play(asked + DONE, limit=LIMIT)

    second = trace.nth(GetLog, 2)
    if trace.answer_to(second).payload.get("status") != "AcceptedCanceled":
        judge.inconclusive("second request", "our station had nothing to give up", at=second)
        return
    numbers = [entry.payload["requestId"] for entry in trace.all(GetLog)]
    judge.holds("numbers of the requests differ", len(set(numbers)) == len(numbers), f"are {numbers}", at=second)
    judge_the_answers(judge, trace)
