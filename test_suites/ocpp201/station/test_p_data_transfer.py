"""Block P: messages that a vendor has agreed on with himself, and data that nobody need understand."""

from __future__ import annotations

from harness.kit import Bench, Feature, Judge, Role, case, scene
from harness.messages.ocpp import DataTransfer, GetVariables, SetVariables

STRANGER = "org.example.nobody"
CUSTOM = {"customData": {"vendorId": STRANGER, "note": "TEST ONLY", "numbers": [1, 2, 3]}}
INTERVAL = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}}
VALUE = "200"


@case(
    "TC_P_01_CS",
    "A message of a vendor whom the station does not know is answered, and not taken",
    sut=Role.STATION,
    cites=("P01.FR.05", "P01.FR.06"),
    needs=Feature.OCPP201,
)
async def test_unknown_vendor(bench: Bench, judge: Judge) -> None:
    """A station that has no such feature at all may say that it does not know the message."""
    ask = DataTransfer(vendorId=STRANGER, messageId="Nothing", data="TEST ONLY")

    trace = await bench.play(scene.asks(ask))

    judge.status(trace, trace.first(DataTransfer), "UnknownVendorId", "UnknownMessageId")


@case(
    "TC_P_03_CS",
    "Data of a vendor beside what the standard defines does no harm",
    sut=Role.STATION,
    cites=("B05.FR.01", "B06.FR.01"),
    needs=Feature.OCPP201,
)
async def test_custom_data(bench: Bench, judge: Judge) -> None:
    """At every depth of a request that sets a variable, and of one that reads it."""
    part = {"component": {**INTERVAL["component"], **CUSTOM}, "variable": {**INTERVAL["variable"], **CUSTOM}}
    written = SetVariables(setVariableData=[{**part, **CUSTOM, "attributeValue": VALUE}], **CUSTOM)
    read = GetVariables(getVariableData=[{**part, **CUSTOM}], **CUSTOM)

    trace = await bench.play(scene.asks(written) + scene.asks(read))

    was_set = trace.answer_to(trace.first(SetVariables))
    results = was_set.payload.get("setVariableResult", [{}])
    judge.equal("answer to the value", results[0].get("attributeStatus"), "Accepted", at=was_set)
    was_read = trace.answer_to(trace.first(GetVariables))
    results = was_read.payload.get("getVariableResult", [{}])
    judge.equal("value that is read", results[0].get("attributeValue"), VALUE, at=was_read)
