"""Flaws of who issued what, and of who may."""

from __future__ import annotations

from msgspec import structs

from harness.pki.flaws.flaw import Flaw
from harness.pki.flaws.trait import ISO, Trait, issuer, leaf, sibling, whole, with_issuer
from harness.pki.recipe import ChainKind, ChainRecipe, KeyUse

_BASIC_CONSTRAINTS, _KEY_USAGE = "2.5.29.19", "2.5.29.15"
_DECRYPT_ERROR = 51


def _unknown_root(chain: ChainRecipe) -> ChainRecipe:
    stranger = structs.replace(chain.issuers[0].subject, common_name="TEST ONLY Stranger Root")
    return with_issuer(chain, 0, key=f"stranger-{chain.issuers[0].key}", subject=stranger)


def _decoy_root(chain: ChainRecipe) -> ChainRecipe:
    return with_issuer(chain, 0, key=f"decoy-{chain.issuers[0].key}")


def _third_sub_ca(chain: ChainRecipe) -> ChainRecipe:
    root, first, last = chain.issuers
    between = structs.replace(first, key=f"{first.key}-more", subject=sibling(first, " (one more)"), path_length=1)
    return structs.replace(chain, issuers=(root, structs.replace(first, path_length=2), between, last))


def _left_out(index: int) -> Trait:
    which = "that issued the leaf" if index < 0 else "above the one that issued the leaf"
    return Trait(
        description=f"the CA {which} is not sent",
        bend=lambda chain: structs.replace(chain, left_out=(chain.issuers[index].key,)),
    )


TRAITS = {
    Flaw.UNKNOWN_ROOT: Trait(description="the chain ends at a root that nobody was given", bend=_unknown_root),
    Flaw.DECOY_ROOT: Trait(
        description="the chain ends at a root with the right name and another key",
        bend=_decoy_root,
        alerts=frozenset({_DECRYPT_ERROR}),
    ),
    Flaw.MISSING_SUB_CA: _left_out(-1),
    Flaw.MISSING_UPPER_CA: _left_out(1),
    Flaw.SELF_SIGNED: Trait(description="the leaf signed itself and comes alone", bend=whole(self_signed=True)),
    Flaw.UNDER_ROOT: Trait(
        description="the V2G root issued the leaf itself",
        bend=lambda chain: structs.replace(chain, issuers=chain.issuers[:1]),
        kinds=frozenset({ChainKind.SECC, ChainKind.CPS}),
        cites=("V2G2-867",),
    ),
    Flaw.TAMPERED_SIGNATURE: Trait(
        description="one bit of the signature on the leaf is wrong",
        bend=whole(tampered=True),
        alerts=frozenset({_DECRYPT_ERROR}),
    ),
    Flaw.TAMPERED_SUB_CA: Trait(
        description="one bit of the signature on the CA that issued the leaf is wrong",
        bend=issuer(-1, edit="flipped_signature"),
        alerts=frozenset({_DECRYPT_ERROR}),
    ),
    Flaw.FOREIGN_SIGNATURE: Trait(
        description="the leaf was signed with another key than that of the CA it names",
        bend=leaf(signed_with="foreign-hand"),
        alerts=frozenset({_DECRYPT_ERROR}),
    ),
    Flaw.LEAF_IS_CA: Trait(description="the leaf calls itself a CA", bend=leaf(authority=True)),
    Flaw.SUB_CA_NOT_CA: Trait(
        description="the certificate that issued the leaf says it is no CA",
        bend=issuer(-1, authority=False, path_length=None),
    ),
    Flaw.SUB_CA_WITHOUT_CONSTRAINTS: Trait(
        description="the certificate that issued the leaf does not say whether it is a CA",
        bend=issuer(-1, without=(_BASIC_CONSTRAINTS,)),
    ),
    Flaw.CONSTRAINTS_NOT_CRITICAL: Trait(
        description="BasicConstraints of the CA that issued the leaf is not critical",
        bend=issuer(-1, criticality=((_BASIC_CONSTRAINTS, False),)),
    ),
    Flaw.SUB_CA_WITHOUT_CERT_SIGN: Trait(
        description="the CA that issued the leaf may not sign certificates", bend=issuer(-1, uses=(KeyUse.CRL_SIGN,))
    ),
    Flaw.SUB_CA_WITHOUT_KEY_USAGE: Trait(
        description="the CA that issued the leaf does not say what its key may be used for",
        bend=issuer(-1, without=(_KEY_USAGE,)),
        kinds=ISO,
    ),
    Flaw.PATH_LENGTH: Trait(
        description="the upper CA allows no CA below itself, and there is one", bend=issuer(1, path_length=0)
    ),
    Flaw.THIRD_SUB_CA: Trait(
        description="there is one CA more between root and leaf than the profile allows",
        bend=_third_sub_ca,
        kinds=ISO,
        cites=("V2G20-1003",),
    ),
}
