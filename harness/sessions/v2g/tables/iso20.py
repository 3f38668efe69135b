"""The order of messages of ISO 15118-20, as one table."""

from __future__ import annotations

from harness.messages.field import Message
from harness.messages.iso20.ac import AcChargeParameterDiscoveryReq
from harness.messages.iso20.common import (
    PowerDeliveryReq,
    ServiceSelectionReq,
    SessionSetupReq,
    SessionSetupRes,
    SessionStopReq,
)
from harness.messages.iso20.energy import Flow, flow_of
from harness.messages.iso20.types import Processing, ResponseCode
from harness.messages.iso20.wpt import WptChargeParameterDiscoveryReq
from harness.messages.sap import AppProtocolResponseCode
from harness.sessions.v2g.row import Dispute, IdRules, Table
from harness.sessions.v2g.state import Outcome, State
from harness.sessions.v2g.tables import (
    iso20_approach,
    iso20_beside,
    iso20_ending,
    iso20_energy,
    iso20_opening,
)
from harness.sessions.v2g.timers import TIMING_20


def flow_in(request: Message, known: Flow | None) -> Flow | None:
    """What was selected, or what a resumed session asks parameters for."""
    if isinstance(request, ServiceSelectionReq):
        return flow_of(request.selected_energy_transfer_service.service_id)
    if known is None and isinstance(request, AcChargeParameterDiscoveryReq):
        return Flow.AC
    if known is None and isinstance(request, WptChargeParameterDiscoveryReq):
        return Flow.WPT
    return known


def variant_of(request: Message) -> str:
    """ChargeProgress of a PowerDeliveryReq, ChargingSession of a SessionStopReq."""
    if type(request) is PowerDeliveryReq:
        return str(request.charge_progress)
    return str(request.charging_session) if type(request) is SessionStopReq else ""


def outcome_of(request: Message, response: Message) -> Outcome:
    """What a pair of messages came to; either side may say that it is not done yet."""
    code = str(getattr(response, "response_code", ""))
    if code.startswith("FAILED") or code == AppProtocolResponseCode.FAILED_NO_NEGOTIATION:
        return Outcome.FAILED
    if code == ResponseCode.OK_OLD_SESSION_JOINED:
        return Outcome.JOINED
    said = {getattr(response, "evse_processing", None), getattr(request, "ev_processing", None)}
    if said - {None, Processing.FINISHED}:
        return Outcome.ONGOING
    return Outcome.WARNED if code.startswith("WARNING") else Outcome.DONE


_RESTART = "some stacks start another cycle after a stop, others want the session to end"
DISPUTES = (
    Dispute(
        State.WELDING_DETECTION,
        SessionStopReq,
        "peers take SessionStop while welding detection goes on; the flow wants its end first",
    ),
    Dispute(State.STOPPED, PowerDeliveryReq, _RESTART),
    Dispute(State.WELDING_DETECTED, PowerDeliveryReq, _RESTART),
)

ISO20 = Table(
    key="iso20",
    rows=(
        *iso20_opening.ROWS,
        *iso20_approach.ROWS,
        *iso20_energy.ROWS,
        *iso20_beside.ROWS,
        *iso20_ending.ROWS,
    ),
    disputes=DISPUTES,
    outcome_of=outcome_of,
    variant_of=variant_of,
    flow_of=flow_in,
    sequence_error=("V2G20-459",),
    ids=IdRules(
        ask=SessionSetupReq,
        reply=SessionSetupRes,
        request=("V2G20-753", "V2G20-460"),
        response=("V2G20-751", "V2G20-752"),
        not_zero=("V2G20-2106",),
        joined=("V2G20-2623",),
        fresh=("V2G20-2106", "V2G20-2627"),
    ),
    timing=TIMING_20,
)
"""The whole table."""
