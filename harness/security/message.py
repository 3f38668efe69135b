"""Which parts of a message are signed, and messages signed and verified whole: ISO 15118-20 and ISO 15118-2."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from msgspec import Struct, structs

from harness.core.errors import UserError
from harness.messages.envelope import body_of, signature_of
from harness.messages.field import Message, fields_of
from harness.messages.iso2 import certificates as iso2_certificates
from harness.messages.iso2 import payment as iso2_payment
from harness.messages.iso2.charging import MeteringReceiptReq
from harness.messages.iso2.message import V2gMessage as Iso2Message
from harness.messages.iso2.schedule import SalesTariff
from harness.messages.iso20.authorization import PncAReqAuthorizationMode
from harness.messages.iso20.certificates import SignedCertificateChain, SignedInstallationData
from harness.messages.iso20.metering import SignedMeteringData
from harness.messages.iso20.pricing import AbsolutePriceSchedule
from harness.messages.iso20.types import V2gMessage
from harness.messages.registry import schema_of
from harness.messages.xmldsig import Signature
from harness.pki.credentials import SigningKey
from harness.security.algorithm import Algorithm
from harness.security.flaw import SignatureFlaw
from harness.security.objection import Objection, invalid
from harness.security.signature import sign
from harness.security.verify import Signer, verify

_OF_ISO20 = (
    PncAReqAuthorizationMode,
    SignedCertificateChain,
    SignedInstallationData,
    SignedMeteringData,
    AbsolutePriceSchedule,
)
"""By the contract key, the provisioning key, the provisioning service, the contract key, the provider's key."""

_OF_ISO2 = (
    iso2_payment.AuthorizationReq,
    iso2_certificates.CertificateInstallationReq,
    iso2_certificates.CertificateUpdateReq,
    iso2_certificates.ContractSignatureCertChain,
    iso2_certificates.ContractSignatureEncryptedPrivateKey,
    iso2_certificates.DhPublicKey,
    iso2_certificates.SignedEmaid,
    MeteringReceiptReq,
    SalesTariff,
)
"""Whole requests by the contract or provisioning key, four parts of a response by the provisioning service, tariffs."""

_NEVER = (iso2_payment.PaymentDetailsReq,)
"""Holds what is signed elsewhere."""


class SignedBody(Struct, frozen=True, kw_only=True):
    """A body of ISO 15118-2 with the signature that belongs into the header above it (see `envelope.wrap`)."""

    body: Message
    signature: Signature


AnyMessage = TypeVar("AnyMessage", bound=V2gMessage | Iso2Message)


def signed_parts(message: Message) -> tuple[Message, ...]:
    """The elements of a message, or of a body alone, that its signature has to cover, in the order of the wire.

    What may go without an Id (price schedules, tariffs, an AuthorizationReq of ISO 15118-2 with external payment) is
    not meant to be signed when it has none.
    """
    return tuple(_walk(message))


def signature_for(
    body: Message, key: SigningKey, *, algorithm: Algorithm | None = None, flaw: SignatureFlaw | None = None
) -> Signature:
    """The signature over all parts of a message or body that have to be signed, for its header.

    Args:
        body: what will be sent.
        key: the private key of whoever signs.
        algorithm: None for the one that goes with the key.
        flaw: what to do wrong.

    Raises:
        UserError: no part of this message is signed, or the flaw or key does not fit.
    """
    parts = signed_parts(body)
    if not parts:
        raise UserError("has no part that is signed", where=type(body).__name__, do="send it without a signature")
    return sign(parts, key, schema=schema_of(body_of(body)), algorithm=algorithm, flaw=flaw)


def signed(
    message: AnyMessage, key: SigningKey, *, algorithm: Algorithm | None = None, flaw: SignatureFlaw | None = None
) -> AnyMessage:
    """The same message with a signature in its header, in place of any that it had; see `signature_for`."""
    signature = signature_for(message, key, algorithm=algorithm, flaw=flaw)
    header = structs.replace(message.header, signature=signature)
    return structs.replace(message, header=header)


def verify_message(message: Message, signer: Signer) -> tuple[Objection, ...]:
    """Everything that is wrong with the signature of a message with a header; empty for a good one.

    Never raises for what the peer sent; a message without any part to sign has nothing that a signature proves.
    """
    parts = signed_parts(message)
    if not parts:
        text = f"{type(body_of(message)).__name__} has no part that is signed"
        return (invalid("signature.pointless", text),)
    return verify(signature_of(message), parts, signer, schema=schema_of(body_of(message)))


def _walk(message: Message) -> Iterator[Message]:
    if isinstance(message, _NEVER):
        return
    if isinstance(message, (*_OF_ISO20, *_OF_ISO2)):
        if message.id is not None:
            yield message
        return
    for field in fields_of(type(message)):
        held = getattr(message, field.attr)
        for value in held if isinstance(held, tuple | list) else (held,):
            if isinstance(value, Message):
                yield from _walk(value)
