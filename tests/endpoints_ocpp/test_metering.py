"""Meter values: the clock, the signature, what is told of a loss of power."""

from __future__ import annotations

import json
from base64 import b64decode

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from harness.endpoints.station.ocpp.measurands import sampled
from harness.endpoints.station.ocpp.meter_signature import MeterSignature
from harness.endpoints.station.ocpp.metering import next_multiple

MIDNIGHT = 1_767_225_600.0


@pytest.mark.parametrize(
    ("interval", "past", "due"),
    [(900.0, 0.0, 900.0), (900.0, 899.9, 900.0), (900.0, 900.0, 1800.0), (7_000.0, 84_000.0, 86_400.0)],
)
def test_multiples_count_from_midnight(interval: float, past: float, due: float) -> None:
    assert next_multiple(interval, MIDNIGHT + past) == MIDNIGHT + due


def test_no_interval_is_never_due() -> None:
    assert next_multiple(0.0, MIDNIGHT) == float("inf")


def test_a_signed_register_can_be_checked_with_its_key() -> None:
    value = sampled("Energy.Active.Import.Register", 1234.5, "Transaction.End")

    signed = MeterSignature("EMU-0001").sign(value, "2026-01-01T00:00:00Z", with_key=True)["signedMeterValue"]

    form, text, signature = b64decode(signed["signedMeterData"]).decode().split("|")
    key = load_der_public_key(b64decode(signed["publicKey"]))
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(bytes.fromhex(json.loads(signature)["SD"]), text.encode(), ec.ECDSA(SHA256()))
    assert (form, json.loads(text)["RD"][0]["RV"]) == ("OCMF", 1234.5)


def test_the_key_is_left_out_where_nobody_wants_it() -> None:
    value = sampled("Energy.Active.Import.Register", 1.0, "Transaction.End")

    assert MeterSignature("A").sign(value, "", with_key=False)["signedMeterValue"]["publicKey"] == ""
    assert MeterSignature("A").public_key != MeterSignature("B").public_key
