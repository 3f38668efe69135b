"""ISO 15118-20 while a schedule is settled and energy flows: what all flows share, and the ways of DC and AC."""

from __future__ import annotations

from harness.messages.field import Message
from harness.messages.iso20.ac import AcChargeLoopReq, AcChargeParameterDiscoveryReq
from harness.messages.iso20.common import (
    ChargeProgress,
    PowerDeliveryReq,
    ScheduleExchangeReq,
)
from harness.messages.iso20.dc import (
    DcCableCheckReq,
    DcChargeLoopReq,
    DcChargeParameterDiscoveryReq,
    DcPreChargeReq,
    DcWeldingDetectionReq,
)
from harness.messages.iso20.energy import Flow
from harness.messages.iso20.wpt import WptChargeLoopReq
from harness.sessions.v2g.row import Row
from harness.sessions.v2g.state import Outcome, State

_S, _O = State, Outcome
_START, _STOP = ChargeProgress.START, ChargeProgress.STOP
_STANDBY, _RESCHEDULE = ChargeProgress.STANDBY, ChargeProgress.SCHEDULE_RENEGOTIATION

SCHEDULE_STREAM = 0x8101
"""Where a schedule is renegotiated beside the charge loop."""
_OPEN = (Flow.DC, Flow.ACDP)
"""Flows over contacts that carry direct current."""
_CLOSED = (Flow.AC, Flow.WPT)
"""Flows that need neither cable check nor pre-charge."""

_PARAMETERS = (
    Row(
        _S.SERVICE_SELECTED,
        DcChargeParameterDiscoveryReq,
        _O.DONE,
        _S.PARAMETERS_KNOWN,
        ("V2G20-1983",),
        flows=(Flow.DC,),
    ),
    Row(
        _S.SERVICE_SELECTED,
        AcChargeParameterDiscoveryReq,
        _O.DONE,
        _S.PARAMETERS_KNOWN,
        ("V2G20-1983",),
        flows=(Flow.AC,),
    ),
    Row(
        _S.JOINED,
        DcChargeParameterDiscoveryReq,
        _O.DONE,
        _S.PARAMETERS_KNOWN,
        ("V2G20-1032", "V2G20-2098"),
        flows=_OPEN,
    ),
    Row(
        _S.JOINED,
        AcChargeParameterDiscoveryReq,
        _O.DONE,
        _S.PARAMETERS_KNOWN,
        ("V2G20-1032", "V2G20-2097"),
        flows=(Flow.AC,),
    ),
)

_SCHEDULE = (
    Row(_S.PARAMETERS_KNOWN, ScheduleExchangeReq, _O.ONGOING, _S.SCHEDULING),
    Row(_S.PARAMETERS_KNOWN, ScheduleExchangeReq, _O.DONE, _S.SCHEDULED),
    Row(_S.SCHEDULING, ScheduleExchangeReq, _O.ONGOING, _S.SCHEDULING, ("V2G20-1987",)),
    Row(_S.SCHEDULING, ScheduleExchangeReq, _O.DONE, _S.SCHEDULED, ("V2G20-1987",)),
    Row(_S.SCHEDULED, PowerDeliveryReq, _O.DONE, _S.STANDBY, ("V2G20-2122", "V2G20-1385"), _STANDBY),
    Row(_S.SCHEDULED, PowerDeliveryReq, _O.WARNED, _S.SCHEDULED, ("V2G20-2122",), _STANDBY),
    Row(_S.SCHEDULED, PowerDeliveryReq, _O.DONE, _S.STOPPED, ("V2G20-2122",), _STOP),
    Row(_S.SCHEDULED, PowerDeliveryReq, _O.DONE, _S.TRANSFERRING, ("V2G20-1989",), _START, _CLOSED),
    Row(_S.SCHEDULED, PowerDeliveryReq, _O.ONGOING, _S.STARTING, ("V2G20-1989",), _START, _CLOSED),
)

_CABLE = (
    Row(_S.SCHEDULED, DcCableCheckReq, _O.ONGOING, _S.CABLE_CHECKING, ("V2G20-2122",), flows=_OPEN),
    Row(_S.SCHEDULED, DcCableCheckReq, _O.DONE, _S.CABLE_CHECKED, ("V2G20-2122",), flows=_OPEN),
    Row(_S.CABLE_CHECKING, DcCableCheckReq, _O.ONGOING, _S.CABLE_CHECKING, flows=_OPEN),
    Row(_S.CABLE_CHECKING, DcCableCheckReq, _O.DONE, _S.CABLE_CHECKED, flows=_OPEN),
    Row(_S.CABLE_CHECKED, DcPreChargeReq, _O.ONGOING, _S.PRE_CHARGING, flows=_OPEN),
    Row(_S.CABLE_CHECKED, DcPreChargeReq, _O.DONE, _S.PRE_CHARGED, flows=_OPEN),
    Row(_S.PRE_CHARGING, DcPreChargeReq, _O.ONGOING, _S.PRE_CHARGING, ("V2G20-2005",), flows=_OPEN),
    Row(_S.PRE_CHARGING, DcPreChargeReq, _O.DONE, _S.PRE_CHARGED, ("V2G20-2005",), flows=_OPEN),
    Row(_S.PRE_CHARGED, PowerDeliveryReq, _O.DONE, _S.TRANSFERRING, ("V2G20-2006", "V2G20-1615"), _START, _OPEN),
    Row(_S.PRE_CHARGED, PowerDeliveryReq, _O.ONGOING, _S.STARTING, ("V2G20-2006", "V2G20-1615"), _START, _OPEN),
    Row(_S.PRE_CHARGED, PowerDeliveryReq, _O.DONE, _S.STANDBY, ("V2G20-2006", "V2G20-1385"), _STANDBY, _OPEN),
    Row(_S.PRE_CHARGED, PowerDeliveryReq, _O.WARNED, _S.PRE_CHARGED, ("V2G20-2006",), _STANDBY, _OPEN),
    Row(_S.PRE_CHARGED, PowerDeliveryReq, _O.DONE, _S.STOPPED, ("V2G20-2006", "V2G20-1311"), _STOP, _OPEN),
)


