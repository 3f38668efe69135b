"""Signatures: made, verified, spoilt one way at a time, and told apart."""

from __future__ import annotations

from hashlib import sha512

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from msgspec import structs

from harness.core.errors import UserError
from harness.messages.schema import codec
from harness.messages.xmldsig import (
    CanonicalizationMethod,
    DigestMethod,
    KeyInfo,
    KeyName,
    Signature,
    SignatureMethod,
    SignatureValue,
)
from harness.pki.recipe import Profile
from harness.security.algorithm import ED448_OF_RFC_9231, Algorithm, der_of_raw, sign_value
from harness.security.authorization import contract_block
from harness.security.flaw import SignatureFlaw
from harness.security.objection import Objection, Weight, refusal
from harness.security.octets import Part, Way, info_octets, part_octets
from harness.security.signature import sign
from harness.security.verify import verify
from tests.security.parties import CHALLENGE, OF_ISO20, PROFILES, pki, prices

SIGNABLE = tuple(flaw for flaw in SignatureFlaw if flaw is not SignatureFlaw.STALE_CHALLENGE)


def block(profile: Profile = Profile.STRICT_20, id_: str = "id1") -> Part:
    return Part(contract_block(CHALLENGE, pki(profile).contract_chain(), id_=id_))


def signed(flaw: SignatureFlaw | None = None, profile: Profile = Profile.STRICT_20, *parts: Part) -> Signature:
    key = pki(profile).contract_chain().key.reveal()
    return sign(parts or (block(profile),), key, schema="common", flaw=flaw)


def objections(signature: Signature, profile: Profile = Profile.STRICT_20, *parts: Part) -> tuple[Objection, ...]:
    leaf = pki(profile).contract_chain().chain[0]
    return verify(signature, parts or (block(profile),), leaf, schema="common")


def weights(found: tuple[Objection, ...]) -> dict[str, Weight]:
    return {one.code: one.weight for one in found}


@pytest.mark.parametrize(("profile", "size"), [(Profile.STRICT_20, 132), (Profile.ED448, 114), (Profile.ISO2, 64)])
def test_a_good_signature_is_raw_and_verifies(profile: Profile, size: int) -> None:
    signature = signed(profile=profile)

    assert len(signature.signature_value.value) == size
    assert [one.code for one in objections(signature, profile) if one.code != "key.curve"] == []
    assert sum(1 for one in objections(signature, profile)) == (1 if profile is Profile.ISO2 else 0)


def test_names_of_the_algorithms() -> None:
    assert Algorithm.P521_SHA512.signature_uri == "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512"
    assert Algorithm.P521_SHA512.digest_uri == "http://www.w3.org/2001/04/xmlenc#sha512"
    assert Algorithm.ED448_SHAKE256.signature_uri == "urn:iso:std:iso:15118:-20:Security:xmldsig#Ed448"
    assert Algorithm.ED448_SHAKE256.digest_uri == "urn:iso:std:iso:15118:-20:Security:xmlenc#SHAKE256"
    assert Algorithm.P256_SHA256.signature_uri == "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"


def test_signed_info_is_a_fragment_of_the_xmldsig_schema_alone() -> None:
    info = signed(profile=Profile.ISO2).signed_info

    assert len(info_octets(info)) == 209
    assert len(info_octets(info, Way("common"))) == 210
    assert codec("xmldsig").decode(info_octets(info), fragment=True) == info


def test_signing_is_without_chance() -> None:
    assert signed() == signed()


EXPECTED = {
    SignatureFlaw.WRONG_DIGEST: {"digest.mismatch": Weight.INVALID},
    SignatureFlaw.WRONG_VALUE: {"value.wrong": Weight.INVALID},
    SignatureFlaw.WRONG_KEY: {"value.wrong": Weight.INVALID},
    SignatureFlaw.WRONG_URI: {"reference.uri": Weight.INVALID},
    SignatureFlaw.MISSING_REFERENCE: {"reference.missing": Weight.INVALID, "reference.surplus": Weight.DEVIATION},
    SignatureFlaw.WRONG_ALGORITHM: {"algorithm.hash": Weight.DEVIATION, "algorithm.other": Weight.INVALID},
    SignatureFlaw.SHA256: {"algorithm.hash": Weight.DEVIATION, "digest.algorithm": Weight.DEVIATION},
    SignatureFlaw.DER_VALUE: {"value.der": Weight.DEVIATION},
    SignatureFlaw.NO_TRANSFORM: {"reference.transform": Weight.DEVIATION},
    SignatureFlaw.COMBINED_GRAMMAR: {"encoding.signed_info": Weight.DEVIATION},
}


