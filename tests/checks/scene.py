"""Traces written by hand: who said what, after how many seconds, and which of it on purpose."""

from __future__ import annotations

from typing import Any

from harness.core.case import Role
from harness.core.units import Amperes, Volts
from harness.core.verdict import Finding, Verdict
from harness.framing import ocppj
from harness.messages.field import Message
from harness.messages.iso20.codes import Processing, ResponseCode
from harness.messages.iso20.common import (
    ChargeProgress,
    ChargingSession,
    PowerDeliveryReq,
    PowerDeliveryRes,
    SessionSetupReq,
    SessionSetupRes,
    SessionStopReq,
    SessionStopRes,
)
from harness.messages.iso20.dc import (
    DcCableCheckReq,
    DcCableCheckRes,
    DcChargeLoopReq,
    DcChargeLoopRes,
    ScheduledDcClReqControlMode,
    ScheduledDcClResControlMode,
)
from harness.messages.iso20.types import MessageHeader, MeterInfo
from harness.messages.ocpp import Kind, OcppMessage
from harness.messages.ocpp_time import timestamp
from harness.trace.entry import Body, Entry, FaultStruck, Gap, Link, LinkSeen, Operation, Seen
from harness.trace.recorder import Recorder
from harness.trace.trace import Trace

EPOCH = 1_790_000_000.0
SESSION = bytes.fromhex("0102030405060708")
OTHER_SESSION = bytes.fromhex("1112131415161718")
NOBODY = bytes(8)


class Scene:
    """A trace in the making; `at` runs with what is said."""

    def __init__(self, subject: Role | None = None) -> None:
        self._recorder = Recorder(subject)
        self.at = EPOCH

    @property
    def trace(self) -> Trace:
        return self._recorder.trace()

    def add(
        self, link: Link, sender: Role | None, body: Body, after: float = 0.0, *, deliberate: bool = False
    ) -> Entry:
        self.at += after
        return self._recorder.add(self.at, link, sender, body, deliberate=deliberate)

    def open(self, link: Link = Link.V2G, after: float = 0.0) -> Entry:
        return self.add(link, Role.EV if link is Link.V2G else Role.STATION, LinkSeen(state="open"), after)

    def close(self, link: Link = Link.V2G, after: float = 0.0, *, by: Role = Role.EV, state: str = "closed") -> Entry:
        return self.add(link, by, LinkSeen(state=state), after)

    def gap(self, link: Link = Link.HARNESS) -> Entry:
        return self.add(link, None, Gap(text="a frame was lost"))

    def fault(self, link: Link = Link.V2G) -> Entry:
        return self.add(link, Role.EV, FaultStruck(fault="drop"), deliberate=True)

    def operation(self, action: str) -> Entry:
        return self.add(Link.PLUG, None, Operation(action=action))

    def ev(self, message: Message | None, after: float = 0.1, **terms: Any) -> Entry:
        return self._frame(Role.EV, message, after, **terms)

    def station(self, message: Message | None, after: float = 0.1, **terms: Any) -> Entry:
        return self._frame(Role.STATION, message, after, **terms)

    def _frame(
        self, sender: Role, message: Message | None, after: float, *, deliberate: bool = False, stream: int = 0x8002
    ) -> Entry:
        problem = "" if message is not None else "bit 12: no such event"
        body = Seen(data=b"\x01\xfe", payload_type=stream, schema="common", message=message, problem=problem)
        return self.add(Link.V2G, sender, body, after, deliberate=deliberate)

    def call(
        self, sender: Role, action: str, payload: Any, after: float = 0.1, *, id_: str = "1", deliberate: bool = False
    ) -> Entry:
        message = OcppMessage(action=action, kind=Kind.REQUEST, message_id=id_, payload=payload)
        return self._ocpp(sender, ocppj.Call(id_, action, payload), message, after, deliberate=deliberate)

    def result(
        self, sender: Role, action: str, payload: Any, after: float = 0.1, *, id_: str = "1", deliberate: bool = False
    ) -> Entry:
        message = OcppMessage(action=action, kind=Kind.RESPONSE, message_id=id_, payload=payload)
        return self._ocpp(sender, ocppj.CallResult(id_, payload), message, after, deliberate=deliberate)

    def error(self, sender: Role, code: str, after: float = 0.1, *, id_: str = "1", description: str = "") -> Entry:
        payload = {"code": code, "description": description, "details": {}}
        message = OcppMessage(action="", kind=Kind.ERROR, message_id=id_, payload=payload)
        return self._ocpp(sender, ocppj.CallError(id_, code, description, {}), message, after)

    def text(
        self, sender: Role, data: bytes, after: float = 0.1, *, problem: str = "", deliberate: bool = False
    ) -> Entry:
        return self.add(Link.OCPP, sender, Seen(data=data, problem=problem), after, deliberate=deliberate)

    def _ocpp(
        self, sender: Role, frame: ocppj.Frame, message: OcppMessage, after: float, *, deliberate: bool = False
    ) -> Entry:
        body = Seen(data=ocppj.encode(frame).encode(), message=message)
        return self.add(Link.OCPP, sender, body, after, deliberate=deliberate)

    def heartbeat(self, after: float = 0.1, *, id_: str = "1") -> tuple[Entry, Entry]:
        """A CALL of the station and its answer."""
        asked = self.call(Role.STATION, "Heartbeat", {}, after, id_=id_)
        return asked, self.result(Role.CSMS, "Heartbeat", {"currentTime": timestamp(self.at)}, id_=id_)

    def event(self, number: Any, kind: str = "Updated", after: float = 0.1, **terms: Any) -> Entry:
        """A TransactionEvent, with an id of its own unless `id_` is given; `told` are further keys of its payload."""
        told = terms.pop("told", {})
        payload = {
            "eventType": kind,
            "timestamp": timestamp(self.at + after),
            "triggerReason": "MeterValuePeriodic",
            "seqNo": number,
            "transactionInfo": {"transactionId": terms.pop("transaction", "T1")},
            **told,
        }
        terms.setdefault("id_", f"m{len(self.trace) + 1}")
        return self.call(Role.STATION, "TransactionEvent", payload, after, **terms)


