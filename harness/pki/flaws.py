"""What can be wrong with a chain, one thing at a time, and which alerts may answer it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from msgspec import structs

from harness.pki.recipe import (
    DAY,
    CertificateRecipe,
    ChainKind,
    ChainRecipe,
    ExtendedUse,
    KeyKind,
    KeyUse,
)

CERTIFICATE_ALERTS = frozenset({42, 43, 45, 46, 48})
"""bad, unsupported, expired, unknown certificate, unknown CA: stacks differ in which they send for what."""

_MORE_ALERTS = {
    "tampered_signature": frozenset({51}),
    "decoy_root": frozenset({51}),
    "wrong_curve": frozenset({40, 47}),
    "unknown_critical_extension": frozenset({47}),
}


class Flaw(StrEnum):
    """One thing wrong with a chain; every flaw fits every kind of chain."""

    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    SUB_CA_EXPIRED = "sub_ca_expired"
    UNKNOWN_ROOT = "unknown_root"
    DECOY_ROOT = "decoy_root"
    MISSING_SUB_CA = "missing_sub_ca"
    SELF_SIGNED = "self_signed"
    LEAF_IS_CA = "leaf_is_ca"
    SUB_CA_NOT_CA = "sub_ca_not_ca"
    SUB_CA_WITHOUT_CERT_SIGN = "sub_ca_without_cert_sign"
    PATH_LENGTH = "path_length"
    THIRD_SUB_CA = "third_sub_ca"
    WRONG_KEY_USAGE = "wrong_key_usage"
    WRONG_EXTENDED_KEY_USAGE = "wrong_extended_key_usage"
    WRONG_CURVE = "wrong_curve"
    TAMPERED_SIGNATURE = "tampered_signature"
    UNKNOWN_CRITICAL_EXTENSION = "unknown_critical_extension"

    @property
    def alerts(self) -> frozenset[int]:
        """Numbers of the alerts that a refusal may carry (RFC 8446, 6.2)."""
        return CERTIFICATE_ALERTS | _MORE_ALERTS.get(self.value, frozenset())

    @property
    def description(self) -> str:
        """What is wrong, for a report."""
        return _DESCRIPTIONS[self]


_DESCRIPTIONS = {
    Flaw.EXPIRED: "the leaf ran out yesterday",
    Flaw.NOT_YET_VALID: "the leaf becomes valid tomorrow",
    Flaw.SUB_CA_EXPIRED: "the CA that issued the leaf ran out yesterday",
    Flaw.UNKNOWN_ROOT: "the chain ends at a root that nobody was given",
    Flaw.DECOY_ROOT: "the chain ends at a root with the right name and another key",
    Flaw.MISSING_SUB_CA: "the CA that issued the leaf is not sent",
    Flaw.SELF_SIGNED: "the leaf signed itself and comes alone",
    Flaw.LEAF_IS_CA: "the leaf calls itself a CA",
    Flaw.SUB_CA_NOT_CA: "the certificate that issued the leaf says it is no CA",
    Flaw.SUB_CA_WITHOUT_CERT_SIGN: "the CA that issued the leaf may not sign certificates",
    Flaw.PATH_LENGTH: "the upper CA allows no CA below itself, and there is one",
    Flaw.THIRD_SUB_CA: "there is one CA more between root and leaf than the profile allows",
    Flaw.WRONG_KEY_USAGE: "the leaf's key may not make signatures",
    Flaw.WRONG_EXTENDED_KEY_USAGE: "the leaf is meant for the other end of a TLS connection",
    Flaw.WRONG_CURVE: "the CA that issued the leaf has a key that the profile does not allow",
    Flaw.TAMPERED_SIGNATURE: "one bit of the signature on the leaf is wrong",
    Flaw.UNKNOWN_CRITICAL_EXTENSION: "the leaf has a critical extension that nobody knows",
}

_SERVERS = {ChainKind.SECC, ChainKind.CSMS}
_OCPP = {ChainKind.CSMS, ChainKind.STATION}


def bend(good: ChainRecipe, flaw: Flaw) -> ChainRecipe:
    """The same chain with exactly one flaw; everything else keeps its keys, names and dates."""
    return _BENDERS[flaw](good)


def _with_leaf(chain: ChainRecipe, **changes: object) -> ChainRecipe:
    return structs.replace(chain, leaf=structs.replace(chain.leaf, **changes))


def _with_issuer(chain: ChainRecipe, index: int, **changes: object) -> ChainRecipe:
    issuers = list(chain.issuers)
    issuers[index] = structs.replace(issuers[index], **changes)
    return structs.replace(chain, issuers=tuple(issuers))


def _unknown_root(chain: ChainRecipe) -> ChainRecipe:
    stranger = structs.replace(chain.issuers[0].subject, common_name="TEST ONLY Stranger Root")
    return _with_issuer(chain, 0, key=f"stranger-{chain.issuers[0].key}", subject=stranger)


def _decoy_root(chain: ChainRecipe) -> ChainRecipe:
    return _with_issuer(chain, 0, key=f"decoy-{chain.issuers[0].key}")


def _third_sub_ca(chain: ChainRecipe) -> ChainRecipe:
    root, first, last = chain.issuers
    between = structs.replace(first, key=f"{first.key}-more", subject=_renamed(first, " (one more)"), path_length=1)
    return structs.replace(chain, issuers=(root, structs.replace(first, path_length=2), between, last))


def _renamed(recipe: CertificateRecipe, suffix: str) -> object:
    return structs.replace(recipe.subject, common_name=recipe.subject.common_name + suffix)


def _wrong_key_usage(chain: ChainRecipe) -> ChainRecipe:
    return _with_leaf(chain, uses=(KeyUse.KEY_AGREEMENT,))


def _wrong_extended(chain: ChainRecipe) -> ChainRecipe:
    other = ExtendedUse.CLIENT if chain.kind in _SERVERS else ExtendedUse.SERVER
    return _with_leaf(chain, extended_uses=(other,))


def _wrong_curve(chain: ChainRecipe) -> ChainRecipe:
    """Another curve for the issuing CA; OCPP bans no curve, but keys of less than 112 bits of security."""
    if chain.kind in _OCPP:
        return _with_issuer(chain, -1, key_kind=KeyKind.RSA1024)
    other = KeyKind.P521 if chain.leaf.key_kind is KeyKind.P256 else KeyKind.P256
    return _with_issuer(chain, -1, key_kind=other)


_BENDERS: dict[Flaw, Callable[[ChainRecipe], ChainRecipe]] = {
    Flaw.EXPIRED: lambda chain: _with_leaf(chain, valid_from=-60 * DAY, valid_until=-DAY),
    Flaw.NOT_YET_VALID: lambda chain: _with_leaf(chain, valid_from=DAY),
    Flaw.SUB_CA_EXPIRED: lambda chain: _with_issuer(chain, -1, valid_until=-DAY),
    Flaw.UNKNOWN_ROOT: _unknown_root,
    Flaw.DECOY_ROOT: _decoy_root,
    Flaw.MISSING_SUB_CA: lambda chain: structs.replace(chain, left_out=(chain.issuers[-1].key,)),
    Flaw.SELF_SIGNED: lambda chain: structs.replace(chain, self_signed=True),
    Flaw.LEAF_IS_CA: lambda chain: _with_leaf(chain, authority=True),
    Flaw.SUB_CA_NOT_CA: lambda chain: _with_issuer(chain, -1, authority=False, path_length=None),
    Flaw.SUB_CA_WITHOUT_CERT_SIGN: lambda chain: _with_issuer(chain, -1, uses=(KeyUse.CRL_SIGN,)),
    Flaw.PATH_LENGTH: lambda chain: _with_issuer(chain, 1, path_length=0),
    Flaw.THIRD_SUB_CA: _third_sub_ca,
    Flaw.WRONG_KEY_USAGE: _wrong_key_usage,
    Flaw.WRONG_EXTENDED_KEY_USAGE: _wrong_extended,
    Flaw.WRONG_CURVE: _wrong_curve,
    Flaw.TAMPERED_SIGNATURE: lambda chain: structs.replace(chain, tampered=True),
    Flaw.UNKNOWN_CRITICAL_EXTENSION: lambda chain: _with_leaf(chain, unknown_extension=True),
}
