"""Who pays, and for what: PaymentServiceSelection, PaymentDetails and Authorization."""

from __future__ import annotations

from typing import Annotated, ClassVar

from harness.messages.field import Message, Wire
from harness.messages.iso2.certificates import ContractSignatureCertChain
from harness.messages.iso2.codes import EvseProcessing, PaymentOption
from harness.messages.iso2.types import Emaid, GenChallenge, Request, Response, ServiceId
from harness.messages.namespaces import ISO2_BODY, ISO2_TYPES
from harness.messages.simple import I16, I64, Identity


class SelectedService(Message, frozen=True, kw_only=True):
    """A service that the EV picked, and in which way if there are several."""

    namespace: ClassVar[str] = ISO2_TYPES

    service_id: Annotated[ServiceId, Wire("ServiceID")]
    parameter_set_id: Annotated[I16 | None, Wire("ParameterSetID")] = None


class SelectedServiceList(Message, frozen=True, kw_only=True):
    """The services that the EV picked, charging among them."""

    namespace: ClassVar[str] = ISO2_TYPES

    selected_service: Annotated[tuple[SelectedService, ...], Wire("SelectedService", 1, 16)]


class PaymentServiceSelectionReq(Request, frozen=True, kw_only=True):
    """Names the way of paying and the services that the EV picked."""

    name: ClassVar[str] = "PaymentServiceSelectionReq"
    namespace: ClassVar[str] = ISO2_BODY

    selected_payment_option: Annotated[PaymentOption, Wire("SelectedPaymentOption")]
    selected_service_list: Annotated[SelectedServiceList, Wire("SelectedServiceList")]


class PaymentServiceSelectionRes(Response, frozen=True, kw_only=True):
    """Whether the picked services can be had and paid so."""

    name: ClassVar[str] = "PaymentServiceSelectionRes"
    namespace: ClassVar[str] = ISO2_BODY


class PaymentDetailsReq(Request, frozen=True, kw_only=True):
    """The contract: its account and its certificates."""

    name: ClassVar[str] = "PaymentDetailsReq"
    namespace: ClassVar[str] = ISO2_BODY

    emaid: Annotated[Emaid, Wire("eMAID")]
    contract_signature_cert_chain: Annotated[ContractSignatureCertChain, Wire("ContractSignatureCertChain")]


class PaymentDetailsRes(Response, frozen=True, kw_only=True):
    """The challenge that the EV has to sign, and the station's clock (Unix time in seconds)."""

    name: ClassVar[str] = "PaymentDetailsRes"
    namespace: ClassVar[str] = ISO2_BODY

    gen_challenge: Annotated[GenChallenge, Wire("GenChallenge")]
    evse_time_stamp: Annotated[I64, Wire("EVSETimeStamp")]


class AuthorizationReq(Request, frozen=True, kw_only=True):
    """Asks for leave to charge; with a contract, signed and with the challenge."""

    name: ClassVar[str] = "AuthorizationReq"
    namespace: ClassVar[str] = ISO2_BODY

    id: Annotated[str | None, Identity(), Wire("Id", attribute=True)] = None
    gen_challenge: Annotated[GenChallenge | None, Wire("GenChallenge")] = None


class AuthorizationRes(Response, frozen=True, kw_only=True):
    """Whether the EV may charge, or has to ask again."""

    name: ClassVar[str] = "AuthorizationRes"
    namespace: ClassVar[str] = ISO2_BODY

    evse_processing: Annotated[EvseProcessing, Wire("EVSEProcessing")]
