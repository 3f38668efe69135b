"""Edits that no library would make, read back by a parser that had no part in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from asn1crypto import x509 as other
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec import structs

from harness.pki.build import Pki
from harness.pki.edit import EDITS
from harness.pki.recipe import ChainKind, Profile

PKIS = {profile: Pki.generate(1_767_225_600.0, profile=profile) for profile in Profile}
PKI = PKIS[Profile.STRICT_20]
GOOD = PKI.secc_chain().chain


def bent(name: str, profile: Profile = Profile.STRICT_20) -> bytes:
    recipe = PKIS[profile].recipe(ChainKind.SECC)
    return PKIS[profile].make(structs.replace(recipe, leaf=structs.replace(recipe.leaf, edit=name))).chain[0]


def tbs(certificate: bytes) -> Any:
    return other.Certificate.load(certificate)["tbs_certificate"]


def extensions(certificate: bytes) -> list[str]:
    return [one["extn_id"].native for one in tbs(certificate)["extensions"]]


def common_name(certificate: bytes) -> Any:
    parts = [part for rdn in tbs(certificate)["subject"].chosen for part in rdn]
    return next(part["value"] for part in parts if part["type"].native == "common_name")


def used_bits(certificate: bytes) -> int:
    """Bits of KeyUsage as they are written: a BIT STRING's length less its unused bits."""
    found = next(one for one in tbs(certificate)["extensions"] if one["extn_id"].native == "key_usage")
    written = found["extn_value"].contents
    return (len(written) - 3) * 8 - int(written[2])


def point(certificate: bytes) -> bytes:
    return bytes(tbs(certificate)["subject_public_key_info"]["public_key"].native)


def lies_on_its_curve(encoded: bytes) -> bool:
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP521R1(), encoded)
    except ValueError:
        return False
    return True


def signed_by_issuer(certificate: bytes) -> bool:
    issuer = x509.load_der_x509_certificate(GOOD[1])
    try:
        x509.load_der_x509_certificate(certificate).verify_directly_issued_by(issuer)
    except InvalidSignature:
        return False
    return True


READ_BACK: dict[str, Callable[[bytes], bool]] = {
    "sha1": lambda der: other.Certificate.load(der)["signature_algorithm"]["algorithm"].native == "sha1_ecdsa",
    "weaker_hash": lambda der: tbs(der)["signature"]["algorithm"].native == "sha256_ecdsa",
    "other_inner_algorithm": lambda der: (
        tbs(der)["signature"]["algorithm"].native == "sha1_ecdsa"
        and other.Certificate.load(der)["signature_algorithm"]["algorithm"].native == "sha512_ecdsa"
    ),
    "first_version": lambda der: tbs(der)["version"].native == "v1" and len(extensions(der)) > 3,
    "negative_serial": lambda der: tbs(der)["serial_number"].native == -7,
    "zero_serial": lambda der: tbs(der)["serial_number"].native == 0,
    "long_serial": lambda der: len(tbs(der)["serial_number"].contents) == 24,
    "inverted_validity": lambda der: (
        tbs(der)["validity"]["not_before"].native > tbs(der)["validity"]["not_after"].native
    ),
    "generalized_time": lambda der: tbs(der)["validity"]["not_after"].name == "general_time",
    "bmp_name": lambda der: common_name(der).name == "bmp_string",
    "unknown_uses": lambda der: used_bits(der) > 9,
    "compressed_point": lambda der: point(der)[0] in {2, 3},
    "point_off_curve": lambda der: point(der)[0] == 4 and not lies_on_its_curve(point(der)),
    "explicit_parameters": lambda der: (
        tbs(der)["subject_public_key_info"]["algorithm"]["parameters"].name == "specified"
    ),
    "doubled_extension": lambda der: extensions(der).count("key_usage") == 2,
    "padded_length": lambda der: der[1:3] == b"\x83\0",
    "trailing_byte": lambda der: len(other.Certificate.load(der).dump()) == len(der) - 1,
    "cut_short": lambda der: 4 + int.from_bytes(der[2:4], "big") == len(der) + 40,
    "nothing": lambda der: der == b"",
    "noise": lambda der: der[0] != 0x30 and len(der) > 500,
    "flipped_signature": lambda der: not signed_by_issuer(der),
}
"""Whatever `EDITS` has, told by what it does."""


@pytest.mark.parametrize("name", READ_BACK)
def test_the_edit_is_in_the_bytes(name: str) -> None:
    assert READ_BACK[name](bent(name))
    assert not READ_BACK[name](GOOD[0])


def test_no_edit_goes_unread() -> None:
    assert set(READ_BACK) == set(EDITS)


@pytest.mark.parametrize("name", [name for name, edit in EDITS.items() if edit.bytes is None])
def test_what_was_edited_is_signed_again_by_the_issuer(name: str) -> None:
    issuer = x509.load_der_x509_certificate(GOOD[1]).public_key()
    assert isinstance(issuer, ec.EllipticCurvePublicKey)
    read = other.Certificate.load(bent(name))
    algorithm = read["signature_algorithm"]["algorithm"].native
    chosen = {"sha1_ecdsa": hashes.SHA1(), "sha256_ecdsa": hashes.SHA256(), "sha512_ecdsa": hashes.SHA512()}[algorithm]
    issuer.verify(read["signature_value"].native, read["tbs_certificate"].dump(), ec.ECDSA(chosen))


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("name", EDITS)
def test_every_edit_changes_every_kind_of_certificate(name: str, profile: Profile) -> None:
    assert bent(name, profile) != PKIS[profile].secc_chain().chain[0]


def test_an_unknown_edit_is_our_own_mistake() -> None:
    with pytest.raises(KeyError):
        bent("nonsense")
