"""Certificate chains, and the installation of contract certificates over the charging cable."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from harness.messages.field import Message, Wire
from harness.messages.iso20.codes import Processing
from harness.messages.iso20.types import Identifier, ListOfRootCertificateIDs, V2gRequest, V2gResponse
from harness.messages.namespaces import COMMON_MESSAGES
from harness.messages.simple import U8, Identity

Certificate = Annotated[bytes, Meta(max_length=1600)]


class SubCertificates(Message, frozen=True, kw_only=True):
    """The certificates between a leaf and its root; DER."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    certificate: Annotated[tuple[Certificate, ...], Wire("Certificate", 1, 3)]


class CertificateChain(Message, frozen=True, kw_only=True):
    """A leaf certificate, with the certificates above it where there are any; DER."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    certificate: Annotated[Certificate, Wire("Certificate")]
    sub_certificates: Annotated[SubCertificates | None, Wire("SubCertificates")] = None


class SignedCertificateChain(Message, frozen=True, kw_only=True):
    """A certificate chain that a signature can refer to."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    id: Annotated[str, Identity(), Wire("Id", attribute=True)]
    certificate: Annotated[Certificate, Wire("Certificate")]
    sub_certificates: Annotated[SubCertificates | None, Wire("SubCertificates")] = None


class ContractCertificateChain(Message, frozen=True, kw_only=True):
    """The contract certificate, with the certificates above it; DER."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    certificate: Annotated[Certificate, Wire("Certificate")]
    sub_certificates: Annotated[SubCertificates, Wire("SubCertificates")]


class EmaidList(Message, frozen=True, kw_only=True):
    """The contracts that the EV wants first."""

    namespace: ClassVar[str] = COMMON_MESSAGES

    emaid: Annotated[tuple[Identifier, ...], Wire("EMAID", 1, 8)]


class CertificateInstallationReq(V2gRequest, frozen=True, kw_only=True):
    """Asks for contract certificates, identified by the provisioning certificate."""

    name: ClassVar[str] = "CertificateInstallationReq"
    namespace: ClassVar[str] = COMMON_MESSAGES

    oem_provisioning_certificate_chain: Annotated[SignedCertificateChain, Wire("OEMProvisioningCertificateChain")]
    list_of_root_certificate_ids: Annotated[ListOfRootCertificateIDs, Wire("ListOfRootCertificateIDs")]
    maximum_contract_certificate_chains: Annotated[U8, Wire("MaximumContractCertificateChains")]
    prioritized_emaids: Annotated[EmaidList | None, Wire("PrioritizedEMAIDs")] = None


class EcdhCurve(StrEnum):
    """The curve on which the key of an encrypted private key was agreed."""

    SECP521 = "SECP521"
    X448 = "X448"


class Secp521EncryptedPrivateKey(Message, frozen=True, kw_only=True):
    """The private key on curve P-521, encrypted."""

    name: ClassVar[str] = "SECP521_EncryptedPrivateKey"
    namespace: ClassVar[str] = COMMON_MESSAGES
    local: ClassVar[bool] = True

    value: Annotated[bytes, Meta(min_length=94, max_length=94), Wire(text=True)]


class X448EncryptedPrivateKey(Message, frozen=True, kw_only=True):
    """The private key on curve X448, encrypted."""

    name: ClassVar[str] = "X448_EncryptedPrivateKey"
    namespace: ClassVar[str] = COMMON_MESSAGES
    local: ClassVar[bool] = True

    value: Annotated[bytes, Meta(min_length=84, max_length=84), Wire(text=True)]


class TpmEncryptedPrivateKey(Message, frozen=True, kw_only=True):
    """The private key, encrypted for a trusted platform module."""

    name: ClassVar[str] = "TPM_EncryptedPrivateKey"
    namespace: ClassVar[str] = COMMON_MESSAGES
    local: ClassVar[bool] = True

    value: Annotated[bytes, Meta(min_length=206, max_length=206), Wire(text=True)]


class SignedInstallationData(Message, frozen=True, kw_only=True):
    """A contract certificate and its encrypted private key, under the provisioning service's signature."""

    name: ClassVar[str] = "SignedInstallationData"
    namespace: ClassVar[str] = COMMON_MESSAGES

    id: Annotated[str, Identity(), Wire("Id", attribute=True)]
    contract_certificate_chain: Annotated[ContractCertificateChain, Wire("ContractCertificateChain")]
    ecdh_curve: Annotated[EcdhCurve, Wire("ECDHCurve")]
    dh_public_key: Annotated[bytes, Meta(min_length=133, max_length=133), Wire("DHPublicKey")]
    encrypted_private_key: Annotated[
        Secp521EncryptedPrivateKey | X448EncryptedPrivateKey | TpmEncryptedPrivateKey, Wire()
    ]


class CertificateInstallationRes(V2gResponse, frozen=True, kw_only=True):
    """One contract certificate with its encrypted key, and how many are still to come."""

    name: ClassVar[str] = "CertificateInstallationRes"
    namespace: ClassVar[str] = COMMON_MESSAGES

    evse_processing: Annotated[Processing, Wire("EVSEProcessing")]
    cps_certificate_chain: Annotated[CertificateChain, Wire("CPSCertificateChain")]
    signed_installation_data: Annotated[SignedInstallationData, Wire("SignedInstallationData")]
    remaining_contract_certificate_chains: Annotated[U8, Wire("RemainingContractCertificateChains")]
