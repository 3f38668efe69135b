"""Messages of ISO 15118-2 and DIN SPEC 70121: values with units, pairs, envelopes, and what is objected to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from harness.core.errors import UserError
from harness.core.units import Rational, Volts, WattHours
from harness.messages import din, envelope, iso2, registry
from harness.messages.field import Message, fields_of, is_abstract
from harness.messages.iso2 import physical
from harness.messages.iso2.codes import DcEvErrorCode, EvseProcessing, PaymentOption, ResponseCode
from harness.messages.iso2.dc import CurrentDemandReq, CurrentDemandRes
from harness.messages.iso2.message import AnyBody, Body, V2gMessage
from harness.messages.iso2.payment import AuthorizationReq, AuthorizationRes
from harness.messages.iso2.service import Parameter, PaymentOptionList, PhysicalParameter
from harness.messages.iso2.session import SessionSetupReq
from harness.messages.iso2.types import BodyElement, DcEvStatus
from harness.messages.iso20 import common
from harness.messages.iso20.dc import DcChargeLoopReq
from harness.messages.iso20.types import MessageHeader
from harness.messages.namespaces import COMMON_MESSAGES, DIN_BODY, DIN_MESSAGE, ISO2_BODY, ISO2_MESSAGE
from harness.messages.physical import Sized
from harness.messages.problems import problems
from harness.messages.sap import SupportedAppProtocolReq
from harness.messages.schema import decode, encode
from harness.messages.view import summary, to_wire
from harness.messages.xml import from_xml, to_xml
from harness.messages.xmldsig import Signature

FIXTURES = Path(__file__).parents[2] / "fixtures" / "exi"
SESSION = bytes.fromhex("B8CD3A97F11AE651")
STATUS = DcEvStatus(ev_ready=True, ev_error_code=DcEvErrorCode.NO_ERROR, ev_ress_soc=55)


@pytest.fixture
def demand() -> CurrentDemandReq:
    """124.8 A at up to 415 V."""
    return CurrentDemandReq(
        dc_ev_status=STATUS,
        ev_target_current=physical.amperes(124.8),
        charging_complete=False,
        ev_target_voltage=physical.volts(415),
    )


@pytest.mark.parametrize(
    ("size", "multiplier", "value"),
    [(415, 0, 415), (124.8, -1, 1248), (33.333, -2, 3333), (150_000, 1, 15_000), (0, 0, 0), (1e9, 3, 1_000_000)],
)
def test_a_size_is_written_as_finely_as_it_fits(size: float, multiplier: int, value: int) -> None:
    written = physical.watts(size)
    assert (written.multiplier, written.value) == (multiplier, value)


def test_a_physical_value_tells_its_size() -> None:
    value = physical.volts(400, multiplier=-1)
    assert (value.value, value.amount, float(value), str(value)) == (4000, Decimal("400.0"), 400.0, "400 V")
    assert value != physical.volts(400)
    assert value.rational == Volts(value=4000, exponent=-1)
    assert physical.watt_hours(7).rational == WattHours(value=7)
    assert physical.seconds(60).rational == Rational(value=60)
    assert str(din.physical.PhysicalValue(multiplier=0, value=3)) == "3"


def test_a_unit_of_another_kind_is_objected_to(demand: CurrentDemandReq) -> None:
    wrong = replace(demand, ev_target_current=physical.volts(20), remaining_time_to_full_soc=physical.watts(1))
    assert problems(demand) == ()
    assert [str(problem) for problem in problems(wrong)] == [
        "CurrentDemandReq/EVTargetCurrent/Unit: is V, A is due",
        "CurrentDemandReq/RemainingTimeToFullSoC/Unit: is W, h or m or s is due",
    ]


def test_a_value_beyond_its_bounds_is_objected_to(demand: CurrentDemandReq) -> None:
    wrong = replace(
        demand, ev_target_voltage=physical.PhysicalValue(multiplier=4, unit=physical.Unit.VOLT, value=40_000)
    )
    assert [str(problem) for problem in problems(wrong)] == [
        "CurrentDemandReq/EVTargetVoltage/Multiplier: is above 3",
        "CurrentDemandReq/EVTargetVoltage/Value: is above 32767",
    ]


def test_din_may_leave_the_unit_out() -> None:
    status = din.types.DcEvStatus(ev_ready=True, ev_error_code=DcEvErrorCode.NO_ERROR, ev_ress_soc=1)
    bare = din.physical.PhysicalValue(multiplier=0, value=400)
    ask = din.dc.PreChargeReq(dc_ev_status=status, ev_target_voltage=bare, ev_target_current=din.physical.volts(2))
    assert [str(problem) for problem in problems(ask)] == ["PreChargeReq/EVTargetCurrent/Unit: is V, A is due"]


def _physical_fields(modules: tuple[object, ...]) -> Iterator[str]:
    found = (kind for module in modules for kind in vars(module).values() if isinstance(kind, type))
    for kind in (kind for kind in found if issubclass(kind, Message) and kind is not Message):
        for field in fields_of(kind):
            if issubclass(field.types[0], Sized) and not field.meta:
                yield f"{kind.__name__}.{field.attr}"


def test_every_physical_value_knows_which_unit_is_due() -> None:
    assert list(_physical_fields(iso2.MODULES)) == []
    assert list(_physical_fields(din.MODULES)) == []


@pytest.mark.parametrize("body", [iso2.message.Body, din.message.Body], ids=["iso2", "din"])
def test_a_body_may_hold_every_message_in_the_order_of_the_codes(body: type[Message]) -> None:
    names = [(name, uri) for name, uri, _ in fields_of(body)[0].alternatives]
    kinds = [kind for kind in fields_of(body)[0].types if not is_abstract(kind)]
    assert names == sorted(names)
    assert len(kinds) == 34
    assert all(registry.is_request(kind) or registry.is_response(kind) for kind in kinds)


def test_equal_names_are_not_mixed_up() -> None:
    for module, other in ((iso2.session, din.session), (din.session, iso2.session)):
        assert registry.response_of(module.SessionSetupReq) is module.SessionSetupRes
        assert registry.request_of(module.SessionSetupRes) is module.SessionSetupReq
        assert registry.response_of(module.SessionSetupReq) is not other.SessionSetupRes
    assert registry.response_of(common.SessionSetupReq) is common.SessionSetupRes
    assert registry.response_of(iso2.payment.PaymentServiceSelectionReq) is iso2.payment.PaymentServiceSelectionRes
    assert registry.response_of(din.payment.ContractAuthenticationReq) is din.payment.ContractAuthenticationRes
    assert not registry.is_request(BodyElement)


def test_the_settled_protocol_chooses_the_schema() -> None:
    assert registry.schema_for(0x8001) == "sap"
    assert registry.schema_for(0x8001, ISO2_MESSAGE) == "iso2"
    assert registry.schema_for(0x8001, DIN_MESSAGE) == "din"
    assert registry.schema_for(0x8001, COMMON_MESSAGES) == "sap"
    assert registry.schema_for(0x8004, ISO2_MESSAGE) == "dc"
    assert registry.schema_for(0x9999, ISO2_MESSAGE) == ""


def test_a_message_knows_its_schema_and_stream(demand: CurrentDemandReq) -> None:
    for message in (demand, envelope.wrap(demand, SESSION), CurrentDemandRes):
        assert registry.schema_of(message) == "iso2"
        assert registry.payload_type_of(message) == 0x8001
    assert registry.schema_of(din.message.V2gMessage) == "din"
    assert registry.payload_type_of(din.types.AcEvseStatus) == 0x8001


def test_the_envelope_goes_on_and_comes_off(demand: CurrentDemandReq, loop_request: DcChargeLoopReq) -> None:
    stop = din.session.SessionStopReq()
    for body in (demand, stop, loop_request):
        sent = envelope.wrap(body, SESSION, at=97.5)
        came = decode(registry.schema_of(sent), encode(sent))
        assert came == sent
        assert envelope.session_id_of(came) == SESSION
        assert type(envelope.body_of(came)) is type(body)
        assert registry.is_request(came)
        assert registry.response_of(came) is registry.response_of(body)
    assert envelope.body_of(envelope.wrap(demand, SESSION)) == demand
    assert envelope.body_of(loop_request) is loop_request
    dressed = envelope.wrap(loop_request, SESSION, at=97.5)
    assert isinstance(dressed, DcChargeLoopReq)
    assert dressed.header == MessageHeader(session_id=SESSION, time_stamp=97)


def test_another_body_in_the_same_envelope(demand: CurrentDemandReq, loop_request: DcChargeLoopReq) -> None:
    stop = iso2.session.SessionStopReq(charging_session=iso2.session.ChargingSession.PAUSE)
    swapped = envelope.with_body(envelope.wrap(demand, SESSION), stop)
    assert swapped == envelope.wrap(stop, SESSION)
    old = envelope.wrap(din.session.SessionStopReq(), SESSION)
    ask = din.session.SessionSetupReq(evcc_id=bytes(6))
    assert envelope.with_body(old, ask) == envelope.wrap(ask, SESSION)
    assert envelope.with_body(demand, loop_request) is loop_request


def test_what_has_no_envelope_stays_as_it_is() -> None:
    ask = SupportedAppProtocolReq(app_protocol=())
    assert envelope.wrap(ask, SESSION) is ask
    assert envelope.body_of(ask) is ask
    assert (envelope.header_of(ask), envelope.session_id_of(ask), envelope.signature_of(ask)) == (None, None, None)


def test_an_empty_body_is_its_envelope(demand: CurrentDemandReq) -> None:
    empty = replace(envelope.wrap(demand, SESSION), body=Body())
    assert problems(empty) == ()
    assert envelope.body_of(empty) is empty
    assert not registry.is_request(empty)
    with pytest.raises(UserError, match="V2gMessage: is no request"):
        registry.response_of(empty)


def test_the_signature_stands_in_the_header(demand: CurrentDemandReq) -> None:
    line = next(line for line in _lines("iso2.documents") if "SignedInfo" in line["xml"])
    signed = decode("iso2", bytes.fromhex(line["exi"]))
    signature = envelope.signature_of(signed)
    assert isinstance(signature, Signature)
    assert envelope.signature_of(envelope.wrap(demand, SESSION, signature=signature)) == signature


def _lines(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (FIXTURES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def test_a_body_of_another_kind_is_objected_to(demand: CurrentDemandReq) -> None:
    odd = V2gMessage(header=iso2.message.MessageHeader(session_id=bytes(9)), body=Body(element=STATUS))  # type: ignore[arg-type]
    where, kinds = (
        "V2G_Message/Body/DC_EVStatus",
        "one of 35 kinds (AuthorizationReq to WeldingDetectionRes)",
    )
    assert [str(problem) for problem in problems(odd)] == [
        "V2G_Message/Header/SessionID: is longer than 8",
        f"{where}: {kinds} is due, not DcEvStatus",
    ]
    assert isinstance(demand, AnyBody)


def test_every_kind_of_objection_has_its_place() -> None:
    found = problems(envelope.wrap(AuthorizationReq(id="1", gen_challenge=bytes(15)), SESSION))
    assert [str(problem) for problem in found] == [
        "V2G_Message/Body/AuthorizationReq/@Id: is no identity: a letter or underscore, then letters, digits, . - _",
        "V2G_Message/Body/AuthorizationReq/GenChallenge: is shorter than 16",
    ]
    short = SessionSetupReq(evcc_id=bytes(7))
    assert [str(problem) for problem in problems(short)] == ["SessionSetupReq/EVCCID: is longer than 6"]


def test_din_references_are_written_like_identities() -> None:
    odd = din.payment.ContractAuthenticationReq(id="1", gen_challenge="x")
    assert [problem.path for problem in problems(odd)] == ["ContractAuthenticationReq/@Id"]
    twice = replace(odd, id="a")
    assert problems(twice) == ()


def test_attributes_are_qualified_in_iso2_and_not_in_din() -> None:
    assert b'iso2b:Id="a"' in to_xml(AuthorizationReq(id="a"))
    assert b' Id="a"' in to_xml(din.payment.ContractAuthenticationReq(id="a"))


@pytest.mark.parametrize("key", ["iso2", "din"])
def test_foreign_messages_are_valid_and_survive_xml_and_json(key: str) -> None:
    for line in _lines(f"{key}.documents"):
        message = decode(key, bytes.fromhex(line["exi"]))
        again = from_xml(to_xml(message), [type(message)])
        drawn_at_random = ("more than once", " is due")
        found = [str(problem) for problem in problems(message)]
        assert again == message
        assert [problem for problem in found if not any(what in problem for what in drawn_at_random)] == []
        assert all("/Unit: " in problem for problem in found if " is due" in problem)
        assert json.loads(json.dumps(to_wire(message))) == to_wire(message)


def test_json_and_the_line_of_a_diagram(demand: CurrentDemandReq) -> None:
    sent = envelope.wrap(demand, SESSION)
    assert to_wire(sent)["Body"]["CurrentDemandReq"]["EVTargetCurrent"] == {
        "Multiplier": -1,
        "Unit": "A",
        "Value": 1248,
    }
    assert to_wire(sent)["Header"] == {"SessionID": "B8CD3A97F11AE651"}
    line = "CurrentDemandReq NO_ERROR EVRESSSOC=55 EVTargetCurrent=124.8A EVTargetVoltage=415V"
    assert summary(sent) == summary(demand) == line
    answer = AuthorizationRes(response_code=ResponseCode.OK, evse_processing=EvseProcessing.ONGOING)
    assert summary(answer) == "AuthorizationRes OK Ongoing"
    odd = replace(demand, ev_target_voltage=physical.PhysicalValue(multiplier=999, unit=physical.Unit.VOLT, value="x"))  # type: ignore[arg-type]
    assert "EVTargetVoltage='x'e999V" in summary(odd)


def test_parameters_and_lists_are_shown() -> None:
    given = Parameter(parameter_name="Power", value=PhysicalParameter.of(11_000, physical.Unit.WATT))
    assert to_wire(given) == {"Name": "Power", "physicalValue": {"Multiplier": 0, "Unit": "W", "Value": 11_000}}
    options = PaymentOptionList(payment_option=(PaymentOption.CONTRACT, PaymentOption.EXTERNAL_PAYMENT))
    assert to_wire(options) == {"PaymentOption": ["Contract", "ExternalPayment"]}


def test_namespaces_of_bodies() -> None:
    assert registry.schema("iso2").namespace == ISO2_MESSAGE
    assert {kind.namespace for kind in fields_of(Body)[0].types} == {ISO2_BODY}
    assert {kind.namespace for kind in fields_of(din.message.Body)[0].types} == {DIN_BODY, DIN_MESSAGE}
