"""Meter readings: signed, confirmed, and checked."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from msgspec import structs

from harness.core.errors import UserError
from harness.messages.iso2.types import MeterInfo as Iso2MeterInfo
from harness.messages.iso20.codes import ResponseCode
from harness.messages.iso20.metering import DynamicSmdtControlMode, MeteringConfirmationReq, SignedMeteringData
from harness.messages.iso20.types import MeterInfo
from harness.messages.problems import problems
from harness.messages.schema import decode, encode
from harness.security.flaw import SignatureFlaw
from harness.security.meter import (
    MeterKey,
    check_confirmation,
    confirmation_request,
    reading_objections,
    sign_reading,
)
from tests.security.parties import HEADER, pki

READING = MeterInfo(meter_id="M-1", charged_energy_reading_wh=1234, meter_timestamp=1_767_225_600)
KEYS = (ed25519.Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP256R1()))
FLAWS = [flaw for flaw in SignatureFlaw if flaw is not SignatureFlaw.STALE_CHALLENGE]


@pytest.mark.parametrize("key", KEYS, ids=["ed25519", "secp256r1"])
def test_a_reading_is_signed_in_64_octets_and_verifies(key: MeterKey) -> None:
    signed = sign_reading(READING, key)

    assert signed.meter_signature is not None
    assert len(signed.meter_signature) == 64
    assert structs.replace(signed, meter_signature=None) == READING
    assert reading_objections(signed, key.public_key()) == ()


@pytest.mark.parametrize("key", KEYS, ids=["ed25519", "secp256r1"])
def test_a_changed_reading_does_not_verify(key: MeterKey) -> None:
    signed = sign_reading(READING, key)

    for other, code in (
        (structs.replace(signed, charged_energy_reading_wh=1235), "meter.value"),
        (structs.replace(signed, meter_signature=bytes(64)), "meter.value"),
        (structs.replace(signed, meter_signature=b"short"), "meter.length"),
        (READING, "meter.unsigned"),
    ):
        assert [one.code for one in reading_objections(other, key.public_key())] == [code]


@pytest.mark.parametrize("key", KEYS, ids=["ed25519", "secp256r1"])
def test_a_reading_of_iso_15118_2_is_signed_in_its_own_element(key: MeterKey) -> None:
    reading = Iso2MeterInfo(meter_id="M-1", meter_reading=1234, t_meter=1_767_225_600)
    signed = sign_reading(reading, key)

    assert signed.sig_meter_reading is not None
    assert len(signed.sig_meter_reading) == 64
    assert reading_objections(signed, key.public_key()) == ()
    changed = structs.replace(signed, meter_reading=1)
    assert [one.code for one in reading_objections(changed, key.public_key())] == ["meter.value"]


def test_a_signature_that_does_not_fit_is_refused() -> None:
    with pytest.raises(UserError, match="more than 64"):
        sign_reading(READING, ec.generate_private_key(ec.SECP521R1()))


def confirmation(
    flaw: SignatureFlaw | None = None, reading: MeterInfo = READING, session: bytes = HEADER.session_id
) -> MeteringConfirmationReq:
    data = SignedMeteringData(id="id1", session_id=session, meter_info=reading, control_mode=DynamicSmdtControlMode())
    return confirmation_request(HEADER, data, pki().contract_chain(), flaw=flaw)


def test_a_confirmation_is_taken() -> None:
    sent = confirmation()
    got = decode("common", encode(sent))

    assert problems(sent) == ()
    assert isinstance(got, MeteringConfirmationReq)
    result = check_confirmation(got, READING, pki().contract_chain().chain[0])
    assert (result.response_code, result.objections) == (ResponseCode.OK, ())


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_flawed_confirmation_is_refused(flaw: SignatureFlaw) -> None:
    leaf = pki().contract_chain().chain[0]

    result = check_confirmation(confirmation(flaw), READING, leaf)

    assert result.response_code is ResponseCode.FAILED_METERING_SIGNATURE_NOT_VALID
    assert check_confirmation(confirmation(flaw), READING, leaf, strict=False).accepted is not flaw.fatal


def test_another_reading_or_another_session_is_refused() -> None:
    leaf = pki().contract_chain().chain[0]
    other = structs.replace(READING, charged_energy_reading_wh=1)

    for sent, code in (
        (confirmation(reading=other), "metering.reading"),
        (confirmation(session=bytes(8)), "metering.session"),
    ):
        result = check_confirmation(sent, READING, leaf)
        assert result.response_code is ResponseCode.FAILED_METERING_SIGNATURE_NOT_VALID
        assert [one.code for one in result.objections] == [code]
