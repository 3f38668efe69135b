"""Contract certificates over the charging cable: CertificateInstallation and CertificateUpdate."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from harness.messages.din.types import ContractId, Request, Response
from harness.messages.field import Message, Wire
from harness.messages.namespaces import DIN_BODY, DIN_TYPES
from harness.messages.simple import I16, IdentityReference

Certificate = Annotated[bytes, Meta(max_length=1200)]
"""A certificate; DER."""
RootCertificateId = Annotated[str, Meta(max_length=40)]
DhParams = Annotated[bytes, Meta(max_length=256)]
"""One half of a key agreement."""


class SubCertificates(Message, frozen=True, kw_only=True):
    """The certificates above the leaf, the root left out."""

    namespace: ClassVar[str] = DIN_TYPES

    certificate: Annotated[tuple[Certificate, ...], Wire("Certificate", 1, None)]


class CertificateChain(Message, frozen=True, kw_only=True):
    """A leaf certificate and those above it."""

    namespace: ClassVar[str] = DIN_TYPES

    certificate: Annotated[Certificate, Wire("Certificate")]
    sub_certificates: Annotated[SubCertificates | None, Wire("SubCertificates")] = None


class ListOfRootCertificateIDs(Message, frozen=True, kw_only=True):
    """The root certificates that the EV has."""

    namespace: ClassVar[str] = DIN_TYPES

    root_certificate_id: Annotated[tuple[RootCertificateId, ...], Wire("RootCertificateID", 1, None)]


class CertificateUpdateReq(Request, frozen=True, kw_only=True):
    """Asks for the successor of a contract certificate."""

    name: ClassVar[str] = "CertificateUpdateReq"
    namespace: ClassVar[str] = DIN_BODY

    id: Annotated[str | None, IdentityReference(), Wire("Id", attribute=True, namespace="")] = None
    contract_signature_cert_chain: Annotated[CertificateChain, Wire("ContractSignatureCertChain")]
    contract_id: Annotated[ContractId, Wire("ContractID")]
    list_of_root_certificate_ids: Annotated[ListOfRootCertificateIDs, Wire("ListOfRootCertificateIDs")]
    dh_params: Annotated[DhParams, Wire("DHParams")]


class CertificateDelivery(Response, frozen=True, kw_only=True):
    """A contract certificate and its encrypted key; a base of ours."""

    namespace: ClassVar[str] = DIN_BODY
    abstract: ClassVar[bool] = True

    id: Annotated[str, IdentityReference(), Wire("Id", attribute=True, namespace="")]
    contract_signature_cert_chain: Annotated[CertificateChain, Wire("ContractSignatureCertChain")]
    contract_signature_encrypted_private_key: Annotated[
        bytes, Meta(max_length=128), Wire("ContractSignatureEncryptedPrivateKey")
    ]
    dh_params: Annotated[DhParams, Wire("DHParams")]
    contract_id: Annotated[ContractId, Wire("ContractID")]


class CertificateUpdateRes(CertificateDelivery, frozen=True, kw_only=True):
    """The new contract certificate, or after how many days to ask again."""

    name: ClassVar[str] = "CertificateUpdateRes"
    namespace: ClassVar[str] = DIN_BODY

    retry_counter: Annotated[I16, Wire("RetryCounter")]


class CertificateInstallationReq(Request, frozen=True, kw_only=True):
    """Asks for a contract certificate."""

    name: ClassVar[str] = "CertificateInstallationReq"
    namespace: ClassVar[str] = DIN_BODY

    id: Annotated[str | None, IdentityReference(), Wire("Id", attribute=True, namespace="")] = None
    oem_provisioning_cert: Annotated[Certificate, Wire("OEMProvisioningCert")]
    list_of_root_certificate_ids: Annotated[ListOfRootCertificateIDs, Wire("ListOfRootCertificateIDs")]
    dh_params: Annotated[DhParams, Wire("DHParams")]


class CertificateInstallationRes(CertificateDelivery, frozen=True, kw_only=True):
    """The contract certificate with its encrypted key."""

    name: ClassVar[str] = "CertificateInstallationRes"
    namespace: ClassVar[str] = DIN_BODY
