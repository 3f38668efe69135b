"""Which parts of a message of ISO 15118-20 are signed, and whole messages signed and verified."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from msgspec import structs

from harness.core.errors import UserError
from harness.messages.field import Message, fields_of
from harness.messages.iso20.authorization import PncAReqAuthorizationMode
from harness.messages.iso20.certificates import SignedCertificateChain, SignedInstallationData
from harness.messages.iso20.metering import SignedMeteringData
from harness.messages.iso20.pricing import AbsolutePriceSchedule
from harness.messages.iso20.types import V2gMessage
from harness.pki.credentials import SigningKey
from harness.security.algorithm import Algorithm
from harness.security.flaw import SignatureFlaw
from harness.security.objection import Objection, invalid
from harness.security.signature import sign
from harness.security.verify import Signer, verify

SCHEMA = "common"
"""All signed messages of ISO 15118-20 are common ones."""

_SIGNED = (
    PncAReqAuthorizationMode,
    SignedCertificateChain,
    SignedInstallationData,
    SignedMeteringData,
    AbsolutePriceSchedule,
)
"""By the contract key, the provisioning key, the provisioning service, the contract key, the provider's key."""

AnyMessage = TypeVar("AnyMessage", bound=V2gMessage)


def signed_parts(message: Message) -> tuple[Message, ...]:
    """The elements of a message that its signature has to cover, in the order of the wire.

    A price schedule without an Id is not meant to be signed; the others are always.
    """
    return tuple(_walk(message))


def signed(
    message: AnyMessage, key: SigningKey, *, algorithm: Algorithm | None = None, flaw: SignatureFlaw | None = None
) -> AnyMessage:
    """The same message with a signature in its header over all parts that have to be signed.

    Args:
        message: what will be sent; a signature that it has already is replaced.
        key: the private key of whoever signs: the contract's, the provisioning key, the service's.
        algorithm: None for the one that goes with the key.
        flaw: what to do wrong.

    Raises:
        UserError: no part of this message is ever signed, or the flaw or key does not fit.
    """
    parts = signed_parts(message)
    if not parts:
        raise UserError("has no part that is signed", where=type(message).__name__, do="send it without a signature")
    signature = sign(parts, key, schema=SCHEMA, algorithm=algorithm, flaw=flaw)
    return structs.replace(message, header=structs.replace(message.header, signature=signature))


def verify_message(message: V2gMessage, signer: Signer) -> tuple[Objection, ...]:
    """Everything that is wrong with the signature of a message; empty for a good one.

    Never raises for what the peer sent; a message without any part to sign has nothing that a signature proves.
    """
    parts = signed_parts(message)
    if not parts:
        text = f"{type(message).__name__} has no part that is signed"
        return (invalid("signature.pointless", text),)
    return verify(message.header.signature, parts, signer, schema=SCHEMA)


def _walk(message: Message) -> Iterator[Message]:
    if isinstance(message, _SIGNED):
        if message.id is not None:
            yield message
        return
    for field in fields_of(type(message)):
        held = getattr(message, field.attr)
        for value in held if isinstance(held, tuple | list) else (held,):
            if isinstance(value, Message):
                yield from _walk(value)
