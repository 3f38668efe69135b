"""Each flaw changes one thing against the good chain, and OpenSSL's verifier says which."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path

import pytest
from cryptography import x509

from harness.core.errors import UserError
from harness.pki.build import Pki
from harness.pki.flaws import CERTIFICATE_ALERTS, Flaw
from harness.pki.recipe import ChainKind, Edition, Profile

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
    Flaw.SUB_CA_NOT_YET_VALID: {1: {"from"}},
    Flaw.UPPER_CA_EXPIRED: {2: {"until"}},
    Flaw.FOREIGN_SIGNATURE: {0: set()},
    Flaw.TAMPERED_SUB_CA: {1: set()},
    Flaw.SUB_CA_WITHOUT_CONSTRAINTS: {1: {"basicConstraints"}},
    Flaw.CONSTRAINTS_NOT_CRITICAL: {1: {"basicConstraints"}},
    Flaw.LEAF_SIGNS_CERTIFICATES: {0: {"keyUsage"}},
    Flaw.NO_COMMON_NAME: {0: {"subject"}},
    Flaw.ANY_EXTENDED_KEY_USAGE: {0: {"extendedKeyUsage"}},
    Flaw.OTHER_ISSUER_IDENTIFIER: {0: {"authorityKeyIdentifier"}},
}


@pytest.mark.parametrize(("flaw", "kind"), [(flaw, kind) for flaw in ONE_CHANGE for kind in KINDS if flaw.fits(kind)])
def test_a_flaw_changes_one_certificate_in_one_respect(flaw: Flaw, kind: ChainKind) -> None:
    assert changes(kind, flaw) == ONE_CHANGE[flaw]


def test_some_flaws_change_the_shape_of_the_chain() -> None:
    good = PKI.secc_chain().chain

    assert PKI.secc_chain(Flaw.MISSING_SUB_CA).chain == (good[0], good[2])
    assert PKI.secc_chain(Flaw.MISSING_UPPER_CA).chain == good[:2]
    (alone,) = PKI.secc_chain(Flaw.SELF_SIGNED).chain
    leaf = x509.load_der_x509_certificate(alone)
    assert leaf.issuer == leaf.subject == x509.load_der_x509_certificate(good[0]).subject
    leaf.verify_directly_issued_by(leaf)
    deep = PKI.secc_chain(Flaw.THIRD_SUB_CA).chain
    assert len(deep) == 4
    assert deep[0] == good[0]
    curve = changes(ChainKind.SECC, Flaw.WRONG_CURVE)
    assert curve == {0: {"authorityKeyIdentifier", "algorithm"}, 1: {"key", "subjectKeyIdentifier"}}


def test_what_is_sent_may_be_out_of_order_or_too_much() -> None:
    leaf, lower, upper = PKI.secc_chain().chain
    (root,) = PKI.roots(ChainKind.SECC)

    assert PKI.secc_chain(Flaw.SWAPPED).chain == (leaf, upper, lower)
    assert PKI.secc_chain(Flaw.REPEATED).chain == (leaf, lower, lower, upper)
    assert PKI.secc_chain(Flaw.WITH_ROOT).chain == (leaf, lower, upper, root)
    assert len(PKI.secc_chain(Flaw.WITH_STRANGER).chain) == 4
    assert len(set(PKI.secc_chain(Flaw.HEAP).chain)) == 20
    assert sum(map(len, PKI.secc_chain(Flaw.MOUNTAIN).chain)) > 60_000


PLACES = [
    (kind, profile)
    for profile in Profile
    for kind in ChainKind
    if profile is Profile.STRICT_20 or kind not in {ChainKind.CSMS, ChainKind.STATION}
]


@pytest.mark.parametrize(("kind", "profile"), PLACES)
def test_no_two_flaws_make_the_same_chain(kind: ChainKind, profile: Profile) -> None:
    pki = PKIS[profile]
    seen = {pki.chain(kind).chain: "none"}
    same_thing = {Flaw.NO_RESPONDER: Flaw.NO_POINTER}
    for flaw in Flaw:
        if flaw.fits(kind, profile) and flaw not in same_thing:
            flawed = pki.chain(kind, flaw=flaw)
            assert flawed.chain not in seen, f"{flaw} is {seen.get(flawed.chain)}"
            seen[flawed.chain] = flaw
            assert flaw.description in flawed.label
            assert flaw.alerts >= CERTIFICATE_ALERTS
    assert len(seen) > 40


@pytest.mark.parametrize("flaw", Flaw)
def test_a_flaw_that_does_not_fit_is_refused_in_words(flaw: Flaw) -> None:
    strangers = [kind for kind in ChainKind if not any(flaw.fits(kind, profile) for profile in Profile)]
    for kind in strangers:
        with pytest.raises(UserError, match=flaw.value):
            PKI.chain(kind, flaw=flaw)


@pytest.mark.parametrize("flaw", [Flaw.MIXED_KEYS, Flaw.HUGE, Flaw.OUTLIVES_ISSUER, Flaw.LEAF_ON_P256])
def test_a_flaw_of_another_profile_is_refused_in_words(flaw: Flaw) -> None:
    assert not flaw.fits(ChainKind.SECC, Profile.ISO2)
    with pytest.raises(UserError, match=f"profile iso2 cannot have the flaw {flaw}"):
        PKIS[Profile.ISO2].secc_chain(flaw)


@pytest.mark.parametrize("profile", [Profile.STRICT_20, Profile.ED448])
@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize(("flaw", "shown_as", "made_for"), [
    (Flaw.CONTRACT_AS_VEHICLE, ChainKind.VEHICLE, ChainKind.CONTRACT),
    (Flaw.PROVISIONING_AS_VEHICLE, ChainKind.VEHICLE, ChainKind.PROVISIONING),
    (Flaw.VEHICLE_AS_STATION, ChainKind.SECC, ChainKind.VEHICLE),
    (Flaw.CPS_AS_STATION, ChainKind.SECC, ChainKind.CPS),
])  # fmt: skip
def test_a_chain_for_something_else_is_a_good_one_of_its_kind(
    flaw: Flaw, shown_as: ChainKind, made_for: ChainKind, edition: Edition, profile: Profile
) -> None:
    """Nothing but its role is wrong: edition, responder and revocation lists are those of the PKI."""
    ocsp, crl = "http://127.0.0.1:80/", "http://127.0.0.1:81/"
    pki = Pki.generate(AT, profile=profile, edition=edition, ocsp_address=ocsp, crl_address=crl)

    assert pki.chain(shown_as, flaw=flaw).chain == pki.chain(made_for).chain


@pytest.mark.parametrize("flaw", Flaw)
def test_what_openssl_presents_has_the_key_that_it_certifies(flaw: Flaw) -> None:
    for kind in KINDS:
        if not flaw.fits(kind):
            continue
        flawed = PKI.chain(kind, flaw=flaw)
        if not flawed.raw:
            leaf = x509.load_der_x509_certificate(flawed.chain[0])
            assert leaf.public_key() == flawed.key.reveal().public_key()


PKIS = {profile: Pki.generate(AT, profile=profile) for profile in Profile}

OPENSSL_READS = {
    (profile, kind) for profile in (Profile.STRICT_20, Profile.ISO2) for kind in (ChainKind.SECC, ChainKind.CONTRACT)
}


@pytest.mark.parametrize(("profile", "kind"), sorted(OPENSSL_READS))
def test_openssl_knows_the_curve_that_is_spelt_out(profile: Profile, kind: ChainKind, tmp_path: Path) -> None:
    """It is the right curve in every number, so that nothing but the missing name can be held against it."""
    pki = PKIS[profile]
    names = [tmp_path / name for name in ("root.pem", "rest.pem", "leaf.pem")]
    leaf, *rest = pki.chain(kind, flaw=Flaw.EXPLICIT_PARAMETERS).chain
    armed = [ssl.DER_cert_to_PEM_cert(one) for one in (*pki.roots(kind), *rest, leaf)]
    for name, text in zip(names, (armed[0], "".join(armed[1:-1]), armed[-1]), strict=True):
        name.write_text(text)

    done = subprocess.run(
        ["openssl", "verify", "-attime", str(int(AT)), "-CAfile", names[0], "-untrusted", names[1], names[2]],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert "error 94 at 0 depth lookup: Certificate public key has explicit ECC parameters" in done.stderr


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
