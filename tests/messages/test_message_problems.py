"""Every kind of objection, planted once, is found once and at its place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from harness.core.units import Amperes, Rational, Volts, Watts
from harness.messages.field import Message, fields_of
from harness.messages.iso20.authorization import PncAsResAuthorizationMode
from harness.messages.iso20.common import (
    EvPowerProfileEntryList,
    MeteringConfirmationReq,
    PriceRule,
    ScheduleExchangeReq,
    ScheduleExchangeRes,
    SelectedService,
    ServiceIDList,
    SessionSetupReq,
    SessionStopReq,
)
from harness.messages.iso20.dc import DcChargeLoopReq
from harness.messages.iso20.schedule import DynamicSeReqControlMode
from harness.messages.iso20.types import ClReqControlMode, DisplayParameters, MessageHeader, MeterInfo
from harness.messages.problems import Problem, problems
from harness.messages.sap import AppProtocol, SupportedAppProtocolReq
from harness.messages.xmldsig import (
    CanonicalizationMethod,
    DigestMethod,
    DsaKeyValue,
    KeyInfo,
    KeyName,
    Manifest,
    PgpData,
    Reference,
    SpkiData,
    X509Data,
    X509Ski,
)


def _only(message: object) -> Problem:
    found = problems(message)
    assert len(found) == 1, [str(problem) for problem in found]
    return found[0]


def test_a_valid_message_has_none(loop_request: DcChargeLoopReq) -> None:
    assert problems(loop_request) == ()


HEADER = MessageHeader(session_id=bytes(8), time_stamp=0)
FAULTS: dict[str, tuple[Message, str]] = {
    "session id too short": (replace(HEADER, session_id=bytes(7)), "MessageHeader/SessionID: is shorter than 8"),
    "session id too long": (replace(HEADER, session_id=bytes(9)), "MessageHeader/SessionID: is longer than 8"),
    "past unsigned long": (replace(HEADER, time_stamp=2**64), f"MessageHeader/TimeStamp: is above {2**64 - 1}"),
    "below unsigned long": (replace(HEADER, time_stamp=-1), "MessageHeader/TimeStamp: is below 0"),
    "truth for a number": (replace(HEADER, time_stamp=True), "MessageHeader/TimeStamp: a int is due, not a bool"),
    "missing": (SessionSetupReq(header=HEADER, evcc_id=None), "SessionSetupReq/EVCCID: is missing"),  # type: ignore[arg-type]
    "long text": (SessionSetupReq(header=HEADER, evcc_id="x" * 256), "SessionSetupReq/EVCCID: is longer than 255"),
    "control character": (
        SessionSetupReq(header=HEADER, evcc_id="a\x00"),
        "SessionSetupReq/EVCCID: holds a character that XML does not have",
    ),
    "bytes for text": (
        SessionSetupReq(header=HEADER, evcc_id=b"x"),  # type: ignore[arg-type]
        "SessionSetupReq/EVCCID: a str is due, not a bytes",
    ),
    "part of another kind": (
        SessionSetupReq(header=SelectedService(service_id=1, parameter_set_id=1), evcc_id="x"),  # type: ignore[arg-type]
        "SessionSetupReq/Header: MessageHeader is due, not SelectedService",
    ),
    "unknown enumeration value": (
        SessionStopReq(header=HEADER, charging_session="Resume"),  # type: ignore[arg-type]
        "SessionStopReq/ChargingSession: is no value of ChargingSession",
    ),
    "number for enumeration": (
        SessionStopReq(header=HEADER, charging_session=3),  # type: ignore[arg-type]
        "SessionStopReq/ChargingSession: is no value of ChargingSession",
    ),
    "past percent": (DisplayParameters(present_soc=101), "DisplayParameters/PresentSOC: is above 100"),
    "no elements": (ServiceIDList(service_id=()), "ServiceIDList/ServiceID: stands 0 times, at least 1 are due"),
    "too many elements": (
        ServiceIDList(service_id=(1,) * 17),
        "ServiceIDList/ServiceID: stands 17 times, at most 16 are allowed",
    ),
    "one of many": (ServiceIDList(service_id=(1, 65_536)), "ServiceIDList/ServiceID[1]: is above 65535"),
    "no list": (
        ServiceIDList(service_id=5),  # type: ignore[arg-type]
        "ServiceIDList/ServiceID: a tuple is due, not a int",
    ),
    "challenge too long": (
        PncAsResAuthorizationMode(gen_challenge=bytes(17)),
        "PnC_ASResAuthorizationMode/GenChallenge: is longer than 16",
    ),
    "exponent too large": (
        PriceRule(energy_fee=Rational(exponent=128, value=1), power_range_start=Watts(value=0)),
        "PriceRule/EnergyFee/Exponent: does not fit 8 bits",
    ),
    "value too small": (
        PriceRule(energy_fee=Rational(value=-32_769), power_range_start=Watts(value=0)),
        "PriceRule/EnergyFee/Value: does not fit 16 bits",
    ),
    "value of another type": (
        PriceRule(energy_fee=Rational(value=0.5), power_range_start=Watts(value=0)),  # type: ignore[arg-type]
        "PriceRule/EnergyFee/Value: an int is due, not a float",
    ),
    "float for a physical value": (
        PriceRule(energy_fee=0.5, power_range_start=Watts(value=0)),  # type: ignore[arg-type]
        "PriceRule/EnergyFee: Rational is due, not float",
    ),
    "another unit": (
        PriceRule(energy_fee=Rational(value=1), power_range_start=Volts(value=0)),  # type: ignore[arg-type]
        "PriceRule/PowerRangeStart: is in V, W is due",
    ),
    "no identity": (
        Reference(id="1 2", digest_method=None, digest_value=b""),  # type: ignore[arg-type]
        "Reference/@Id: is no identity: a letter or underscore, then letters, digits, . - _",
    ),
    "attribute missing": (
        CanonicalizationMethod(algorithm=None),  # type: ignore[arg-type]
        "CanonicalizationMethod/@Algorithm: is missing",
    ),
    "foreign content": (
        CanonicalizationMethod(algorithm="a", foreign=(1,)),
        "CanonicalizationMethod/foreign: foreign content is not modelled",
    ),
    "half a pair": (DsaKeyValue(p=b"p", y=b"y"), "DSAKeyValue: Q is missing"),
    "no member of a repeated choice": (X509Data(), "X509Data: nothing is chosen"),
    "wrong member of a repeated choice": (
        X509Data(item=(X509Ski(value=b""), KeyName(value="k"))),  # type: ignore[arg-type]
        "X509Data/KeyName[1]: X509IssuerSerial or X509Ski or X509SubjectName or X509Certificate or X509Crl is due,"
        " not KeyName",
    ),
    "text of a member": (KeyInfo(item=(KeyName(value=7),)), "KeyInfo/KeyName[0]: a str is due, not a int"),  # type: ignore[arg-type]
    "neither form of a choice": (PgpData(), "PGPData: nothing is chosen"),
    "no repetition": (SpkiData(spki_sexp=()), "SPKIData: SPKISexp is missing"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found_at_its_place(fault: str) -> None:
    message, expected = FAULTS[fault]
    found = [str(problem) for problem in problems(message)]
    assert expected in found
    assert len(found) == 1 + (fault == "no identity")


def test_an_identity_stands_once_in_a_message() -> None:
    reference = Reference(id="a", digest_method=DigestMethod(algorithm="urn:x"), digest_value=b"")
    found = _only(Manifest(id="m", reference=(reference, replace(reference, id="b"), reference)))
    assert str(found) == "Manifest: holds the identity 'a' more than once"


def test_a_problem_holds_the_value_that_met_it() -> None:
    assert _only(replace(HEADER, session_id=b"1234567")).value == b"1234567"


def test_faults_deep_inside_name_the_whole_way(loop_request: DcChargeLoopReq) -> None:
    deep = replace(loop_request.control_mode, ev_target_current=Amperes(value=40_000))
    found = _only(replace(loop_request, control_mode=deep))
    assert found.path == "DC_ChargeLoopReq/Scheduled_DC_CLReqControlMode/EVTargetCurrent/Value"


def test_the_head_of_a_group_is_an_alternative_but_never_valid(loop_request: DcChargeLoopReq) -> None:
    found = _only(replace(loop_request, control_mode=ClReqControlMode()))
    assert found == Problem("DC_ChargeLoopReq/CLReqControlMode", "stands for an abstract type", ClReqControlMode())


def test_another_schema_s_member_is_no_member(loop_request: DcChargeLoopReq) -> None:
    other = DynamicSeReqControlMode(
        departure_time=1,
        ev_target_energy_request=None,  # type: ignore[arg-type]
        ev_maximum_energy_request=None,  # type: ignore[arg-type]
        ev_minimum_energy_request=None,  # type: ignore[arg-type]
    )
    found = _only(replace(loop_request, control_mode=other))
    assert found.path == "DC_ChargeLoopReq/Dynamic_SEReqControlMode"
    assert "is due, not DynamicSeReqControlMode" in found.what


def test_a_plain_rational_may_stand_for_any_unit(loop_request: DcChargeLoopReq) -> None:
    assert problems(replace(loop_request, ev_present_voltage=Rational(value=400))) == ()


def test_the_text_of_an_enumeration_value_is_that_value() -> None:
    assert problems(SessionStopReq(header=HEADER, charging_session="Pause")) == ()  # type: ignore[arg-type]


def test_bounds_are_inclusive() -> None:
    protocol = AppProtocol(
        protocol_namespace="u", version_number_major=2**32 - 1, version_number_minor=0, schema_id=255, priority=20
    )
    assert problems(SupportedAppProtocolReq(app_protocol=(protocol,) * 20)) == ()
    assert problems(replace(HEADER, time_stamp=2**64 - 1)) == ()
    assert problems(MeterInfo(meter_id="", charged_energy_reading_wh=2**64 - 1)) == ()


def test_what_is_no_message_is_a_problem_too() -> None:
    assert _only(None).what == "a NoneType is no message"


NONSENSE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.binary(),
    st.just(object()),
    st.lists(st.integers()),
    st.tuples(st.none(), st.text()),
    st.dictionaries(st.text(), st.none()),
    st.just(HEADER),
    st.just(Rational(value="x", exponent=[])),  # type: ignore[arg-type]
    st.just((HEADER, Rational(value=1))),
)
KINDS: list[type[Message]] = [
    DcChargeLoopReq,
    MeteringConfirmationReq,
    ScheduleExchangeReq,
    ScheduleExchangeRes,
    EvPowerProfileEntryList,
    KeyInfo,
    X509Data,
    PgpData,
    DsaKeyValue,
    SpkiData,
    Reference,
]


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_nonsense_never_raises(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(KINDS))
    nonsense: dict[str, Any] = {field.attr: data.draw(NONSENSE) for field in fields_of(kind)}

    found = problems(kind(**nonsense))

    assert all(isinstance(problem, Problem) and str(problem) for problem in found)
