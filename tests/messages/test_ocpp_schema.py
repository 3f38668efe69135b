"""What the official schemas object to, in our words and with the CALLERROR code that fits."""

from typing import Any

import pytest

from harness.messages import ocpp
from harness.messages.ocpp import Action, Kind, OcppMessage
from harness.messages.ocpp_schema import actions, problems

EVENT: dict[str, Any] = {
    "eventType": "Started",
    "timestamp": "2026-01-01T00:00:00Z",
    "triggerReason": "CablePluggedIn",
    "seqNo": 0,
    "transactionInfo": {"transactionId": "T1"},
}


def test_all_sixty_four_actions_have_names_to_ask_a_trace_for() -> None:
    named = {value.name for value in vars(ocpp).values() if isinstance(value, Action)}
    assert named == actions()
    assert len(named) == 64


def test_every_schema_compiles_and_refuses_what_is_no_object() -> None:
    for action in actions():
        for kind in ("request", "response"):
            assert problems(action, kind, 7), (action, kind)


def test_a_good_payload_has_no_problems() -> None:
    assert problems("TransactionEvent", "request", EVENT) == ()
    assert ocpp.TransactionEvent(**EVENT).problems() == ()


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        ({"eventType": "Foo"}, "eventType", "PropertyConstraintViolation"),
        ({"seqNo": "0"}, "seqNo", "TypeConstraintViolation"),
        ({"seqNo": None}, "seqNo", "TypeConstraintViolation"),
        ({"timestamp": "yesterday"}, "timestamp", "PropertyConstraintViolation"),
        ({"timestamp": "2026-01-01T00:00:00.123456Z"}, "timestamp", "PropertyConstraintViolation"),
        ({"meterValue": []}, "meterValue", "OccurrenceConstraintViolation"),
        ({"extra": 1}, "", "FormatViolation"),
        (
            {"transactionInfo": {"transactionId": "x" * 37}},
            "transactionInfo.transactionId",
            "PropertyConstraintViolation",
        ),
        ({"transactionInfo": {}}, "transactionInfo", "OccurrenceConstraintViolation"),
        (
            {"meterValue": [{"timestamp": "2026-01-01T00:00:00Z", "sampledValue": [{"value": "1"}]}]},
            "meterValue[0].sampledValue[0].value",
            "TypeConstraintViolation",
        ),
    ],
)
def test_a_wrong_payload_is_told_with_path_and_code(change: dict[str, Any], path: str, code: str) -> None:
    found = problems("TransactionEvent", "request", {**EVENT, **change})
    assert found[0].path == path
    assert found[0].code == code
    assert found[0].what in str(found[0])


def test_bounds_of_numbers_are_told() -> None:
    needs = {"requestedEnergyTransfer": "DC", "dcChargingParameters": {"evMaxCurrent": 1, "evMaxVoltage": 1}}
    low, high = (
        problems(
            "NotifyEVChargingNeeds",
            "request",
            {
                "evseId": 1,
                "chargingNeeds": {
                    **needs,
                    "dcChargingParameters": {"evMaxCurrent": 1, "evMaxVoltage": 1, "stateOfCharge": soc},
                },
            },
        )
        for soc in (-1, 101)
    )
    assert "bound 0" in low[0].what
    assert "bound 100" in high[0].what


def test_the_exi_answer_of_the_standard_is_shorter_than_that_of_the_package() -> None:
    answer = {"status": "Accepted", "exiResponse": "x" * 5601}
    assert "5600" in problems("Get15118EVCertificate", "response", answer)[0].what
    assert not problems("Get15118EVCertificate", "response", {**answer, "exiResponse": "x" * 5600})


def test_an_unknown_action_is_not_implemented() -> None:
    assert problems("Nonsense", "request", {})[0].code == "NotImplemented"


@pytest.mark.parametrize("value", [10**30, 1e300, "\U0001f50c" * 300, [[[[]]]], {"a": None}])
def test_no_value_of_the_peer_makes_it_raise(value: Any) -> None:
    for action in ("TransactionEvent", "SetChargingProfile", "BootNotification"):
        assert problems(action, "request", {"timestamp": value, "reason": value, "evseId": value})


def test_a_message_builds_its_answers() -> None:
    call = OcppMessage(action="Heartbeat", kind=Kind.REQUEST, message_id="7", payload={})
    good, refusal = call.answered(currentTime="2026-01-01T00:00:00Z"), call.refused("InternalError", "no")
    assert (good.kind, good.message_id, good.problems()) == (Kind.RESPONSE, "7", ())
    assert (refusal.kind, refusal.message_id, refusal.problems()) == (Kind.ERROR, "7", ())
    assert refusal.payload == {"code": "InternalError", "description": "no", "details": {}}
    assert call.answered().problems() == ("lacks 'currentTime'",)
