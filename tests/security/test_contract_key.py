"""Contract keys: sealed and opened in both editions, and every way in which that fails."""

from __future__ import annotations

from functools import partial
from hashlib import shake_256
from operator import mul

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed448
from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec import structs

from harness.core.errors import UserError
from harness.messages.iso20.certificates import EcdhCurve
from harness.pki.credentials import Credentials, PrivateKey
from harness.pki.issue import Signer, issue
from harness.pki.recipe import ChainKind, Profile
from harness.security import contract_key_iso2
from harness.security.contract_key import KeyFlaw, Sealed, additional_data, open_sealed, seal
from harness.security.keys import Chance, key_from
from harness.security.objection import Objection
from tests.security.parties import AT, OF_ISO20, pki


def chance(seed: bytes) -> Chance:
    """Octets that only look like chance: the same for the same seed and size."""
    return lambda size: shake_256(seed + bytes([size])).digest(size)


def parties(profile: Profile = Profile.STRICT_20) -> tuple[Credentials, Credentials]:
    return pki(profile).contract_chain(), pki(profile).provisioning_chain()


def opened(sealed: Sealed, profile: Profile = Profile.STRICT_20, contract: bytes = b"") -> PrivateKey | Objection:
    own, car = parties(profile)
    return open_sealed(sealed, car, contract or own.chain[0])


@pytest.mark.parametrize(
    ("profile", "curve", "public", "size"),
    [(Profile.STRICT_20, EcdhCurve.SECP521, 133, 94), (Profile.ED448, EcdhCurve.X448, 56, 84)],
)
def test_a_key_is_sealed_and_opened(profile: Profile, curve: EcdhCurve, public: int, size: int) -> None:
    contract, car = parties(profile)

    sealed = seal(contract, car.chain[0])

    assert (sealed.curve, len(sealed.dh_public_key), len(sealed.encrypted)) == (curve, public, size)
    key = opened(sealed, profile)
    assert isinstance(key, PrivateKey)
    assert key.reveal().public_key() == contract.key.reveal().public_key()


@pytest.mark.parametrize("profile", OF_ISO20)
def test_chance_is_an_argument(profile: Profile) -> None:
    contract, car = parties(profile)

    first, again, other = (seal(contract, car.chain[0], chance=chance(seed)) for seed in (b"1", b"1", b"2"))

    assert first == again
    assert first.dh_public_key != other.dh_public_key
    assert isinstance(opened(first, profile), PrivateKey)


EXPECTED = {
    KeyFlaw.WRONG_TAG: "key.tag",
    KeyFlaw.WRONG_ADDITIONAL_DATA: "key.tag",
    KeyFlaw.WRONG_POINT: "key.dh_public_key",
    KeyFlaw.UNUSED_BITS: "key.unused_bits",
    KeyFlaw.FOREIGN_KEY: "key.foreign",
    KeyFlaw.TOO_SHORT: "key.length",
}


@pytest.mark.parametrize("flaw", KeyFlaw)
@pytest.mark.parametrize("profile", OF_ISO20)
def test_a_flawed_key_is_refused_for_its_flaw(flaw: KeyFlaw, profile: Profile) -> None:
    contract, car = parties(profile)
    if (flaw, profile) == (KeyFlaw.UNUSED_BITS, Profile.ED448):
        with pytest.raises(UserError, match="no unused bits"):
            seal(contract, car.chain[0], flaw=flaw)
        return

    found = opened(seal(contract, car.chain[0], flaw=flaw), profile)

    assert isinstance(found, Objection)
    assert found.code == EXPECTED[flaw]


def test_the_additional_data_are_pcid_and_key_identifier() -> None:
    contract, car = (x509.load_der_x509_certificate(one.chain[0]) for one in parties())

    data = additional_data(car, contract)

    identifier = contract.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    assert data == b"HRN12345678901234X" + identifier.hex().upper().encode()
    assert len(data) == 34


def test_a_public_key_on_x448_may_be_padded_to_the_length_of_the_schema() -> None:
    contract, car = parties(Profile.ED448)
    sealed = seal(contract, car.chain[0])

    for padded in (bytes(77) + sealed.dh_public_key, sealed.dh_public_key + bytes(77)):
        found = opened(structs.replace(sealed, dh_public_key=padded), Profile.ED448)
        assert isinstance(found, PrivateKey)
    longer = opened(structs.replace(sealed, dh_public_key=b"\1" * 77 + sealed.dh_public_key), Profile.ED448)
    assert isinstance(longer, Objection)


def test_another_car_or_another_contract_cannot_open_it() -> None:
    contract, car = parties()
    stranger = pki().provisioning_chain("HRN12345678901235X")
    sealed = seal(contract, car.chain[0])

    for found in (
        open_sealed(sealed, stranger, contract.chain[0]),
        opened(sealed, contract=pki().contract_chain("DEHAR000000001").chain[0]),
    ):
        assert isinstance(found, Objection)
        assert found.code == "key.tag"


