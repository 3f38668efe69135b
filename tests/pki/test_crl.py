"""Revocation lists: what OpenSSL's command line makes of them."""

from __future__ import annotations

import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from harness.pki.build import Pki
from harness.pki.credentials import pem
from harness.pki.crl import ListStatus
from harness.pki.recipe import ChainKind, Profile

AT = 1_767_225_600.0
WORDS = {
    ListStatus.REVOKED: "certificate revoked",
    ListStatus.STALE: "CRL has expired",
    ListStatus.EARLY: "CRL is not yet valid",
    ListStatus.WRONG_SIGNER: "CRL signature failure",
    ListStatus.TAMPERED: "CRL signature failure",
}


def verify(pki: Pki, status: ListStatus, depth: int, folder: Path) -> str:
    """What `openssl verify` prints of a vehicle's chain, with a list of each CA, one of them with `status`."""
    chain, (root,) = pki.vehicle_chain().chain, pki.oem_roots
    lists = [pki.crl(one, status if place == depth else ListStatus.GOOD) for place, one in enumerate(chain)]
    loaded = [x509.load_der_x509_crl(one) for one in lists]
    paths = {name: folder / f"{name}.pem" for name in ("root", "chain", "leaf", "lists")}
    paths["root"].write_bytes(pem(root))
    paths["chain"].write_bytes(b"".join(map(pem, chain)))
    paths["leaf"].write_bytes(pem(chain[0]))
    paths["lists"].write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in loaded))
    done = subprocess.run(
        ["openssl", "verify", "-attime", str(int(AT)), "-crl_check_all", "-CRLfile", paths["lists"],
         "-CAfile", paths["root"], "-untrusted", paths["chain"], paths["leaf"]],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


@pytest.mark.parametrize("profile", Profile)
def test_openssl_is_content_with_good_lists(profile: Profile, tmp_path: Path) -> None:
    assert verify(Pki.generate(AT, profile=profile), ListStatus.GOOD, 0, tmp_path).endswith("leaf.pem: OK\n")


@pytest.mark.parametrize("depth", [0, 1, 2])
@pytest.mark.parametrize("status", WORDS)
def test_openssl_objects_to_what_is_wrong(status: ListStatus, depth: int, tmp_path: Path) -> None:
    said = verify(Pki.generate(AT), status, depth, tmp_path)

    assert WORDS[status] in said
    assert f"at {depth} depth lookup" in said


def test_more_serial_numbers_may_be_listed() -> None:
    pki = Pki.generate(AT)
    (leaf, *_) = pki.vehicle_chain().chain
    made = x509.load_der_x509_crl(pki.crl(leaf, ListStatus.REVOKED, revoked=(7, 8, 7)))

    serial = x509.load_der_x509_certificate(leaf).serial_number
    assert [entry.serial_number for entry in made] == [7, 8, serial]
    assert pki.crl(leaf, revoked=(7,)) == pki.crl(leaf, revoked=(7,))


def test_a_list_of_garbage_is_none() -> None:
    pki = Pki.generate(AT)

    with pytest.raises(ValueError, match="error parsing"):
        x509.load_der_x509_crl(pki.crl(pki.vehicle_chain().chain[0], ListStatus.GARBAGE))


def test_certificates_say_where_lists_are_if_that_is_wanted() -> None:
    pki = Pki.generate(AT, ocsp_address="", crl_address="http://lists.invalid/")
    for kind in (ChainKind.VEHICLE, ChainKind.CONTRACT):
        line = [x509.load_der_x509_certificate(one) for one in (*pki.chain(kind).chain, *pki.roots(kind))]
        places = []
        for below, _ in pairwise(line):
            (point,) = below.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
            assert point.full_name is not None
            places.append(point.full_name[0].value)
            with pytest.raises(x509.ExtensionNotFound):
                below.extensions.get_extension_for_class(x509.AuthorityInformationAccess)
        assert all(place.startswith("http://lists.invalid/") for place in places)
        assert len(set(places)) == 3, "each CA has a list of its own"
