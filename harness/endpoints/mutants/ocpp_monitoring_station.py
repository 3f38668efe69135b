"""Stations with one fault each in how they monitor their variables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.core.case import Role
from harness.endpoints.mutants.blocks import with_block
from harness.endpoints.mutants.mutant import series
from harness.endpoints.station.ocpp.deed import Deed, Payload, done, status
from harness.endpoints.station.ocpp.monitoring import Monitoring
from harness.endpoints.station.ocpp.monitors import Monitor, Sighting
from harness.endpoints.station.station import Station
from harness.messages.ocpp import (
    ClearVariableMonitoring,
    GetMonitoringReport,
    NotifyEvent,
    OcppMessage,
    SetMonitoringBase,
    SetMonitoringLevel,
    SetVariableMonitoring,
)

_mutant = series(Station, Role.STATION, ids="ocpp-station-monitors-", cases="TC_N_")
_SET = ("08_CS", "09_CS", "10_CS")
_REFUSED = ("11_CS", "12_CS", "13_CS", "15_CS", "37_CS", "39_CS", "43_CS")
_TOLD = ("16_CS", "20_CS", "24_CS", "45_CS", "51_CS", "56_CS")
_LISTED = ("01_CS", "02_CS", "03_CS", "47_CS")


class ListsAll(Monitoring):
    """Lists every monitor, whatever was asked for."""

    def _report(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        return super()._report(call, {"requestId": payload["requestId"]}, at)


class ListsNothing(Monitoring):
    """Says that there are monitors, and lists none."""

    def _report(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        return Deed(answer=status(call, "Accepted"))


class KeepsAll(Monitoring):
    """Takes any base, and any number to clear, and keeps every monitor."""

    def _set_base(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        return done(call, "Accepted")

    def _clear(self, call: OcppMessage, payload: Payload, _at: float) -> Deed:
        told = [{"id": number, "status": "Accepted"} for number in payload["id"]]
        return Deed(answer=call.answered(clearMonitoringResult=told))


class TakesAnyLevel(Monitoring):
    """Takes any level, and minds none."""

    def _set_level(self, call: OcppMessage, payload: Payload, _at: float) -> Deed:
        return done(call, "Accepted")


class Forgetful(Monitoring):
    """Loses its monitors at a boot."""

    def restart(self, at: float) -> None:
        """Forget all of them."""
        self.book.drop("CustomMonitor")


class TellsOfNobody(Monitoring):
    """Does not say which monitor an event is of."""

    def _event(self, monitor: Monitor, seen: Sighting, at: float) -> Payload:
        event = super()._event(monitor, seen, at)
        return {key: value for key, value in event.items() if key != "variableMonitoringId"}


class Blind(Monitoring):
    """Never tells that a threshold was left, nor a value at its interval twice."""

    def _event(self, monitor: Monitor, seen: Sighting, at: float) -> Payload:
        return {**super()._event(monitor, seen, at), "trigger": "Delta" if seen.trigger != "Delta" else "Alerting"}


class NewNumber(Monitoring):
    """Sets another monitor where one is to be replaced."""

    def _set(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        wanted = [{key: value for key, value in one.items() if key != "id"} for one in payload["setMonitoringData"]]
        return super()._set(call, {"setMonitoringData": wanted}, at)


class QueuesOthers(Monitoring):
    """Keeps harmless events while the backend is away, and loses severe ones."""

    def _tell(self, monitor: Monitor, seen: Sighting, at: float) -> None:
        right = self.queuing_severity
        self.queuing_severity = 9.0 if monitor.severity > right else -1.0
        super()._tell(monitor, seen, at)
        self.queuing_severity = right


def _said_accepted(_heard: Any, said: OcppMessage) -> Payload:
    """Of each monitor that it was set."""
    told = [
        {**one, "status": "Accepted", "id": place} for place, one in enumerate(said.payload["setMonitoringResult"], 1)
    ]
    return {"setMonitoringResult": told}


def _one_number(_heard: Any, said: OcppMessage) -> Payload:
    return {"setMonitoringResult": [{**one, "id": 1} for one in said.payload["setMonitoringResult"]]}


def _rejecting(what: Any) -> Callable[[Station], Station]:
    return lambda good: good.but(what.response, status="Rejected")


MUTANTS = (
    _mutant(
        "says-accepted",
        "The station says of every monitor that it was set",
        _REFUSED,
        lambda good: good.answering(SetVariableMonitoring.response, _said_accepted),
    ),
    _mutant(
        "one-number",
        "The station gives every monitor the same number",
        ("09_CS", "10_CS"),
        lambda good: good.answering(SetVariableMonitoring.response, _one_number),
    ),
    _mutant(
        "lists-all",
        "The station lists every monitor, whatever was asked for",
        ("01_CS", "02_CS", "03_CS"),
        with_block(Monitoring, ListsAll),
    ),
    _mutant(
        "lists-nothing",
        "The station says that there are monitors and lists none",
        (*_LISTED, *_SET, "39_CS", "40_CS", "53_CS"),
        with_block(Monitoring, ListsNothing),
    ),
    _mutant("no-reports", "The station rejects requests for its monitors", _LISTED, _rejecting(GetMonitoringReport)),
    _mutant(
        "no-bases",
        "The station rejects every base of monitors",
        ("05_CS", "06_CS", "41_CS"),
        _rejecting(SetMonitoringBase),
    ),
    _mutant(
        "keeps-all",
        "The station keeps monitors that it says are gone",
        ("06_CS", "18_CS", "19_CS", "41_CS", "52_CS"),
        with_block(Monitoring, KeepsAll),
    ),
    _mutant(
        "any-level",
        "The station takes any level and minds none",
        ("16_CS", "17_CS"),
        with_block(Monitoring, TakesAnyLevel),
    ),
    _mutant("no-level", "The station rejects every level", ("16_CS",), _rejecting(SetMonitoringLevel)),
    _mutant("forgetful", "The station loses its monitors at a boot", ("53_CS",), with_block(Monitoring, Forgetful)),
    _mutant(
        "of-nobody",
        "The station does not say which monitor an event is of",
        _TOLD,
        with_block(Monitoring, TellsOfNobody),
    ),
    _mutant(
        "other-trigger",
        "The station calls what its monitors see by another name",
        ("20_CS", "24_CS", "45_CS", "51_CS", "56_CS"),
        with_block(Monitoring, Blind),
    ),
    _mutant(
        "no-events", "The station tells nothing that its monitors see", _TOLD, lambda good: good.silent_on(NotifyEvent)
    ),
    _mutant(
        "new-number",
        "The station sets another monitor where one is to be replaced",
        ("40_CS",),
        with_block(Monitoring, NewNumber),
    ),
    _mutant(
        "not-found",
        "The station accepts to clear what is not there",
        ("19_CS",),
        lambda good: good.but(ClearVariableMonitoring.response, clearMonitoringResult__0__status="Accepted"),
    ),
    _mutant(
        "queues-others",
        "The station keeps harmless events for later, and loses severe ones",
        ("22_CS", "23_CS"),
        with_block(Monitoring, QueuesOthers),
    ),
)
