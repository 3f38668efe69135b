"""The signature of a station's meter over a register, in the manner of OCMF: a text with its signature behind it."""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_METHOD = "ECDSA-secp256r1-SHA256"


class MeterSignature:
    """One meter's key; the same for the same serial number, so that two runs tell the same."""

    def __init__(self, serial: str) -> None:
        """The meter with this serial number."""
        self._serial = serial
        secret = 1 + int.from_bytes(sha256(f"meter {serial}".encode()).digest()[:31], "big")
        self._key = ec.derive_private_key(secret, ec.SECP256R1())
        self._count = 0

    @property
    def public_key(self) -> str:
        """As signedMeterValue tells it: base64 of the DER."""
        form = Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        return b64encode(self._key.public_key().public_bytes(*form)).decode()

    def sign(self, value: dict[str, Any], stamp: str, *, with_key: bool) -> dict[str, Any]:
        """A sampledValue with its signedMeterValue; without the key that stays empty, as the schema wants it there.

        Args:
            value: the sampledValue.
            stamp: when it was sampled, as it travels.
            with_key: whether the public key goes with it.
        """
        self._count += 1
        reading = {"TM": stamp, "RV": value["value"], "RI": value["measurand"], "RU": value["unitOfMeasure"]["unit"]}
        text = json.dumps({"FV": "1.0", "MS": self._serial, "PG": f"T{self._count}", "RD": [reading]})
        signature = self._key.sign(text.encode(), ec.ECDSA(SHA256(), deterministic_signing=True))
        shown = json.dumps({"SA": _METHOD, "SD": signature.hex()})
        signed = {
            "signedMeterData": b64encode(f"OCMF|{text}|{shown}".encode()).decode(),
            "signingMethod": _METHOD,
            "encodingMethod": "OCMF",
            "publicKey": self.public_key if with_key else "",
        }
        return {**value, "signedMeterValue": signed}
