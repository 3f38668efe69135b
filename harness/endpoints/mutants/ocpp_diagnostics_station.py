"""Stations with one fault each in logs, and in what they tell of customers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.core.case import Role
from harness.endpoints.behaviour import Silence
from harness.endpoints.mutants.blocks import with_block
from harness.endpoints.mutants.mutant import series
from harness.endpoints.station.errands import Outcome
from harness.endpoints.station.ocpp.customers import Customers
from harness.endpoints.station.ocpp.deed import Deed, Payload, status
from harness.endpoints.station.ocpp.logs import Logs, Upload
from harness.endpoints.station.ocpp.token_memory import Name
from harness.endpoints.station.station import Station
from harness.messages.ocpp import (
    CustomerInformation,
    GetLog,
    LogStatusNotification,
    NotifyCustomerInformation,
    OcppMessage,
)

_mutant = series(Station, Role.STATION, ids="ocpp-station-diagnostics-", cases="TC_N_")
_UPLOADS = ("25_CS", "35_CS")
_REPORTS = ("27_CS", "30_CS", "62_CS")


class Pretends(Logs):
    """Says that a log is uploaded which it never brings."""

    def _try(self, at: float) -> None:
        self._brought(Outcome(status=201), at)


class NeverGivesUp(Logs):
    """Accepts another request for a log, and goes on with the first."""

    def _ask(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        if self._upload is None:
            return super()._ask(call, payload, at)
        return Deed(answer=status(call, "Accepted", filename="later.txt"))


class ForgetsTheFirst(Logs):
    """Does not say that an upload was given up."""

    def _begin(self, upload: Upload, at: float) -> None:
        self._errand()
        self._upload = None
        super()._begin(upload, at)


class Remembers(Customers):
    """Erases nothing."""

    def _erase(self, names: set[Name]) -> None:
        """Nothing is erased."""


class Chatters(Customers):
    """Tells the name that it was asked by, whatever it knows."""

    def _work(self, payload: Payload, at: float) -> None:
        self._tell(f"nothing is known of {payload['idToken']['idToken']}", payload["requestId"], at)


class SaysNothing(Customers):
    """Has no report where there is nothing to tell, and none otherwise."""

    def _tell(self, text: str, request_id: int, at: float) -> None:
        """Nothing is told."""


def _never_says(*steps: str) -> Callable[[Station], Station]:
    def change(_heard: Any, said: OcppMessage) -> Any:
        return Silence() if said.payload["status"] in steps else said

    return lambda good: good.answering(LogStatusNotification, change)


def _nameless(_heard: Any, said: OcppMessage) -> Payload:
    return {"status": said.payload["status"]}


def _endless(_heard: Any, said: OcppMessage) -> Payload:
    return {**said.payload, "tbc": True}


MUTANTS = (
    _mutant(
        "pretends",
        "The station says that a log is uploaded which it never brings",
        (*_UPLOADS, "26_CS"),
        with_block(Logs, Pretends),
    ),
    _mutant(
        "no-beginning", "The station does not say that an upload begins", (*_UPLOADS, "26_CS"), _never_says("Uploading")
    ),
    _mutant(
        "no-end",
        "The station does not say how an upload ended",
        ("25_CS", "26_CS", "35_CS"),
        _never_says("Uploaded", "UploadFailure"),
    ),
    _mutant(
        "no-number",
        "The station does not say which request an upload is of",
        _UPLOADS,
        lambda good: good.answering(LogStatusNotification, _nameless),
    ),
    _mutant(
        "no-logs",
        "The station rejects every request for a log",
        (*_UPLOADS, "26_CS"),
        lambda good: good.but(GetLog.response, status="Rejected"),
    ),
    _mutant(
        "never-gives-up",
        "The station accepts another request for a log, and goes on with the first",
        ("36_CS",),
        with_block(Logs, NeverGivesUp),
    ),
    _mutant(
        "forgets-first",
        "The station does not say that it gave an upload up",
        ("36_CS",),
        with_block(Logs, ForgetsTheFirst),
    ),
    _mutant(
        "knows-nobody",
        "The station tells nothing of customers, whatever it knows",
        _REPORTS,
        lambda good: good.answering(NotifyCustomerInformation, lambda _heard, said: {**said.payload, "data": ""}),
    ),
    _mutant(
        "remembers",
        "The station erases nothing that it knows of customers",
        ("30_CS", "62_CS", "63_CS"),
        with_block(Customers, Remembers),
    ),
    _mutant(
        "chatters",
        "The station tells in every report whom it was asked for",
        ("28_CS", "31_CS", "32_CS"),
        with_block(Customers, Chatters),
    ),
    _mutant(
        "no-reports",
        "The station accepts requests about customers and reports nothing",
        (*_REPORTS, "28_CS", "31_CS", "63_CS"),
        with_block(Customers, SaysNothing),
    ),
    _mutant(
        "endless",
        "The station ends no report",
        ("27_CS", "28_CS", "30_CS", "31_CS", "62_CS", "63_CS"),
        lambda good: good.answering(NotifyCustomerInformation, _endless),
    ),
    _mutant(
        "no-customers",
        "The station rejects requests about customers",
        ("27_CS", "28_CS", "30_CS", "31_CS", "32_CS", "62_CS", "63_CS"),
        lambda good: good.but(CustomerInformation.response, status="Rejected"),
    ),
)
