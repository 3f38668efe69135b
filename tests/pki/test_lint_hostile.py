"""Thousands of mutilated chains: the linter, the path check and the oracle answer each, and take none of them."""

from __future__ import annotations

from random import Random  # noqa: TID251 - seeded

import pytest
from msgspec import structs

from harness.pki.build import Pki
from harness.pki.lint import first_error, lint_chain
from harness.pki.lint_der import UnreadableError, read_der
from harness.pki.lint_single import lint_root, lint_signer
from harness.pki.oracle import Judgement, Voice, assess
from harness.pki.path import check_path
from harness.pki.recipe import ChainKind, Profile
from harness.pki.revocation import Needed, status_objections
from harness.pki.rules import rules_for

AT = 1_767_225_600.0
ROUNDS = 160
"""Of each profile and kind: 3,360 together."""


def mutilated(chain: tuple[bytes, ...], chance: Random) -> tuple[bytes, ...]:
    """One to four bytes changed, sometimes some taken out or put in."""
    changed = [bytearray(one) for one in chain]
    for _ in range(chance.randint(1, 4)):
        one = chance.choice(changed)
        place = chance.randrange(len(one))
        match chance.randrange(6):
            case 0:
                del one[place : place + chance.randint(1, 20)]
            case 1:
                one[place:place] = chance.randbytes(chance.randint(1, 20))
            case 2:
                one[place] = chance.choice((0x00, 0x80, 0x7F, 0xFF, 0x30, 0x84))
            case _:
                one[place] ^= 1 << chance.randrange(8)
        if not one:
            one.append(0)
    return tuple(bytes(one) for one in changed)


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("kind", ChainKind)
def test_mutilated_chains_are_refused_without_an_exception(kind: ChainKind, profile: Profile) -> None:
    pki = Pki.generate(AT, profile=profile)
    good, rules, roots = pki.chain(kind).chain, rules_for(kind, profile), pki.roots(kind)
    staples = pki.staples(pki.chain(kind))
    chance = Random(15_118)
    taken = []
    for turn in range(ROUNDS):
        chain = mutilated(good, chance)
        form, path = lint_chain(chain, rules), check_path(chain, roots, AT)
        status_objections(chain, roots, mutilated(staples, chance), AT, needed=Needed.CHAIN)
        lint_root(chain[-1], rules)
        lint_signer(chain[0], rules)
        if chain != good and first_error((*form, *path)) is None:
            taken.append((turn, chain))
    assert taken == []


@pytest.mark.parametrize("profile", Profile)
def test_mutilated_chains_leave_foreign_voices_speaking(profile: Profile) -> None:
    pki = Pki.generate(AT, profile=profile)
    good, rules = pki.vehicle_chain().chain, rules_for(ChainKind.VEHICLE, profile)
    chance = Random(20)
    for _ in range(60):
        found = assess(mutilated(good, chance), rules=rules, roots=pki.oem_roots, at=AT)
        assert found.verdict is Judgement.REFUSE
        assert [one.voice for one in found.opinions] == list(Voice)


def test_random_bytes_and_deep_nests_end() -> None:
    chance = Random(2)
    rules = rules_for(ChainKind.SECC)
    nests = [b"\x30\x80" * 20_000, b"\xa0\x80" * 9 + bytes(40), b"\x30\x84\x00\x00\x00\x05" * 3_000]
    for bytes_ in [*nests, *(chance.randbytes(chance.randint(0, 400)) for _ in range(300))]:
        found = lint_chain((bytes_,), rules)
        assert "certificate.unreadable" in {one.code for one in found}


def test_thousands_of_values_are_not_walked() -> None:
    with pytest.raises(UnreadableError, match="too many"):
        read_der(b"\x30\x82\x4e\x20" + b"\x05\x00" * 10_000)


def test_words_of_a_stranger_are_bounded_and_tame() -> None:
    """A name may hold 60,000 characters, and what clears a terminal."""
    pki = Pki.generate(AT)
    good = pki.recipe(ChainKind.SECC)
    name = structs.replace(good.leaf.subject, domain="\x1b[2J\n" + "x" * 30_000)
    chain = pki.make(structs.replace(good, leaf=structs.replace(good.leaf, subject=name, valid_until=-1))).chain

    said = assess(chain, rules=rules_for(ChainKind.SECC), roots=pki.v2g_roots, at=AT)

    texts = [one.text for one in said.objections] + [one.text for who in said.opinions for one in who.observations]
    assert {"leaf.domain", "path.expired"} <= {one.code for one in said.objections}
    assert all(len(text) <= 403 and text.isprintable() for text in texts)
