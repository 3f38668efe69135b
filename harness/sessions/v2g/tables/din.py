"""The order of messages of DIN SPEC 70121 for direct current and external payment, as one table."""

from __future__ import annotations

from harness.messages.din.charging import ChargeParameterDiscoveryReq, PowerDeliveryReq
from harness.messages.din.dc import CableCheckReq, CurrentDemandReq, PreChargeReq, WeldingDetectionReq
from harness.messages.din.payment import ContractAuthenticationReq, ServicePaymentSelectionReq
from harness.messages.din.service import ServiceDetailReq, ServiceDiscoveryReq
from harness.messages.din.session import SessionSetupReq, SessionSetupRes, SessionStopReq
from harness.messages.field import Message
from harness.messages.iso20.energy import Flow
from harness.messages.sap import SupportedAppProtocolReq
from harness.sessions.v2g.iso2_state import Iso2State
from harness.sessions.v2g.row import Dispute, IdRules, Row, Table
from harness.sessions.v2g.state import Outcome, State
from harness.sessions.v2g.tables.iso2 import outcome_of
from harness.sessions.v2g.timers_iso2 import TIMING_DIN

_S, _O = Iso2State, Outcome
READY, NOT_READY = "ready to charge", "not ready to charge"
"""What a PowerDeliveryReq may say."""


def variant_of(request: Message) -> str:
    """ReadyToChargeState of a PowerDeliveryReq."""
    if isinstance(request, PowerDeliveryReq):
        return READY if request.ready_to_charge_state else NOT_READY
    return ""


def flow_in(request: Message, known: Flow | None) -> Flow | None:
    """Nothing but direct current."""
    return Flow.DC


_OPENING = (
    Row(State.CONNECTED, SupportedAppProtocolReq, _O.DONE, State.NEGOTIATED, ("V2G-DC-436",)),
    Row(State.NEGOTIATED, SessionSetupReq, _O.DONE, _S.SET_UP, ("V2G-DC-437",)),
    Row(_S.SET_UP, ServiceDiscoveryReq, _O.DONE, _S.SERVICES_OFFERED, ("V2G-DC-439",)),
    Row(
        _S.SERVICES_OFFERED,
        ServicePaymentSelectionReq,
        _O.DONE,
        _S.EXTERNAL_PAYMENT_SELECTED,
        ("V2G-DC-441", "V2G-DC-252"),
    ),
    *(
        row
        for state in (_S.EXTERNAL_PAYMENT_SELECTED, _S.AUTHORIZING)
        for row in (
            Row(state, ContractAuthenticationReq, _O.ONGOING, _S.AUTHORIZING, ("V2G-DC-444", "V2G-DC-497")),
            Row(state, ContractAuthenticationReq, _O.DONE, _S.AUTHORIZED, ("V2G-DC-444", "V2G-DC-494")),
        )
    ),
    *(
        row
        for state in (_S.AUTHORIZED, _S.PARAMETERS_ONGOING)
        for row in (
            Row(state, ChargeParameterDiscoveryReq, _O.ONGOING, _S.PARAMETERS_ONGOING, ("V2G-DC-498", "V2G-DC-493")),
            Row(state, ChargeParameterDiscoveryReq, _O.DONE, _S.PARAMETERS_KNOWN, ("V2G-DC-495", "V2G-DC-498")),
        )
    ),
)

_CHARGING = (
    *(
        row
        for state in (_S.PARAMETERS_KNOWN, _S.CABLE_CHECKING)
        for row in (
            Row(state, CableCheckReq, _O.ONGOING, _S.CABLE_CHECKING, ("V2G-DC-453", "V2G-DC-499")),
            Row(state, CableCheckReq, _O.DONE, _S.CABLE_CHECKED, ("V2G-DC-453", "V2G-DC-499")),
        )
    ),
    Row(_S.CABLE_CHECKED, PreChargeReq, _O.DONE, _S.PRE_CHARGING, ("V2G-DC-455",)),
    Row(_S.PRE_CHARGING, PreChargeReq, _O.DONE, _S.PRE_CHARGING, ("V2G-DC-458",)),
    Row(_S.PRE_CHARGING, PowerDeliveryReq, _O.DONE, _S.CHARGING, ("V2G-DC-458",), READY),
    Row(_S.PRE_CHARGING, PowerDeliveryReq, _O.DONE, _S.STOPPED, ("V2G-DC-458",), NOT_READY),
    Row(_S.CHARGING, CurrentDemandReq, _O.DONE, _S.CHARGING, ("V2G-DC-464",)),
    Row(_S.CHARGING, PowerDeliveryReq, _O.DONE, _S.STOPPED, ("V2G-DC-464",), NOT_READY),
    Row(_S.STOPPED, WeldingDetectionReq, _O.DONE, _S.WELDING_DETECTION, ("V2G-DC-459",)),
    Row(_S.WELDING_DETECTION, WeldingDetectionReq, _O.DONE, _S.WELDING_DETECTION, ("V2G-DC-469",)),
)

_UNUSED = frozenset({_S.CONTRACT_SELECTED, _S.CERTIFICATE_DELIVERED, _S.CONTRACT_SHOWN, _S.RECEIPT_WANTED})
_NO_STOP = _UNUSED | {_S.CHARGING, _S.RENEGOTIATING, _S.RENEGOTIATED}
_END = tuple(
    Row(state, SessionStopReq, _O.DONE, State.TERMINATED, ("V2G-DC-665",))
    for state in Iso2State
    if state not in _NO_STOP
)

DISPUTES = (
    Dispute(_S.SERVICES_OFFERED, ServiceDetailReq, "the schema has it, the profile does not use it (V2G-DC-548)"),
    Dispute(_S.CHARGING, SessionStopReq, "some stations take the end of the session for a stop of power"),
)

DIN = Table(
    key="din",
    rows=(*_OPENING, *_CHARGING, *_END),
    disputes=DISPUTES,
    outcome_of=outcome_of,
    variant_of=variant_of,
    flow_of=flow_in,
    sequence_error=("V2G-DC-390",),
    ids=IdRules(
        ask=SessionSetupReq,
        reply=SessionSetupRes,
        request=("V2G-DC-391", "V2G-DC-993"),
        response=("V2G-DC-872",),
        not_zero=("V2G-DC-872",),
        joined=("V2G-DC-934",),
        fresh=("V2G-DC-872",),
    ),
    timing=TIMING_DIN,
)
"""The whole table."""
