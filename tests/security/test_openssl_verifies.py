"""The `openssl` command verifies what we sign: raw values over the octets of SignedInfo."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from harness.messages.schema import codec
from harness.pki.recipe import Profile
from harness.security.algorithm import der_of_raw
from harness.security.authorization import contract_block
from harness.security.octets import info_octets
from harness.security.signature import sign
from tests.security.parties import CHALLENGE, pki

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no `openssl` on the path")

OPTIONS = {
    Profile.STRICT_20: ["-rawin", "-digest", "sha512"],
    Profile.ED448: ["-rawin"],
    Profile.ISO2: ["-rawin", "-digest", "sha256"],
}


def openssl_says(folder: Path, profile: Profile, octets: bytes, value: bytes) -> bool:
    leaf = x509.load_der_x509_certificate(pki(profile).contract_chain().chain[0])
    key, data, signature = folder / "key.pem", folder / "info.exi", folder / "value.bin"
    key.write_bytes(leaf.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    data.write_bytes(octets)
    signature.write_bytes(value if profile is Profile.ED448 else der_of_raw(value))
    done = subprocess.run(
        ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", key, *OPTIONS[profile], "-in", data,
         "-sigfile", signature],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Signature Verif" in done.stdout, done.stderr
    return done.returncode == 0


@pytest.mark.parametrize("profile", OPTIONS)
def test_openssl_verifies_our_signature(profile: Profile, tmp_path: Path) -> None:
    contract = pki(profile).contract_chain()
    signature = sign([contract_block(CHALLENGE, contract)], contract.key.reveal(), schema="common")
    octets, value = info_octets(signature.signed_info), signature.signature_value.value

    assert openssl_says(tmp_path, profile, octets, value)
    assert not openssl_says(tmp_path, profile, octets[:-1] + bytes([octets[-1] ^ 1]), value)
    assert not openssl_says(tmp_path, profile, octets, value[:-1] + bytes([value[-1] ^ 1]))


@pytest.mark.parametrize("profile", OPTIONS)
def test_the_digest_is_what_openssl_computes(profile: Profile, tmp_path: Path) -> None:
    name = {Profile.STRICT_20: ["-sha512"], Profile.ED448: ["-shake256", "-xoflen", "64"], Profile.ISO2: ["-sha256"]}
    contract = pki(profile).contract_chain()
    block = contract_block(CHALLENGE, contract)
    signature = sign([block], contract.key.reveal(), schema="common")
    data = tmp_path / "block.exi"
    data.write_bytes(codec("common").encode(block, fragment=True))

    done = subprocess.run(["openssl", "dgst", *name[profile], "-binary", data], capture_output=True, check=True)

    assert signature.signed_info.reference[0].digest_value == done.stdout
