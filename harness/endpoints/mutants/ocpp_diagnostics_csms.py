"""Backends with one fault each in how they ask for logs and about customers."""

from __future__ import annotations

from typing import Any

from harness.core.case import Role
from harness.endpoints.csms.csms import Csms
from harness.endpoints.mutants.mutant import series
from harness.messages.ocpp import (
    CustomerInformation,
    GetLog,
    Heartbeat,
    LogStatusNotification,
    NotifyCustomerInformation,
    OcppMessage,
    SendLocalList,
)

_mutant = series(Csms, Role.CSMS, ids="ocpp-csms-diagnostics-", cases="TC_N_")
_CUSTOMERS = ("27_CSMS", "28_CSMS", "29_CSMS", "30_CSMS", "31_CSMS", "32_CSMS", "62_CSMS", "63_CSMS")
_REPORTS = ("27_CSMS", "28_CSMS", "30_CSMS", "31_CSMS", "62_CSMS", "63_CSMS")


def _other_log(_heard: Any, said: OcppMessage) -> dict[str, Any]:
    kind = "SecurityLog" if said.payload["logType"] == "DiagnosticsLog" else "DiagnosticsLog"
    return {**said.payload, "logType": kind}


def _turned_round(_heard: Any, said: OcppMessage) -> dict[str, Any]:
    """Reports where it should erase."""
    return {**said.payload, "clear": not said.payload["clear"]}


def _of_another(_heard: Any, said: OcppMessage) -> dict[str, Any]:
    rest = {key: said.payload[key] for key in ("requestId", "report", "clear")}
    return {**rest, "idToken": {"idToken": "FFFF", "type": "Central"}}


def _keeps_on_list(_heard: Any, said: OcppMessage) -> dict[str, Any]:
    entries = [{**one, "idTokenInfo": {"status": "Accepted"}} for one in said.payload["localAuthorizationList"]]
    return {**said.payload, "localAuthorizationList": entries}


MUTANTS = (
    _mutant(
        "other-log",
        "The backend asks for the other log",
        ("25_CSMS", "34_CSMS", "35_CSMS"),
        lambda good: good.answering(GetLog, _other_log),
    ),
    _mutant(
        "deaf",
        "The backend does not answer what a station tells of an upload",
        ("25_CSMS", "35_CSMS", "36_CSMS"),
        lambda good: good.silent_on(LogStatusNotification.response),
    ),
    _mutant(
        "one-number",
        "The backend gives every request for a log the same number",
        ("36_CSMS",),
        lambda good: good.but(GetLog, requestId=1),
    ),
    _mutant(
        "stuck",
        "The backend answers no heartbeat afterwards",
        ("34_CSMS", *_CUSTOMERS),
        lambda good: good.silent_on(Heartbeat.response),
    ),
    _mutant(
        "turned-round",
        "The backend erases where it should not, and keeps where it should",
        _CUSTOMERS,
        lambda good: good.answering(CustomerInformation, _turned_round),
    ),
    _mutant(
        "another-customer",
        "The backend asks about another customer",
        _CUSTOMERS,
        lambda good: good.answering(CustomerInformation, _of_another),
    ),
    _mutant(
        "whole-list",
        "The backend sends the local list as a whole, whatever changed",
        ("46_CSMS",),
        lambda good: good.but(SendLocalList, updateType="Full"),
    ),
    _mutant(
        "keeps-on-list",
        "The backend leaves on the local list whom it has erased",
        ("46_CSMS",),
        lambda good: good.answering(SendLocalList, _keeps_on_list),
    ),
    _mutant(
        "no-reports",
        "The backend answers reports about customers with an error",
        _REPORTS,
        lambda good: good.answering(
            NotifyCustomerInformation.response, lambda heard, _: heard.refused("NotSupported", "no reports here")
        ),
    ),
)