@pytest.mark.parametrize("flaw", SIGNABLE)
def test_every_flaw_is_told_from_the_others(flaw: SignatureFlaw) -> None:
    found = objections(signed(flaw))

    assert weights(found) == EXPECTED[flaw]
    assert refusal(found) is not None
    assert (refusal(found, strict=False) is not None) is flaw.fatal
    assert flaw.description.endswith(flaw.description.strip())
    assert len(set(map(str, EXPECTED))) == len(SIGNABLE)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("flaw", SIGNABLE)
def test_a_flaw_changes_something_or_is_refused(flaw: SignatureFlaw, profile: Profile) -> None:
    pointless = {(SignatureFlaw.SHA256, Profile.ED448), (SignatureFlaw.SHA256, Profile.ISO2),
                 (SignatureFlaw.DER_VALUE, Profile.ED448)}  # fmt: skip
    if (flaw, profile) in pointless:
        with pytest.raises(UserError):
            signed(flaw, profile)
        return
    assert {one.code for one in objections(signed(flaw, profile), profile)} - {"key.curve"}


def test_a_stale_challenge_is_no_flaw_of_a_signature_alone() -> None:
    with pytest.raises(UserError, match="authorization_request"):
        signed(SignatureFlaw.STALE_CHALLENGE)


def test_each_of_several_elements_has_its_reference() -> None:
    parts = tuple(block(id_=f"id{number}") for number in range(1, 4))
    good = signed(None, Profile.STRICT_20, *parts)

    assert [reference.uri for reference in good.signed_info.reference] == ["#id1", "#id2", "#id3"]
    assert objections(good, Profile.STRICT_20, *parts) == ()
    assert weights(objections(good, Profile.STRICT_20, *parts[:2])) == {"reference.surplus": Weight.DEVIATION}
    lacking = signed(SignatureFlaw.MISSING_REFERENCE, Profile.STRICT_20, *parts)
    assert weights(objections(lacking, Profile.STRICT_20, *parts)) == {"reference.missing": Weight.INVALID}


def test_a_changed_element_does_not_verify() -> None:
    element = contract_block(CHALLENGE[::-1], pki().contract_chain())

    assert weights(objections(signed(), Profile.STRICT_20, Part(element))) == {"digest.mismatch": Weight.INVALID}


def test_a_missing_signature_and_a_missing_id_are_told() -> None:
    leaf = pki().contract_chain().chain[0]

    assert [one.code for one in verify(None, [block()], leaf, schema="common")] == ["signature.missing"]
    assert "element.id" in {one.code for one in objections(signed(), Profile.STRICT_20, block(id_=""))}
    with pytest.raises(UserError, match="has no Id"):
        signed(None, Profile.STRICT_20, block(id_=""))


def test_the_signer_may_be_a_certificate_or_a_key_or_garbage() -> None:
    leaf = x509.load_der_x509_certificate(pki().contract_chain().chain[0])

    for signer in (leaf, leaf.public_key()):
        assert verify(signed(), [block()], signer, schema="common") == ()  # type: ignore[arg-type]
    garbage = verify(signed(), [block()], b"\x30\x03abc", schema="common")
    assert weights(garbage) == {"certificate.unreadable": Weight.INVALID}
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    assert [one.code for one in verify(signed(), [block()], other, schema="common")] == ["key.kind"]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "way", [Way("common"), Way("xmldsig", hits=True), Way("xmldsig", fragment=False), Way("common", fragment=False)]
)
def test_the_way_in_which_signed_info_was_encoded_is_named(way: Way) -> None:
    good = signed()
    key = pki().contract_chain().key.reveal()
    value = sign_value(key, Algorithm.P521_SHA512.signature_uri, info_octets(good.signed_info, way))
    other = structs.replace(good, signature_value=SignatureValue(value=value))

    (found,) = objections(other)

    assert (found.code, found.weight) == ("encoding.signed_info", Weight.DEVIATION)
    assert str(way) in found.text


