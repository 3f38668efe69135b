"""Block N: logs that the backend wants to have."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, Trace, case, scene
from harness.kit import upkeep as keeping
from harness.messages.ocpp import GetLog, LogStatusNotification

LIMIT = 300.0
ENDS = ("Uploaded", *keeping.LOG_FAILURES)
OVER = scene.hears(LogStatusNotification, where=lambda entry: entry.payload["status"] in ENDS, within=120.0)
SECOND = keeping.LOG_ID + 1


def judge_the_upload(judge: Judge, trace: Trace) -> None:
    """Accepted with a name, told from beginning to end, and arrived."""
    reply = judge.status(trace, trace.first(GetLog), "Accepted")
    judge.holds("a file is named", bool(reply.payload.get("filename")), "no filename", at=reply)
    told = keeping.log_steps(trace)
    judge.equal("steps", [told[0], told[-1]] if told else [], ["Uploading", "Uploaded"])
    every = trace.all(LogStatusNotification)
    judge.every("steps name the request", every, lambda entry: entry.payload.get("requestId") == keeping.LOG_ID)
    judge.some("files that arrived", keeping.logs_brought(trace))


@case(
    "TC_N_25_CS",
    "A log for diagnosis is uploaded, and its steps are told",
    sut=Role.STATION,
    cites=("N01.FR.01", "N01.FR.02", "N01.FR.07", "N01.FR.08", "N01.FR.09", "N01.FR.13"),
    needs=Feature.OCPP201,
)
async def test_diagnostics(bench: Bench, judge: Judge) -> None:
    """The whole log, by HTTP."""
    asked = scene.asks(keeping.log("DiagnosticsLog"))

    trace = await bench.serving(keeping.shelf()).play(asked + OVER + scene.passes(2.0), limit=LIMIT)

    judge_the_upload(judge, trace)


@case(
    "TC_N_35_CS",
    "A log of security is uploaded, and its steps are told",
    sut=Role.STATION,
    cites=("N01.FR.01", "N01.FR.03", "N01.FR.07", "N01.FR.08", "N01.FR.09", "N01.FR.13"),
    needs=Feature.OCPP201,
)
async def test_security(bench: Bench, judge: Judge) -> None:
    """At least its boot stands in it."""
    asked = scene.passes(2.0) + scene.asks(keeping.log("SecurityLog"))

    trace = await bench.serving(keeping.shelf()).play(asked + OVER + scene.passes(2.0), limit=LIMIT)

    judge_the_upload(judge, trace)


@case(
    "TC_N_26_CS",
    "An upload that comes to nothing is told as such",
    sut=Role.STATION,
    cites=("N01.FR.01", "N01.FR.07", "N01.FR.08", "N01.FR.10", "N01.FR.13"),
    needs=Feature.OCPP201,
)
async def test_upload_fails(bench: Bench, judge: Judge) -> None:
    """Nobody is there to take it; it is tried once more, as the request says."""
    asked = scene.asks(keeping.log("DiagnosticsLog", nowhere=True, retries=1, retryInterval=5))

    trace = await bench.serving(keeping.shelf()).play(asked + OVER + scene.passes(2.0), limit=LIMIT)

    judge.status(trace, trace.first(GetLog), "Accepted")
    told = keeping.log_steps(trace)
    judge.equal("first step", told[:1], ["Uploading"])
    judge.among("last step", told[-1] if told else "nothing", keeping.LOG_FAILURES)


@case(
    "TC_N_36_CS",
    "Another request for a log takes the place of one that is under way",
    sut=Role.STATION,
    cites=("N01.FR.07", "N01.FR.12", "N01.FR.13", "N01.FR.20"),
    needs=Feature.OCPP201,
)
async def test_upload_is_replaced(bench: Bench, judge: Judge) -> None:
    """The first goes slowly; it is given up, and said to be."""
    slowly = scene.asks(keeping.log("SecurityLog", keeping.SLOW))
    slowly += scene.hears(LogStatusNotification, status="Uploading", optional=True, within=5.0)
    done = scene.hears(LogStatusNotification, requestId=SECOND, status="Uploaded", within=120.0)
    asked = scene.passes(2.0) + slowly + scene.asks(keeping.log("SecurityLog", requestId=SECOND))

    trace = await bench.serving(keeping.shelf()).play(asked + done + scene.passes(2.0), limit=LIMIT)

    judge.status(trace, trace.first(GetLog), "Accepted")
    judge.status(trace, trace.nth(GetLog, 2), "AcceptedCanceled")
    judge.equal("end of the first upload", keeping.log_steps(trace)[-1:], ["AcceptedCanceled"])
    told = keeping.log_steps(trace, SECOND)
    judge.equal("steps of the second", [told[0], told[-1]] if told else [], ["Uploading", "Uploaded"])
