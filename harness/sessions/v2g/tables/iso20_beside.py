"""ISO 15118-20 beside the main stream: metering confirmation, system status of the charging device, parking."""

from __future__ import annotations

from harness.messages.field import Message
from harness.messages.iso20.acdp import AcdpSystemStatusReq
from harness.messages.iso20.common import MeteringConfirmationReq, VehicleCheckInReq, VehicleCheckOutReq
from harness.messages.iso20.energy import Flow
from harness.sessions.v2g.row import DERIVED, Row
from harness.sessions.v2g.state import Outcome, State

METERING_STREAM, STATUS_STREAM, PARKING_STREAM = 0x8102, 0x8103, 0x8104

_S = State
_ENERGISED = (_S.TRANSFERRING, _S.RESCHEDULING, _S.RESCHEDULED, _S.STANDBY)
_BEFORE_POWER = (
    _S.SERVICE_SELECTED,
    _S.FINE_POSITIONING_SET_UP,
    _S.FINE_POSITIONING,
    _S.FINE_POSITIONED,
    _S.PAIRING,
    _S.PAIRED,
    _S.POSITIONING,
    _S.POSITIONED,
)
_AFTER_POWER = (_S.STOPPED, _S.WELDING_DETECTED, _S.DISCONNECTED)
_UNDER_THE_DEVICE = (
    _S.POSITIONED,
    _S.CONNECTING,
    _S.DEVICE_CONNECTED,
    _S.PARAMETERS_KNOWN,
    _S.SCHEDULING,
    _S.SCHEDULED,
    _S.CABLE_CHECKING,
    _S.CABLE_CHECKED,
    _S.PRE_CHARGING,
    _S.PRE_CHARGED,
    _S.STARTING,
    *_ENERGISED,
    _S.STOPPED,
    _S.WELDING_DETECTION,
    _S.WELDING_DETECTED,
    _S.DISCONNECTING,
)


def _beside(
    ask: type[Message], stream: int, states: tuple[State, ...], *sources: str, flows: tuple[Flow, ...] = ()
) -> tuple[Row, ...]:
    """A pair that leaves the main stream where it is."""
    cites = sources or (DERIVED,)
    return tuple(Row(state, ask, Outcome.DONE, state, cites, flows=flows, stream=stream) for state in states)


ROWS = (
    *_beside(MeteringConfirmationReq, METERING_STREAM, (*_ENERGISED, _S.STOPPED), "V2G20-1083"),
    *_beside(AcdpSystemStatusReq, STATUS_STREAM, _UNDER_THE_DEVICE, flows=(Flow.ACDP,)),
    *_beside(VehicleCheckInReq, PARKING_STREAM, _BEFORE_POWER),
    *_beside(VehicleCheckOutReq, PARKING_STREAM, _AFTER_POWER),
)
