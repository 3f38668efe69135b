"""What people and reports see of a message."""

from __future__ import annotations

import json

from msgspec.structs import replace

from harness.core.units import Rational, Volts
from harness.messages.field import fields_of
from harness.messages.iso20.common import (
    Authorization,
    AuthorizationSetupRes,
    ChargeProgress,
    EimAsResAuthorizationMode,
    IntValue,
    Parameter,
    ParameterSet,
    PowerDeliveryReq,
    RationalNumberValue,
    SelectedService,
    ServiceSelectionReq,
    SessionSetupRes,
)
from harness.messages.iso20.dc import DcChargeLoopReq, DcChargeLoopRes, DynamicDcClResControlMode
from harness.messages.iso20.types import EvseNotification, EvseStatus, Processing, ResponseCode
from harness.messages.view import summary, to_wire
from harness.messages.xmldsig import KeyInfo, KeyName, SignatureValue


def test_a_message_becomes_plain_values_under_wire_names(loop_request: DcChargeLoopReq) -> None:
    seen = to_wire(loop_request)

    assert seen == {
        "Header": {"SessionID": "0001020304050607", "TimeStamp": 1_700_000_000},
        "MeterInfoRequested": True,
        "EVPresentVoltage": {"Exponent": -1, "Value": 3995},
        "Scheduled_DC_CLReqControlMode": {
            "EVTargetCurrent": {"Exponent": 0, "Value": 20},
            "EVTargetVoltage": {"Exponent": 0, "Value": 400},
        },
    }
    assert json.loads(json.dumps(seen)) == seen


def test_parameters_show_name_and_typed_value() -> None:
    chosen = ParameterSet(
        parameter_set_id=1,
        parameter=(
            Parameter(parameter_name="Connector", value=IntValue(value=2)),
            Parameter(parameter_name="EVSENominalVoltage", value=RationalNumberValue(exponent=0, value=400)),
        ),
    )
    assert to_wire(chosen) == {
        "ParameterSetID": 1,
        "Parameter": [
            {"Name": "Connector", "intValue": 2},
            {"Name": "EVSENominalVoltage", "rationalNumber": {"Exponent": 0, "Value": 400}},
        ],
    }


def test_text_with_an_attribute_keeps_both() -> None:
    assert to_wire(SignatureValue(id="s", value=b"\xab")) == {"Id": "s", "value": "AB"}
    assert to_wire(KeyInfo(item=(KeyName(value="k"), KeyName(value="l")))) == {"KeyName": ["k", "l"]}


def test_nonsense_is_shown_as_it_is(loop_request: DcChargeLoopReq) -> None:
    wild = DcChargeLoopReq(**{field.attr: {1, 2} for field in fields_of(DcChargeLoopReq)})  # type: ignore[arg-type]
    seen = to_wire(wild)
    assert seen["Header"] == "{1, 2}"
    assert seen["control_mode"] == "{1, 2}"
    assert summary(wild) == "DC_ChargeLoopReq EVPresentVoltage={1, 2}"

    odd = replace(loop_request, ev_present_voltage=Volts(value="x", exponent=10**9))  # type: ignore[arg-type]
    assert "EVPresentVoltage='x'e1000000000V" in summary(odd)


def test_a_line_tells_what_matters(loop_request: DcChargeLoopReq) -> None:
    header = loop_request.header
    lines = {
        summary(loop_request): (
            "DC_ChargeLoopReq EVPresentVoltage=399.5V Scheduled_DC_CLReqControlMode"
            " EVTargetCurrent=20A EVTargetVoltage=400V"
        ),
        summary(
            SessionSetupRes(header=header, response_code=ResponseCode.OK_NEW_SESSION_ESTABLISHED, evse_id="DE*1*E2")
        ): "SessionSetupRes OK_NewSessionEstablished EVSEID=DE*1*E2",
        summary(
            PowerDeliveryReq(header=header, ev_processing=Processing.FINISHED, charge_progress=ChargeProgress.START)
        ): "PowerDeliveryReq Finished Start",
        summary(
            AuthorizationSetupRes(
                header=header,
                response_code=ResponseCode.OK,
                authorization_services=(Authorization.EIM, Authorization.PNC),
                certificate_installation_service=False,
                authorization_mode=EimAsResAuthorizationMode(),
            )
        ): "AuthorizationSetupRes OK AuthorizationServices=EIM,PnC EIM_ASResAuthorizationMode",
        summary(
            ServiceSelectionReq(
                header=header, selected_energy_transfer_service=SelectedService(service_id=6, parameter_set_id=1)
            )
        ): "ServiceSelectionReq ServiceID=6 ParameterSetID=1",
    }
    for line, expected in lines.items():
        assert line == expected


def test_what_the_station_asks_for_is_lifted_into_the_line(loop_request: DcChargeLoopReq) -> None:
    limits = dict.fromkeys(field.attr for field in fields_of(DynamicDcClResControlMode))
    answer = DcChargeLoopRes(
        header=loop_request.header,
        response_code=ResponseCode.OK,
        evse_status=EvseStatus(notification_max_delay=0, evse_notification=EvseNotification.PAUSE),
        evse_present_current=Rational(value=1),  # type: ignore[arg-type]
        evse_present_voltage=Volts(value=400),
        evse_power_limit_achieved=False,
        evse_current_limit_achieved=False,
        evse_voltage_limit_achieved=False,
        control_mode=DynamicDcClResControlMode(**limits),  # type: ignore[arg-type]
    )
    assert summary(answer).startswith("DC_ChargeLoopRes OK Pause EVSEPresentCurrent=1 EVSEPresentVoltage=400V")