def _loops(ask: type[Message], flows: tuple[Flow, ...]) -> tuple[Row, ...]:
    """The charge loop, which goes on while a schedule is renegotiated."""
    states = (_S.TRANSFERRING, _S.RESCHEDULING, _S.RESCHEDULED)
    return tuple(Row(state, ask, _O.DONE, state, ("V2G20-1600",), flows=flows) for state in states)


_LOOP = (
    *_loops(DcChargeLoopReq, _OPEN),
    *_loops(AcChargeLoopReq, (Flow.AC,)),
    *_loops(WptChargeLoopReq, (Flow.WPT,)),
)

_DELIVERY = (
    Row(_S.STARTING, PowerDeliveryReq, _O.ONGOING, _S.STARTING, variant=_START),
    Row(_S.STARTING, PowerDeliveryReq, _O.DONE, _S.TRANSFERRING, variant=_START),
    Row(_S.STARTING, PowerDeliveryReq, _O.DONE, _S.STOPPED, ("V2G20-1311",), _STOP),
    Row(_S.TRANSFERRING, PowerDeliveryReq, _O.DONE, _S.STOPPED, ("V2G20-1311", "V2G20-1623"), _STOP),
    Row(_S.TRANSFERRING, PowerDeliveryReq, _O.DONE, _S.STANDBY, ("V2G20-1385", "V2G20-1623"), _STANDBY),
    Row(_S.TRANSFERRING, PowerDeliveryReq, _O.WARNED, _S.TRANSFERRING, ("V2G20-1623",), _STANDBY),
    Row(_S.TRANSFERRING, PowerDeliveryReq, _O.DONE, _S.RESCHEDULING, ("V2G20-1623",), _RESCHEDULE),
    Row(_S.TRANSFERRING, PowerDeliveryReq, _O.WARNED, _S.TRANSFERRING, ("V2G20-1623",), _RESCHEDULE),
    Row(_S.STANDBY, PowerDeliveryReq, _O.DONE, _S.TRANSFERRING, ("V2G20-1386",), _START),
    Row(_S.STANDBY, PowerDeliveryReq, _O.ONGOING, _S.STARTING, ("V2G20-1386",), _START),
    Row(_S.STANDBY, PowerDeliveryReq, _O.DONE, _S.STANDBY, variant=_STANDBY),
    Row(_S.STANDBY, PowerDeliveryReq, _O.DONE, _S.STOPPED, ("V2G20-1386",), _STOP),
    Row(_S.STANDBY, PowerDeliveryReq, _O.DONE, _S.RESCHEDULING, ("V2G20-1386",), _RESCHEDULE),
    Row(_S.STANDBY, PowerDeliveryReq, _O.WARNED, _S.STANDBY, ("V2G20-1386",), _RESCHEDULE),
)

_RENEGOTIATION = (
    Row(_S.RESCHEDULING, ScheduleExchangeReq, _O.ONGOING, _S.RESCHEDULING),
    Row(_S.RESCHEDULING, ScheduleExchangeReq, _O.DONE, _S.RESCHEDULED),
    Row(_S.RESCHEDULING, ScheduleExchangeReq, _O.ONGOING, _S.RESCHEDULING, stream=SCHEDULE_STREAM),
    Row(_S.RESCHEDULING, ScheduleExchangeReq, _O.DONE, _S.RESCHEDULED, stream=SCHEDULE_STREAM),
    Row(_S.RESCHEDULING, PowerDeliveryReq, _O.DONE, _S.STOPPED, ("V2G20-1311",), _STOP),
    Row(_S.RESCHEDULED, PowerDeliveryReq, _O.DONE, _S.TRANSFERRING, variant=_START),
    Row(_S.RESCHEDULED, PowerDeliveryReq, _O.DONE, _S.STOPPED, ("V2G20-1311",), _STOP),
    Row(_S.RESCHEDULED, PowerDeliveryReq, _O.DONE, _S.STANDBY, ("V2G20-1385",), _STANDBY),
    Row(_S.RESCHEDULED, PowerDeliveryReq, _O.WARNED, _S.RESCHEDULED, ("V2G20-1385",), _STANDBY),
)

_WELDING = (
    Row(_S.STOPPED, DcWeldingDetectionReq, _O.ONGOING, _S.WELDING_DETECTION, flows=_OPEN),
    Row(_S.STOPPED, DcWeldingDetectionReq, _O.DONE, _S.WELDING_DETECTED, flows=_OPEN),
    Row(_S.WELDING_DETECTION, DcWeldingDetectionReq, _O.ONGOING, _S.WELDING_DETECTION, ("V2G20-1630",), flows=_OPEN),
    Row(_S.WELDING_DETECTION, DcWeldingDetectionReq, _O.DONE, _S.WELDING_DETECTED, ("V2G20-1630",), flows=_OPEN),
)

ROWS = (*_PARAMETERS, *_SCHEDULE, *_CABLE, *_LOOP, *_DELIVERY, *_RENEGOTIATION, *_WELDING)
