"""ISO 15118-20 from the first byte to the selected service, the same for every energy transfer."""

from __future__ import annotations

from harness.messages.iso20.common import (
    AuthorizationReq,
    AuthorizationSetupReq,
    CertificateInstallationReq,
    ServiceDetailReq,
    ServiceDiscoveryReq,
    ServiceSelectionReq,
    SessionSetupReq,
)
from harness.messages.sap import SupportedAppProtocolReq
from harness.sessions.v2g.row import Row
from harness.sessions.v2g.state import Outcome, State

_S, _O = State, Outcome

ROWS = (
    Row(_S.CONNECTED, SupportedAppProtocolReq, _O.DONE, _S.NEGOTIATED, ("V2G20-169",)),
    Row(_S.NEGOTIATED, SessionSetupReq, _O.DONE, _S.SET_UP, ("V2G20-2106", "V2G20-2626", "V2G20-2627")),
    Row(_S.NEGOTIATED, SessionSetupReq, _O.JOINED, _S.JOINED, ("V2G20-2622", "V2G20-2623")),
    Row(_S.SET_UP, AuthorizationSetupReq, _O.DONE, _S.AUTHORIZATION_OFFERED),
    Row(_S.AUTHORIZATION_OFFERED, CertificateInstallationReq, _O.DONE, _S.AUTHORIZATION_OFFERED, ("V2G20-1577",)),
    Row(_S.AUTHORIZATION_OFFERED, CertificateInstallationReq, _O.ONGOING, _S.INSTALLING, ("V2G20-1577",)),
    Row(_S.INSTALLING, CertificateInstallationReq, _O.ONGOING, _S.INSTALLING),
    Row(_S.INSTALLING, CertificateInstallationReq, _O.DONE, _S.AUTHORIZATION_OFFERED),
    Row(_S.AUTHORIZATION_OFFERED, AuthorizationReq, _O.DONE, _S.AUTHORIZED, ("V2G20-1577", "V2G20-1200")),
    Row(_S.AUTHORIZATION_OFFERED, AuthorizationReq, _O.ONGOING, _S.AUTHORIZING, ("V2G20-1577",)),
    Row(_S.AUTHORIZATION_OFFERED, AuthorizationReq, _O.WARNED, _S.AUTHORIZATION_REFUSED, ("V2G20-2219",)),
    Row(_S.AUTHORIZING, AuthorizationReq, _O.ONGOING, _S.AUTHORIZING, ("V2G20-1582",)),
    Row(_S.AUTHORIZING, AuthorizationReq, _O.DONE, _S.AUTHORIZED, ("V2G20-1582", "V2G20-1200")),
    Row(_S.AUTHORIZING, AuthorizationReq, _O.WARNED, _S.AUTHORIZATION_REFUSED, ("V2G20-2219",)),
    Row(_S.AUTHORIZATION_REFUSED, AuthorizationReq, _O.DONE, _S.AUTHORIZED, ("V2G20-2219", "V2G20-2230")),
    Row(_S.AUTHORIZATION_REFUSED, AuthorizationReq, _O.ONGOING, _S.AUTHORIZING, ("V2G20-2219", "V2G20-2230")),
    Row(_S.AUTHORIZATION_REFUSED, AuthorizationReq, _O.WARNED, _S.AUTHORIZATION_REFUSED, ("V2G20-2230",)),
    Row(_S.AUTHORIZATION_REFUSED, CertificateInstallationReq, _O.DONE, _S.AUTHORIZATION_OFFERED, ("V2G20-2221",)),
    Row(_S.AUTHORIZATION_REFUSED, CertificateInstallationReq, _O.ONGOING, _S.INSTALLING, ("V2G20-2221",)),
    Row(_S.AUTHORIZED, ServiceDiscoveryReq, _O.DONE, _S.SERVICES_OFFERED, ("V2G20-1200",)),
    Row(_S.SERVICES_OFFERED, ServiceDetailReq, _O.DONE, _S.SERVICE_DETAILED, ("V2G20-1980",)),
    Row(_S.SERVICE_DETAILED, ServiceDetailReq, _O.DONE, _S.SERVICE_DETAILED, ("V2G20-1981",)),
    Row(_S.SERVICE_DETAILED, ServiceSelectionReq, _O.DONE, _S.SERVICE_SELECTED, ("V2G20-1981",)),
)
