"""Block B: how a station boots, and how it bears it when it is not accepted."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, LinkSeen, Operation, Role, case, conversation, do, scene
from harness.kit import device_model as model
from harness.kit import ocpp_boots as boots
from harness.kit.ocpp_states import CARD
from harness.messages.ocpp import (
    BootNotification,
    GetBaseReport,
    GetVariables,
    Heartbeat,
    NotifyReport,
    RequestStartTransaction,
    SetVariables,
    TriggerMessage,
)

RETRY = 60
"""Seconds that the backend asks the station to wait before it boots again."""
BEAT = 20
"""Seconds between heartbeats that the backend asks for."""
LIMIT = 900.0
THRESHOLD = model.named("OCPPCommCtrlr", "OfflineThreshold")
BOOTS = scene.does(do.reboot())


@case(
    "TC_B_01_CS",
    "After a power cut the station boots, reports its connectors, and shows that it lives",
    sut=Role.STATION,
    cites=("B01.FR.01", "B01.FR.03", "B01.FR.04", "B01.FR.05", "B01.FR.08", "B01.FR.09"),
    needs=Feature.OCPP201,
)
async def test_cold_boot(bench: Bench, judge: Judge) -> None:
    """The backend asks for a heartbeat every 20 s, and counts them for a minute."""
    csms = bench.csms.having(heartbeat_interval=BEAT)

    trace = await bench.play(boots.power_cut() + scene.passes(4.0 * BEAT), csms, limit=LIMIT)

    boot = trace.since(trace.first(Operation)).first(BootNotification)
    boots.judge_first_words(judge, trace, boot)
    judge.equal("reason", boot.payload["reason"], "PowerUp", at=boot)
    boots.judge_states(judge, trace, boot, "Available", bench.device.parameters.get("connectors", 1))
    boots.judge_start_event(judge, trace, boot)
    beats = [trace.answer_to(boot), *trace.since(boot).all(Heartbeat)]
    judge.spaced("heartbeats", [entry.at for entry in beats], 1.0, BEAT + boots.SLACK, at=beats)


@case(
    "TC_B_02_CS",
    "A pending station lets itself be set up, starts nothing, and boots when it is told to",
    sut=Role.STATION,
    cites=("B02.FR.02", "B02.FR.05", "B02.FR.06", "F06.FR.17"),
    needs=Feature.OCPP201,
)
async def test_pending(bench: Bench, judge: Judge) -> None:
    """The backend writes and reads a variable, asks for a report, tries to start, and triggers the next boot."""
    csms = bench.csms.having(boots=("Pending", "Accepted"), boot_retry_interval=RETRY)

    trace = await bench.play(_pending(), csms, at_once=True, limit=LIMIT)

    told = trace.first(BootNotification.response, status="Pending")
    model.judge_results(judge, trace, trace.first(SetVariables), model.TAKEN)
    model.judge_results(judge, trace, trace.first(GetVariables), ("Accepted",))
    judge.status(trace, trace.first(GetBaseReport), "Accepted")
    model.judge_chain(judge, model.reported(trace, trace.first(GetBaseReport)))
    judge.status(trace, trace.first(RequestStartTransaction), "Rejected")
    judge.status(trace, trace.first(TriggerMessage), "Accepted", "NotImplemented")
    accepted = trace.since(told).first(BootNotification.response, status="Accepted")
    said = conversation.calls(trace.since(told).until(accepted), Role.STATION)
    others = [entry for entry in said if entry.message.action not in {"BootNotification", "NotifyReport"}]
    judge.silence("calls that nobody asked for", others)
    judge.silence("connection given up", trace.since(told).until(accepted).all(LinkSeen, sent_by=Role.STATION))
    again = trace.since(accepted).first(TriggerMessage)
    judge.status(trace, again, "Rejected")
    boots.judge_states(judge, trace, told, "Available", bench.device.parameters.get("connectors", 1))


def _pending() -> scene.Scene:
    trigger = scene.asks(TriggerMessage(requestedMessage="BootNotification"))
    start = RequestStartTransaction(idToken=CARD, remoteStartId=1, evseId=1)
    return (
        BOOTS
        + scene.hears(BootNotification.response, status="Pending", within=boots.SLOW_BOOT)
        + model.writes((THRESHOLD, "300"))
        + model.reads(THRESHOLD)
        + scene.asks(GetBaseReport(requestId=1, reportBase="ConfigurationInventory"))
        + scene.hears(NotifyReport, where=lambda entry: not entry.payload.get("tbc", False), optional=True)
        + scene.asks(start)
        + trigger
        + scene.hears(BootNotification.response, status="Accepted", within=2.0 * RETRY)
        + trigger
        + scene.passes(5.0)
    )


@case(
    "TC_B_03_CS",
    "A rejected station says nothing until its time has come, then boots and reports its connectors",
    sut=Role.STATION,
    cites=("B03.FR.02", "B03.FR.04", "B03.FR.06"),
    needs=Feature.OCPP201,
)
async def test_rejected(bench: Bench, judge: Judge) -> None:
    """It may hang up meanwhile; the backend asks for a minute of silence."""
    csms = bench.csms.having(boots=("Rejected", "Accepted"), boot_retry_interval=RETRY)
    rejected = scene.hears(BootNotification.response, status="Rejected", within=boots.SLOW_BOOT)

    trace = await bench.play(
        BOOTS + rejected + scene.passes(0.0) + boots.accepted() + scene.passes(10.0), csms, at_once=True, limit=LIMIT
    )

    told = trace.first(BootNotification.response, status="Rejected")
    said = conversation.calls(trace.since(told), Role.STATION)
    again = [entry for entry in said if entry.message.action == "BootNotification"]
    if judge.any("boots again", again):
        judge.between("wait", again[0].at - told.at, RETRY - 0.5, RETRY + boots.SLACK, unit="s", at=again[0])
        judge.silence("other calls meanwhile", [entry for entry in said if entry.number < again[0].number])
        boots.judge_states(judge, trace, again[0], "Available", bench.device.parameters.get("connectors", 1))


@case(
    "TC_B_30_CS",
    "A rejected station refuses what its backend asks",
    sut=Role.STATION,
    cites=("B03.FR.08",),
    needs=Feature.OCPP201,
)
async def test_rejected_station_refuses(bench: Bench, judge: Judge) -> None:
    """The backend should not ask at all; a report it does not get, but the error SecurityError."""
    csms = bench.csms.having(boots=("Rejected", "Accepted"), boot_retry_interval=RETRY)
    rejected = scene.hears(BootNotification.response, status="Rejected", within=boots.SLOW_BOOT)
    report = scene.asks(GetBaseReport(requestId=1, reportBase="FullInventory"))

    trace = await bench.play(BOOTS + rejected + report + scene.passes(5.0), csms, at_once=True, limit=LIMIT)

    asked = trace.first(GetBaseReport)
    reply = trace.answer_to(asked)
    judge.holds("answered with an error", conversation.refused(reply), f"got {reply.payload}", at=(asked, reply))
    if conversation.refused(reply):
        judge.equal("error code", reply.payload["code"], "SecurityError", at=reply)
    judge.silence("parts of a report", trace.since(asked).all(NotifyReport))
