"""Backends with one fault each in how they take transactions and meter values, or ask about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.core.case import Role
from harness.endpoints.csms.csms import Csms
from harness.endpoints.mutants.mutant import series
from harness.messages.ocpp import GetTransactionStatus, MeterValues, RequestStopTransaction, TransactionEvent

Payload = dict[str, Any]
_mutant = series(Csms, Role.CSMS, ids="ocpp-csms-transactions-", cases="TC_E_")
_metering = series(Csms, Role.CSMS, ids="ocpp-csms-metering-", cases="TC_J_")

_OTHER = "b1a0e0a6-0000-4000-8000-000000000000"


def _refusing(meant: Callable[[Payload], bool]) -> Callable[[Csms], Csms]:
    """A backend that answers some events by an error."""

    def answer(heard: Any, said: Any) -> Any:
        return said.refused("InternalError", "cannot take this event") if meant(heard.payload) else said

    return lambda good: good.answering(TransactionEvent.response, answer)


def _kind(event_type: str) -> Callable[[Payload], bool]:
    return lambda event: bool(event["eventType"] == event_type)


def _trigger(trigger: str) -> Callable[[Payload], bool]:
    return lambda event: bool(event["triggerReason"] == trigger)


def _state(state: str) -> Callable[[Payload], bool]:
    return lambda event: bool(event["transactionInfo"].get("chargingState") == state)


def _undecided(_heard: Any, said: Any) -> Payload:
    return {}


def _gullible(_heard: Any, said: Any) -> Payload:
    return {"idTokenInfo": {"status": "Accepted"}} if "idTokenInfo" in said.payload else {}


def _takes_no_values(_heard: Any, said: Any) -> Any:
    return said.refused("NotSupported", "meter values")


MUTANTS = (
    _mutant(
        "no-starts",
        "The backend answers starts of transactions by an error",
        tuple(f"{number}_CSMS" for number in ("01", "02", "03", "04", "09", "10", "11", "12", "53")),
        _refusing(_kind("Started")),
    ),
    _mutant(
        "no-ends",
        "The backend answers ends of transactions by an error",
        tuple(f"{number}_CSMS" for number in ("07", "08", "14", "15", "17", "19", "20", "21", "22", "26", "39")),
        _refusing(_kind("Ended")),
    ),
    _mutant(
        "undecided",
        "The backend does not decide on tokens in events",
        tuple(f"{number}_CSMS" for number in ("01", "02", "03", "04", "10", "11", "53")),
        lambda good: good.answering(TransactionEvent.response, _undecided),
    ),
    _mutant(
        "gullible",
        "The backend takes every token in events",
        ("16_CSMS",),
        lambda good: good.answering(TransactionEvent.response, _gullible),
    ),
    _mutant(
        "no-suspension",
        "The backend answers events of suspended cars by an error",
        ("38_CSMS",),
        _refusing(_state("SuspendedEV")),
    ),
    _mutant(
        "stops-another",
        "The backend stops another transaction than its operator means",
        ("21_CSMS",),
        lambda good: good.but(RequestStopTransaction, transactionId=_OTHER),
    ),
    _mutant(
        "asks-about-another",
        "The backend asks about another transaction than its operator means",
        ("29_CSMS", "30_CSMS", "31_CSMS"),
        lambda good: good.but(GetTransactionStatus, transactionId=_OTHER),
    ),
    _mutant(
        "asks-about-one",
        "The backend asks about one transaction where its operator means all",
        ("33_CSMS", "34_CSMS"),
        lambda good: good.answering(GetTransactionStatus, lambda _heard, _said: {"transactionId": _OTHER}),
    ),
    _metering(
        "no-meter-values",
        "The backend answers MeterValues by an error",
        ("01_CSMS",),
        lambda good: good.answering(MeterValues.response, _takes_no_values),
    ),
    _metering(
        "no-clock-values",
        "The backend answers events by the clock by an error",
        ("02_CSMS",),
        _refusing(_trigger("MeterValueClock")),
    ),
    _metering(
        "no-samples",
        "The backend answers events with periodic samples by an error",
        ("09_CSMS",),
        _refusing(_trigger("MeterValuePeriodic")),
    ),
    _metering(
        "no-first-values",
        "The backend answers starts with values by an error",
        ("07_CSMS", "08_CSMS"),
        _refusing(_kind("Started")),
    ),
    _metering(
        "no-last-values",
        "The backend answers ends with values by an error",
        ("03_CSMS", "04_CSMS", "10_CSMS", "11_CSMS"),
        _refusing(_kind("Ended")),
    ),
)
