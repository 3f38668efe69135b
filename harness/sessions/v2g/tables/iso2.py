"""The order of messages of ISO 15118-2, as one table."""

from __future__ import annotations

from harness.messages.field import Message
from harness.messages.iso2.charging import ChargeParameterDiscoveryReq, PowerDeliveryReq
from harness.messages.iso2.payment import PaymentServiceSelectionReq
from harness.messages.iso2.session import SessionSetupReq, SessionSetupRes, SessionStopReq
from harness.messages.iso20.energy import Flow
from harness.messages.sap import SupportedAppProtocolReq
from harness.sessions.v2g.iso2_state import Iso2State
from harness.sessions.v2g.row import Dispute, IdRules, Row, Table
from harness.sessions.v2g.state import Outcome, State
from harness.sessions.v2g.tables import iso2_charging, iso2_opening
from harness.sessions.v2g.timers_iso2 import TIMING_2


def variant_of(request: Message) -> str:
    """What a request of several meanings wants: which payment, which progress, which end."""
    if isinstance(request, PowerDeliveryReq):
        return str(request.charge_progress)
    if isinstance(request, SessionStopReq):
        return str(request.charging_session)
    return str(request.selected_payment_option) if isinstance(request, PaymentServiceSelectionReq) else ""


def outcome_of(request: Message, response: Message) -> Outcome:
    """What a pair of messages came to: WARNED stands for a charge loop whose meter reading is to be signed."""
    code = str(getattr(response, "response_code", ""))
    if code.upper().startswith("FAILED"):
        return Outcome.FAILED
    if getattr(response, "evse_processing", "Finished") != "Finished":
        return Outcome.ONGOING
    if getattr(response, "receipt_required", None):
        return Outcome.WARNED
    return Outcome.JOINED if code == "OK_OldSessionJoined" else Outcome.DONE


def flow_in(request: Message, known: Flow | None) -> Flow | None:
    """AC or DC, as the EV asks for it in ChargeParameterDiscovery."""
    if isinstance(request, ChargeParameterDiscoveryReq):
        return Flow.AC if str(request.requested_energy_transfer_mode).startswith("AC") else Flow.DC
    return known


_KEPT_CLOSED = "some vehicles keep their contactors closed and go on without another cable check"
DISPUTES = (
    Dispute(Iso2State.RENEGOTIATED, PowerDeliveryReq, _KEPT_CLOSED, "Start", (Flow.DC,)),
    Dispute(Iso2State.PARAMETERS_KNOWN, PowerDeliveryReq, "a stop before any start", "Stop", (Flow.DC,)),
    Dispute(Iso2State.CABLE_CHECKED, PowerDeliveryReq, "a stop before any start", "Stop", (Flow.DC,)),
    Dispute(Iso2State.CHARGING, SessionStopReq, "some stations take the end of the session for a stop of power"),
)

ISO2 = Table(
    key="iso2",
    rows=(
        Row(State.CONNECTED, SupportedAppProtocolReq, Outcome.DONE, State.NEGOTIATED, ("V2G2-169",)),
        *iso2_opening.ROWS,
        *iso2_charging.ROWS,
    ),
    disputes=DISPUTES,
    outcome_of=outcome_of,
    variant_of=variant_of,
    flow_of=flow_in,
    sequence_error=("V2G2-459",),
    ids=IdRules(
        ask=SessionSetupReq,
        reply=SessionSetupRes,
        request=("V2G2-753", "V2G2-460"),
        response=(),
        not_zero=("V2G2-750",),
        joined=("V2G2-754",),
        fresh=("V2G2-750", "V2G2-756"),
    ),
    timing=TIMING_2,
)
"""The whole table."""
