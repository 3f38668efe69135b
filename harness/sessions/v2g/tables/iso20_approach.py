"""ISO 15118-20 where the EV must come near first: wireless transfer and the automated connection device."""

from __future__ import annotations

from harness.messages.field import Message
from harness.messages.iso20.acdp import AcdpConnectReq, AcdpDisconnectReq, AcdpVehiclePositioningReq
from harness.messages.iso20.dc import DcChargeParameterDiscoveryReq
from harness.messages.iso20.energy import Flow
from harness.messages.iso20.wpt import (
    WptAlignmentCheckReq,
    WptChargeParameterDiscoveryReq,
    WptFinePositioningReq,
    WptFinePositioningSetupReq,
    WptPairingReq,
)
from harness.sessions.v2g.row import Row
from harness.sessions.v2g.state import Outcome, State

_S, _O = State, Outcome


def _step(ask: type[Message], before: State, during: State, after: State, flow: Flow) -> tuple[Row, ...]:
    """A message that is repeated while it is ongoing."""
    return (
        Row(before, ask, _O.ONGOING, during, flows=(flow,)),
        Row(before, ask, _O.DONE, after, flows=(flow,)),
        Row(during, ask, _O.ONGOING, during, flows=(flow,)),
        Row(during, ask, _O.DONE, after, flows=(flow,)),
    )


_WPT = (
    *_step(
        WptFinePositioningSetupReq,
        _S.SERVICE_SELECTED,
        _S.FINE_POSITIONING_SET_UP,
        _S.FINE_POSITIONING_SET_UP,
        Flow.WPT,
    )[:2],
    *_step(WptFinePositioningReq, _S.FINE_POSITIONING_SET_UP, _S.FINE_POSITIONING, _S.FINE_POSITIONED, Flow.WPT),
    *_step(WptPairingReq, _S.FINE_POSITIONED, _S.PAIRING, _S.PAIRED, Flow.WPT),
    Row(_S.PAIRED, WptChargeParameterDiscoveryReq, _O.DONE, _S.WPT_PARAMETERS_KNOWN, flows=(Flow.WPT,)),
    Row(
        _S.JOINED,
        WptChargeParameterDiscoveryReq,
        _O.DONE,
        _S.WPT_PARAMETERS_KNOWN,
        ("V2G20-1032", "V2G20-5046"),
        flows=(Flow.WPT,),
    ),
    *_step(WptAlignmentCheckReq, _S.WPT_PARAMETERS_KNOWN, _S.ALIGNING, _S.PARAMETERS_KNOWN, Flow.WPT),
)

_ACDP = (
    *_step(AcdpVehiclePositioningReq, _S.SERVICE_SELECTED, _S.POSITIONING, _S.POSITIONED, Flow.ACDP),
    *_step(AcdpConnectReq, _S.POSITIONED, _S.CONNECTING, _S.DEVICE_CONNECTED, Flow.ACDP),
    Row(_S.DEVICE_CONNECTED, DcChargeParameterDiscoveryReq, _O.DONE, _S.PARAMETERS_KNOWN, flows=(Flow.ACDP,)),
    *_step(AcdpDisconnectReq, _S.WELDING_DETECTED, _S.DISCONNECTING, _S.DISCONNECTED, Flow.ACDP),
)

ROWS = (*_WPT, *_ACDP)
