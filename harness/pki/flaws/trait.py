"""What is known of a flaw, and the small changes that flaws are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct, structs

from harness.pki.catalogue import OCSP_ADDRESS, good_chain
from harness.pki.objection import Severity
from harness.pki.recipe import CertificateRecipe, ChainKind, ChainRecipe, Edition, KeyKind, Profile
from harness.pki.variants import listed

Bend = Callable[[ChainRecipe], ChainRecipe]
"""From the recipe of a good chain to one with exactly one thing wrong."""

OCPP = frozenset({ChainKind.CSMS, ChainKind.STATION})
ISO = frozenset(ChainKind) - OCPP
SHOWN_IN_TLS = frozenset({ChainKind.SECC, ChainKind.VEHICLE})
"""Kinds of leaves whose key proves something in a handshake of ISO 15118."""
TWENTY = frozenset({Profile.STRICT_20, Profile.ED448})
AMENDED = frozenset({Edition.AMD1})
ON_CURVES = frozenset({Profile.STRICT_20, Profile.ISO2})
"""Profiles whose keys are points on a curve with ECDSA."""


class Trait(Struct, frozen=True, kw_only=True):
    """One flaw: how it is made, whom it concerns, and what may come of it."""

    description: str
    """What is wrong, for a report."""
    bend: Bend
    severity: Severity = Severity.ERROR
    """NOTICE where standards, editions or stacks differ about refusing it."""
    kinds: frozenset[ChainKind] = frozenset(ChainKind)
    profiles: frozenset[Profile] = frozenset(Profile)
    """For chains of ISO 15118; those of OCPP have the same algorithms under every profile."""
    editions: frozenset[Edition] = frozenset(Edition)
    alerts: frozenset[int] = frozenset()
    """Alerts that fit beside those about certificates."""
    cites: tuple[str, ...] = ()

    def fits(self, kind: ChainKind, profile: Profile, edition: Edition) -> bool:
        """Whether it is a flaw in chains of a kind."""
        return kind in self.kinds and (kind in OCPP or (profile in self.profiles and edition in self.editions))


def leaf(**changes: Any) -> Bend:
    """Other values in the leaf."""
    return lambda chain: structs.replace(chain, leaf=structs.replace(chain.leaf, **changes))


def issuer(index: int, **changes: Any) -> Bend:
    """Other values in a CA: 0 is the root, 1 the upper CA, -1 the one that issued the leaf."""
    return lambda chain: with_issuer(chain, index, **changes)


def whole(**changes: Any) -> Bend:
    """Other values in the chain as a whole."""
    return lambda chain: structs.replace(chain, **changes)


def edit(name: str, *, raw: bool = False) -> Bend:
    """An edit of the leaf's finished bytes; `raw` where OpenSSL does not present what comes of it."""
    return lambda chain: structs.replace(chain, leaf=structs.replace(chain.leaf, edit=name), raw=raw)


def subject(**changes: Any) -> Bend:
    """Other parts in the leaf's name."""
    return lambda chain: with_leaf(chain, subject=structs.replace(chain.leaf.subject, **changes))


def renamed(change: Callable[[str], str]) -> Bend:
    """Another common name of the leaf, made from the right one."""

    def bend(chain: ChainRecipe) -> ChainRecipe:
        name = structs.replace(chain.leaf.subject, common_name=change(chain.leaf.subject.common_name))
        return with_leaf(chain, subject=name)

    return bend


def with_leaf(chain: ChainRecipe, **changes: Any) -> ChainRecipe:
    """The chain with other values in its leaf."""
    return structs.replace(chain, leaf=structs.replace(chain.leaf, **changes))


def with_issuer(chain: ChainRecipe, index: int, **changes: Any) -> ChainRecipe:
    """The chain with other values in one of its CAs."""
    issuers = list(chain.issuers)
    issuers[index] = structs.replace(issuers[index], **changes)
    return structs.replace(chain, issuers=tuple(issuers))


def another_leaf(kind: KeyKind) -> Bend:
    """Another kind of key in the leaf, which no peer of the profile announces that it takes."""
    return lambda chain: structs.replace(with_leaf(chain, key_kind=kind), raw=True)


def in_the_place_of(other: ChainKind) -> Bend:
    """The good chain of another kind, shown where it does not belong; of the same edition, with the same pointers."""

    def bend(chain: ChainRecipe) -> ChainRecipe:
        edition = Edition.ED2022 if chain.leaf.critical_pointers else Edition.AMD1
        terms: dict[str, Any] = {"profile": PROFILES[chain.leaf.key_kind], "edition": edition}
        branch = good_chain(chain.kind, **terms).leaf.ocsp.removeprefix(OCSP_ADDRESS)
        stand_in = good_chain(other, ocsp_address=chain.leaf.ocsp.removesuffix(branch), **terms)
        if chain.leaf.crl:
            stand_in = listed(stand_in, chain.leaf.crl.removesuffix(f"{chain.issuers[-1].key}.crl"))
        return structs.replace(stand_in, kind=chain.kind)

    return bend


PROFILES = {KeyKind.P521: Profile.STRICT_20, KeyKind.ED448: Profile.ED448, KeyKind.P256: Profile.ISO2}
"""By the key of a good leaf of ISO 15118: which profile it follows."""


def sibling(recipe: CertificateRecipe, suffix: str) -> Any:
    """The subject of a CA with something behind its name."""
    return structs.replace(recipe.subject, common_name=recipe.subject.common_name + suffix)
