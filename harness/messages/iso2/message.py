"""The envelope of ISO 15118-2: V2G_Message with its header and body."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from harness.messages.field import Message, Wire
from harness.messages.iso2.ac import ChargingStatusReq, ChargingStatusRes
from harness.messages.iso2.certificates import (
    CertificateInstallationReq,
    CertificateInstallationRes,
    CertificateUpdateReq,
    CertificateUpdateRes,
)
from harness.messages.iso2.charging import (
    ChargeParameterDiscoveryReq,
    ChargeParameterDiscoveryRes,
    MeteringReceiptReq,
    MeteringReceiptRes,
    PowerDeliveryReq,
    PowerDeliveryRes,
)
from harness.messages.iso2.codes import FaultCode
from harness.messages.iso2.dc import (
    CableCheckReq,
    CableCheckRes,
    CurrentDemandReq,
    CurrentDemandRes,
    PreChargeReq,
    PreChargeRes,
    WeldingDetectionReq,
    WeldingDetectionRes,
)
from harness.messages.iso2.payment import (
    AuthorizationReq,
    AuthorizationRes,
    PaymentDetailsReq,
    PaymentDetailsRes,
    PaymentServiceSelectionReq,
    PaymentServiceSelectionRes,
)
from harness.messages.iso2.service import (
    ServiceDetailReq,
    ServiceDetailRes,
    ServiceDiscoveryReq,
    ServiceDiscoveryRes,
)
from harness.messages.iso2.session import SessionSetupReq, SessionSetupRes, SessionStopReq, SessionStopRes
from harness.messages.iso2.types import BodyElement, SessionId
from harness.messages.namespaces import ISO2_HEADER, ISO2_MESSAGE, ISO2_TYPES, XMLDSIG
from harness.messages.xmldsig import Signature

AnyBody = (
    AuthorizationReq
    | AuthorizationRes
    | BodyElement
    | CableCheckReq
    | CableCheckRes
    | CertificateInstallationReq
    | CertificateInstallationRes
    | CertificateUpdateReq
    | CertificateUpdateRes
    | ChargeParameterDiscoveryReq
    | ChargeParameterDiscoveryRes
    | ChargingStatusReq
    | ChargingStatusRes
    | CurrentDemandReq
    | CurrentDemandRes
    | MeteringReceiptReq
    | MeteringReceiptRes
    | PaymentDetailsReq
    | PaymentDetailsRes
    | PaymentServiceSelectionReq
    | PaymentServiceSelectionRes
    | PowerDeliveryReq
    | PowerDeliveryRes
    | PreChargeReq
    | PreChargeRes
    | ServiceDetailReq
    | ServiceDetailRes
    | ServiceDiscoveryReq
    | ServiceDiscoveryRes
    | SessionSetupReq
    | SessionSetupRes
    | SessionStopReq
    | SessionStopRes
    | WeldingDetectionReq
    | WeldingDetectionRes
)
"""All that may stand in a body, in the order of the event codes: by name."""


class Notification(Message, frozen=True, kw_only=True):
    """What went wrong, told in the header."""

    namespace: ClassVar[str] = ISO2_TYPES

    fault_code: Annotated[FaultCode, Wire("FaultCode")]
    fault_msg: Annotated[str | None, Meta(max_length=64), Wire("FaultMsg")] = None


class MessageHeader(Message, frozen=True, kw_only=True):
    """Whose session, and the signature over what is signed in the body."""

    namespace: ClassVar[str] = ISO2_HEADER

    session_id: Annotated[SessionId, Wire("SessionID")]
    notification: Annotated[Notification | None, Wire("Notification")] = None
    signature: Annotated[Signature | None, Wire("Signature", namespace=XMLDSIG)] = None


class Body(Message, frozen=True, kw_only=True):
    """One request or response; the schema lets it be empty."""

    namespace: ClassVar[str] = ISO2_MESSAGE

    element: Annotated[AnyBody | None, Wire()] = None


class V2gMessage(Message, frozen=True, kw_only=True):
    """Header and body: what travels."""

    name: ClassVar[str] = "V2G_Message"
    namespace: ClassVar[str] = ISO2_MESSAGE

    header: Annotated[MessageHeader, Wire("Header")]
    body: Annotated[Body, Wire("Body")]
