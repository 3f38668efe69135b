"""Block P: messages that a vendor has agreed on with himself, and data that nobody need understand."""

from __future__ import annotations

from typing import Any

from harness.kit import Bench, Feature, Judge, Role, Trace, case, conversation, ocpp_states, scene
from harness.messages.ocpp import (
    Authorize,
    BootNotification,
    DataTransfer,
    Heartbeat,
    OcppMessage,
    StatusNotification,
    TransactionEvent,
)

STRANGER = "org.example.nobody"
CUSTOM = {"customData": {"vendorId": STRANGER, "note": "TEST ONLY", "numbers": [1, 2, 3]}}
CHANGED = (BootNotification, StatusNotification, Authorize, TransactionEvent, Heartbeat)


@case(
    "TC_P_02_CSMS",
    "A message of a vendor whom the backend does not know is answered, and not taken",
    sut=Role.CSMS,
    cites=("P02.FR.06", "P02.FR.07"),
    needs=Feature.OCPP201,
)
async def test_unknown_vendor(bench: Bench, judge: Judge) -> None:
    """A backend that has no such feature at all may say that it does not know the message."""
    ask = DataTransfer(vendorId=STRANGER, messageId="Nothing", data="TEST ONLY")

    trace = await bench.play(scene.says(ask))

    judge.status(trace, trace.first(DataTransfer), "UnknownVendorId", "UnknownMessageId")


def with_custom_data(_heard: Any, said: OcppMessage) -> dict[str, Any]:
    """The usual payload, and data of a vendor within it at several depths."""
    payload = {**said.payload, **CUSTOM}
    for key in ("chargingStation", "idToken", "transactionInfo"):
        if key in payload:
            payload[key] = {**payload[key], **CUSTOM}
    return payload


def judge_each(judge: Judge, trace: Trace) -> None:
    """Every call of the station is answered as it is without such data."""
    for action in CHANGED:
        for entry in trace.all(action):
            reply = conversation.answer(trace, entry)
            taken = reply is not None and not conversation.refused(reply)
            judge.holds(f"{entry.message.action} is taken", taken, "no answer, or an error", at=entry)
    told = [entry for entry in trace.all(TransactionEvent) if "idToken" in entry.payload]
    for entry in (*trace.all(Authorize), *told):
        reply = conversation.answer(trace, entry)
        status = reply.payload.get("idTokenInfo", {}).get("status") if reply is not None else "nothing"
        judge.equal("status of the token", status, "Accepted", at=entry)


@case(
    "TC_P_03_CSMS",
    "Data of a vendor beside what the standard defines does no harm at a backend",
    sut=Role.CSMS,
    cites=("B01.FR.01",),
    needs=Feature.OCPP201,
)
async def test_custom_data(bench: Bench, judge: Judge) -> None:
    """Our station boots, a driver charges and leaves; customData stands in everything that it says."""
    station = bench.station
    for action in CHANGED:
        station = station.answering(action, with_custom_data)
    course = ocpp_states.charging() + ocpp_states.stopped_locally() + ocpp_states.unplugged()

    trace = await bench.play(course + scene.says(Heartbeat()), station)

    boot = trace.first(BootNotification)
    judge.equal("answer to the boot", trace.answer_to(boot).payload.get("status"), "Accepted", at=boot)
    trace.first(TransactionEvent)
    judge_each(judge, trace)
