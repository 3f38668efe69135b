"""What our side makes of OCSP responses and revocation lists: right ones suffice, wrong ones are told apart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA512
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec.structs import replace

from harness.pki.build import Pki
from harness.pki.crl import ListStatus
from harness.pki.evidence import MOST_LIST_BYTES
from harness.pki.objection import Objection
from harness.pki.ocsp import Delegation, Status
from harness.pki.recipe import DAY, ChainKind, KeyUse, Profile
from harness.pki.revocation import Needed, status_objections

AT = 1_767_225_600.0
PKI = Pki.generate(AT)
SECC = PKI.secc_chain()
CODES = {
    Status.GOOD: "",
    Status.REVOKED: "status.revoked",
    Status.UNKNOWN: "status.unknown",
    Status.STALE: "status.stale",
    Status.EARLY: "status.not_yet",
    Status.TOO_LONG: "status.too_long",
    Status.UNSIGNED_ERROR: "status.error",
    Status.WRONG_SIGNER: "status.signer",
    Status.SIGNER_WITHOUT_EKU: "status.signer",
    Status.TAMPERED: "status.signature",
    Status.OTHER_CERTIFICATE: "status.missing",
    Status.GARBAGE: "status.unreadable",
}
LIST_CODES = {
    ListStatus.GOOD: "",
    ListStatus.REVOKED: "status.revoked",
    ListStatus.STALE: "status.stale",
    ListStatus.EARLY: "status.not_yet",
    ListStatus.WRONG_SIGNER: "status.signature",
    ListStatus.TAMPERED: "status.signature",
    ListStatus.GARBAGE: "status.unreadable",
}


def judge(responses: tuple[bytes, ...], *, at: float = AT, needed: Needed = Needed.CHAIN) -> tuple[Objection, ...]:
    return status_objections(SECC.chain, PKI.v2g_roots, responses, at, needed=needed)


def codes(objections: tuple[Objection, ...]) -> list[tuple[str, int]]:
    return [(one.code, one.depth) for one in objections]


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("depth", [0, 1, 2])
@pytest.mark.parametrize("status", Status)
def test_a_status_is_found_where_it_is(status: Status, depth: int, profile: Profile) -> None:
    pki = PKI if profile is Profile.STRICT_20 else Pki.generate(AT, profile=profile)
    credentials = pki.secc_chain()
    staples = pki.staples(credentials, status, depth)

    found = status_objections(credentials.chain, pki.v2g_roots, staples, AT, needed=Needed.CHAIN)

    assert codes(found) == ([(CODES[status], depth)] if CODES[status] else [])
    assert all(one.cites for one in found)


@pytest.mark.parametrize("depth", [0, 1, 2])
@pytest.mark.parametrize("status", ListStatus)
def test_lists_say_it_too(status: ListStatus, depth: int) -> None:
    chain = PKI.vehicle_chain().chain
    lists = [PKI.crl(one, status if place == depth else ListStatus.GOOD) for place, one in enumerate(chain)]

    found = status_objections(chain, PKI.oem_roots, lists, AT, needed=Needed.CHAIN)

    assert codes(found) == ([(LIST_CODES[status], depth)] if LIST_CODES[status] else [])


def test_nothing_known_is_said_of_each_that_must_be_known() -> None:
    assert codes(judge(())) == [("status.missing", 0), ("status.missing", 1), ("status.missing", 2)]
    assert codes(judge((b"", b"", b""))) == codes(judge(()))
    assert codes(judge((), needed=Needed.LEAF)) == [("status.missing", 0)]
    assert status_objections((), PKI.v2g_roots, (), AT, needed=Needed.LEAF)[0].code == "chain.empty"


def test_the_leaf_alone_may_be_all_that_counts() -> None:
    leaf_only = PKI.staples(SECC)[:1]

    assert judge(leaf_only, needed=Needed.LEAF) == ()
    assert codes(judge(leaf_only)) == [("status.missing", 1), ("status.missing", 2)]
    assert judge(PKI.staples(SECC, Status.REVOKED, 1), needed=Needed.LEAF) == ()


def test_what_is_sent_besides_needs_no_status() -> None:
    more = (*SECC.chain, *PKI.vehicle_chain().chain, *PKI.v2g_roots)

    assert status_objections(more, PKI.v2g_roots, PKI.staples(SECC), AT, needed=Needed.CHAIN) == ()
    gone = status_objections(SECC.chain[:2], PKI.v2g_roots, PKI.staples(SECC), AT, needed=Needed.CHAIN)
    assert codes(gone) == [("status.missing", 1)], "its issuer was not sent"


def test_order_does_not_matter_for_what_can_be_read() -> None:
    assert judge(tuple(reversed(PKI.staples(SECC)))) == ()


def test_a_trustworthy_revocation_outweighs_everything() -> None:
    (leaf, *_) = SECC.chain
    good, revoked = PKI.staples(SECC), PKI.crl(leaf, ListStatus.REVOKED)

    assert codes(judge((*good, revoked))) == [("status.revoked", 0)]
    assert codes(judge((PKI.ocsp(leaf, Status.REVOKED), *good))) == [("status.revoked", 0)]


def test_what_is_worth_nothing_takes_nothing_from_what_is_good() -> None:
    (leaf, *_) = SECC.chain
    noise = tuple(PKI.ocsp(leaf, status) for status in (Status.WRONG_SIGNER, Status.STALE, Status.GARBAGE))

    assert judge((*noise, *PKI.staples(SECC))) == ()


def test_a_revocation_by_who_may_not_say_it_is_none() -> None:
    forged = Pki.generate(AT).secc_chain()
    assert codes(judge((forged.chain[0], *PKI.staples(SECC)[1:]))) == [("status.unreadable", 0)]
    other = Pki.generate(AT)
    theirs = other.secc_chain()
    crl = other.crl(theirs.chain[0], ListStatus.REVOKED)
    assert judge((*PKI.staples(SECC), crl)) == (), "a list of the same name, signed by others"


def test_one_responder_below_the_root_may_answer_for_the_whole_tree() -> None:
    assert judge(PKI.staples(SECC, delegation=Delegation.ROOT)) == ()
    stranger = Pki.generate(AT)
    elsewhere = status_objections(
        SECC.chain, stranger.v2g_roots, PKI.staples(SECC, delegation=Delegation.ROOT), AT, needed=Needed.LEAF
    )
    assert codes(elsewhere) == [("status.signer", 0)], "its root is not trusted here"


def test_time_is_an_argument() -> None:
    staples = PKI.staples(SECC)

    assert judge(staples, at=AT + 4 * DAY) == ()
    assert {code for code, _ in codes(judge(staples, at=AT + 6 * DAY))} == {"status.stale"}
    assert {code for code, _ in codes(judge(staples, at=AT - 2 * DAY))} == {"status.not_yet"}
    assert judge(staples, at=AT - DAY - 200) == (), "clocks may be some minutes apart"


def test_a_signer_must_be_valid_now() -> None:
    (leaf, *_) = SECC.chain
    late = AT + 200 * DAY
    found = status_objections(SECC.chain, PKI.v2g_roots, (PKI.ocsp(leaf, at=late),), late, needed=Needed.LEAF)

    assert codes(found) == [("status.signer", 0)]
    assert "not valid now" in found[0].text


def test_a_ca_that_may_not_sign_lists_is_not_believed() -> None:
    recipe = PKI.recipe(ChainKind.SECC)
    mute = replace(recipe.issuers[-1], key="mute-ca", uses=(KeyUse.CERT_SIGN,))
    credentials = PKI.make(replace(recipe, issuers=(*recipe.issuers[:-1], mute)))
    lists = [PKI.crl(credentials.chain[0])]

    found = status_objections(credentials.chain, PKI.v2g_roots, lists, AT, needed=Needed.LEAF)

    assert codes(found) == [("status.signer", 0)]


def foreign_response(algorithm: SHA1 | SHA256 | SHA512, *, named: bool, until: timedelta | None) -> bytes:
    """A response of the library's own making, by a key on secp256r1 that the issuing CA's recipe never saw."""
    pki = PKI.earlier
    leaf, issuer, *_ = (x509.load_der_x509_certificate(one) for one in pki.secc_chain().chain)
    key = pki._mint.key(pki.recipe(ChainKind.SECC).issuers[-1])
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    start = datetime.fromtimestamp(AT - 60, tz=UTC)
    encoding = ocsp.OCSPResponderEncoding.NAME if named else ocsp.OCSPResponderEncoding.HASH
    end = None if until is None else start + until
    builder = ocsp.OCSPResponseBuilder().add_response(
        leaf, issuer, algorithm, ocsp.OCSPCertStatus.GOOD, start, end, None, None
    )
    return builder.responder_id(encoding, issuer).sign(key, SHA256()).public_bytes(Encoding.DER)


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("algorithm", [SHA1(), SHA256(), SHA512()], ids=lambda one: one.name)
def test_responses_of_others_are_read(algorithm: SHA1 | SHA256 | SHA512, *, named: bool) -> None:
    pki = PKI.earlier
    response = foreign_response(algorithm, named=named, until=timedelta(days=1))

    assert status_objections(pki.secc_chain().chain, pki.v2g_roots, [response], AT, needed=Needed.LEAF) == ()


def test_a_response_without_an_end_is_valid_for_too_long() -> None:
    pki = PKI.earlier
    response = foreign_response(SHA256(), named=True, until=None)

    found = status_objections(pki.secc_chain().chain, pki.v2g_roots, [response], AT, needed=Needed.LEAF)

    assert codes(found) == [("status.too_long", 0)]


def test_sizes_and_numbers_are_bounded() -> None:
    assert codes(judge((bytes(MOST_LIST_BYTES + 1),), needed=Needed.LEAF)) == [("status.unreadable", 0)]
    many = (b"\x30",) * 64 + PKI.staples(SECC)
    assert {code for code, _ in codes(judge(many))} == {"status.unreadable"}
    assert len(status_objections(SECC.chain * 100, (), (), AT, needed=Needed.CHAIN)) <= 32


def signed_part(data: bytes) -> bytes:
    try:
        return ocsp.load_der_ocsp_response(data).tbs_response_bytes
    except ValueError:
        return x509.load_der_x509_crl(data).tbs_certlist_bytes


@settings(max_examples=300, deadline=None)
@given(some.data())
def test_mutilated_responses_never_raise_and_never_help(data: some.DataObject) -> None:
    made = [PKI.ocsp(SECC.chain[0]), PKI.crl(SECC.chain[0]), PKI.ocsp(SECC.chain[0], delegation=Delegation.ITSELF)]
    original = data.draw(some.sampled_from(made))
    mutilated = bytearray(original)
    for _ in range(data.draw(some.integers(1, 4))):
        mutilated[data.draw(some.integers(0, len(mutilated) - 1))] ^= data.draw(some.integers(1, 255))
    cut = bytes(mutilated[: data.draw(some.integers(1, len(mutilated)))])

    found = judge((cut,), needed=Needed.LEAF)

    if found == ():
        # What is not signed may change: the certificates beside the signature, and how an algorithm's name is written.
        assert (
            ocsp.load_der_ocsp_response(cut).tbs_response_bytes
            == ocsp.load_der_ocsp_response(original).tbs_response_bytes
        )


@settings(max_examples=100, deadline=None)
@given(some.binary(max_size=400))
def test_random_bytes_are_unreadable(noise: bytes) -> None:
    assert codes(judge((noise or b"\0",), needed=Needed.LEAF)) == [("status.unreadable", 0)]


def test_chains_of_garbage_are_objected_to() -> None:
    found = status_objections((b"garbage", SECC.chain[1]), PKI.v2g_roots, PKI.staples(SECC), AT, needed=Needed.CHAIN)

    assert codes(found) == [("status.missing", 0)]
