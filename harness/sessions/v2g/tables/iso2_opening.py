"""ISO 15118-2 from SessionSetup to a granted authorization, and the end of a session."""

from __future__ import annotations

from harness.messages.iso2.certificates import CertificateInstallationReq, CertificateUpdateReq
from harness.messages.iso2.codes import PaymentOption
from harness.messages.iso2.payment import AuthorizationReq, PaymentDetailsReq, PaymentServiceSelectionReq
from harness.messages.iso2.service import ServiceDetailReq, ServiceDiscoveryReq
from harness.messages.iso2.session import ChargingSession, SessionSetupReq, SessionStopReq
from harness.sessions.v2g.iso2_state import Iso2State
from harness.sessions.v2g.row import Row
from harness.sessions.v2g.state import Outcome, State

_S, _O = Iso2State, Outcome
_CONTRACT, _EXTERNAL = PaymentOption.CONTRACT, PaymentOption.EXTERNAL_PAYMENT
_TERMINATE, _PAUSE = ChargingSession.TERMINATE, ChargingSession.PAUSE
_NO_STOP = frozenset({_S.CHARGING, _S.RECEIPT_WANTED})
"""Where power has to be stopped first."""

_SERVICES = (
    Row(State.NEGOTIATED, SessionSetupReq, _O.DONE, _S.SET_UP, ("V2G2-542", "V2G2-462", "V2G2-463")),
    Row(_S.SET_UP, ServiceDiscoveryReq, _O.DONE, _S.SERVICES_OFFERED, ("V2G2-544",)),
    Row(_S.SERVICES_OFFERED, ServiceDetailReq, _O.DONE, _S.SERVICES_OFFERED, ("V2G2-547", "V2G2-422")),
    Row(_S.SERVICES_OFFERED, PaymentServiceSelectionReq, _O.DONE, _S.CONTRACT_SELECTED, ("V2G2-550",), _CONTRACT),
    Row(
        _S.SERVICES_OFFERED,
        PaymentServiceSelectionReq,
        _O.DONE,
        _S.EXTERNAL_PAYMENT_SELECTED,
        ("V2G2-550",),
        _EXTERNAL,
    ),
)

_PAYMENT = (
    Row(_S.CONTRACT_SELECTED, CertificateInstallationReq, _O.DONE, _S.CERTIFICATE_DELIVERED, ("V2G2-553",)),
    Row(_S.CONTRACT_SELECTED, CertificateUpdateReq, _O.DONE, _S.CERTIFICATE_DELIVERED, ("V2G2-556",)),
    Row(_S.CONTRACT_SELECTED, PaymentDetailsReq, _O.DONE, _S.CONTRACT_SHOWN, ("V2G2-559",)),
    Row(_S.CERTIFICATE_DELIVERED, PaymentDetailsReq, _O.DONE, _S.CONTRACT_SHOWN, ("V2G2-557", "V2G2-558")),
    *(
        row
        for state in (_S.CONTRACT_SHOWN, _S.EXTERNAL_PAYMENT_SELECTED, _S.AUTHORIZING)
        for row in (
            Row(state, AuthorizationReq, _O.ONGOING, _S.AUTHORIZING, ("V2G2-562", "V2G2-485")),
            Row(state, AuthorizationReq, _O.DONE, _S.AUTHORIZED, ("V2G2-562",)),
        )
    ),
)

_END = (
    *(
        Row(state, SessionStopReq, _O.DONE, State.TERMINATED, ("V2G2-570", "V2G2-571"), _TERMINATE)
        for state in Iso2State
        if state not in _NO_STOP
    ),
    *(
        Row(state, SessionStopReq, _O.DONE, State.PAUSED, ("V2G2-570", "V2G2-739"), _PAUSE)
        for state in (_S.STOPPED, _S.WELDING_DETECTION)
    ),
)

ROWS = (*_SERVICES, *_PAYMENT, *_END)
