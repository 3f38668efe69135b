"""Stations with one fault each in how they let themselves be configured, and in what they report of themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from harness.core.case import Role
from harness.endpoints.mutants.blocks import with_block
from harness.endpoints.mutants.mutant import series
from harness.endpoints.station.ocpp.deed import Deed, Payload
from harness.endpoints.station.ocpp.device_model import Item
from harness.endpoints.station.ocpp.inventory import Inventory
from harness.endpoints.station.ocpp.reports import base_report, custom_report
from harness.endpoints.station.station import Station
from harness.messages.ocpp import GetVariables, NotifyReport, OcppMessage, SetVariables

_mutant = series(Station, Role.STATION, ids="ocpp-station-provisioning-", cases="TC_B_")

_REPORTS = ("12_CS", "13_CS", "14_CS", "16_CS", "17_CS", "18_CS", "53_CS", "54_CS", "55_CS", "56_CS")
_UNKNOWN = ("32_CS", "33_CS", "34_CS", "35_CS", "36_CS", "37_CS")
_LISTS = ("getVariableResult", "setVariableResult")


class Forgetful(Inventory):
    """Accepts what it can write, and writes nothing."""

    def _set(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        data = payload["setVariableData"]
        before = [self.model.get(one).get("attributeValue") for one in data]
        deed = super()._set(call, payload, at)
        for one, value in zip(data, before, strict=True):
            if value is not None:
                self.model.set({**one, "attributeValue": value})
        return deed


class Opposite(Inventory):
    """Reports the settings where everything is asked for, and everything where part of it is."""

    def _base_report(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        full = payload["reportBase"] == "FullInventory"
        base = "ConfigurationInventory" if full else "FullInventory"
        return self._answered(call, base_report(self.model, base), payload["requestId"], at)


class Indiscriminate(Inventory):
    """Reports everything, whatever was picked."""

    def _report(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        return self._answered(call, self.model, payload["requestId"], at)


class Uncritical(Inventory):
    """Takes no notice of the state that components are to be in."""

    def _report(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        items = custom_report(self.model, payload.get("componentVariable"), None)
        return self._answered(call, items, payload["requestId"], at)


class Literal(Inventory):
    """Takes what is left out of a name for part of it."""

    def _report(self, call: OcppMessage, payload: Payload, at: float) -> Deed:
        wanted = payload.get("componentVariable")
        items: Iterable[Item] = custom_report(self.model, wanted, payload.get("componentCriteria"))
        if wanted is not None:
            named = [(one["component"], one.get("variable")) for one in wanted]
            items = [item for item in items if (item.component, item.named) in named]
        return self._answered(call, items, payload["requestId"], at)


def _results(change: Callable[[list[Payload]], list[Payload]]) -> Callable[[Station], Station]:
    """A station whose results of reading and writing are changed."""

    def changed(_heard: Any, usual: OcppMessage) -> Payload:
        return {key: change(value) if key in _LISTS else value for key, value in usual.payload.items()}

    return lambda good: good.answering(GetVariables.response, changed).answering(SetVariables.response, changed)


def _reporting(change: Callable[[Payload], Payload]) -> Callable[[Station], Station]:
    """A station whose reports are changed."""
    return lambda good: good.answering(NotifyReport, lambda _, usual: change(usual.payload))


def _vague(results: list[Payload]) -> list[Payload]:
    known = {"Accepted", "Rejected", "RebootRequired"}
    return [one if one["attributeStatus"] in known else {**one, "attributeStatus": "Rejected"} for one in results]


def _without_values(results: list[Payload]) -> list[Payload]:
    return [{key: value for key, value in one.items() if key != "attributeValue"} for one in results]


def _plain(payload: Payload) -> Payload:
    items = [
        {key: value for key, value in item.items() if key != "variableCharacteristics"}
        for item in payload["reportData"]
    ]
    return {**payload, "reportData": items}


MUTANTS = (
    _mutant("vague", "The station says Rejected where it does not know a name", _UNKNOWN, _results(_vague)),
    _mutant(
        "takes-anything",
        "The station says Accepted to whatever is written",
        ("11_CS", "35_CS", "36_CS", "37_CS", "39_CS"),
        lambda good: good.answering(
            SetVariables.response,
            lambda _, usual: {
                "setVariableResult": [
                    {**one, "attributeStatus": "Accepted"} for one in usual.payload["setVariableResult"]
                ]
            },
        ),
    ),
    _mutant(
        "forgetful",
        "The station accepts values and does not keep them",
        ("09_CS", "10_CS", "57_CS"),
        with_block(Inventory, Forgetful),
    ),
    _mutant(
        "one-result",
        "The station answers for the first of several variables alone",
        ("07_CS", "10_CS"),
        _results(lambda results: results[:1]),
    ),
    _mutant("no-values", "The station reads variables without a value", ("06_CS", "07_CS"), _results(_without_values)),
    _mutant(
        "counts-from-one",
        "The station numbers the parts of a report from 1",
        _REPORTS,
        _reporting(lambda payload: {**payload, "seqNo": payload["seqNo"] + 1}),
    ),
    _mutant(
        "never-done",
        "The station says of the last part of a report that more follows",
        _REPORTS,
        _reporting(lambda payload: {**payload, "tbc": True}),
    ),
    _mutant(
        "no-characteristics",
        "The station reports variables without their characteristics",
        _REPORTS,
        _reporting(_plain),
    ),
    _mutant(
        "opposite",
        "The station reports the settings where everything is asked for, and the other way round",
        ("12_CS", "13_CS", "14_CS", "53_CS"),
        with_block(Inventory, Opposite),
    ),
    _mutant(
        "indiscriminate",
        "The station reports everything, whatever was picked",
        ("17_CS", "18_CS", "54_CS", "55_CS", "56_CS"),
        with_block(Inventory, Indiscriminate),
    ),
    _mutant(
        "uncritical",
        "The station takes no notice of the state that components are to be in",
        ("18_CS",),
        with_block(Inventory, Uncritical),
    ),
    _mutant(
        "literal",
        "The station takes what is left out of a name for part of it",
        ("54_CS", "56_CS"),
        with_block(Inventory, Literal),
    ),
)
