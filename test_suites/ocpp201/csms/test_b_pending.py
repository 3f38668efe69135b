"""Block B: how the backend deals with a station that it has not accepted yet."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, case, conversation, scene
from harness.kit import device_model as model
from harness.kit import ocpp_backend as backend
from harness.kit import ocpp_boots as boots
from harness.messages.ocpp import BootNotification, Heartbeat, SetVariables, TriggerMessage

LIMIT = 600.0
WAITS = scene.hears(BootNotification.response, status="Pending", within=30.0)
ACCEPTED = scene.hears(BootNotification.response, status="Accepted", within=400.0)


@case(
    "TC_B_02_CSMS",
    "A backend sets a pending station up, and accepts its next boot",
    sut=Role.CSMS,
    cites=("B02.FR.06",),
    needs=Feature.OCPP201,
)
async def test_pending(bench: Bench, judge: Judge) -> None:
    """Our station comes under an identity that nobody has set up yet (V2X-NEWCOMER), and waits for its time."""
    variable = model.named("OCPPCommCtrlr", "OfflineThreshold")
    call = SetVariables(setVariableData=[{**variable, "attributeValue": "120"}])
    station = boots.newcomer(bench.station)

    trace = await bench.play(WAITS + scene.asks(call) + ACCEPTED, station, at_once=True, limit=LIMIT)

    pending = trace.first(BootNotification.response, status="Pending")
    judge.between("interval", pending.payload.get("interval", -1), 0, 86_400, unit="s", at=pending)
    backend.judge_asked(judge, trace, call)
    judge.status(trace, trace.since(pending).first(BootNotification), "Accepted")


@case(
    "TC_B_30_CSMS",
    "A backend refuses what a pending station says unasked",
    sut=Role.CSMS,
    cites=("B02.FR.09", "B03.FR.07"),
    needs=Feature.OCPP201,
)
async def test_unasked(bench: Bench, judge: Judge) -> None:
    """A heartbeat; it has to get the error SecurityError."""
    station = boots.newcomer(bench.station)

    trace = await bench.play(WAITS + scene.says(Heartbeat()), station, at_once=True, limit=LIMIT)

    trace.first(BootNotification.response, status="Pending")
    said = trace.first(Heartbeat)
    reply = trace.answer_to(said)
    judge.holds("answered with an error", conversation.refused(reply), f"got {reply.payload}", at=(said, reply))
    if conversation.refused(reply):
        judge.equal("error code", reply.payload["code"], "SecurityError", at=reply)


@case(
    "TC_B_31_CSMS",
    "A backend has a pending station boot before its time",
    sut=Role.CSMS,
    cites=("B02.FR.02",),
    needs=Feature.OCPP201,
)
async def test_triggered(bench: Bench, judge: Judge) -> None:
    """By a trigger; the boot that comes of it is accepted."""
    call = TriggerMessage(requestedMessage="BootNotification")
    station = boots.newcomer(bench.station)

    trace = await bench.play(WAITS + scene.asks(call) + ACCEPTED, station, at_once=True, limit=LIMIT)

    asked = backend.judge_asked(judge, trace, call)
    judge.status(trace, trace.since(asked).first(BootNotification), "Accepted")
