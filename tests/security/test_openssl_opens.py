"""The `openssl` command agrees on the secret of a sealed key and derives the key for AES; of -2 it decrypts all."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, x448
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from harness.pki.credentials import Credentials
from harness.pki.recipe import Profile
from harness.security import contract_key_iso2
from harness.security.contract_key import seal
from tests.security.parties import OF_ISO20, pki

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no `openssl` on the path")

CURVES = {Profile.STRICT_20: ec.SECP521R1(), Profile.ISO2: ec.SECP256R1()}


def openssl(*words: str | Path) -> bytes:
    return subprocess.run(["openssl", *words], capture_output=True, check=True).stdout


def derived(folder: Path, profile: Profile, car: Credentials, public: bytes) -> bytes:
    """The key for AES: ECDH of the car's key with the ephemeral one, then the KDF, both by openssl."""
    own, peer, secret = folder / "own.pem", folder / "peer.pem", folder / "secret.bin"
    key: ec.EllipticCurvePublicKey | x448.X448PublicKey
    if profile is Profile.ED448:
        assert car.agreement is not None
        own.write_bytes(car.agreement.pem())
        key = x448.X448PublicKey.from_public_bytes(public)
    else:
        own.write_bytes(car.key.pem())
        key = ec.EllipticCurvePublicKey.from_encoded_point(CURVES[profile], public)
    peer.write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    openssl("pkeyutl", "-derive", "-inkey", own, "-peerkey", peer, "-out", secret)
    size, digest = ("16", "SHA256") if profile is Profile.ISO2 else ("32", "SHA512")
    options = (f"digest:{digest}", f"hexkey:{secret.read_bytes().hex()}", "hexinfo:015556")
    words = [word for option in options for word in ("-kdfopt", option)]
    return openssl("kdf", "-keylen", size, *words, "-binary", "SSKDF")


@pytest.mark.parametrize("profile", OF_ISO20)
def test_a_key_of_iso_15118_20(profile: Profile, tmp_path: Path) -> None:
    contract, car = pki(profile).contract_chain(), pki(profile).provisioning_chain()
    sealed = seal(contract, car.chain[0])

    key = derived(tmp_path, profile, car, sealed.dh_public_key)

    tagged_with = b"HRN12345678901234X" + openssl_key_identifier(contract, tmp_path)
    plain = AESGCM(key).decrypt(sealed.encrypted[:12], sealed.encrypted[12:], tagged_with)
    own = contract.key.reveal()
    if isinstance(own, ed448.Ed448PrivateKey):
        assert plain == own.private_bytes_raw()[:56]
    else:
        assert isinstance(own, ec.EllipticCurvePrivateKey)
        assert (len(plain), int.from_bytes(plain, "big")) == (66, own.private_numbers().private_value)


def openssl_key_identifier(contract: Credentials, folder: Path) -> bytes:
    """The subject key identifier as openssl prints it, without the colons."""
    leaf = folder / "leaf.der"
    leaf.write_bytes(contract.chain[0])
    printed = openssl("x509", "-inform", "DER", "-in", leaf, "-noout", "-ext", "subjectKeyIdentifier")
    return printed.split()[-1].replace(b":", b"")


def test_a_key_of_iso_15118_2(tmp_path: Path) -> None:
    contract, car = pki(Profile.ISO2).contract_chain(), pki(Profile.ISO2).provisioning_chain()
    sealed = contract_key_iso2.seal(contract, car.chain[0])

    key = derived(tmp_path, Profile.ISO2, car, sealed.dh_public_key)

    data = tmp_path / "encrypted.bin"
    data.write_bytes(sealed.encrypted[16:])
    words = ("-d", "-aes-128-cbc", "-nopad", "-K", key.hex(), "-iv", sealed.encrypted[:16].hex(), "-in", data)
    own = contract.key.reveal()
    assert isinstance(own, ec.EllipticCurvePrivateKey)
    assert int.from_bytes(openssl("enc", *words), "big") == own.private_numbers().private_value
