"""The PKI of a run: what the good chains look like, and that nothing of it leaks."""

from __future__ import annotations

import copy
import pickle
import stat
import subprocess
import time
from itertools import count, pairwise
from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PrivateKey
from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from harness.pki.build import Pki
from harness.pki.issue import SECOND_KEY, new_key
from harness.pki.recipe import ChainKind, Edition, KeyKind, Profile

AT = 1_767_225_600.0
DAY = 86_400


def read(chain: tuple[bytes, ...]) -> list[x509.Certificate]:
    return [x509.load_der_x509_certificate(certificate) for certificate in chain]


def text(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> list[str]:
    return [str(attribute.value) for attribute in certificate.subject.get_attributes_for_oid(oid)]


@pytest.mark.parametrize("kind", ChainKind)
@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("edition", Edition)
def test_openssl_finds_a_path_in_every_good_chain(
    kind: ChainKind, profile: Profile, edition: Edition, tmp_path: Path
) -> None:
    pki = Pki.generate(AT, profile=profile, edition=edition)
    paths = pki.write_pem(tmp_path / "pem")
    root = paths[pki.recipe(kind).issuers[0].key.replace("-", "_")]
    leaf_first = paths[f"{kind}_chain"]

    done = subprocess.run(
        ["openssl", "verify", "-attime", str(int(AT)), "-CAfile", root, "-untrusted", leaf_first,
         *(["-ignore_critical"] if edition is Edition.ED2022 else []), leaf_first],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.stdout.endswith("OK\n"), done.stderr


def test_a_secc_chain_follows_its_profile() -> None:
    chain = read(Pki.generate(AT).secc_chain(secc_id="DEABCS1").chain)

    leaf = chain[0]
    assert text(leaf, NameOID.COMMON_NAME) == ["DEABCS1"]
    assert text(leaf, NameOID.DOMAIN_COMPONENT)[0].endswith("CSO")
    uses = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    assert (list(uses.value), uses.critical) == ([ExtendedKeyUsageOID.SERVER_AUTH], True)
    constraints = [c.extensions.get_extension_for_class(x509.BasicConstraints).value for c in chain]
    assert [(c.ca, c.path_length) for c in constraints] == [(False, None), (True, 0), (True, 1)]
    for below, above in pairwise(chain):
        below.verify_directly_issued_by(above)
        assert below.not_valid_after_utc <= above.not_valid_after_utc
        assert below.not_valid_before_utc >= above.not_valid_before_utc
    assert all(certificate.signature_hash_algorithm.name == "sha512" for certificate in chain)  # type: ignore[union-attr]


@pytest.mark.parametrize(("edition", "parts"), [(Edition.AMD1, 3), (Edition.ED2022, 2)])
def test_a_vehicle_leaf_names_evccid_and_oem_and_nothing_else(edition: Edition, parts: int) -> None:
    leaf = read(Pki.generate(AT, edition=edition).vehicle_chain("HRNV1234567890ABCDE2").chain)[0]

    assert text(leaf, NameOID.COMMON_NAME) == ["HRNV1234567890ABCDE2"]
    assert text(leaf, NameOID.ORGANIZATION_NAME) == ["Harness OEM"]
    assert len(list(leaf.subject)) == parts


def test_a_station_of_ocpp_names_serial_and_owner() -> None:
    leaf = read(Pki.generate(AT).station_chain("CS-7", "Some CSO").chain)[0]

    assert text(leaf, NameOID.COMMON_NAME) == ["CS-7"]
    assert text(leaf, NameOID.ORGANIZATION_NAME) == ["Some CSO"]


@pytest.mark.parametrize(("edition", "critical"), [(Edition.AMD1, False), (Edition.ED2022, True)])
def test_the_edition_decides_what_is_critical(edition: Edition, critical: bool) -> None:
    leaf = read(Pki.generate(AT, edition=edition).secc_chain().chain)[0]

    for kind in (x509.SubjectKeyIdentifier, x509.AuthorityKeyIdentifier, x509.AuthorityInformationAccess):
        assert leaf.extensions.get_extension_for_class(kind).critical is critical


@pytest.mark.parametrize(("profile", "size"), [(Profile.STRICT_20, 8), (Profile.ED448, 8), (Profile.ISO2, 20)])
def test_key_identifiers_have_64_bits_where_iso_15118_20_wants_them(profile: Profile, size: int) -> None:
    leaf = read(Pki.generate(AT, profile=profile).contract_chain().chain)[0]

    identifier = leaf.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    assert len(identifier) == size
    if size == 8:
        assert identifier[0] >> 4 == 0b0100
        whole = x509.SubjectKeyIdentifier.from_public_key(leaf.public_key()).digest
        assert identifier[1:] == whole[-7:]


def test_certificates_stay_within_the_size_limits() -> None:
    for profile, limit in ((Profile.STRICT_20, 1600), (Profile.ED448, 1600), (Profile.ISO2, 800)):
        pki = Pki.generate(AT, profile=profile)
        assert all(len(der) <= limit for kind in ChainKind for der in pki.chain(kind).chain)


def test_asking_twice_gives_the_same_bytes() -> None:
    pki = Pki.generate(AT)

    assert pki.secc_chain().chain == pki.secc_chain().chain
    assert pki.v2g_roots == pki.v2g_roots
    assert pki.vehicle_chain().chain[1:] == pki.vehicle_chain("HRNV1234567890ABCDF7").chain[1:]
    assert Pki.generate(AT).v2g_roots != pki.v2g_roots


def test_serial_numbers_come_from_the_caller() -> None:
    numbers = count(1000)
    pki = Pki.generate(AT, serials=lambda: next(numbers))

    serials = [certificate.serial_number for certificate in read(pki.secc_chain().chain)]

    assert serials == [1002, 1001, 1000]


def test_validity_counts_from_the_moment_of_the_run() -> None:
    leaf = read(Pki.generate(AT + 1000 * DAY).secc_chain().chain)[0]

    assert leaf.not_valid_before_utc.timestamp() == AT + 999 * DAY
    assert leaf.not_valid_after_utc.timestamp() == AT + 1060 * DAY


def test_every_ca_says_that_it_is_for_tests_only() -> None:
    pki = Pki.generate(AT)

    for kind in ChainKind:
        for certificate in read(pki.chain(kind).chain)[1:]:
            assert text(certificate, NameOID.COMMON_NAME)[0].startswith("TEST ONLY ")
    assert all(b"TEST ONLY" in root for root in (*pki.v2g_roots, *pki.oem_roots, *pki.mo_roots, *pki.csms_roots))


def test_a_whole_pki_takes_less_than_a_tenth_of_a_second() -> None:
    best = float("inf")
    for _ in range(3):
        begun = time.perf_counter()
        pki = Pki.generate(AT)
        for kind in ChainKind:
            pki.chain(kind)
        best = min(best, time.perf_counter() - begun)

    assert best < 0.1


def test_a_private_key_never_shows_itself() -> None:
    credentials = Pki.generate(AT).secc_chain()

    assert repr(credentials.key) == "PrivateKey(***)"
    assert "PRIVATE" not in repr(credentials)
    for attempt in (
        lambda: pickle.dumps(credentials.key),
        lambda: copy.copy(credentials.key),
        lambda: msgspec.json.encode(credentials),
        lambda: msgspec.to_builtins(credentials),
    ):
        with pytest.raises(TypeError):
            attempt()


def test_files_for_devices_are_readable_by_nobody_else(tmp_path: Path) -> None:
    folder = tmp_path / "pem"
    pki = Pki.generate(AT)

    paths = pki.write_pem(folder)
    again = pki.write_pem(folder)

    assert paths == again
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert set(paths.values()) == set(folder.iterdir())
    assert paths["secc_chain"].read_bytes().count(b"BEGIN CERTIFICATE") == 3
    assert paths["v2g_root"].read_bytes().count(b"BEGIN CERTIFICATE") == 1
    assert b"BEGIN PRIVATE KEY" in paths["secc_key"].read_bytes()


def test_a_provisioning_service_hangs_below_the_v2g_root() -> None:
    pki = Pki.generate(AT)

    chain = read(pki.cps_chain().chain)

    chain[-1].verify_directly_issued_by(read(pki.v2g_roots)[0])
    assert text(chain[0], NameOID.DOMAIN_COMPONENT) == ["CPS"]
    assert chain[0].extensions.get_extension_for_class(x509.KeyUsage).value.digital_signature


def test_a_provisioning_chain_with_ed448_certifies_a_key_on_x448_as_well(tmp_path: Path) -> None:
    pki = Pki.generate(AT, profile=Profile.ED448)
    credentials = pki.provisioning_chain()

    assert credentials.agreement is not None
    extension = read(credentials.chain)[0].extensions.get_extension_for_oid(SECOND_KEY)
    certified = load_der_public_key(extension.value.public_bytes())
    assert certified == credentials.agreement.reveal().public_key()
    assert repr(credentials.agreement) == "AgreementKey(***)"
    assert Pki.generate(AT).provisioning_chain().agreement is None
    written = pki.write_pem(tmp_path / "pem")["provisioning_agreement_key"].read_bytes()
    assert load_pem_private_key(written, None).public_key() == certified


def test_a_key_on_ed448_ends_with_a_zero_so_that_a_message_can_hold_it() -> None:
    keys = [new_key(KeyKind.ED448) for _ in range(3)]

    raw = [key.private_bytes_raw() for key in keys if isinstance(key, Ed448PrivateKey)]
    assert [len(one) for one in raw] == [57] * 3
    assert {one[-1] for one in raw} == {0}
    assert len({one[:-1] for one in raw}) == 3
