"""The oracle hears four validators and lets our rules decide; whatever it is shown, an opinion comes of it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from harness.pki.build import Pki
from harness.pki.flaws import Flaw
from harness.pki.ocsp import Delegation, Status
from harness.pki.oracle import Assessment, Judgement, Needed, Voice, assess
from harness.pki.recipe import ChainKind, Edition, Profile
from harness.pki.rules import rules_for
from harness.pki.variants import ChainVariant, fits

AT = 1_767_225_600.0
PKI = Pki.generate(AT)
ISO = [kind for kind in ChainKind if kind not in {ChainKind.CSMS, ChainKind.STATION}]


def roots_of(pki: Pki) -> tuple[bytes, ...]:
    return (*pki.v2g_roots, *pki.oem_roots, *pki.mo_roots, *pki.csms_roots)


def asked(chain: tuple[bytes, ...], kind: ChainKind = ChainKind.SECC, *, pki: Pki = PKI) -> Assessment:
    return assess(chain, rules=rules_for(kind, pki.profile, pki.edition), roots=roots_of(pki), at=AT)


def codes(assessment: Assessment, voice: Voice) -> list[str]:
    opinion = assessment.opinion(voice)
    assert opinion is not None
    return [one.code for one in opinion.observations]


@pytest.mark.parametrize("kind", ChainKind)
@pytest.mark.parametrize("profile", Profile)
def test_everybody_takes_a_good_chain(kind: ChainKind, profile: Profile) -> None:
    pki = Pki.generate(AT, profile=profile)

    found = asked(pki.chain(kind).chain, kind, pki=pki)

    assert found.verdict is Judgement.TAKE
    assert found.disagreements == ()
    assert [one.voice for one in found.opinions if one.accepts] == list(Voice)


@pytest.mark.parametrize("kind", ISO)
@pytest.mark.parametrize("profile", [Profile.STRICT_20, Profile.ED448])
def test_the_2022_edition_is_what_openssl_alone_refuses(kind: ChainKind, profile: Profile) -> None:
    pki = Pki.generate(AT, profile=profile, edition=Edition.ED2022)

    found = asked(pki.chain(kind).chain, kind, pki=pki)

    assert found.verdict is Judgement.TAKE
    assert codes(found, Voice.OPENSSL) == ["34"]
    assert [one.voice for one in found.opinions if one.accepts] == [one for one in Voice if one is not Voice.OPENSSL]
    assert found.disagreements == ("OpenSSL refuses what we take: unhandled critical extension [34]",)


@pytest.mark.parametrize("variant", [one for one in ChainVariant if one is not ChainVariant.USUAL])
@pytest.mark.parametrize("kind", ChainKind)
def test_good_chains_may_be_built_otherwise(kind: ChainKind, variant: ChainVariant) -> None:
    if not fits(kind, variant):
        with pytest.raises(ValueError, match="never"):
            PKI.chain(kind, variant=variant)
        return

    found = assess(PKI.chain(kind, variant=variant).chain, rules=rules_for(kind), roots=PKI.roots(kind, variant), at=AT)

    assert found.disagreements == ()
    told = {"certificate.no_revocation"} if variant is ChainVariant.PRIVATE else set()
    assert {one.code for one in found.objections} == told
    assert found.verdict is not Judgement.REFUSE


def test_iso2_knows_no_cross_certificates() -> None:
    pki = Pki.generate(AT, profile=Profile.ISO2)

    found = asked(pki.chain(ChainKind.SECC, variant=ChainVariant.CROSS_SIGNED).chain, pki=pki)

    assert "chain.depth" in {one.code for one in found.objections}


def test_a_chain_that_only_we_refuse_is_told_as_a_disagreement() -> None:
    found = asked(PKI.vehicle_chain(flaw=Flaw.THIRD_SUB_CA).chain, ChainKind.VEHICLE)

    assert found.verdict is Judgement.REFUSE
    assert [one.voice for one in found.opinions if one.accepts] == list(Voice)
    assert len(found.disagreements) == 3
    assert all("takes what we refuse" in text and "chain.depth" in text for text in found.disagreements)


@pytest.mark.parametrize(
    ("flaw", "pyhanko", "openssl"),
    [
        (Flaw.EXPIRED, "expired", "10"),
        (Flaw.NOT_YET_VALID, "not-yet-valid", "9"),
        (Flaw.UNKNOWN_ROOT, "path-building", "20"),
        (Flaw.PATH_LENGTH, "path-validation", "25"),
        (Flaw.WRONG_EXTENDED_KEY_USAGE, "invalid-certificate", "26"),
        (Flaw.TAMPERED_SIGNATURE, "path-validation", "7"),
        (Flaw.SELF_SIGNED, "invalid-certificate", "18"),
    ],
)
def test_foreign_voices_speak_for_themselves(flaw: Flaw, pyhanko: str, openssl: str) -> None:
    found = asked(PKI.secc_chain(flaw=flaw).chain)

    assert found.verdict is Judgement.REFUSE
    assert codes(found, Voice.PYHANKO) == [pyhanko]
    assert codes(found, Voice.OPENSSL) == codes(found, Voice.OPENSSL_LENIENT) == [openssl]


def test_a_switch_makes_openssl_take_what_nobody_else_takes() -> None:
    found = asked(PKI.secc_chain(flaw=Flaw.UNKNOWN_CRITICAL_EXTENSION).chain)

    assert codes(found, Voice.OPENSSL) == ["34"]
    assert codes(found, Voice.OPENSSL_LENIENT) == []
    assert found.verdict is Judgement.REFUSE


@pytest.mark.parametrize("delegation", [Delegation.ISSUER, Delegation.ITSELF])
def test_responses_for_each_certificate_satisfy_everybody(delegation: Delegation) -> None:
    good = PKI.secc_chain()
    staples = PKI.staples(good, delegation=delegation)

    found = assess(
        good.chain,
        rules=rules_for(ChainKind.SECC),
        roots=PKI.v2g_roots,
        at=AT,
        statuses=staples,
        needed=Needed.CHAIN,
    )

    assert (found.verdict, found.disagreements) == (Judgement.TAKE, ())


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_a_revoked_certificate_is_seen_by_us_and_by_pyhanko(depth: int) -> None:
    good = PKI.secc_chain()

    found = assess(
        good.chain,
        rules=rules_for(ChainKind.SECC),
        roots=PKI.v2g_roots,
        at=AT,
        statuses=PKI.staples(good, Status.REVOKED, depth),
        needed=Needed.CHAIN,
    )

    assert [(one.code, one.depth) for one in found.objections] == [("status.revoked", depth)]
    assert codes(found, Voice.PYHANKO) == ["revoked"]
    assert codes(found, Voice.OPENSSL) == []


def test_no_status_where_one_is_needed_is_refused_by_both() -> None:
    good = PKI.secc_chain()

    found = assess(good.chain, rules=rules_for(ChainKind.SECC), roots=PKI.v2g_roots, at=AT, needed=Needed.LEAF)

    assert {one.code for one in found.objections} == {"status.missing"}
    assert codes(found, Voice.PYHANKO) == ["insufficient-revinfo"]


def test_a_signer_for_the_whole_tree_is_what_pyhanko_does_not_know() -> None:
    """ISO 15118-20 lets a root delegate one; RFC 6960 does not."""
    good = PKI.secc_chain()

    found = assess(
        good.chain,
        rules=rules_for(ChainKind.SECC),
        roots=PKI.v2g_roots,
        at=AT,
        statuses=PKI.staples(good, delegation=Delegation.ROOT),
        needed=Needed.CHAIN,
    )

    assert found.verdict is Judgement.TAKE
    assert [text.partition(" ")[0] for text in found.disagreements] == ["pyhanko-certvalidator"]


@pytest.mark.parametrize(
    "bytes_", [b"", b"\0", b"0\x80", b"\x30\x82\xff\xff", b"-----BEGIN CERTIFICATE-----", b"0" * 5_000]
)
def test_what_is_no_certificate_is_unreadable_to_everybody(bytes_: bytes) -> None:
    found = asked((bytes_,))

    assert [one.code for one in found.objections] == ["certificate.unreadable"] * len(found.objections)
    assert found.verdict is Judgement.REFUSE
    assert [codes(found, voice) for voice in Voice] == [["unreadable"]] * 4


def test_a_chain_too_large_is_handed_to_nobody() -> None:
    leaf = PKI.secc_chain().chain[0]

    many = asked((leaf,) * 31)
    large = asked((leaf, bytes(65_536)))
    empty = asked(())

    for found, code in ((many, "chain.count"), (large, "chain.size"), (empty, "chain.empty")):
        assert [one.code for one in found.objections] == [code]
        assert found.opinions == ()
        assert found.verdict is Judgement.REFUSE


def test_twenty_certificates_are_looked_at_within_bounds() -> None:
    found = asked((*PKI.secc_chain().chain, *PKI.vehicle_chain().chain * 6))

    assert "chain.count" in {one.code for one in found.objections}
    assert len(found.opinions) == 4


def test_a_notice_refuses_nothing() -> None:
    chain = PKI.secc_chain().chain

    found = asked((chain[0], chain[2], chain[1]))

    assert found.verdict is Judgement.NOTICE
    assert {one.code for one in found.objections} == {"chain.order"}


async def test_a_running_event_loop_is_no_bother() -> None:
    assert asked(PKI.secc_chain().chain).verdict is Judgement.TAKE


def test_a_handshake_loads_no_foreign_validator() -> None:
    """Emulated devices lint in every handshake; what they do not need costs a quarter of a second to load."""
    told = "import sys, harness.pki.lint, harness.pki.path, harness.pki.oracle; print(*sys.modules)"

    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)

    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert loaded & {"pkilint", "pyhanko_certvalidator", "asn1crypto", "OpenSSL", "pyasn1"} == set()
