"""Meter readings: signed by the meter, confirmed by the EV, and checked by whoever got them back.

What a meter signs, and how, is left to national metering law and to the maker of the meter; all the standards have is
an element of at most 64 octets. Ours signs the EXI fragment of MeterInfo without the signature itself, with Ed25519 or
with ECDSA on secp256r1 and SHA-256, either of which gives 64 octets; a real meter will do it otherwise, so nothing here
says that a signature of another device is wrong, only that it is not one of ours.
"""

from __future__ import annotations

from typing import TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from msgspec import structs

from harness.core.errors import UserError
from harness.messages.iso2.types import MeterInfo as Iso2MeterInfo
from harness.messages.iso20.codes import ResponseCode
from harness.messages.iso20.metering import MeteringConfirmationReq, SignedMeteringData
from harness.messages.iso20.types import MessageHeader, MeterInfo
from harness.messages.schema import codec
from harness.pki.credentials import Credentials
from harness.security.algorithm import Algorithm, sign_value, verifies
from harness.security.assessment import Assessing, Assessment
from harness.security.flaw import SignatureFlaw
from harness.security.keys import key_name
from harness.security.message import signed, verify_message
from harness.security.objection import Objection, deviation, invalid
from harness.security.verify import Signer

MOST = 64
"""Octets of MeterSignature."""

MeterKey = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey
MeterPublicKey = ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey
Reading = TypeVar("Reading", bound=MeterInfo | Iso2MeterInfo)
"""A reading of ISO 15118-20, with MeterSignature, or of ISO 15118-2, with SigMeterReading."""


def reading_octets(reading: MeterInfo | Iso2MeterInfo) -> bytes:
    """What our meters sign: the EXI fragment of the reading without a signature, in the schema of its edition."""
    schema = "iso2" if isinstance(reading, Iso2MeterInfo) else "common"
    return codec(schema).encode(_with(reading, None), fragment=True)


def sign_reading(reading: Reading, key: MeterKey) -> Reading:
    """The same reading with its meter's signature.

    Raises:
        UserError: a signature of this key does not fit into the element.
    """
    octets = reading_octets(reading)
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return _with(reading, key.sign(octets))
    if key.curve.key_size != 256:
        raise UserError(
            f"a signature of {key_name(key)} has more than {MOST} octets",
            where=type(reading).__name__,
            do="take Ed25519 or secp256r1",
        )
    value = sign_value(key, Algorithm.P256_SHA256.signature_uri, octets)
    return _with(reading, value)


def reading_objections(reading: MeterInfo | Iso2MeterInfo, key: MeterPublicKey) -> tuple[Objection, ...]:
    """What keeps a reading from being one that a meter of ours signed with this key."""
    value = reading.sig_meter_reading if isinstance(reading, Iso2MeterInfo) else reading.meter_signature
    if value is None:
        return (deviation("meter.unsigned", f"the reading of {reading.meter_id} has no signature"),)
    if len(value) != MOST:
        return (invalid("meter.length", f"the meter's signature has {len(value)} octets, ours have {MOST}"),)
    octets = reading_octets(reading)
    if isinstance(key, ed25519.Ed25519PublicKey):
        try:
            key.verify(value, octets)
        except InvalidSignature:
            return (_not_ours(reading),)
        return ()
    good = verifies(key, Algorithm.P256_SHA256.signature_uri, value, octets)
    return () if good else (_not_ours(reading),)


def confirmation_request(
    header: MessageHeader, data: SignedMeteringData, contract: Credentials, *, flaw: SignatureFlaw | None = None
) -> MeteringConfirmationReq:
    """The EV's confirmation of a reading, signed with its contract key."""
    request = MeteringConfirmationReq(header=header, signed_metering_data=data)
    return signed(request, contract.key.reveal(), flaw=flaw)


def check_confirmation(
    request: MeteringConfirmationReq, sent: MeterInfo, signer: Signer, *, strict: bool = True
) -> Assessment:
    """What a station holds against a confirmation, and the code it answers with.

    Args:
        request: as received.
        sent: the reading that the station asked to confirm.
        signer: the contract certificate of the session, or its key.
        strict: refuse for deviations as well.
    """
    assessing = Assessing(strict=strict)
    code = ResponseCode.FAILED_METERING_SIGNATURE_NOT_VALID
    data = request.signed_metering_data
    if data.session_id != request.header.session_id:
        assessing.add([invalid("metering.session", "the signed data name another session than the header")], code)
    if data.meter_info != sent:
        assessing.add([invalid("metering.reading", "the reading is not the one that the station sent")], code)
    assessing.add(verify_message(request, signer), code)
    return assessing.result(ResponseCode.OK)


def _with(reading: Reading, value: bytes | None) -> Reading:
    if isinstance(reading, Iso2MeterInfo):
        return structs.replace(reading, sig_meter_reading=value)
    return structs.replace(reading, meter_signature=value)


def _not_ours(reading: MeterInfo | Iso2MeterInfo) -> Objection:
    return invalid("meter.value", f"the signature is not of this key over this reading of {reading.meter_id}")
