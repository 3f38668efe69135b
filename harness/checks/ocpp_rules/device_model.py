"""Rules of the device model: what is answered to Get and Set, and what reports consist of."""

from __future__ import annotations

from collections import Counter
from typing import Any

from harness.checks.metering import keys_of, objects
from harness.checks.ocpp_rules.chapter import MINUTE, Chapter, advise, hold
from harness.checks.ocpp_rules.statuses import VALUES, reported
from harness.checks.ocpp_rules.talk import CSMS, STATION, Exchange, Talk, having
from harness.checks.ocpp_rules.variables import key_of, named
from harness.checks.rule import Tally

MODEL = Chapter()

UNKNOWN = frozenset({"UnknownComponent", "UnknownVariable", "NotSupportedAttributeType"})
CHAINS = {
    "NotifyReport": ("GetBaseReport", "GetReport"),
    "NotifyMonitoringReport": ("GetMonitoringReport",),
    "NotifyCustomerInformation": ("CustomerInformation",),
}
"""Reports in parts, and what asks for them."""
LISTS = frozenset({"OptionList", "MemberList", "SequenceList"})
FEATURES = {
    "SetChargingProfile": ("SmartChargingCtrlr", "Enabled"),
    "ReserveNow": ("ReservationCtrlr", "Enabled"),
    "SendLocalList": ("LocalAuthListCtrlr", "Enabled"),
    "SetVariableMonitoring": ("MonitoringCtrlr", "Enabled"),
    "SetDisplayMessage": ("DisplayMessageCtrlr", "Enabled"),
    "ClearCache": ("AuthCacheCtrlr", "Enabled"),
}
"""Actions, and the variable by which a station says that it does them."""


def _attributes(elements: Any) -> Counter[tuple[Any, ...]]:
    return Counter((*key_of(one), one.get("attributeType", "Actual")) for one in objects(elements))


@MODEL.rule(
    "RULE-OCPP-GET-RESULTS",
    "Every variable asked for gets one result",
    "B06.FR.01",
    "B06.FR.02",
    "B06.FR.11",
    about=("GetVariables",),
)
def get_results(talk: Talk, tally: Tally) -> None:
    """The same components, variables and attributes; Actual where none was named."""
    for one in talk.replied("GetVariables", by=STATION):
        same = _attributes(one.ask.get("getVariableData")) == _attributes(one.reply.get("getVariableResult"))
        hold(tally, same, "the results are not about what was asked", *one.said)


@MODEL.rule(
    "RULE-OCPP-SET-RESULTS",
    "Every variable to be set gets one result",
    "B05.FR.01",
    "B05.FR.02",
    "B05.FR.12",
    about=("SetVariables",),
)
def set_results(talk: Talk, tally: Tally) -> None:
    """The same components, variables and attributes; Actual where none was named."""
    for one in talk.replied("SetVariables", by=STATION):
        same = _attributes(one.ask.get("setVariableData")) == _attributes(one.reply.get("setVariableResult"))
        hold(tally, same, "the results are not about what was to be set", *one.said)


@MODEL.rule(
    "RULE-OCPP-GET-VALUE",
    "A variable that can be read comes with its value",
    "B06.FR.04",
    "B06.FR.06",
    about=("GetVariables",),
)
def get_values(talk: Talk, tally: Tally) -> None:
    """Accepted with a value, be it empty; what is unknown without one."""
    for one in talk.replied("GetVariables", by=STATION):
        for result in objects(one.reply.get("getVariableResult")):
            status, value = result.get("attributeStatus"), result.get("attributeValue")
            name = named(key_of(result))
            if status == "Accepted":
                hold(tally, isinstance(value, str), f"{name} is accepted and has no value", *one.said)
            elif status in UNKNOWN:
                hold(tally, value in {None, ""}, f"{name} is {status} and has the value {value!r}", *one.said)


@MODEL.rule(
    "RULE-OCPP-SAME-MODEL", "A variable that was known stays known", "B06.FR.06", "B06.FR.07", about=("GetVariables",)
)
def same_model(talk: Talk, tally: Tally) -> None:
    """UnknownComponent or UnknownVariable for what was reported or read before: told."""
    known = set(_reported_keys(talk))
    for one in sorted(talk.replied("GetVariables", by=STATION), key=lambda each: each.call.number):
        for result in objects(one.reply.get("getVariableResult")):
            key = key_of(result)
            if result.get("attributeStatus") == "Accepted":
                known.add(key)
                tally.good(one.done)
            elif result.get("attributeStatus") in {"UnknownComponent", "UnknownVariable"}:
                advise(tally, key not in known, f"{named(key)} was known and is unknown now", *one.said)


def _reported_keys(talk: Talk) -> list[Any]:
    return [key_of(data) for one in talk.of("NotifyReport") for data in objects(one.ask.get("reportData"))]