def test_the_curves_of_both_sides_have_to_agree() -> None:
    sealed = seal(*(one if number == 0 else one.chain[0] for number, one in enumerate(parties())))  # type: ignore[arg-type]

    found = open_sealed(sealed, parties(Profile.ED448)[1], parties()[0].chain[0])
    assert isinstance(found, Objection)
    assert found.code == "key.curve"
    other = open_sealed(structs.replace(sealed, curve=EcdhCurve.X448), parties()[1], parties()[0].chain[0])
    assert isinstance(other, Objection)
    assert other.code == "key.curve"
    with pytest.raises(UserError, match="same profile"):
        seal(parties()[0], parties(Profile.ED448)[1].chain[0])
    with pytest.raises(UserError, match="second key on X448"):
        seal(parties(Profile.ISO2)[0], parties(Profile.ISO2)[1].chain[0])


def test_an_ed448_key_of_57_octets_is_sealed_one_octet_too_long_for_the_schema_and_opened() -> None:
    contract, car = parties(Profile.ED448)
    key = ed448.Ed448PrivateKey.from_private_bytes(b"\1" * 57)
    recipe = pki(Profile.ED448).recipe(ChainKind.CONTRACT).leaf
    leaf = issue(recipe, key, Signer(recipe, key), at=AT, serial=1)
    long = structs.replace(contract, chain=(leaf,), key=PrivateKey(key))

    sealed = seal(long, car.chain[0])

    assert len(sealed.encrypted) == 85
    found = open_sealed(sealed, car, leaf)
    assert isinstance(found, PrivateKey)
    assert found.reveal().public_key() == key.public_key()


@settings(max_examples=100, deadline=None)
@given(some.binary(max_size=140), some.binary(max_size=100), some.sampled_from(EcdhCurve), some.sampled_from(OF_ISO20))
def test_garbage_is_refused_and_never_raises(
    public: bytes, encrypted: bytes, curve: EcdhCurve, profile: Profile
) -> None:
    found = opened(Sealed(curve=curve, dh_public_key=public, encrypted=encrypted), profile)

    assert isinstance(found, Objection)


def test_garbage_for_a_contract_certificate_is_refused() -> None:
    contract, car = parties()

    found = open_sealed(seal(contract, car.chain[0]), car, b"garbage")

    assert isinstance(found, Objection)
    assert found.code == "certificate.unreadable"


def test_iso2_seals_with_sizes_of_its_own() -> None:
    contract, car = parties(Profile.ISO2)

    sealed = contract_key_iso2.seal(contract, car.chain[0], chance=chance(b"7"))

    assert (len(sealed.dh_public_key), len(sealed.encrypted)) == (65, 48)
    assert sealed == contract_key_iso2.seal(contract, car.chain[0], chance=chance(b"7"))
    key = contract_key_iso2.open_sealed(sealed, car, contract.chain[0])
    assert isinstance(key, PrivateKey)
    assert key.reveal().public_key() == contract.key.reveal().public_key()


@pytest.mark.parametrize("flaw", KeyFlaw)
def test_iso2_has_fewer_flaws(flaw: KeyFlaw) -> None:
    contract, car = parties(Profile.ISO2)
    if flaw not in contract_key_iso2.FLAWS:
        with pytest.raises(UserError, match="cannot have"):
            contract_key_iso2.seal(contract, car.chain[0], flaw=flaw)
        return

    found = contract_key_iso2.open_sealed(
        contract_key_iso2.seal(contract, car.chain[0], flaw=flaw), car, contract.chain[0]
    )

    assert isinstance(found, Objection)
    assert found.code == EXPECTED[flaw]


def test_iso2_knows_secp256r1_alone() -> None:
    contract, car = parties()
    iso2_contract, iso2_car = parties(Profile.ISO2)
    with pytest.raises(UserError, match="secp256r1 alone"):
        contract_key_iso2.seal(contract, car.chain[0])
    found = contract_key_iso2.open_sealed(
        contract_key_iso2.seal(iso2_contract, iso2_car.chain[0]), car, iso2_contract.chain[0]
    )
    assert isinstance(found, Objection)
    assert found.code == "key.curve"


@settings(max_examples=50, deadline=None)
@given(some.binary(max_size=70), some.binary(max_size=50))
def test_iso2_garbage_is_refused_and_never_raises(public: bytes, encrypted: bytes) -> None:
    contract, car = parties(Profile.ISO2)
    sealed = contract_key_iso2.SealedIso2(dh_public_key=public, encrypted=encrypted)

    assert isinstance(contract_key_iso2.open_sealed(sealed, car, contract.chain[0]), Objection)


def test_a_key_from_chance_is_one_of_the_curve() -> None:
    for curve in (ec.SECP256R1(), ec.SECP521R1()):
        for octets in (b"\0", b"\xff"):
            key = key_from(partial(mul, octets), curve)
            assert 0 < key.private_numbers().private_value < curve.group_order
