"""Sessions as our endpoints would record them, told step by step."""

from __future__ import annotations

import json
from typing import Any

from harness.core.case import Role
from harness.core.units import Amperes, Volts, WattHours, Watts
from harness.framing.sdp import SdpRequest, SdpResponse
from harness.framing.v2gtp import Frame
from harness.messages.field import Message
from harness.messages.iso20.codes import Processing, ResponseCode
from harness.messages.iso20.dc import (
    BptDynamicDcClReqControlMode,
    BptDynamicDcClResControlMode,
    DcCableCheckReq,
    DcCableCheckRes,
    DcChargeLoopReq,
    DcChargeLoopRes,
)
from harness.messages.iso20.session import (
    ChargingSession,
    SessionSetupReq,
    SessionSetupRes,
    SessionStopReq,
    SessionStopRes,
)
from harness.messages.iso20.types import DisplayParameters, MessageHeader
from harness.messages.ocpp import Kind as Frames
from harness.messages.ocpp import OcppMessage
from harness.messages.sap import (
    AppProtocol,
    AppProtocolResponseCode,
    SupportedAppProtocolReq,
    SupportedAppProtocolRes,
)
from harness.messages.schema import encode
from harness.trace.entry import FaultStruck, Gap, Link, LinkSeen, Note, Operation, Seen, TlsSeen
from harness.trace.recorder import Recorder
from harness.trace.trace import Trace

EPOCH = 1_790_000_000.0
HOSTILE = "<script>alert('x')</script> & \"quoted\" ]]> \u0007"
"""What a device might say to whoever reads its report."""
CANARY = "hunter2-hunter2-hunter2"
"""A password that must never be found in anything written."""