@MODEL.rule("RULE-OCPP-WRITE-ONLY", "What can only be written is not read out", "B06.FR.09", about=("NotifyReport",))
def write_only(talk: Talk, tally: Tally) -> None:
    """A variable that was reported as WriteOnly: GetVariables is Rejected, and reports leave its value out."""
    hidden = set()
    for one in talk.asked("NotifyReport", by=STATION):
        for data in objects(one.ask.get("reportData")):
            for attribute in objects(data.get("variableAttribute")):
                if attribute.get("mutability") == "WriteOnly":
                    hidden.add((key_of(data), attribute.get("type", "Actual")))
                    hold(tally, "value" not in attribute, f"{named(key_of(data))} is reported with a value", one.call)
    for one in talk.replied("GetVariables", by=STATION):
        for result in objects(one.reply.get("getVariableResult")):
            if (key_of(result), result.get("attributeType", "Actual")) in hidden:
                status = result.get("attributeStatus")
                hold(tally, status == "Rejected", f"{named(key_of(result))} can be read: {status}", *one.said)


_SHRINKS = "NetworkConfigurationPriority"
"""Slots of lower security leave it by themselves once a higher one works (A05.FR.06)."""


@MODEL.rule("RULE-OCPP-SET-GET", "What was set is what is read", "B05.FR.01", about=("SetVariables",))
def set_then_get(talk: Talk, tally: Tally) -> None:
    """The value of an accepted SetVariables comes back; written another way (10, 10.0) it is told."""
    values: dict[Any, tuple[str, Exchange]] = {}
    for one in sorted([*talk.of("SetVariables"), *talk.of("GetVariables")], key=lambda each: each.call.number):
        asked = {key_of(data): data for data in objects(one.ask.get("setVariableData"))}
        for result in objects(one.reply.get("setVariableResult")):
            key = key_of(result)
            values.pop(key, None)
            value = asked.get(key, {}).get("attributeValue")
            plain = result.get("attributeType", "Actual") == "Actual"
            if plain and result.get("attributeStatus") == "Accepted" and isinstance(value, str):
                values[key] = (value, one)
        for result in objects(one.reply.get("getVariableResult")):
            if keys_of(result.get("variable")).get("name") == _SHRINKS:
                continue
            wanted = values.get(key_of(result))
            got = result.get("attributeValue")
            actual = result.get("attributeType", "Actual") == "Actual" and result.get("attributeStatus") == "Accepted"
            if wanted is not None and actual and isinstance(got, str) and talk.mine(one.answer):
                detail = f"{named(key_of(result))} was set to {wanted[0]!r} and is {got!r}"
                hold(tally, _alike(wanted[0], got), detail, wanted[1].done, one.done)


def _alike(first: str, second: str) -> bool:
    """Whether two texts are one value: also as numbers, or as lists and words that ignore blanks and case."""
    if first.replace(" ", "").lower() == second.replace(" ", "").lower():
        return True
    try:
        return float(first) == float(second)
    except ValueError:
        return False


@MODEL.rule(
    "RULE-OCPP-ITEMS",
    "A request has no more items than the station takes",
    "B05.FR.11",
    "B06.FR.05",
    judges=CSMS,
    about=("GetVariables", "SetVariables", "SetVariableMonitoring", "SendLocalList", "GetReport"),
)
def items(talk: Talk, tally: Tally) -> None:
    """ItemsPerMessage of the controller concerned, where it is known."""
    for action, component, key in (
        ("GetVariables", "DeviceDataCtrlr", "getVariableData"),
        ("SetVariables", "DeviceDataCtrlr", "setVariableData"),
        ("GetReport", "DeviceDataCtrlr", "componentVariable"),
        ("SetVariableMonitoring", "MonitoringCtrlr", "setMonitoringData"),
        ("SendLocalList", "LocalAuthListCtrlr", "localAuthorizationList"),
    ):
        instance = "" if action == "SendLocalList" else action
        for one in talk.asked(action, by=CSMS):
            most = talk.known.number(component, "ItemsPerMessage", one.call, instance)
            count = len(objects(one.ask.get(key)))
            if most is not None:
                hold(tally, count <= most, f"{action} has {count} items, the station takes {most:g}", one.call)


@MODEL.rule(
    "RULE-OCPP-SET-ONCE", "A request sets a variable only once", "B05.FR.13", judges=CSMS, about=("SetVariables",)
)
def set_once(talk: Talk, tally: Tally) -> None:
    """No component, variable and attribute twice in one SetVariables."""
    for one in talk.asked("SetVariables", by=CSMS):
        twice = [key for key, count in _attributes(one.ask.get("setVariableData")).items() if count > 1]
        hold(tally, not twice, f"{', '.join(named(key[:6]) for key in twice)} is set twice", one.call)


@MODEL.rule(
    "RULE-OCPP-REPORT-PARTS",
    "A report in parts is numbered and says where it ends",
    "B07.FR.10",
    "B08.FR.04",
    about=tuple(CHAINS),
)
def report_parts(talk: Talk, tally: Tally) -> None:
    """SeqNo from 0 by one for a requestId, tbc in all parts but the last."""
    for action, requests in CHAINS.items():
        parts: dict[Any, list[Exchange]] = {}
        for one in talk.of(action):
            parts.setdefault(one.ask.get("requestId"), []).append(one)
        for request, chain in parts.items():
            starts = [asked for name in requests for asked in talk.of(name) if asked.ask.get("requestId") == request]
            if len(starts) <= 1:
                _judge_parts(talk, tally, chain)


