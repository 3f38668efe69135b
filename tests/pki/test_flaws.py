"""Each flaw changes one thing against the good chain, and OpenSSL's verifier says which."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from cryptography import x509

from harness.pki.build import Pki
from harness.pki.flaws import CERTIFICATE_ALERTS, Flaw
from harness.pki.recipe import ChainKind, Profile

AT = 1_767_225_600.0
PKI = Pki.generate(AT)
KINDS = (ChainKind.SECC, ChainKind.VEHICLE, ChainKind.CSMS, ChainKind.STATION)


def aspects(der: bytes) -> dict[str, object]:
    """What one can change in a certificate; the serial number, and the signature over all, aside."""
    certificate = x509.load_der_x509_certificate(der)
    found: dict[str, object] = {
        "subject": certificate.subject,
        "issuer": certificate.issuer,
        "from": certificate.not_valid_before_utc,
        "until": certificate.not_valid_after_utc,
        "key": certificate.public_key(),
        "algorithm": certificate.signature_algorithm_oid,
    }
    for extension in certificate.extensions:
        found[extension.oid._name] = extension
    return found


def changes(kind: ChainKind, flaw: Flaw) -> dict[int, set[str]]:
    """By place in the good chain, leaf first: which aspects differ in the flawed one."""
    good, bad = PKI.chain(kind).chain, PKI.chain(kind, flaw=flaw).chain
    assert len(good) == len(bad)
    found = {}
    for place, (was, now) in enumerate(zip(good, bad, strict=True)):
        if was != now:
            before, after = aspects(was), aspects(now)
            found[place] = {name for name in before | after if before.get(name) != after.get(name)}
    return found


ONE_CHANGE: dict[Flaw, dict[int, set[str]]] = {
    Flaw.EXPIRED: {0: {"from", "until"}},
    Flaw.NOT_YET_VALID: {0: {"from"}},
    Flaw.SUB_CA_EXPIRED: {1: {"until"}},
    Flaw.UNKNOWN_ROOT: {2: {"issuer", "authorityKeyIdentifier"}},
    Flaw.DECOY_ROOT: {2: {"authorityKeyIdentifier"}},
    Flaw.LEAF_IS_CA: {0: {"basicConstraints"}},
    Flaw.SUB_CA_NOT_CA: {1: {"basicConstraints"}},
    Flaw.SUB_CA_WITHOUT_CERT_SIGN: {1: {"keyUsage"}},
    Flaw.PATH_LENGTH: {2: {"basicConstraints"}},
    Flaw.WRONG_KEY_USAGE: {0: {"keyUsage"}},
    Flaw.WRONG_EXTENDED_KEY_USAGE: {0: {"extendedKeyUsage"}},
    Flaw.TAMPERED_SIGNATURE: {0: set()},
    Flaw.UNKNOWN_CRITICAL_EXTENSION: {0: {"Unknown OID"}},
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("flaw", ONE_CHANGE)
def test_a_flaw_changes_one_certificate_in_one_respect(flaw: Flaw, kind: ChainKind) -> None:
    assert changes(kind, flaw) == ONE_CHANGE[flaw]


def test_the_other_flaws_change_the_shape_of_the_chain() -> None:
    good = PKI.secc_chain().chain

    assert PKI.secc_chain(Flaw.MISSING_SUB_CA).chain == (good[0], good[2])
    (alone,) = PKI.secc_chain(Flaw.SELF_SIGNED).chain
    leaf = x509.load_der_x509_certificate(alone)
    assert leaf.issuer == leaf.subject == x509.load_der_x509_certificate(good[0]).subject
    leaf.verify_directly_issued_by(leaf)
    deep = PKI.secc_chain(Flaw.THIRD_SUB_CA).chain
    assert len(deep) == 4
    assert deep[0] == good[0]
    curve = changes(ChainKind.SECC, Flaw.WRONG_CURVE)
    assert curve == {0: {"authorityKeyIdentifier", "algorithm"}, 1: {"key", "subjectKeyIdentifier"}}
    assert set(ONE_CHANGE) | {Flaw.MISSING_SUB_CA, Flaw.SELF_SIGNED, Flaw.THIRD_SUB_CA, Flaw.WRONG_CURVE} == set(Flaw)


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("kind", ChainKind)
@pytest.mark.parametrize("flaw", Flaw, ids=lambda flaw: flaw.name.lower())
def test_every_flaw_fits_every_kind_of_chain(flaw: Flaw, kind: ChainKind, profile: Profile) -> None:
    pki = PKIS[profile]

    flawed = pki.chain(kind, flaw=flaw)

    assert flawed.chain != pki.chain(kind).chain
    leaf = x509.load_der_x509_certificate(flawed.chain[0])
    assert leaf.public_key() == flawed.key.reveal().public_key()
    assert flaw.description in flawed.label
    assert flaw.alerts >= CERTIFICATE_ALERTS


PKIS = {profile: Pki.generate(AT, profile=profile) for profile in Profile}

OPENSSL_SAYS = {
    Flaw.EXPIRED: "certificate has expired",
    Flaw.NOT_YET_VALID: "certificate is not yet valid",
    Flaw.SUB_CA_EXPIRED: "certificate has expired",
    Flaw.UNKNOWN_ROOT: "unable to get local issuer certificate",
    Flaw.DECOY_ROOT: "unable to get local issuer certificate",
    Flaw.MISSING_SUB_CA: "unable to get local issuer certificate",
    Flaw.SELF_SIGNED: "self-signed certificate",
    Flaw.SUB_CA_NOT_CA: "invalid CA certificate",
    Flaw.SUB_CA_WITHOUT_CERT_SIGN: "invalid CA certificate",
    Flaw.PATH_LENGTH: "path length constraint exceeded",
    Flaw.TAMPERED_SIGNATURE: "certificate signature failure",
    Flaw.WRONG_EXTENDED_KEY_USAGE: "unsuitable certificate purpose",
    Flaw.UNKNOWN_CRITICAL_EXTENSION: "unhandled critical extension",
}


@pytest.mark.parametrize("flaw", OPENSSL_SAYS)
def test_openssl_names_the_flaw(flaw: Flaw, tmp_path: Path) -> None:
    pki = Pki.generate(AT)
    root = pki.write_pem(tmp_path / "good")["v2g_root"]
    chain, _ = pki.secc_chain(flaw).write_pem(tmp_path, "bad")

    done = subprocess.run(
        ["openssl", "verify", "-attime", str(int(AT)), "-purpose", "sslserver", "-CAfile", root, "-untrusted", chain,
         chain],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 2
    errors = [line for line in done.stderr.splitlines() if " depth lookup: " in line]
    assert OPENSSL_SAYS[flaw] in errors[0]
    assert len({line.partition(" at ")[2].split()[0] for line in errors}) == 1, errors
