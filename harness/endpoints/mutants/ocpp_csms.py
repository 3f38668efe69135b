"""Backends with one fault each in what they answer or set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.core.case import Role
from harness.endpoints.csms.csms import Csms
from harness.endpoints.mutants.mutant import Mutant
from harness.messages.ocpp import (
    Authorize,
    BootNotification,
    NotifyEVChargingNeeds,
    OcppMessage,
    SetChargingProfile,
    TransactionEvent,
)
from harness.messages.ocpp_time import parse_timestamp, timestamp
from harness.sessions.ocpp.csms import CsmsSession

_HOUR = 3600.0


class OpenDoor(CsmsSession):
    """Listens to stations that never booted."""

    def _gate(self, call: OcppMessage, _at: float) -> tuple[str, str] | None:
        return None


class Deaf(CsmsSession):
    """Drops every call that it cannot understand without a word."""

    def receive(self, data: bytes, at: float) -> None:
        """Take what it knows."""
        unknown = b'"MakeCoffee"' in data
        incomplete = b'"StatusNotification"' in data and b'"connectorStatus"' not in data
        if not (unknown or incomplete):
            super().receive(data, at)


def _an_hour_ahead(_heard: Any, usual: OcppMessage) -> dict[str, Any]:
    ahead = parse_timestamp(usual.payload["currentTime"]) + _HOUR
    return {**usual.payload, "currentTime": timestamp(ahead)}


def _no_verdict(_heard: Any, usual: OcppMessage) -> dict[str, Any]:
    return {}


def _refuses_repetition(good: Csms) -> Csms:
    """A backend that takes an event it has for an error; what it has is forgotten with each new backend."""
    seen: set[tuple[str, int]] = set()

    def change(heard: OcppMessage, usual: OcppMessage) -> OcppMessage:
        key = (heard.payload["transactionInfo"]["transactionId"], heard.payload["seqNo"])
        if key in seen:
            return heard.refused("InternalError", "this event is stored already")
        seen.add(key)
        return usual

    return good.answering(TransactionEvent.response, change)


def _mutant(name: str, title: str, make: Callable[[Csms], Csms], *caught_by: str) -> Mutant:
    return Mutant(id=f"ocpp-csms-{name}", role=Role.CSMS, title=title, caught_by=caught_by, make=make)


MUTANTS: tuple[Mutant, ...] = (
    _mutant(
        "hour-ahead",
        "The backend tells stations a time an hour ahead",
        lambda good: good.answering(BootNotification.response, _an_hour_ahead),
        "OCPP-CSMS-BOOT-001",
    ),
    _mutant(
        "open-door",
        "The backend listens to stations that never introduced themselves",
        lambda good: good.having(session=OpenDoor),
        "OCPP-CSMS-BOOT-002",
    ),
    _mutant(
        "no-verdict",
        "The backend answers a question about a token without saying what it thinks of it",
        lambda good: good.answering(Authorize.response, _no_verdict),
        "OCPP-CSMS-AUT-001",
    ),
    _mutant(
        "token-ignored",
        "The backend acknowledges an event and passes over the token in it",
        lambda good: good.answering(TransactionEvent.response, _no_verdict),
        "OCPP-CSMS-TXN-001",
    ),
    _mutant(
        "end-unanswered",
        "The backend does not answer the fourth event of a transaction",
        lambda good: good.silent_on(TransactionEvent.response, nth=4),
        "OCPP-CSMS-TXN-001",
    ),
    _mutant(
        "no-repetition",
        "The backend refuses an event that it has already",
        _refuses_repetition,
        "OCPP-CSMS-TXN-002",
    ),
    _mutant(
        "profile-forgotten",
        "The backend accepts the needs of an EV and sets no profile",
        lambda good: good.silent_on(SetChargingProfile),
        "OCPP-CSMS-SMC-001",
    ),
    _mutant(
        "wrong-transaction",
        "The backend sets the profile for another transaction",
        lambda good: good.but(SetChargingProfile, chargingProfile__transactionId="another-transaction"),
        "OCPP-CSMS-SMC-001",
    ),
    _mutant(
        "refused-but-set",
        "The backend refuses the needs of an EV and sets a profile all the same",
        lambda good: good.but(NotifyEVChargingNeeds.response, status="Rejected"),
        "OCPP-CSMS-SMC-001",
    ),
    _mutant(
        "deaf",
        "The backend does not answer what it cannot understand",
        lambda good: good.having(session=Deaf),
        "OCPP-CSMS-RPC-001",
    ),
)
