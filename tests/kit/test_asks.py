"""Calls that cases let the backend make, when they are made, and how the spacing of moments is judged."""

from __future__ import annotations

import pytest

from harness.core.verdict import Verdict
from harness.endpoints.csms.csms import Csms
from harness.endpoints.csms.known import Known
from harness.endpoints.csms.mind import Agenda
from harness.kit import asks
from harness.kit.judge import Judge
from harness.messages.ocpp import OcppMessage, TransactionEvent


def event(state: str | None, number: int = 0) -> OcppMessage:
    info = {"transactionId": "T-1", **({"chargingState": state} if state else {})}
    return TransactionEvent(
        eventType="Started" if number == 0 else "Updated",
        timestamp="2026-01-01T00:00:00.000Z",
        triggerReason="CablePluggedIn",
        seqNo=number,
        transactionInfo=info,
    )


def station_with_a_transaction() -> Known:
    known = Known("CS-1")
    known.learn(event("EVConnected"), 1767225600.0)
    return known


def test_asks_once_energy_flows_and_not_before() -> None:
    csms = Csms().asking(asks.sample_every(5), **asks.once_charging(3.0))
    agenda = Agenda(csms.script)

    for number, state in enumerate(("EVConnected", None, "Charging", "SuspendedEVSE", "Charging")):
        agenda.heard(TransactionEvent, event(state, number), 100.0 + number)

    assert agenda.take(104.9) == []
    assert [one.ask for one in agenda.take(105.0)] == [asks.sample_every(5)]
    assert agenda.deadline() == float("inf")


def test_a_limit_names_the_running_transaction() -> None:
    call = asks.limit(16.0, unit="A")(station_with_a_transaction())

    assert call is not None
    assert call.problems() == ()
    profile = call.payload["chargingProfile"]
    assert profile["transactionId"] == "T-1"
    assert profile["chargingSchedule"][0]["startSchedule"] == "2026-01-01T00:00:00.000Z"
    assert profile["chargingSchedule"][0]["chargingSchedulePeriod"] == [{"startPeriod": 0, "limit": 16.0}]


def test_no_limit_where_nothing_runs_unless_a_transaction_is_named() -> None:
    assert asks.limit(0.0)(Known("CS-1")) is None
    strange = asks.limit(0.0, transaction_id=asks.STRANGE_TRANSACTION)(Known("CS-1"))

    assert strange is not None
    assert strange.payload["chargingProfile"]["transactionId"] == asks.STRANGE_TRANSACTION


def test_a_remote_stop_names_the_running_transaction() -> None:
    call = asks.remote_stop(station_with_a_transaction())

    assert call is not None
    assert (call.payload, call.problems()) == ({"transactionId": "T-1"}, ())
    assert asks.remote_stop(Known("CS-1")) is None


def test_a_sampling_interval_fits_the_schema() -> None:
    assert asks.sample_every(5).problems() == ()


@pytest.mark.parametrize(
    ("moments", "verdict"),
    [
        ((0.0, 10.0, 20.5), Verdict.PASS),
        ((0.0, 10.0, 25.0), Verdict.FAIL),
        ((0.0, 3.0), Verdict.FAIL),
        ((0.0, float("nan")), Verdict.FAIL),
        ((0.0,), Verdict.INCONCLUSIVE),
        ((), Verdict.INCONCLUSIVE),
    ],
)
def test_spacing(moments: tuple[float, ...], verdict: Verdict) -> None:
    judge = Judge()

    judge.spaced("samples", moments, 8.0, 12.0)

    assert [finding.verdict for finding in judge.findings] == [verdict]
