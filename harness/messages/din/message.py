"""The envelope of DIN SPEC 70121: V2G_Message with its header and body."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from harness.messages.din.ac import ChargingStatusReq, ChargingStatusRes
from harness.messages.din.certificates import (
    CertificateInstallationReq,
    CertificateInstallationRes,
    CertificateUpdateReq,
    CertificateUpdateRes,
)
from harness.messages.din.charging import (
    ChargeParameterDiscoveryReq,
    ChargeParameterDiscoveryRes,
    MeteringReceiptReq,
    MeteringReceiptRes,
    PowerDeliveryReq,
    PowerDeliveryRes,
)
from harness.messages.din.codes import FaultCode
from harness.messages.din.dc import (
    CableCheckReq,
    CableCheckRes,
    CurrentDemandReq,
    CurrentDemandRes,
    PreChargeReq,
    PreChargeRes,
    WeldingDetectionReq,
    WeldingDetectionRes,
)
from harness.messages.din.payment import (
    ContractAuthenticationReq,
    ContractAuthenticationRes,
    PaymentDetailsReq,
    PaymentDetailsRes,
    ServicePaymentSelectionReq,
    ServicePaymentSelectionRes,
)
from harness.messages.din.service import (
    ServiceDetailReq,
    ServiceDetailRes,
    ServiceDiscoveryReq,
    ServiceDiscoveryRes,
)
from harness.messages.din.session import SessionSetupReq, SessionSetupRes, SessionStopReq, SessionStopRes
from harness.messages.din.types import BodyElement, SessionId
from harness.messages.field import Message, Wire
from harness.messages.namespaces import DIN_HEADER, DIN_MESSAGE, DIN_TYPES, XMLDSIG
from harness.messages.xmldsig import Signature

AnyBody = (
    BodyElement
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
    | ContractAuthenticationReq
    | ContractAuthenticationRes
    | CurrentDemandReq
    | CurrentDemandRes
    | MeteringReceiptReq
    | MeteringReceiptRes
    | PaymentDetailsReq
    | PaymentDetailsRes
    | PowerDeliveryReq
    | PowerDeliveryRes
    | PreChargeReq
    | PreChargeRes
    | ServiceDetailReq
    | ServiceDetailRes
    | ServiceDiscoveryReq
    | ServiceDiscoveryRes
    | ServicePaymentSelectionReq
    | ServicePaymentSelectionRes
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

    namespace: ClassVar[str] = DIN_TYPES

    fault_code: Annotated[FaultCode, Wire("FaultCode")]
    fault_msg: Annotated[str | None, Meta(max_length=64), Wire("FaultMsg")] = None


class MessageHeader(Message, frozen=True, kw_only=True):
    """Whose session, and the signature over what is signed in the body."""

    namespace: ClassVar[str] = DIN_HEADER

    session_id: Annotated[SessionId, Wire("SessionID")]
    notification: Annotated[Notification | None, Wire("Notification")] = None
    signature: Annotated[Signature | None, Wire("Signature", namespace=XMLDSIG)] = None


class Body(Message, frozen=True, kw_only=True):
    """One request or response; the schema lets it be empty."""

    namespace: ClassVar[str] = DIN_MESSAGE

    element: Annotated[AnyBody | None, Wire()] = None


class V2gMessage(Message, frozen=True, kw_only=True):
    """Header and body: what travels."""

    name: ClassVar[str] = "V2G_Message"
    namespace: ClassVar[str] = DIN_MESSAGE

    header: Annotated[MessageHeader, Wire("Header")]
    body: Annotated[Body, Wire("Body")]