class Story:
    """Records a session step by step; time goes on by itself."""

    def __init__(self, subject: Role = Role.STATION) -> None:
        self.recorder = Recorder(subject)
        self.at = EPOCH
        self.session = bytes.fromhex("0102030405060708")
        self.calls = 0

    def header(self) -> MessageHeader:
        return MessageHeader(session_id=self.session, time_stamp=int(self.at))

    def v2g(self, sender: Role, message: Message, schema: str, kind: int, *, deliberate: bool = False) -> int:
        data = Frame(kind, encode(message)).encode()
        seen = Seen(data=data, payload_type=kind, schema=schema, message=message)
        return self.add(Link.V2G, sender, seen, deliberate=deliberate)

    def dc(self, sender: Role, message: Message) -> int:
        return self.v2g(sender, message, "dc", 0x8004)

    def common(self, sender: Role, message: Message, *, deliberate: bool = False) -> int:
        return self.v2g(sender, message, "common", 0x8002, deliberate=deliberate)

    def call(self, sender: Role, action: str, ask: dict[str, Any], answer: dict[str, Any] | None = None) -> int:
        self.calls += 1
        number = self.ocpp(sender, action, Frames.REQUEST, [2, f"m-{self.calls}", action, ask])
        if answer is not None:
            other = Role.CSMS if sender is Role.STATION else Role.STATION
            self.ocpp(other, action, Frames.RESPONSE, [3, f"m-{self.calls}", answer])
        return number

    def ocpp(self, sender: Role, action: str, kind: Frames, frame: list[Any]) -> int:
        message = OcppMessage(action=action, kind=kind, message_id=frame[1], payload=frame[-1])
        return self.add(Link.OCPP, sender, Seen(data=json.dumps(frame).encode(), message=message))

    def add(self, link: Link, sender: Role | None, body: Any, *, deliberate: bool = False, after: float = 0.02) -> int:
        self.at = round(self.at + after, 6)
        return self.recorder.add(self.at, link, sender, body, deliberate=deliberate).number

    def opening(self) -> None:
        self.call(
            Role.STATION,
            "BootNotification",
            {"reason": "PowerUp", "chargingStation": {"model": HOSTILE, "vendorName": "Nordlicht"}},
            {"currentTime": "2026-09-21T12:26:40Z", "interval": 300, "status": "Accepted"},
        )
        self.add(Link.PLUG, Role.EV, Operation(action="plug"))
        request, response = SdpRequest(), SdpResponse.of("fe80::5", 64109)
        self.add(Link.SDP, Role.EV, Seen(data=request.frame().encode(), payload_type=0x9000, message=request))
        self.add(Link.SDP, Role.STATION, Seen(data=response.frame().encode(), payload_type=0x9001, message=response))
        self.add(Link.V2G, Role.EV, LinkSeen(state="open", detail="[fe80::5]:64109"))
        facts = {
            "version": "TLSv1.3",
            "suite": "TLS_AES_256_GCM_SHA384",
            "group": "secp521r1",
            "peer_chain": ["3082" * 400],
        }
        self.add(Link.V2G, Role.EV, TlsSeen(event="handshake", facts=facts))
        self.v2g(Role.EV, SupportedAppProtocolReq(app_protocol=(_DC20,)), "sap", 0x8001)
        agreed = SupportedAppProtocolRes(response_code=AppProtocolResponseCode.OK_SUCCESSFUL_NEGOTIATION, schema_id=1)
        self.v2g(Role.STATION, agreed, "sap", 0x8001)

    def setup(self, code: ResponseCode = ResponseCode.OK_NEW_SESSION_ESTABLISHED) -> int:
        self.common(Role.EV, SessionSetupReq(header=self.header(), evcc_id="WMIV1234567890ABCDEX"), deliberate=True)
        reply = SessionSetupRes(header=self.header(), response_code=code, evse_id="CA*NLT*E0001")
        return self.common(Role.STATION, reply)

    def charge(self, cycles: int) -> None:
        self.dc(Role.EV, DcCableCheckReq(header=self.header()))
        checked = DcCableCheckRes(
            header=self.header(), response_code=ResponseCode.OK, evse_processing=Processing.FINISHED
        )
        self.dc(Role.STATION, checked)
        for cycle in range(cycles):
            self.dc(Role.EV, self._asked(cycle))
            self.dc(Role.STATION, self._given(cycle))
            if cycle % 10 == 9:
                self.call(Role.STATION, "TransactionEvent", _sample(cycle // 10, 40 + cycle), {})

    def closing(self) -> None:
        stop = SessionStopReq(header=self.header(), charging_session=ChargingSession.TERMINATE)
        self.common(Role.EV, stop)
        self.common(Role.STATION, SessionStopRes(header=self.header(), response_code=ResponseCode.OK))
        self.add(Link.V2G, Role.STATION, LinkSeen(state="closed"))

    def _asked(self, cycle: int) -> DcChargeLoopReq:
        return DcChargeLoopReq(
            header=self.header(),
            meter_info_requested=False,
            display_parameters=DisplayParameters(
                present_soc=40 + cycle, battery_energy_capacity=WattHours(value=6200, exponent=1)
            ),
            ev_present_voltage=Volts(value=3900 + cycle, exponent=-1),
            control_mode=BptDynamicDcClReqControlMode(
                ev_target_energy_request=WattHours(value=20000),
                ev_maximum_energy_request=WattHours(value=30000),
                ev_minimum_energy_request=WattHours(value=-10000),
                ev_maximum_charge_power=Watts(value=5000, exponent=1),
                ev_minimum_charge_power=Watts(value=500),
                ev_maximum_charge_current=Amperes(value=125),
                ev_maximum_voltage=Volts(value=450),
                ev_minimum_voltage=Volts(value=250),
                ev_maximum_discharge_power=Watts(value=11000),
                ev_minimum_discharge_power=Watts(value=500),
                ev_maximum_discharge_current=Amperes(value=30),
            ),
        )

    def _given(self, cycle: int) -> DcChargeLoopRes:
        return DcChargeLoopRes(
            header=self.header(),
            response_code=ResponseCode.OK,
            evse_present_current=Amperes(value=250 + cycle, exponent=-1),
            evse_present_voltage=Volts(value=3900 + cycle, exponent=-1),
            evse_power_limit_achieved=False,
            evse_current_limit_achieved=False,
            evse_voltage_limit_achieved=False,
            control_mode=BptDynamicDcClResControlMode(
                evse_maximum_charge_power=Watts(value=5000, exponent=1),
                evse_minimum_charge_power=Watts(value=500),
                evse_maximum_charge_current=Amperes(value=125),
                evse_maximum_voltage=Volts(value=920),
                evse_maximum_discharge_power=Watts(value=11000),
                evse_minimum_discharge_power=Watts(value=500),
                evse_maximum_discharge_current=Amperes(value=30),
                evse_minimum_voltage=Volts(value=150),
            ),
        )


_DC20 = AppProtocol(
    protocol_namespace="urn:iso:std:iso:15118:-20:DC",
    version_number_major=1,
    version_number_minor=0,
    schema_id=1,
    priority=1,
)


def _sample(number: int, soc: int) -> dict[str, Any]:
    return {
        "eventType": "Updated",
        "triggerReason": "MeterValuePeriodic",
        "seqNo": number,
        "timestamp": "2026-09-21T12:26:41Z",
        "transactionInfo": {"transactionId": "tx-1"},
        "meterValue": [
            {
                "timestamp": "2026-09-21T12:26:41Z",
                "sampledValue": [{"value": soc, "measurand": "SoC", "unitOfMeasure": {"unit": "Percent"}}],
            }
        ],
    }


def full_session(cycles: int = 40) -> Trace:
    story = Story()
    story.opening()
    story.setup()
    story.charge(cycles)
    story.closing()
    return story.recorder.trace()


def refused_session() -> tuple[Trace, int]:
    story = Story()
    story.opening()
    reply = story.setup(ResponseCode.FAILED_UNKNOWN_SESSION)
    broken = Seen(
        data=b"\x01\xfe\x80\x02\x00\x00\x00\x03\x80\x99\x99", payload_type=0x8002, schema="common", problem=HOSTILE
    )
    story.add(Link.V2G, Role.STATION, broken)
    story.add(Link.V2G, Role.STATION, LinkSeen(state="reset"))
    return story.recorder.trace(), reply


def outage_session() -> Trace:
    story = Story()
    story.opening()
    story.setup()
    story.charge(12)
    story.add(Link.OCPP, None, FaultStruck(fault="outage of the backend", detail="90 s"))
    story.add(Link.OCPP, Role.STATION, LinkSeen(state="reset"))
    story.add(Link.HARNESS, None, Note(text="a timer ran out", data={"timer": "heartbeat", "limit": 60}), after=90.0)
    secret = {
        "setVariableData": [
            {
                "component": {"name": "SecurityCtrlr"},
                "variable": {"name": "BasicAuthPassword"},
                "attributeValue": CANARY,
            }
        ]
    }
    story.call(Role.CSMS, "SetVariables", secret)
    story.add(Link.HARNESS, None, Gap(text="three frames were not recorded"))
    story.add(Link.HARNESS, None, Note(text=f"GET /ocpp Authorization: Basic {CANARY}", data={"password": CANARY}))
    return story.recorder.trace()
