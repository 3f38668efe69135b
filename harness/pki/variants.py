"""The good chains that are built otherwise than usual: fewer CAs, another root, a cross certificate, another key."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from itertools import pairwise

from msgspec import structs

from harness.pki.catalogue import TEST_ONLY
from harness.pki.recipe import DAY, CertificateRecipe, ChainKind, ChainRecipe, KeyKind, Subject


class ChainVariant(StrEnum):
    """How a good chain is built."""

    USUAL = "usual"
    """Root, two sub-CAs, leaf."""
    ONE_SUB_CA = "one_sub_ca"
    """One sub-CA alone, with the profile of the lower of two [V2G20-911]."""
    CROSS_SIGNED = "cross_signed"
    """Under a second root, by a cross certificate that is sent as well: a chain of four [V2G20-1002, V2G20-1005].
    ISO 15118-2 has room for three."""
    V2G_ROOTED = "v2g_rooted"
    """A vehicle's or a mobility operator's chain under the V2G root [V2G20-2329, V2G20-2331]."""
    PRIVATE = "private"
    """A station's leaf right below the root of a private operator [V2G2-868], with nobody to ask for its status."""
    ROLLOVER = "rollover"
    """Under the second of two roots that have one name; both are trusted [V2G2-878]."""
    RSA = "rsa"
    """RSA with 2048 bits all the way up: OCPP alone."""


_OCPP = frozenset({ChainKind.CSMS, ChainKind.STATION})
_FITTING = {
    ChainVariant.CROSS_SIGNED: frozenset(ChainKind) - _OCPP,
    ChainVariant.V2G_ROOTED: frozenset({ChainKind.VEHICLE, ChainKind.CONTRACT}),
    ChainVariant.PRIVATE: frozenset({ChainKind.SECC}),
    ChainVariant.RSA: _OCPP,
}


def fits(kind: ChainKind, variant: ChainVariant) -> bool:
    """Whether chains of a kind can be built in that way."""
    return kind in _FITTING.get(variant, frozenset(ChainKind))


def vary(usual: ChainRecipe, variant: ChainVariant, v2g_root: CertificateRecipe) -> ChainRecipe:
    """The same chain, built otherwise; keys and names of what stays are as before.

    Args:
        usual: as the catalogue has it.
        variant: how to build it.
        v2g_root: what some variants put it under.

    Raises:
        ValueError: chains of that kind are never built so.
    """
    if not fits(usual.kind, variant):
        raise ValueError(f"a chain of the kind {usual.kind} is never {variant}")
    return _BUILDERS[variant](usual, v2g_root)


def listed(recipe: ChainRecipe, address: str) -> ChainRecipe:
    """The same chain, whose certificates say that the list of their issuer is at `address` and the issuer's name."""
    line = (*recipe.issuers, recipe.leaf)
    below = [structs.replace(one, crl=f"{address}{above.key}.crl") for above, one in pairwise(line)]
    return structs.replace(recipe, issuers=(line[0], *below[:-1]), leaf=below[-1])


def former_roots(recipe: ChainRecipe, variant: ChainVariant) -> tuple[CertificateRecipe, ...]:
    """The roots that are trusted beside a chain's own: the one of the same name that it takes the place of."""
    if variant is not ChainVariant.ROLLOVER:
        return ()
    root = recipe.issuers[0]
    return (structs.replace(root, key=root.key.removesuffix("-next")),)


def _one_sub_ca(usual: ChainRecipe, _: CertificateRecipe) -> ChainRecipe:
    root, _, lower = usual.issuers
    subject = structs.replace(lower.subject, common_name=f"{lower.subject.common_name} alone")
    return structs.replace(usual, issuers=(root, structs.replace(lower, key=f"{lower.key}-alone", subject=subject)))


def _cross_signed(usual: ChainRecipe, _: CertificateRecipe) -> ChainRecipe:
    """The usual root, certified by another one; it lives no longer than either of them [V2G20-1853]."""
    root, upper, *rest = usual.issuers
    name = structs.replace(root.subject, common_name=f"{root.subject.common_name} of others")
    other = structs.replace(root, key=f"{root.key}-of-others", subject=name)
    cross = structs.replace(root, path_length=2, valid_from=-115 * DAY, valid_until=4 * 365 * DAY, ocsp=upper.ocsp)
    return structs.replace(usual, issuers=(other, cross, upper, *rest))


def _v2g_rooted(usual: ChainRecipe, v2g_root: CertificateRecipe) -> ChainRecipe:
    return structs.replace(usual, issuers=(v2g_root, *usual.issuers[1:]))


def _private(usual: ChainRecipe, _: CertificateRecipe) -> ChainRecipe:
    name = Subject(common_name=f"{TEST_ONLY} Private Operator Root", organisation="V2X Harness", country="DE")
    root = structs.replace(usual.issuers[0], key="private-root", subject=name)
    leaf = structs.replace(usual.leaf, key=f"private-{usual.leaf.key}", ocsp="")
    return structs.replace(usual, issuers=(root,), leaf=leaf)


def _rollover(usual: ChainRecipe, _: CertificateRecipe) -> ChainRecipe:
    root = usual.issuers[0]
    return structs.replace(usual, issuers=(structs.replace(root, key=f"{root.key}-next"), *usual.issuers[1:]))


def _rsa(usual: ChainRecipe, _: CertificateRecipe) -> ChainRecipe:
    issuers = tuple(_with_rsa(one) for one in usual.issuers)
    return structs.replace(usual, issuers=issuers, leaf=_with_rsa(usual.leaf))


def _with_rsa(recipe: CertificateRecipe) -> CertificateRecipe:
    """The same with another key; a CA gets another name too, so that both may be trusted side by side."""
    name = f"{recipe.subject.common_name} RSA" if recipe.authority else recipe.subject.common_name
    subject = structs.replace(recipe.subject, common_name=name)
    return structs.replace(recipe, key_kind=KeyKind.RSA2048, subject=subject)


_BUILDERS: dict[ChainVariant, Callable[[ChainRecipe, CertificateRecipe], ChainRecipe]] = {
    ChainVariant.USUAL: lambda usual, _: usual,
    ChainVariant.ONE_SUB_CA: _one_sub_ca,
    ChainVariant.CROSS_SIGNED: _cross_signed,
    ChainVariant.V2G_ROOTED: _v2g_rooted,
    ChainVariant.PRIVATE: _private,
    ChainVariant.ROLLOVER: _rollover,
    ChainVariant.RSA: _rsa,
}
