"""Contract certificates over the charging cable: CertificateInstallation and CertificateUpdate."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from harness.messages.field import Message, Wire
from harness.messages.iso2.types import Emaid, Request, Response
from harness.messages.namespaces import ISO2_BODY, ISO2_TYPES
from harness.messages.simple import I16, Identity
from harness.messages.xmldsig import X509IssuerSerial

Certificate = Annotated[bytes, Meta(max_length=800)]
"""A certificate; DER."""


class SubCertificates(Message, frozen=True, kw_only=True):
    """The certificates above the leaf, the root left out."""

    namespace: ClassVar[str] = ISO2_TYPES

    certificate: Annotated[tuple[Certificate, ...], Wire("Certificate", 1, 4)]


class CertificateChain(Message, frozen=True, kw_only=True):
    """A leaf certificate and those above it."""

    namespace: ClassVar[str] = ISO2_TYPES

    id: Annotated[str | None, Identity(), Wire("Id", attribute=True)] = None
    certificate: Annotated[Certificate, Wire("Certificate")]
    sub_certificates: Annotated[SubCertificates | None, Wire("SubCertificates")] = None


class ContractSignatureCertChain(CertificateChain, frozen=True, kw_only=True):
    """The chain of the contract; signed where it is installed."""

    name: ClassVar[str] = "ContractSignatureCertChain"
    namespace: ClassVar[str] = ISO2_BODY
    local: ClassVar[bool] = True


class _Signed(Message, frozen=True, kw_only=True):
    """A value with an identity that a signature can refer to."""

    namespace: ClassVar[str] = ISO2_TYPES

    id: Annotated[str, Identity(), Wire("Id", attribute=True)]


class ContractSignatureEncryptedPrivateKey(_Signed, frozen=True, kw_only=True):
    """The private key of the contract certificate, encrypted for the EV."""

    name: ClassVar[str] = "ContractSignatureEncryptedPrivateKey"
    namespace: ClassVar[str] = ISO2_BODY
    local: ClassVar[bool] = True

    value: Annotated[bytes, Meta(max_length=48), Wire(text=True)]


class DhPublicKey(_Signed, frozen=True, kw_only=True):
    """The other side's half of the key agreement: an uncompressed point on P-256."""

    name: ClassVar[str] = "DHpublickey"
    namespace: ClassVar[str] = ISO2_BODY
    local: ClassVar[bool] = True

    value: Annotated[bytes, Meta(max_length=65), Wire(text=True)]


class SignedEmaid(_Signed, frozen=True, kw_only=True):
    """The account of an installed contract, under an identity."""

    name: ClassVar[str] = "eMAID"
    namespace: ClassVar[str] = ISO2_BODY
    local: ClassVar[bool] = True

    value: Annotated[Emaid, Wire(text=True)]


class ListOfRootCertificateIDs(Message, frozen=True, kw_only=True):
    """The root certificates that the EV has, by issuer and serial number."""

    namespace: ClassVar[str] = ISO2_TYPES

    root_certificate_id: Annotated[tuple[X509IssuerSerial, ...], Wire("RootCertificateID", 1, 20)]


class CertificateUpdateReq(Request, frozen=True, kw_only=True):
    """Asks for the successor of a contract certificate; signed with it."""

    name: ClassVar[str] = "CertificateUpdateReq"
    namespace: ClassVar[str] = ISO2_BODY

    id: Annotated[str, Identity(), Wire("Id", attribute=True)]
    contract_signature_cert_chain: Annotated[ContractSignatureCertChain, Wire("ContractSignatureCertChain")]
    emaid: Annotated[Emaid, Wire("eMAID")]
    list_of_root_certificate_ids: Annotated[ListOfRootCertificateIDs, Wire("ListOfRootCertificateIDs")]


class CertificateDelivery(Response, frozen=True, kw_only=True):
    """A contract certificate, its encrypted key and account, signed by the provisioning service; a base of ours."""

    namespace: ClassVar[str] = ISO2_BODY
    abstract: ClassVar[bool] = True

    sa_provisioning_certificate_chain: Annotated[CertificateChain, Wire("SAProvisioningCertificateChain")]
    contract_signature_cert_chain: Annotated[ContractSignatureCertChain, Wire("ContractSignatureCertChain")]
    contract_signature_encrypted_private_key: Annotated[
        ContractSignatureEncryptedPrivateKey, Wire("ContractSignatureEncryptedPrivateKey")
    ]
    dh_public_key: Annotated[DhPublicKey, Wire("DHpublickey")]
    emaid: Annotated[SignedEmaid, Wire("eMAID")]


class CertificateUpdateRes(CertificateDelivery, frozen=True, kw_only=True):
    """The new contract certificate, or after how many days to ask again."""

    name: ClassVar[str] = "CertificateUpdateRes"
    namespace: ClassVar[str] = ISO2_BODY

    retry_counter: Annotated[I16 | None, Wire("RetryCounter")] = None


class CertificateInstallationReq(Request, frozen=True, kw_only=True):
    """Asks for a contract certificate; signed with the key that the manufacturer put in."""

    name: ClassVar[str] = "CertificateInstallationReq"
    namespace: ClassVar[str] = ISO2_BODY

    id: Annotated[str, Identity(), Wire("Id", attribute=True)]
    oem_provisioning_cert: Annotated[Certificate, Wire("OEMProvisioningCert")]
    list_of_root_certificate_ids: Annotated[ListOfRootCertificateIDs, Wire("ListOfRootCertificateIDs")]


class CertificateInstallationRes(CertificateDelivery, frozen=True, kw_only=True):
    """The contract certificate with its encrypted key."""

    name: ClassVar[str] = "CertificateInstallationRes"
    namespace: ClassVar[str] = ISO2_BODY