def header(session: bytes = SESSION) -> MessageHeader:
    return MessageHeader(session_id=session, time_stamp=int(EPOCH))


def setup_req(session: bytes = NOBODY) -> SessionSetupReq:
    return SessionSetupReq(header=header(session), evcc_id="WMIV1234567890ABCDEX")


def setup_res(
    session: bytes = SESSION, code: ResponseCode = ResponseCode.OK_NEW_SESSION_ESTABLISHED
) -> SessionSetupRes:
    return SessionSetupRes(header=header(session), response_code=code, evse_id="DE*ABC*E1")


def stop_req(session: bytes = SESSION) -> SessionStopReq:
    return SessionStopReq(header=header(session), charging_session=ChargingSession.TERMINATE)


def stop_res(session: bytes = SESSION) -> SessionStopRes:
    return SessionStopRes(header=header(session), response_code=ResponseCode.OK)


def check_req(session: bytes = SESSION) -> DcCableCheckReq:
    return DcCableCheckReq(header=header(session))


def check_res(session: bytes = SESSION, code: ResponseCode = ResponseCode.OK) -> DcCableCheckRes:
    return DcCableCheckRes(header=header(session), response_code=code, evse_processing=Processing.ONGOING)


def stop_power_req() -> PowerDeliveryReq:
    return PowerDeliveryReq(header=header(), ev_processing=Processing.FINISHED, charge_progress=ChargeProgress.STOP)


def stop_power_res() -> PowerDeliveryRes:
    return PowerDeliveryRes(header=header(), response_code=ResponseCode.OK)


def loop_req() -> DcChargeLoopReq:
    mode = ScheduledDcClReqControlMode(ev_target_current=Amperes(value=50), ev_target_voltage=Volts(value=400))
    return DcChargeLoopReq(
        header=header(), meter_info_requested=True, ev_present_voltage=Volts(value=400), control_mode=mode
    )


def loop_res(amperes: int = 50, meter: MeterInfo | None = None, session: bytes = SESSION) -> DcChargeLoopRes:
    return DcChargeLoopRes(
        header=header(session),
        response_code=ResponseCode.OK,
        meter_info=meter,
        evse_present_current=Amperes(value=amperes),
        evse_present_voltage=Volts(value=400),
        evse_power_limit_achieved=False,
        evse_current_limit_achieved=False,
        evse_voltage_limit_achieved=False,
        control_mode=ScheduledDcClResControlMode(),
    )


def offences(findings: Any) -> list[tuple[int, ...]]:
    """The entries of every failing finding."""
    return [finding.entries for finding in findings if finding.verdict is Verdict.FAIL]


def notices(findings: Any) -> list[tuple[int, ...]]:
    """The entries of everything told without a judgement."""
    return [finding.entries for finding in findings if finding.notice]


def holds(findings: Any) -> bool:
    """Whether a rule found something to look at and nothing to object to."""
    found: list[Finding] = list(findings)
    return bool(found) and all(finding.verdict is Verdict.PASS or finding.notice for finding in found)
