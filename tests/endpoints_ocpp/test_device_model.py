"""The device model of our station: kinds, places, attributes, reports in parts, refusals, persistence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from harness.endpoints.station.device_terms import DeviceTerms
from harness.endpoints.station.ocpp.device_model import DeviceModel
from harness.endpoints.station.ocpp.kinds import Kind, boolean, decimal, integer, members, option, text
from harness.endpoints.station.ocpp.reports import base_report, custom_report
from harness.endpoints.station.ocpp.variables import MOST_SET, Attribute, Place, Variable, always
from harness.endpoints.station.station import Station
from harness.messages import ocpp

if TYPE_CHECKING:
    from tests.endpoints_ocpp.conftest import Lab, Play


class Dial:
    """A value that can be set."""

    def __init__(self, value: str) -> None:
        self.value = value

    def turn(self, value: str) -> None:
        self.value = value

    def variable(self, **more: Any) -> Variable:
        return Variable(read=lambda: self.value, write=self.turn, **more)


def named(component: str, variable: str, **more: Any) -> dict[str, Any]:
    return {"component": {"name": component}, "variable": {"name": variable}, **more}


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (boolean(), ("true", "false"), ("True", "1", "")),
        (integer(least=1, most=9), ("1", "9"), ("0", "10", "1.5", "one", "")),
        (decimal(least=0), ("0", "1.5"), ("-1", "much")),
        (option("A", "B"), ("A",), ("C", "A,B", "")),
        (members("A", "B"), ("A", "B, A", ""), ("C", "A,A")),
        (text(3), ("", "abc"), ("abcd",)),
        (Kind(type="dateTime"), ("2026-01-01T00:00:00Z",), ("tomorrow",)),
    ],
)
def test_kinds_object(kind: Kind, good: tuple[str, ...], bad: tuple[str, ...]) -> None:
    assert [value for value in good if kind.objection(value)] == []
    assert [value for value in bad if not kind.objection(value)] == []


def test_kinds_tell_their_bounds() -> None:
    assert integer("s", least=1, most=9, monitored=True).told() == {
        "dataType": "integer",
        "supportsMonitoring": True,
        "unit": "s",
        "minLimit": 1,
        "maxLimit": 9,
    }
    assert option("A", "B").told()["valuesList"] == "A,B"


def model(dial: Dial) -> DeviceModel:
    place = Place(evse=1, connector=2)
    others = {MOST_SET: Attribute(read=lambda: "11")}
    return DeviceModel(
        {
            ("SomeCtrlr", "Level", None): dial.variable(kind=integer(most=9), others=others, persistent=False),
            ("SomeCtrlr", "Secret", None): dial.variable(write_only=True),
            ("SomeCtrlr", "Later", None): dial.variable(needs_reboot=True),
            ("SomeCtrlr", "Enabled", None): always("false"),
            ("OtherCtrlr", "Items", "One"): always(1),
            ("OtherCtrlr", "Items", "Two"): always(2),
            ("Connector", "AvailabilityState", None): Variable(read=lambda: "Available", place=place),
        }
    )


def test_places_are_part_of_the_name() -> None:
    there = {"name": "Connector", "evse": {"id": 1, "connectorId": 2}}
    asked = {"component": there, "variable": {"name": "AvailabilityState"}}
    assert model(Dial("1")).get(asked)["attributeValue"] == "Available"
    asked["component"] = {"name": "Connector", "evse": {"id": 1}}
    assert model(Dial("1")).get(asked)["attributeStatus"] == "UnknownComponent"


def test_attributes_beside_the_actual_one() -> None:
    known = model(Dial("1"))
    assert known.get(named("SomeCtrlr", "Level", attributeType="MaxSet"))["attributeValue"] == "11"
    assert (
        known.get(named("SomeCtrlr", "Level", attributeType="Target"))["attributeStatus"] == "NotSupportedAttributeType"
    )
    refused = known.set(named("SomeCtrlr", "Level", attributeType="MaxSet", attributeValue="12"))
    assert refused["attributeStatusInfo"] == {"reasonCode": "ReadOnly"}


def test_writing() -> None:
    dial = Dial("1")
    known = model(dial)
    assert known.set(named("SomeCtrlr", "Level", attributeValue="99"))["attributeStatus"] == "Rejected"
    assert dial.value == "1"
    assert known.set(named("SomeCtrlr", "Later", attributeValue="3"))["attributeStatus"] == "RebootRequired"
    assert known.get(named("SomeCtrlr", "Secret"))["attributeStatusInfo"] == {"reasonCode": "WriteOnly"}
    assert known.value("SomeCtrlr", "Level") == "3"
    assert known.value("SomeCtrlr", "Secret") is None


def test_what_no_memory_keeps_is_as_at_first_after_a_boot() -> None:
    dial = Dial("1")
    known = model(dial)
    known.set(named("SomeCtrlr", "Level", attributeValue="5"))
    known.restart()
    assert dial.value == "1"


def test_reports() -> None:
    known = model(Dial("1"))
    assert {item.key[1] for item in base_report(known, "ConfigurationInventory")} == {"Level", "Secret", "Later"}
    assert [item.key[1] for item in base_report(known, "SummaryInventory")] == ["AvailabilityState"]
    secret = next(item for item in known if item.key[1] == "Secret")
    assert "value" not in secret.attributes()[0]


@pytest.mark.parametrize(
    ("wanted", "criteria", "keys"),
    [
        ([{"component": {"name": "OtherCtrlr"}}], None, 2),
        ([{"component": {"name": "OtherCtrlr"}, "variable": {"name": "Items", "instance": "Two"}}], None, 1),
        ([{"component": {"name": "Connector"}}], None, 1),
        ([{"component": {"name": "Connector", "evse": {"id": 2}}}], None, 0),
        ([{"component": {"name": "SomeCtrlr"}}], ["Enabled"], 0),
        (None, ["Enabled"], 3),
        (None, ["Problem"], 0),
    ],
)
def test_picking(wanted: Any, criteria: Any, keys: int) -> None:
    assert len(custom_report(model(Dial("1")), wanted, criteria)) == keys


def answers(play: Play, call: Any, station: Station) -> Lab:
    async def script(lab: Lab) -> None:
        lab.csms.ask(call)
        await lab.wait(10)

    return play(script, station=station)


def test_a_report_comes_in_parts_within_their_bounds(play: Play) -> None:
    station = Station().set(device=DeviceTerms(report_items=7))
    lab = answers(play, ocpp.GetBaseReport(requestId=5, reportBase="FullInventory"), station)
    parts = lab.trace.messages(ocpp.NotifyReport)
    assert [part["seqNo"] for part in parts] == list(range(len(parts)))
    assert [part["tbc"] for part in parts] == [True] * (len(parts) - 1) + [False]
    assert max(len(part["reportData"]) for part in parts) == 7
    assert {part["requestId"] for part in parts} == {5}


@pytest.mark.parametrize(
    ("terms", "call", "code"),
    [
        (
            DeviceTerms(most_items=1),
            ocpp.GetVariables(getVariableData=[named("A", "B")] * 2),
            "OccurrenceConstraintViolation",
        ),
        (DeviceTerms(most_bytes=40), ocpp.GetVariables(getVariableData=[named("A", "B")]), "FormatViolation"),
    ],
)
def test_too_much_at_once(play: Play, terms: DeviceTerms, call: Any, code: str) -> None:
    lab = answers(play, call, Station().set(device=terms))
    asked = lab.trace.first(ocpp.GetVariables)
    assert lab.trace.answer_to(asked).payload["code"] == code


def test_a_base_that_a_station_cannot_report(play: Play) -> None:
    station = Station().set(device=DeviceTerms(report_bases=("FullInventory",)))
    lab = answers(play, ocpp.GetBaseReport(requestId=5, reportBase="SummaryInventory"), station)
    assert [one["status"] for one in lab.trace.messages(ocpp.GetBaseReport.response)] == ["NotSupported"]
    assert not lab.trace.all(ocpp.NotifyReport)


def test_pings_as_told_from_the_next_connection_on(play: Play) -> None:
    asked = {**named("OCPPCommCtrlr", "WebSocketPingInterval"), "attributeValue": "15"}
    lab = answers(play, ocpp.SetVariables(setVariableData=[asked]), Station())
    (result,) = lab.trace.messages(ocpp.SetVariables.response)
    assert result["setVariableResult"][0]["attributeStatus"] == "RebootRequired"


@pytest.mark.parametrize(("kind", "told"), [("OnIdle", "Accepted"), ("Immediate", "Accepted")])
def test_an_evse_is_reset_alone(play: Play, kind: str, told: str) -> None:
    station = Station().set(device=DeviceTerms(resets_evse=True))
    lab = answers(play, ocpp.Reset(type=kind, evseId=1), station)
    assert [one["status"] for one in lab.trace.messages(ocpp.Reset.response)] == [told]
    assert len(lab.trace.all(ocpp.BootNotification)) == 1
