"""Flaws of keys and of how signatures are made."""

from __future__ import annotations

from harness.pki.flaws.flaw import Flaw
from harness.pki.flaws.trait import (
    ISO,
    OCPP,
    ON_CURVES,
    SHOWN_IN_TLS,
    TWENTY,
    Trait,
    another_leaf,
    edit,
    issuer,
    leaf,
    with_issuer,
)
from harness.pki.objection import Severity
from harness.pki.recipe import ChainRecipe, KeyKind, Profile

_UNSUITABLE = frozenset({40, 47})
"""handshake_failure, illegal_parameter: what a stack says of a key that it does not even look at."""
_BAD_SIGNATURE = frozenset({40, 47, 51})
_STRICT = frozenset({Profile.STRICT_20})


def _wrong_curve(chain: ChainRecipe) -> ChainRecipe:
    """Another curve for the issuing CA; OCPP bans no curve, but keys of less than 112 bits of security."""
    if chain.kind in OCPP:
        return with_issuer(chain, -1, key_kind=KeyKind.RSA1024)
    other = KeyKind.P521 if chain.leaf.key_kind is KeyKind.P256 else KeyKind.P256
    return with_issuer(chain, -1, key_kind=other)


def _leaf_on(kind: KeyKind) -> Trait:
    return Trait(
        description=f"the leaf's key is of the kind {kind}",
        bend=another_leaf(kind),
        kinds=SHOWN_IN_TLS,
        profiles=TWENTY,
        alerts=_UNSUITABLE,
        cites=("V2G20-2674",),
    )


TRAITS = {
    Flaw.WRONG_CURVE: Trait(
        description="the CA that issued the leaf has a key that the profile does not allow",
        bend=_wrong_curve,
        alerts=_UNSUITABLE,
    ),
    Flaw.LEAF_ON_P256: _leaf_on(KeyKind.P256),
    Flaw.LEAF_ON_P384: _leaf_on(KeyKind.P384),
    Flaw.LEAF_ON_SECP256K1: _leaf_on(KeyKind.K256),
    Flaw.LEAF_ON_BRAINPOOL: _leaf_on(KeyKind.BRAINPOOL),
    Flaw.LEAF_ON_RSA: _leaf_on(KeyKind.RSA2048),
    Flaw.WEAK_RSA: Trait(
        description="the leaf's key is RSA with 1024 bits",
        bend=leaf(key_kind=KeyKind.RSA1024),
        kinds=OCPP,
        alerts=_UNSUITABLE | {71},
    ),
    Flaw.MIXED_KEYS: Trait(
        description="a CA on Ed448 in a chain on secp521r1",
        bend=issuer(-1, key_kind=KeyKind.ED448),
        severity=Severity.NOTICE,
        kinds=ISO,
        profiles=_STRICT,
        cites=("V2G20-2324", "V2G20-2325"),
    ),
    Flaw.WEAKER_HASH: Trait(
        description="the leaf is signed over SHA-256",
        bend=edit("weaker_hash"),
        kinds=ISO,
        profiles=_STRICT,
        alerts=_BAD_SIGNATURE,
        cites=("V2G20-2674",),
    ),
    Flaw.SHA1: Trait(
        description="the leaf is signed over SHA-1", bend=edit("sha1"), profiles=ON_CURVES, alerts=_BAD_SIGNATURE
    ),
    Flaw.OTHER_INNER_ALGORITHM: Trait(
        description="the leaf names two algorithms for its one signature",
        bend=edit("other_inner_algorithm"),
        alerts=_BAD_SIGNATURE,
    ),
}
