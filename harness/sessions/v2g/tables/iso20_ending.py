"""ISO 15118-20 at the end of a session: for good, for now, or for another service."""

from __future__ import annotations

from harness.messages.iso20.common import ChargingSession, SessionStopReq
from harness.messages.iso20.energy import Flow
from harness.sessions.v2g.row import Row
from harness.sessions.v2g.state import OVER, Outcome, State

_S = State
_NO_STOP = OVER | {_S.CONNECTED, _S.NEGOTIATED, _S.WELDING_DETECTION}
_TERMINATE, _PAUSE = ChargingSession.TERMINATE, ChargingSession.PAUSE
_RENEGOTIATE = ChargingSession.SERVICE_RENEGOTIATION
_AT_REST = ((_S.STOPPED, ()), (_S.WELDING_DETECTED, ()), (_S.DISCONNECTED, (Flow.ACDP,)))

ROWS = (
    *(
        Row(state, SessionStopReq, Outcome.DONE, _S.TERMINATED, ("V2G20-1632", "V2G20-1080"), _TERMINATE)
        for state in State
        if state not in _NO_STOP
    ),
    *(Row(state, SessionStopReq, Outcome.DONE, _S.PAUSED, variant=_PAUSE, flows=flows) for state, flows in _AT_REST),
    *(
        Row(state, SessionStopReq, Outcome.DONE, _S.AUTHORIZED, ("V2G20-1476", "V2G20-1477"), _RENEGOTIATE, flows)
        for state, flows in _AT_REST
    ),
)