def _judge_parts(talk: Talk, tally: Tally, chain: list[Exchange]) -> None:
    for number, part in enumerate(chain):
        if not talk.mine(part.call):
            continue
        seen, last = part.ask.get("seqNo"), part is chain[-1]
        told = f"{part.action} part {number} has seqNo {seen}"
        hold(tally, seen == number, told, part.call)
        if not last:
            hold(tally, part.ask.get("tbc") is True, f"part {number} says it is the last and is not", part.call)
        elif talk.watched(part.call) > MINUTE:
            hold(tally, not part.ask.get("tbc"), "more was announced and did not come", part.call)


@MODEL.rule(
    "RULE-OCPP-REPORT-COMES",
    "A report that was promised comes, and no other",
    "B07.FR.01",
    "B08.FR.04",
    about=("GetBaseReport", "GetReport", "GetMonitoringReport"),
)
def reports_come(talk: Talk, tally: Tally) -> None:
    """Accepted is followed by the report with that requestId; any other answer is not."""
    for one in talk.replied("GetBaseReport", "GetReport", "GetMonitoringReport", by=STATION):
        name = "NotifyMonitoringReport" if one.action == "GetMonitoringReport" else "NotifyReport"
        request = one.ask.get("requestId")
        part = talk.after(one.call, name, by=STATION, where=having(requestId=request))
        if one.status == "Accepted" and (part is not None or talk.watched(one.done) > MINUTE):
            hold(tally, part is not None, f"{one.action} {request} was accepted, and no {name} came", *one.said)
        elif one.status != "Accepted" and _asked_once(talk, request):
            hold(tally, part is None, f"{one.action} {request} was {one.status}, and a {name} came", *one.said)


def _asked_once(talk: Talk, request: Any) -> bool:
    asked = [*talk.of("GetBaseReport"), *talk.of("GetReport"), *talk.of("GetMonitoringReport")]
    return len([one for one in asked if one.ask.get("requestId") == request]) == 1


@MODEL.rule(
    "RULE-OCPP-INVENTORY",
    "Each kind of report has what belongs into it",
    "B07.FR.07",
    "B07.FR.08",
    about=("GetBaseReport",),
)
def inventories(talk: Talk, tally: Tally) -> None:
    """ConfigurationInventory only what can be written; FullInventory everything with its characteristics."""
    for one in talk.replied("GetBaseReport", by=STATION):
        kind, request = one.ask.get("reportBase"), one.ask.get("requestId")
        for part in talk.asked("NotifyReport", by=STATION):
            if part.ask.get("requestId") != request or part.call.number < one.call.number:
                continue
            for data in objects(part.ask.get("reportData")):
                name = named(key_of(data))
                modes = {
                    attribute.get("mutability", "ReadWrite") for attribute in objects(data.get("variableAttribute"))
                }
                if kind == "ConfigurationInventory":
                    hold(tally, bool(modes & {"ReadWrite", "WriteOnly"}), f"{name} cannot be written", part.call)
                elif kind == "FullInventory":
                    right = "variableCharacteristics" in data
                    hold(tally, right, f"{name} has no characteristics", part.call)


@MODEL.rule("RULE-OCPP-VALUES-LIST", "A list tells what may stand in it", "B08.FR.04", about=("NotifyReport",))
def values_lists(talk: Talk, tally: Tally) -> None:
    """A valuesList with every OptionList, MemberList and SequenceList; the state of a connector is one of five."""
    for one in talk.asked("NotifyReport", by=STATION):
        for data in objects(one.ask.get("reportData")):
            kind = keys_of(data.get("variableCharacteristics"))
            if kind.get("dataType") in LISTS:
                told = f"{named(key_of(data))} is a {kind.get('dataType')} without valuesList"
                advise(tally, "valuesList" in kind, told, one.call)
            for attribute in objects(data.get("variableAttribute")):
                value = attribute.get("value")
                if (
                    reported(data.get("component"), data.get("variable"))
                    and attribute.get("type", "Actual") == "Actual"
                    and value
                ):
                    hold(tally, value in VALUES, f"the state of a connector is {value!r}", one.call)


@MODEL.rule("RULE-OCPP-CLAIMED", "What a station says it does, it does", about=tuple(FEATURES))
def claimed(talk: Talk, tally: Tally) -> None:
    """An action whose controller is Enabled is not refused as unknown or unsupported."""
    for action, (component, variable) in FEATURES.items():
        for one in talk.of(action):
            if one.answer is not None and talk.mine(one.answer) and talk.known.is_set(component, variable, one.call):
                right = one.error not in {"NotImplemented", "NotSupported"}
                hold(tally, right, f"{component}.{variable} is true, {action} is {one.error}", *one.said)