def test_the_way_in_which_an_element_was_digested_is_named() -> None:
    part = Part(prices("id1"))
    reference = signed(None, Profile.STRICT_20, part).signed_info.reference[0]
    by_number = part_octets(part, Way("common", hits=True))
    assert by_number != part_octets(part, Way("common"))
    other = structs.replace(reference, digest_value=sha512(by_number).digest())

    (found,) = objections(with_info(reference=(other,)), Profile.STRICT_20, part)

    assert (found.code, found.weight) == ("encoding.element", Weight.DEVIATION)
    assert "repeated strings by number" in found.text


def with_info(**changes: object) -> Signature:
    """A signature over a SignedInfo that was changed before it was signed."""
    good = signed()
    info = structs.replace(good.signed_info, **changes)
    value = sign_value(pki().contract_chain().key.reveal(), Algorithm.P521_SHA512.signature_uri, info_octets(info))
    return structs.replace(good, signed_info=info, signature_value=SignatureValue(value=value))


def test_foreign_names_are_told() -> None:
    canonical = with_info(
        canonicalization_method=CanonicalizationMethod(algorithm="http://www.w3.org/2006/12/xml-c14n11")
    )
    assert weights(objections(canonical)) == {"canonicalization": Weight.DEVIATION}
    unknown = with_info(signature_method=SignatureMethod(algorithm="urn:of-my-own"))
    assert weights(objections(unknown)) == {"algorithm.other": Weight.INVALID}
    reference = signed().signed_info.reference[0]
    digest = with_info(reference=(structs.replace(reference, digest_method=DigestMethod(algorithm="urn:mine")),))
    assert weights(objections(digest)) == {"digest.unknown": Weight.INVALID}
    named = with_info(id="info")
    assert weights(objections(named)) == {"signature.surplus": Weight.NOTICE}
    told = structs.replace(signed(), key_info=KeyInfo(item=(KeyName(value="mine"),)))
    assert refusal(objections(told)) is None


def test_ed448_by_its_other_name_is_a_deviation() -> None:
    good = signed(profile=Profile.ED448)
    info = structs.replace(good.signed_info, signature_method=SignatureMethod(algorithm=ED448_OF_RFC_9231))
    value = sign_value(pki(Profile.ED448).contract_chain().key.reveal(), ED448_OF_RFC_9231, info_octets(info))
    other = Signature(signed_info=info, signature_value=SignatureValue(value=value))

    assert weights(objections(other, Profile.ED448)) == {"algorithm.name": Weight.DEVIATION}


def test_values_of_any_length_are_read_as_far_as_they_go() -> None:
    good = signed(profile=Profile.ISO2)
    value = good.signature_value.value
    padded = b"\0" * 34 + value[:32] + b"\0" * 34 + value[32:]
    cases = {
        padded: {"key.curve": Weight.DEVIATION, "value.length": Weight.DEVIATION},
        value[:-1]: {"key.curve": Weight.DEVIATION, "value.length": Weight.INVALID},
        b"": {"key.curve": Weight.DEVIATION, "value.length": Weight.INVALID},
        bytes(64): {"key.curve": Weight.DEVIATION, "value.wrong": Weight.INVALID},
        der_of_raw(value): {"key.curve": Weight.DEVIATION, "value.der": Weight.DEVIATION},
    }
    for sent, expected in cases.items():
        found = objections(structs.replace(good, signature_value=SignatureValue(value=sent)), Profile.ISO2)
        assert weights(found) == expected


def test_iso2_wants_secp256r1() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    good = sign([block(Profile.ISO2)], key, schema="common")

    assert [one.code for one in verify(good, [block(Profile.ISO2)], key.public_key(), schema="common")] == ["key.curve"]


def test_a_curve_that_nobody_knows_signs_nothing() -> None:
    with pytest.raises(UserError, match="secp384r1"):
        sign([block()], ec.generate_private_key(ec.SECP384R1()), schema="common")


@pytest.mark.parametrize("profile", OF_ISO20)
def test_parts_may_be_named(profile: Profile) -> None:
    part = block(profile)
    named = Part(part.element, "PnC_AReqAuthorizationMode")

    assert part_octets(named, Way("common")) == part_octets(part, Way("common"))
    with pytest.raises(UserError, match="no element Nobody"):
        part_octets(Part(part.element, "Nobody"), Way("common"))
