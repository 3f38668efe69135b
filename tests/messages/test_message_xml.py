"""Messages survive the way through XML, and XML that is no message is refused with the place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree  # type: ignore[import-untyped]

from harness.core.units import Volts
from harness.messages.field import Message, is_abstract
from harness.messages.iso20.dc import DcChargeLoopReq
from harness.messages.iso20.services import (
    BoolValue,
    Parameter,
    ParameterSet,
    ServiceDetailRes,
    ServiceParameterList,
)
from harness.messages.iso20.types import MessageHeader, ResponseCode
from harness.messages.problems import problems
from harness.messages.registry import SCHEMA_KEYS, schema
from harness.messages.sap import AppProtocol, SupportedAppProtocolReq, SupportedAppProtocolRes
from harness.messages.xml import XmlError, from_xml, to_xml
from harness.messages.xmldsig import (
    CanonicalizationMethod,
    KeyInfo,
    KeyName,
    PgpData,
    SignatureProperties,
    SignatureProperty,
    X509Data,
    X509Ski,
    X509SubjectName,
)

UNBUILDABLE = {SignatureProperty, SignatureProperties}
"""They need foreign elements, which are not modelled."""


def _roots() -> list[type[Message]]:
    kinds = {kind for key in SCHEMA_KEYS for kind in schema(key).classes()} - UNBUILDABLE
    return sorted((kind for kind in kinds if not is_abstract(kind)), key=lambda kind: kind.name)


@given(data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_valid_message_has_no_problems_and_survives_xml(
    data: st.DataObject, valid: Callable[[type[Message]], st.SearchStrategy[Message]]
) -> None:
    message = data.draw(st.sampled_from(_roots()).flatmap(valid))

    drawn_twice = "more than once"  # identities are drawn one by one
    assert [problem for problem in problems(message) if drawn_twice not in problem.what] == []
    assert from_xml(to_xml(message), [type(message)]) == message


def _samples() -> list[dict[str, str]]:
    lines = Path(__file__).with_name("samples.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("sample", _samples(), ids=lambda sample: f"{sample['schema']}-{sample['root']}")
def test_foreign_xml_comes_back_as_it_was(sample: dict[str, str]) -> None:
    """The samples were walked at random out of the official schemas by a program that is not ours."""
    message = from_xml(sample["xml"], schema(sample["schema"]).classes())

    assert type(message).name == sample["root"]
    assert _canonical(to_xml(message).decode()) == _canonical(sample["xml"])


def _canonical(document: str) -> str:
    return str(etree.canonicalize(document, rewrite_prefixes=True))


def test_an_element_reads_as_the_schema_spells_it(loop_request: DcChargeLoopReq) -> None:
    root = etree.fromstring(to_xml(loop_request))
    ct, dc = "urn:iso:std:iso:15118:-20:CommonTypes", "urn:iso:std:iso:15118:-20:DC"

    assert root.tag == f"{{{dc}}}DC_ChargeLoopReq"
    assert [etree.QName(child).localname for child in root] == [
        "Header",
        "MeterInfoRequested",
        "EVPresentVoltage",
        "Scheduled_DC_CLReqControlMode",
    ]
    assert root.findtext(f"{{{ct}}}Header/{{{ct}}}SessionID") == "0001020304050607"
    assert root.findtext(f"{{{ct}}}MeterInfoRequested") == "true"
    assert root.findtext(f"{{{dc}}}EVPresentVoltage/{{{ct}}}Exponent") == "-1"
    assert root.findtext(f"{{{dc}}}EVPresentVoltage/{{{ct}}}Value") == "3995"


def test_attributes_are_qualified_where_the_schema_says_so(loop_request: DcChargeLoopReq) -> None:
    parameter = Parameter(parameter_name="Connector", value=BoolValue(value=True))
    details = ServiceDetailRes(
        header=loop_request.header,
        response_code=ResponseCode.OK,
        service_id=2,
        service_parameter_list=ServiceParameterList(
            parameter_set=(ParameterSet(parameter_set_id=1, parameter=(parameter,)),)
        ),
    )
    assert b'cm:Name="Connector"' in to_xml(details)
    assert b' Algorithm="urn:x"' in to_xml(CanonicalizationMethod(algorithm="urn:x"))


def test_the_handshake_leaves_its_elements_unqualified() -> None:
    ask = SupportedAppProtocolReq(
        app_protocol=(
            AppProtocol(
                protocol_namespace="urn:iso:std:iso:15118:-20:DC",
                version_number_major=1,
                version_number_minor=0,
                schema_id=1,
                priority=1,
            ),
        )
    )
    root = etree.fromstring(to_xml(ask))
    assert root.findtext("AppProtocol/ProtocolNamespace") == "urn:iso:std:iso:15118:-20:DC"
    assert from_xml(to_xml(ask), schema("sap").classes()) == ask


def test_the_order_within_a_repeated_choice_is_kept() -> None:
    data = X509Data(item=(X509Ski(value=b"1"), X509SubjectName(value="CN=a"), X509Ski(value=b"2")))
    names = [etree.QName(child).localname for child in etree.fromstring(to_xml(data))]
    assert names == ["X509SKI", "X509SubjectName", "X509SKI"]
    assert from_xml(to_xml(data), [X509Data]) == data


@pytest.mark.parametrize("data", [PgpData(pgp_key_id=b"i", pgp_key_packet=b"p"), PgpData(pgp_key_packet=b"p")])
def test_either_form_of_a_pgp_key_survives(data: PgpData) -> None:
    assert from_xml(to_xml(data), [PgpData]) == data


SAP = 'xmlns:s="urn:iso:15118:2:2010:AppProtocol"'
REFUSED = {
    "not well-formed": "<a>",
    "the root {urn:x}a is not known": '<a xmlns="urn:x"/>',
    "'OK_Maybe' is not a value of AppProtocolResponseCode": (
        f"<s:supportedAppProtocolRes {SAP}><ResponseCode>OK_Maybe</ResponseCode></s:supportedAppProtocolRes>"
    ),
    "ResponseCode is missing": f"<s:supportedAppProtocolRes {SAP}/>",
    "element {urn:iso:15118:2:2010:AppProtocol}SchemaID is not declared": (
        f"<s:supportedAppProtocolRes {SAP}><s:SchemaID>1</s:SchemaID></s:supportedAppProtocolRes>"
    ),
    "SchemaID stands 2 times": (
        f"<s:supportedAppProtocolRes {SAP}><ResponseCode>Failed_NoNegotiation</ResponseCode>"
        "<SchemaID>1</SchemaID><SchemaID>1</SchemaID></s:supportedAppProtocolRes>"
    ),
    "supportedAppProtocolRes/SchemaID: 'one' is not a whole number": (
        f"<s:supportedAppProtocolRes {SAP}><ResponseCode>Failed_NoNegotiation</ResponseCode>"
        "<SchemaID>one</SchemaID></s:supportedAppProtocolRes>"
    ),
    "in an order that the schema does not have": (
        f"<s:supportedAppProtocolRes {SAP}><SchemaID>1</SchemaID>"
        "<ResponseCode>Failed_NoNegotiation</ResponseCode></s:supportedAppProtocolRes>"
    ),
    "attribute x is not declared": f'<s:supportedAppProtocolRes {SAP} x="1"/>',
    "text between elements": f"<s:supportedAppProtocolRes {SAP}>hello</s:supportedAppProtocolRes>",
    "within a simple value": (
        f"<s:supportedAppProtocolRes {SAP}><ResponseCode><b/></ResponseCode></s:supportedAppProtocolRes>"
    ),
}


@pytest.mark.parametrize("complaint", REFUSED)
def test_xml_that_is_no_message_is_refused(complaint: str) -> None:
    with pytest.raises(XmlError) as refusal:
        from_xml(REFUSED[complaint], [SupportedAppProtocolReq, SupportedAppProtocolRes])
    assert complaint in str(refusal.value)


@pytest.mark.parametrize("wrong", ["MeterInfoRequested>maybe<", "Value>4 00<", "SessionID>0g<"])
def test_values_of_another_type_are_refused(loop_request: DcChargeLoopReq, wrong: str) -> None:
    name, value = wrong.rstrip("<").split(">")
    root = etree.fromstring(to_xml(loop_request))
    next(element for element in root.iter() if etree.QName(element).localname == name).text = value
    with pytest.raises(XmlError, match=f"{value!r} is not a"):
        from_xml(etree.tostring(root), [DcChargeLoopReq])


def test_a_physical_value_needs_both_its_parts(loop_request: DcChargeLoopReq) -> None:
    root = etree.fromstring(to_xml(loop_request))
    voltage = root[2]
    voltage.remove(voltage[0])
    with pytest.raises(XmlError, match="DC_ChargeLoopReq/EVPresentVoltage: a physical value needs"):
        from_xml(etree.tostring(root), [DcChargeLoopReq])


def test_wrong_base64_is_refused() -> None:
    with pytest.raises(XmlError, match="is not a value of bytes"):
        from_xml('<X509Data xmlns="http://www.w3.org/2000/09/xmldsig#"><X509SKI>?</X509SKI></X509Data>', [X509Data])


def test_entities_are_not_expanded() -> None:
    document = (
        '<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
        '<KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><KeyName>&e;</KeyName></KeyInfo>'
    )
    with pytest.raises(XmlError):
        from_xml(document, [KeyInfo])


def test_an_invalid_message_is_written_as_it_is(loop_request: DcChargeLoopReq) -> None:
    wild = type(loop_request)(
        header=loop_request.header,
        meter_info_requested=None,  # type: ignore[arg-type]
        ev_present_voltage=Volts(value=99_999, exponent=500),
        control_mode=loop_request.control_mode,
    )
    root = etree.fromstring(to_xml(wild))
    assert [etree.QName(child).localname for child in root][1] == "EVPresentVoltage"
    assert root[1][1].text == "99999"


UNWRITABLE: dict[str, Any] = {
    "has no element name": MessageHeader(session_id=bytes(8), time_stamp=0),
    "Algorithm: cannot be written": CanonicalizationMethod(algorithm=object()),  # type: ignore[arg-type]
    "KeyName/value: cannot be written": KeyName(value="\x00"),
    "this value is no element": CanonicalizationMethod(algorithm="a", foreign=(object(),)),
}


@pytest.mark.parametrize("complaint", UNWRITABLE)
def test_what_xml_cannot_hold_is_refused(complaint: str) -> None:
    with pytest.raises(XmlError) as refusal:
        to_xml(UNWRITABLE[complaint])
    assert complaint in str(refusal.value)
