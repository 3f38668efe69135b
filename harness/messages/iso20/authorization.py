"""How the EV says who pays: AuthorizationSetup and Authorization."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from harness.messages.field import Message, Wire
from harness.messages.iso20.certificates import ContractCertificateChain
from harness.messages.iso20.codes import Processing
from harness.messages.iso20.types import Name, V2gRequest, V2gResponse
from harness.messages.namespaces import COMMON_MESSAGES
from harness.messages.simple import Identity

GenChallenge = Annotated[bytes, Meta(min_length=16, max_length=16)]


class Authorization(StrEnum):
    """Ways of authorization: external means, or Plug and Charge."""

    EIM = "EIM"
    PNC = "PnC"


class AuthorizationSetupReq(V2gRequest, frozen=True, kw_only=True):
    """Asks which ways of authorization there are."""

    name: ClassVar[str] = "AuthorizationSetupReq"
    namespace: ClassVar[str] = COMMON_MESSAGES


class SupportedProvidersList(Message, frozen=True, kw_only=True):
    """Ids of the mobility providers whose contracts the station takes."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    provider_id: Annotated[tuple[Name, ...], Wire("ProviderID", 1, 128)]


class EimAsResAuthorizationMode(Message, frozen=True, kw_only=True):
    """External means need nothing of the EV."""

    name: ClassVar[str] = "EIM_ASResAuthorizationMode"
    namespace: ClassVar[str] = COMMON_MESSAGES
    local: ClassVar[bool] = True


class PncAsResAuthorizationMode(Message, frozen=True, kw_only=True):
    """What Plug and Charge needs: the challenge to sign, and the providers that the station knows."""

    name: ClassVar[str] = "PnC_ASResAuthorizationMode"
    namespace: ClassVar[str] = COMMON_MESSAGES
    local: ClassVar[bool] = True

    gen_challenge: Annotated[GenChallenge, Wire("GenChallenge")]
    supported_providers: Annotated[SupportedProvidersList | None, Wire("SupportedProviders")] = None


class AuthorizationSetupRes(V2gResponse, frozen=True, kw_only=True):
    """The ways of authorization, and what the EV needs for them."""

    name: ClassVar[str] = "AuthorizationSetupRes"
    namespace: ClassVar[str] = COMMON_MESSAGES

    authorization_services: Annotated[tuple[Authorization, ...], Wire("AuthorizationServices", 1, 2)]
    certificate_installation_service: Annotated[bool, Wire("CertificateInstallationService")]
    authorization_mode: Annotated[EimAsResAuthorizationMode | PncAsResAuthorizationMode, Wire()]


class EimAReqAuthorizationMode(Message, frozen=True, kw_only=True):
    """External means have nothing to send."""

    name: ClassVar[str] = "EIM_AReqAuthorizationMode"
    namespace: ClassVar[str] = COMMON_MESSAGES
    local: ClassVar[bool] = True


class PncAReqAuthorizationMode(Message, frozen=True, kw_only=True):
    """The challenge, signed, with the contract certificate and its chain."""

    name: ClassVar[str] = "PnC_AReqAuthorizationMode"
    namespace: ClassVar[str] = COMMON_MESSAGES
    local: ClassVar[bool] = True

    id: Annotated[str, Identity(), Wire("Id", attribute=True)]
    gen_challenge: Annotated[GenChallenge, Wire("GenChallenge")]
    contract_certificate_chain: Annotated[ContractCertificateChain, Wire("ContractCertificateChain")]


class AuthorizationReq(V2gRequest, frozen=True, kw_only=True):
    """Authorizes the session the way the EV chose."""

    name: ClassVar[str] = "AuthorizationReq"
    namespace: ClassVar[str] = COMMON_MESSAGES

    selected_authorization_service: Annotated[Authorization, Wire("SelectedAuthorizationService")]
    authorization_mode: Annotated[EimAReqAuthorizationMode | PncAReqAuthorizationMode, Wire()]


class AuthorizationRes(V2gResponse, frozen=True, kw_only=True):
    """Whether the session is authorized, or still being worked on."""

    name: ClassVar[str] = "AuthorizationRes"
    namespace: ClassVar[str] = COMMON_MESSAGES

    evse_processing: Annotated[Processing, Wire("EVSEProcessing")]
