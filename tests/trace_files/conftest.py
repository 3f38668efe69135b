"""A short trace with one entry of every body."""

from __future__ import annotations

from typing import Any

import pytest

from harness.core.case import Role
from harness.core.units import Volts
from harness.framing.sdp import SdpRequest, SdpResponse
from harness.framing.v2gtp import Frame
from harness.messages.iso20.codes import Processing
from harness.messages.iso20.dc import DcPreChargeReq
from harness.messages.iso20.session import SessionSetupReq
from harness.messages.iso20.types import MessageHeader
from harness.messages.ocpp import Kind, OcppMessage
from harness.messages.schema import encode
from harness.trace.entry import Body, FaultStruck, Gap, Link, LinkSeen, Note, Operation, Seen, TlsSeen
from harness.trace.recorder import Recorder
from harness.trace.trace import Trace

AT = 1_790_000_000.125
_HEADER = MessageHeader(session_id=bytes.fromhex("0102030405060708"), time_stamp=1_790_000_000)
_SETUP = SessionSetupReq(header=_HEADER, evcc_id="WMIV1234567890ABCDEX")
_PRE_CHARGE = DcPreChargeReq(
    header=_HEADER,
    ev_processing=Processing.ONGOING,
    ev_present_voltage=Volts(value=0),
    ev_target_voltage=Volts(value=4000, exponent=-1),
)
_BOOT = {"reason": "PowerUp", "chargingStation": {"model": "X", "vendorName": "Y"}}
_STATUS = {"currentTime": "2026-09-21T12:26:40Z", "interval": 300, "status": "Accepted"}
_REFUSAL = {"code": "NotSupported", "description": "no", "details": {}}


@pytest.fixture
def trace() -> Trace:
    recorder = Recorder(Role.STATION)
    request, response = SdpRequest(), SdpResponse.of("fe80::5", 64109)
    bodies: list[tuple[Link, Role | None, Body]] = [
        (Link.HARNESS, None, Note(text="a run begins", data={"seed": 7, "parts": [1, 2]})),
        (Link.PLUG, Role.EV, Operation(action="plug", detail="connector 1")),
        (Link.SDP, Role.EV, Seen(data=request.frame().encode(), payload_type=0x9000, message=request)),
        (Link.SDP, Role.STATION, Seen(data=response.frame().encode(), payload_type=0x9001, message=response)),
        (Link.V2G, Role.EV, LinkSeen(state="open", detail="[fe80::5]:64109")),
        (Link.V2G, Role.EV, TlsSeen(event="handshake", facts={"version": "TLSv1.3", "peer_chain": ["3082"]})),
        (Link.V2G, Role.EV, _frame(0x8002, "common", _SETUP)),
        (Link.V2G, Role.EV, _frame(0x8004, "dc", _PRE_CHARGE)),
        (
            Link.V2G,
            Role.STATION,
            Seen(data=b"\x01\xfe\x80\x02\0\0\0\x01\x80", payload_type=0x8002, schema="common", problem="cut short"),
        ),
        (Link.V2G, Role.STATION, Seen(data=b"no frame at all", problem="bad sync pattern")),
        (
            Link.OCPP,
            Role.STATION,
            _ocpp(
                b'[2, "1","BootNotification",{"reason":"PowerUp","chargingStation":{"model":"X","vendorName":"Y"}}]',
                Kind.REQUEST,
                _BOOT,
            ),
        ),
        (
            Link.OCPP,
            Role.CSMS,
            _ocpp(
                b'[3,"1",{"currentTime":"2026-09-21T12:26:40Z","interval":300,"status":"Accepted"}]',
                Kind.RESPONSE,
                _STATUS,
            ),
        ),
        (Link.OCPP, Role.CSMS, _ocpp(b'[4,"1","NotSupported","no",{}]', Kind.ERROR, _REFUSAL)),
        (Link.OCPP, Role.STATION, Seen(data=b'[2,"1"', problem="not JSON")),
        (Link.OCPP, Role.STATION, Seen(data=b"\xff\xfe[]", problem="not UTF-8")),
        (Link.OCPP, None, FaultStruck(fault="outage", detail="90 s")),
        (Link.HARNESS, None, Gap(text="two frames were not recorded")),
        (Link.V2G, Role.STATION, TlsSeen(event="alert", facts={}, alert=42, detail="bad certificate")),
    ]
    for index, (link, sender, body) in enumerate(bodies):
        recorder.add(AT + index * 0.01, link, sender, body, deliberate=index == 6)
    return recorder.trace()


def _frame(kind: int, schema: str, message: SessionSetupReq | DcPreChargeReq) -> Seen:
    return Seen(data=Frame(kind, encode(message)).encode(), payload_type=kind, schema=schema, message=message)


def _ocpp(data: bytes, kind: Kind, payload: Any) -> Seen:
    return Seen(data=data, message=OcppMessage(action="BootNotification", kind=kind, message_id="1", payload=payload))
