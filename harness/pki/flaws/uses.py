"""Flaws of what a key may be used for."""

from __future__ import annotations

from harness.pki.flaws.flaw import Flaw
from harness.pki.flaws.trait import AMENDED, ISO, SHOWN_IN_TLS, TWENTY, Trait, edit, leaf, with_issuer, with_leaf
from harness.pki.objection import Severity
from harness.pki.recipe import ChainKind, ChainRecipe, ExtendedUse, KeyUse

_KEY_USAGE, _EXTENDED = "2.5.29.15", "2.5.29.37"
_SERVERS = {ChainKind.SECC, ChainKind.CSMS}
_SHOWN = SHOWN_IN_TLS | {ChainKind.CSMS, ChainKind.STATION}


def _other_end(chain: ChainRecipe) -> ChainRecipe:
    other = ExtendedUse.CLIENT if chain.kind in _SERVERS else ExtendedUse.SERVER
    return with_leaf(chain, extended_uses=(other,))


def _one_use_more(use: KeyUse) -> Trait:
    what = {KeyUse.CERT_SIGN: "sign certificates", KeyUse.DATA_ENCIPHERMENT: "encipher data"}[use]
    kinds = ISO if use is KeyUse.CERT_SIGN else frozenset({ChainKind.VEHICLE})
    return Trait(
        description=f"the leaf's key may {what} as well",
        bend=lambda chain: with_leaf(chain, uses=(*chain.leaf.uses, use)),
        kinds=kinds,
        profiles=TWENTY,
    )


TRAITS = {
    Flaw.WRONG_KEY_USAGE: Trait(
        description="the leaf's key may not make signatures", bend=leaf(uses=(KeyUse.KEY_AGREEMENT,))
    ),
    Flaw.LEAF_SIGNS_CERTIFICATES: _one_use_more(KeyUse.CERT_SIGN),
    Flaw.LEAF_ENCIPHERS_DATA: _one_use_more(KeyUse.DATA_ENCIPHERMENT),
    Flaw.NO_KEY_USAGE: Trait(
        description="the leaf does not say what its key may be used for",
        bend=leaf(without=(_KEY_USAGE,)),
        kinds=frozenset(ChainKind) - {ChainKind.CSMS, ChainKind.STATION},
    ),
    Flaw.KEY_USAGE_NOT_CRITICAL: Trait(
        description="KeyUsage of the leaf is not critical", bend=leaf(criticality=((_KEY_USAGE, False),)), kinds=ISO
    ),
    Flaw.UNKNOWN_USES: Trait(description="KeyUsage of the leaf has bits that mean nothing", bend=edit("unknown_uses")),
    Flaw.WRONG_EXTENDED_KEY_USAGE: Trait(
        description="the leaf is meant for the other end of a TLS connection", bend=_other_end, kinds=_SHOWN
    ),
    Flaw.NO_EXTENDED_KEY_USAGE: Trait(
        description="the leaf does not say which end of a TLS connection it is meant for",
        bend=leaf(extended_uses=()),
        kinds=SHOWN_IN_TLS,
        profiles=TWENTY,
        editions=AMENDED,
    ),
    Flaw.EXTENDED_KEY_USAGE_NOT_CRITICAL: Trait(
        description="ExtendedKeyUsage of the leaf is not critical",
        bend=leaf(criticality=((_EXTENDED, False),)),
        kinds=SHOWN_IN_TLS,
        profiles=TWENTY,
        editions=AMENDED,
    ),
    Flaw.ANY_EXTENDED_KEY_USAGE: Trait(
        description="the leaf is meant for anything", bend=leaf(extended_uses=(ExtendedUse.ANY,)), kinds=SHOWN_IN_TLS
    ),
    Flaw.EXTRA_EXTENDED_KEY_USAGE: Trait(
        description="the leaf is meant for signing programs as well",
        bend=lambda chain: with_leaf(chain, extended_uses=(*chain.leaf.extended_uses, ExtendedUse.CODE_SIGNING)),
        severity=Severity.NOTICE,
        kinds=SHOWN_IN_TLS,
        profiles=TWENTY,
    ),
    Flaw.SUB_CA_EXTENDED_KEY_USAGE: Trait(
        description="the CA that issued the leaf has ExtendedKeyUsage",
        bend=lambda chain: with_issuer(chain, -1, extended_uses=chain.leaf.extended_uses),
        kinds=SHOWN_IN_TLS,
        profiles=TWENTY,
        editions=AMENDED,
    ),
    Flaw.EXTENDED_KEY_USAGE_IN_CONTRACT: Trait(
        description="a contract certificate has ExtendedKeyUsage",
        bend=leaf(extended_uses=(ExtendedUse.CLIENT,)),
        kinds=frozenset({ChainKind.CONTRACT}),
        profiles=TWENTY,
    ),
}
