"""Messages of OCPP 2.1 and 1.6: all their actions by name, judged by the schemas of their version."""

from __future__ import annotations

from types import ModuleType

import pytest

from harness.framing.ocppj_dialect import Dialect
from harness.messages import ocpp, ocpp16, ocpp21
from harness.messages.ocpp import Action, Kind, OcppMessage
from harness.messages.ocpp_schema import actions, problems, sends

STREAM = {
    "id": 1,
    "pending": 0,
    "basetime": "2026-01-01T00:00:00Z",
    "data": [{"t": 0.5, "v": "16.0"}],
}
LIMIT_8_1 = {
    "connectorId": 1,
    "csChargingProfiles": {
        "chargingProfileId": 1,
        "stackLevel": 0,
        "chargingProfilePurpose": "TxProfile",
        "chargingProfileKind": "Relative",
        "chargingSchedule": {
            "chargingRateUnit": "A",
            "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 8.1}],
        },
    },
}


@pytest.mark.parametrize(("module", "version", "count"), [(ocpp21, Dialect.OCPP21, 91), (ocpp16, Dialect.OCPP16, 39)])
def test_every_action_of_a_version_has_a_name(module: ModuleType, version: Dialect, count: int) -> None:
    named = {value.name for value in vars(module).values() if isinstance(value, Action)}
    assert named == actions(version) | sends(version)
    assert len(named) == count
    assert ocpp21.Heartbeat == ocpp16.Heartbeat == ocpp.Heartbeat


@pytest.mark.parametrize("version", Dialect)
def test_every_schema_compiles_and_refuses_what_is_no_object(version: Dialect) -> None:
    for action in actions(version):
        for kind in ("request", "response"):
            assert problems(action, kind, 7, version), (action, kind)


def test_a_message_is_judged_by_the_version_it_travels_in() -> None:
    stop = {"idTag": "A", "timestamp": "2026-01-01T00:00:00.123456Z", "meterStop": 1, "transactionId": 1}
    old = OcppMessage(action="StopTransaction", kind=Kind.REQUEST, payload=stop, version=Dialect.OCPP16)
    assert old.problems() == ()
    assert old.answered(idTagInfo={"status": "Good"}).problems() == (
        'idTagInfo.status: "Good" is none of its 5 values',
    )
    assert "no action" in ocpp16.StopTransaction(**stop).problems()[0]
    signal = {"timestamp": "2026-01-01T00:00:00Z", "signal": 3}
    assert problems("AFRRSignal", "request", signal, Dialect.OCPP21) == ()
    assert problems("AFRRSignal", "request", signal)[0].code == "NotImplemented"


def test_what_is_sent_is_no_call() -> None:
    said = ocpp21.NotifyPeriodicEventStream.sent(**STREAM)
    assert (said.kind, said.problems()) == (Kind.SEND, ())
    assert ocpp21.NotifyPeriodicEventStream.sent().problems()[0] == "lacks 'id'"
    as_a_call = problems("NotifyPeriodicEventStream", "request", STREAM, Dialect.OCPP21)
    assert (as_a_call[0].code, as_a_call[0].what) == (
        "ProtocolError",
        "NotifyPeriodicEventStream is sent and never answered",
    )
    assert "called and answered" in problems("Heartbeat", "send", {}, Dialect.OCPP21)[0].what
    assert problems("Heartbeat", "send", {})[0].code == "ProtocolError"


def test_old_limits_with_one_decimal_are_multiples_of_a_tenth() -> None:
    assert problems("SetChargingProfile", "request", LIMIT_8_1, Dialect.OCPP16) == ()


def test_old_objections_have_the_old_spelling() -> None:
    assert problems("Authorize", "request", {}, Dialect.OCPP16)[0].code == "OccurenceConstraintViolation"
    assert problems("Authorize", "request", {"idTag": "A", "x": 1}, Dialect.OCPP16)[0].code == "FormationViolation"
    where = problems("GetDiagnostics", "request", {"location": "no address"}, Dialect.OCPP16)
    assert str(where[0]) == 'location: "no address" is no uri'
