"""The declarations hold together: names, units, namespaces, and that building one never raises."""

from __future__ import annotations

from enum import StrEnum

import pytest

from harness.core.units import Amperes, Hertz, Rational, VoltAmperesReactive, Volts, WattHours, Watts
from harness.messages.field import Message, content_of, fields_of, is_abstract
from harness.messages.iso20.codes import ResponseCode
from harness.messages.iso20.dc import BptDynamicDcClReqControlMode, DcChargeLoopReq
from harness.messages.iso20.services import RationalNumberValue
from harness.messages.iso20.types import ClReqControlMode, MessageHeader
from harness.messages.namespaces import COMMON_MESSAGES, COMMON_TYPES, DC, XMLDSIG
from harness.messages.registry import SCHEMA_KEYS, schema
from harness.messages.sap import SupportedAppProtocolReq
from harness.messages.xmldsig import Reference


def _classes() -> list[type[Message]]:
    entries = [entry for key in SCHEMA_KEYS for entry in (*schema(key).roots, *schema(key).names)]
    return sorted({entry.kind for entry in entries if entry.kind is not None}, key=lambda kind: kind.__qualname__)


@pytest.mark.parametrize("kind", _classes(), ids=lambda kind: kind.__name__)
def test_any_nonsense_can_be_built_and_compared(kind: type[Message]) -> None:
    nonsense = {field.attr: object() for field in fields_of(kind)}

    built = kind(**nonsense)

    assert built == kind(**nonsense)
    assert all(getattr(built, attr) is value for attr, value in nonsense.items())


@pytest.mark.parametrize("kind", _classes(), ids=lambda kind: kind.__name__)
def test_what_may_be_absent_has_a_default(kind: type[Message]) -> None:
    due = {
        field.attr: None
        for field in fields_of(kind)
        if not field.optional and not (field.many and field.wire.low == 0) and not field.wire.wildcard
    }

    built = kind(**due)

    assert all(getattr(built, field.attr) in (None, ()) for field in fields_of(kind))


@pytest.mark.parametrize("kind", _classes(), ids=lambda kind: kind.__name__)
def test_no_two_fields_share_an_element(kind: type[Message]) -> None:
    fields = [field for field in fields_of(kind) if not field.wire.attribute]
    names = [(name, namespace) for field in fields for name, namespace, _ in field.alternatives]

    assert len(names) == len(set(names))
    assert all(name for name, _ in names)


def test_units_follow_the_wire_names() -> None:
    units = {"Voltage": Volts, "Current": Amperes, "Frequency": Hertz, "ReactivePower": VoltAmperesReactive}
    units |= {"EnergyRequest": WattHours, "ChargePower": Watts, "ActivePower": Watts, "dischargePower": Watts}
    seen = set()
    physical = [
        (kind, field) for kind in _classes() for field in fields_of(kind) if issubclass(field.types[0], Rational)
    ]
    for kind, field in physical:
        stem = field.wire.name.removesuffix("_L2").removesuffix("_L3")
        for unit in (unit for end, unit in units.items() if stem.endswith(end)):
            seen.add(unit)
            assert field.types == (unit,), f"{kind.__name__}.{field.attr}"
    assert seen == set(units.values())


def test_response_codes_stand_in_the_order_of_the_schema() -> None:
    codes = list(ResponseCode)
    assert len(codes) == 40
    assert codes[0] == "OK"
    assert codes.index(ResponseCode.FAILED_SEQUENCE_ERROR) == 34
    assert codes[-1] == "FAILED_WrongChargeParameter"


def test_enumeration_values_are_unique() -> None:
    lists = {
        kind for cls in _classes() for field in fields_of(cls) for kind in field.types if issubclass(kind, StrEnum)
    }
    assert len(lists) > 20
    for kind in lists:
        assert len(kind) == len(kind.__members__)


def test_inherited_fields_come_first_and_keep_their_namespace() -> None:
    fields = {field.attr: field for field in fields_of(DcChargeLoopReq)}
    assert list(fields) == [
        "header",
        "display_parameters",
        "meter_info_requested",
        "ev_present_voltage",
        "control_mode",
    ]
    assert fields["meter_info_requested"].namespace == COMMON_TYPES
    assert fields["ev_present_voltage"].namespace == DC


def test_a_substitution_group_stands_with_all_its_members_in_order() -> None:
    control_mode = fields_of(DcChargeLoopReq)[-1]
    assert [name for name, _, _ in control_mode.alternatives] == [
        "BPT_Dynamic_DC_CLReqControlMode",
        "BPT_Scheduled_DC_CLReqControlMode",
        "CLReqControlMode",
        "Dynamic_DC_CLReqControlMode",
        "Scheduled_DC_CLReqControlMode",
    ]
    assert control_mode.alternatives[2] == ("CLReqControlMode", COMMON_TYPES, ClReqControlMode)


def test_abstract_is_not_inherited() -> None:
    assert is_abstract(ClReqControlMode)
    assert not is_abstract(BptDynamicDcClReqControlMode)


def test_names_may_belong_elsewhere() -> None:
    assert {field.namespace for field in fields_of(SupportedAppProtocolReq)} == {""}
    assert fields_of(MessageHeader)[2].alternatives[0][:2] == ("Signature", XMLDSIG)
    assert [field.namespace for field in fields_of(Reference) if field.wire.attribute] == ["", "", ""]
    assert RationalNumberValue.namespace == COMMON_MESSAGES
    assert {field.namespace for field in fields_of(RationalNumberValue)} == {COMMON_TYPES}


def test_optional_elements_may_occur_zero_times() -> None:
    lows = {part.field.attr: part.low for part in content_of(DcChargeLoopReq).parts}
    assert lows == {
        "header": 1,
        "display_parameters": 0,
        "meter_info_requested": 1,
        "ev_present_voltage": 1,
        "control_mode": 1,
    }


def test_a_field_without_a_wire_marker_is_refused_by_name() -> None:
    class Bare(Message, frozen=True, kw_only=True):
        number: int

    with pytest.raises(TypeError, match=r"Bare\.number needs exactly one Wire"):
        fields_of(Bare)
