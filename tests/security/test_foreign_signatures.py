"""Signatures that Josev made: the mathematics hold, and what is not as in ISO 15118-20 is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from harness.messages.envelope import body_of, signature_of
from harness.messages.iso2 import certificates, payment
from harness.messages.iso20.authorization import AuthorizationReq
from harness.messages.iso20.certificates import CertificateInstallationReq
from harness.messages.schema import decode
from harness.security.message import signed_parts, verify_message
from harness.security.objection import Weight, refusal
from harness.security.octets import Way, info_octets
from harness.security.verify import verify

ENTRIES = json.loads((Path(__file__).parents[2] / "fixtures" / "signatures" / "josev.json").read_text())
BY_NAME = {entry["name"]: entry for entry in ENTRIES}
EXPECTED = {
    "authorization_20": (AuthorizationReq, 1, {"key.curve"}),
    "installation_20": (CertificateInstallationReq, 1, {"key.curve"}),
    "authorization_2": (payment.AuthorizationReq, 1, set()),
    "installation_2": (certificates.CertificateInstallationReq, 1, set()),
    "installation_response_2": (certificates.CertificateInstallationRes, 4, set()),
}


def read(name: str) -> tuple[Any, bytes]:
    entry = BY_NAME[name]
    return decode(entry["schema"], bytes.fromhex(entry["exi"])), bytes.fromhex(entry["signer"])


@pytest.mark.parametrize("name", EXPECTED)
def test_what_josev_signed_verifies(name: str) -> None:
    kind, parts, deviations = EXPECTED[name]
    message, signer = read(name)

    found = verify_message(message, signer)

    assert isinstance(body_of(message), kind)
    assert len(signed_parts(message)) == parts
    assert {one.code for one in found} == deviations
    assert {one.weight for one in found} <= {Weight.DEVIATION}
    assert refusal(found, strict=False) is None
    assert set(BY_NAME) == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_changed_part_no_longer_verifies(name: str) -> None:
    message, signer = read(name)
    *others, last = signed_parts(message)
    field = next(
        name for name in ("gen_challenge", "certificate", "oem_provisioning_cert", "value") if hasattr(last, name)
    )
    changed = structs.replace(last, **{field: getattr(last, field)[::-1]})

    found = verify(signature_of(message), [*others, changed], signer, schema=BY_NAME[name]["schema"])

    assert "digest.mismatch" in {one.code for one in found}


def test_the_key_of_another_certificate_does_not_verify() -> None:
    message, _ = read("authorization_20")
    _, other = read("installation_20")

    assert "value.wrong" in {one.code for one in verify_message(message, other)}


def test_josev_signs_the_fragment_of_the_xmldsig_schema() -> None:
    signature = signature_of(read("authorization_20")[0])

    assert signature is not None
    assert len(info_octets(signature.signed_info)) == 209
    assert len(info_octets(signature.signed_info, Way("common"))) == 210
