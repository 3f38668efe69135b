"""Backends with one fault each in what they say of tokens."""

from __future__ import annotations

from typing import Any

from harness.core.case import Role
from harness.endpoints.csms.csms import Csms
from harness.endpoints.mutants.mutant import series
from harness.messages.ocpp import Authorize, Heartbeat, OcppMessage, TransactionEvent

Payload = dict[str, Any]
_mutant = series(Csms, Role.CSMS, ids="ocpp-csms-token-", cases="TC_C_")

_GROUPS = ("39_CSMS", "47_CSMS", "48_CSMS", "49_CSMS")


def _accepting(_heard: Any, said: OcppMessage) -> Payload:
    info = {**said.payload["idTokenInfo"], "status": "Accepted"}
    status = {"certificateStatus": "Accepted"} if "certificateStatus" in said.payload else {}
    return {**said.payload, "idTokenInfo": info, **status}


def _refusing(_heard: Any, said: OcppMessage) -> Payload:
    if "idTokenInfo" not in said.payload:
        return dict(said.payload)
    return {**said.payload, "idTokenInfo": {**said.payload["idTokenInfo"], "status": "Unknown"}}


def _accepting_events(heard: Any, said: OcppMessage) -> Payload:
    return _accepting(heard, said) if "idTokenInfo" in said.payload else dict(said.payload)


def _ungrouped(_heard: Any, said: OcppMessage) -> Payload:
    if "idTokenInfo" not in said.payload:
        return dict(said.payload)
    info = {key: value for key, value in said.payload["idTokenInfo"].items() if key != "groupIdToken"}
    return {**said.payload, "idTokenInfo": info}


def _without_certificate(_heard: Any, said: OcppMessage) -> Payload:
    return {key: value for key, value in said.payload.items() if key != "certificateStatus"}


def _reading_no_chain(heard: Any, said: OcppMessage) -> Payload:
    if "certificate" not in heard.payload:
        return dict(said.payload)
    return {**said.payload, "idTokenInfo": {"status": "Invalid"}, "certificateStatus": "NoCertificateAvailable"}


MUTANTS = (
    _mutant(
        "accepts-all",
        "The backend accepts every token that it is asked about",
        ("02_CSMS", "06_CSMS", "07_CSMS", "51_CSMS"),
        lambda good: good.answering(Authorize.response, _accepting),
    ),
    _mutant(
        "accepts-all-that-charge",
        "The backend accepts every token that charges already",
        ("20_CSMS",),
        lambda good: good.answering(TransactionEvent.response, _accepting_events),
    ),
    _mutant(
        "refuses-all-that-charge",
        "The backend knows no token that charges already",
        ("08_CSMS", "50_CSMS", "52_CSMS"),
        lambda good: good.answering(TransactionEvent.response, _refusing),
    ),
    _mutant(
        "forgets-groups",
        "The backend names no groups when it is asked about tokens",
        _GROUPS,
        lambda good: good.answering(Authorize.response, _ungrouped),
    ),
    _mutant(
        "forgets-groups-beside-transactions",
        "The backend names no groups beside transactions",
        _GROUPS,
        lambda good: good.answering(TransactionEvent.response, _ungrouped),
    ),
    _mutant(
        "deaf-afterwards",
        "The backend answers no heartbeat",
        ("37_CSMS", "38_CSMS"),
        lambda good: good.silent_on(Heartbeat.response),
    ),
    _mutant(
        "no-word-of-certificates",
        "The backend says nothing of the certificates of a contract",
        ("50_CSMS", "51_CSMS", "52_CSMS"),
        lambda good: good.answering(Authorize.response, _without_certificate),
    ),
    _mutant(
        "reads-no-chains",
        "The backend takes no chain that comes as a whole",
        ("52_CSMS",),
        lambda good: good.answering(Authorize.response, _reading_no_chain),
    ),
)
