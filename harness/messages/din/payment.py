"""Who pays, and for what: ServicePaymentSelection, PaymentDetails and ContractAuthentication."""

from __future__ import annotations

from typing import Annotated, ClassVar

from harness.messages.din.certificates import CertificateChain
from harness.messages.din.codes import EvseProcessing, PaymentOption
from harness.messages.din.types import ContractId, Request, Response, ServiceId
from harness.messages.field import Message, Wire
from harness.messages.namespaces import DIN_BODY, DIN_TYPES
from harness.messages.simple import I16, I64, IdentityReference


class SelectedService(Message, frozen=True, kw_only=True):
    """A service that the EV picked, and in which way if there are several."""

    namespace: ClassVar[str] = DIN_TYPES

    service_id: Annotated[ServiceId, Wire("ServiceID")]
    parameter_set_id: Annotated[I16 | None, Wire("ParameterSetID")] = None


class SelectedServiceList(Message, frozen=True, kw_only=True):
    """The services that the EV picked, charging among them."""

    namespace: ClassVar[str] = DIN_TYPES

    selected_service: Annotated[tuple[SelectedService, ...], Wire("SelectedService", 1, None)]


class ServicePaymentSelectionReq(Request, frozen=True, kw_only=True):
    """Names the way of paying and the services that the EV picked."""

    name: ClassVar[str] = "ServicePaymentSelectionReq"
    namespace: ClassVar[str] = DIN_BODY

    selected_payment_option: Annotated[PaymentOption, Wire("SelectedPaymentOption")]
    selected_service_list: Annotated[SelectedServiceList, Wire("SelectedServiceList")]


class ServicePaymentSelectionRes(Response, frozen=True, kw_only=True):
    """Whether the picked services can be had and paid so."""

    name: ClassVar[str] = "ServicePaymentSelectionRes"
    namespace: ClassVar[str] = DIN_BODY


class PaymentDetailsReq(Request, frozen=True, kw_only=True):
    """The contract: its account and its certificates."""

    name: ClassVar[str] = "PaymentDetailsReq"
    namespace: ClassVar[str] = DIN_BODY

    contract_id: Annotated[ContractId, Wire("ContractID")]
    contract_signature_cert_chain: Annotated[CertificateChain, Wire("ContractSignatureCertChain")]


class PaymentDetailsRes(Response, frozen=True, kw_only=True):
    """The challenge that the EV has to sign, and the station's clock (Unix time in seconds)."""

    name: ClassVar[str] = "PaymentDetailsRes"
    namespace: ClassVar[str] = DIN_BODY

    gen_challenge: Annotated[str, Wire("GenChallenge")]
    date_time_now: Annotated[I64, Wire("DateTimeNow")]


class ContractAuthenticationReq(Request, frozen=True, kw_only=True):
    """Asks for leave to charge; with a contract, signed and with the challenge."""

    name: ClassVar[str] = "ContractAuthenticationReq"
    namespace: ClassVar[str] = DIN_BODY

    id: Annotated[str | None, IdentityReference(), Wire("Id", attribute=True, namespace="")] = None
    gen_challenge: Annotated[str | None, Wire("GenChallenge")] = None


class ContractAuthenticationRes(Response, frozen=True, kw_only=True):
    """Whether the EV may charge, or has to ask again."""

    name: ClassVar[str] = "ContractAuthenticationRes"
    namespace: ClassVar[str] = DIN_BODY

    evse_processing: Annotated[EvseProcessing, Wire("EVSEProcessing")]
