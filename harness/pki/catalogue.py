"""The good chains of ISO 15118-2, ISO 15118-20 and OCPP 2.0.1: one recipe for each kind."""

from __future__ import annotations

from msgspec import Struct

from harness.pki.recipe import (
    DAY,
    CertificateRecipe,
    ChainKind,
    ChainRecipe,
    Edition,
    ExtendedUse,
    KeyKind,
    KeyUse,
    Profile,
    Subject,
)

TEST_ONLY = "TEST ONLY"
"""Stands in every CA name, so that nobody takes a generated root for a real one."""

OCSP_ADDRESS = "http://ocsp.v2x-harness.invalid/"
"""Where it is asked whether a certificate was revoked, unless a PKI says otherwise; a name that nobody can own."""

_AUTHORITY_USES = (KeyUse.CERT_SIGN, KeyUse.CRL_SIGN)


class Tree(Struct, frozen=True, kw_only=True):
    """What the CAs above a kind of leaf have in common."""

    root: str
    """Name of the root's key; trees with the same name share the root."""
    branch: str
    """Prefix of the names of the sub-CAs' keys."""
    title: str
    organisation: str
    root_domain: str = ""
    domain: str = ""
    sub_domain: str = ""


_TREES_20 = {
    ChainKind.SECC: Tree(
        root="v2g-root", branch="cso", title="CSO", organisation="Harness CSO", root_domain="V2G",
        domain="HARNESSCSO", sub_domain="HARNESSCSO",
    ),
    ChainKind.VEHICLE: Tree(
        root="oem-root", branch="vehicle", title="Vehicle", organisation="Harness OEM", root_domain="OEM",
        domain="HARNESSEV", sub_domain="OEM",
    ),
    ChainKind.PROVISIONING: Tree(
        root="oem-root", branch="provisioning", title="OEM provisioning", organisation="Harness OEM",
        root_domain="OEM", domain="OEM", sub_domain="OEM",
    ),
    ChainKind.CONTRACT: Tree(
        root="mo-root", branch="mo", title="MO", organisation="Harness MO", root_domain="MO", domain="MO",
        sub_domain="MO",
    ),
    ChainKind.CPS: Tree(
        root="v2g-root", branch="cps", title="CPS", organisation="Harness CPS", root_domain="V2G", domain="CPS",
        sub_domain="CPS",
    ),
    ChainKind.CSMS: Tree(root="csms-root", branch="csms", title="CSMS", organisation="Harness CSO"),
    ChainKind.STATION: Tree(root="csms-root", branch="csms", title="CSMS", organisation="Harness CSO"),
}  # fmt: skip

_ISO2_DOMAINS = {ChainKind.SECC: "CPO", ChainKind.VEHICLE: "OEM"}
"""ISO 15118-2 fixes the value [V2G2-925]; -20 fixes a suffix."""

_DEFAULT_NAMES = {
    ChainKind.SECC: "DEHARSHARNESS000000000000000000000000001",
    ChainKind.VEHICLE: "HRNV1234567890ABCDE2",
    ChainKind.PROVISIONING: "HRN12345678901234X",
    ChainKind.CONTRACT: "DEHAR123456789",
    ChainKind.CPS: "Harness Provisioning Service",
    ChainKind.CSMS: "localhost",
    ChainKind.STATION: "HARNESS-0001",
}


def good_chain(
    kind: ChainKind,
    *,
    profile: Profile = Profile.STRICT_20,
    edition: Edition = Edition.AMD1,
    name: str = "",
    organisation: str = "",
    ocsp_address: str = OCSP_ADDRESS,
) -> ChainRecipe:
    """The recipe of a chain without a flaw.

    Args:
        kind: what the chain is for.
        profile: algorithms of the ISO 15118 hierarchies; those of OCPP always use secp256r1.
        edition: which Annex B to follow; no difference for the profile iso2 and for OCPP.
        name: common name of the leaf (SECC id, EVCCID, PCID, EMAID, host name, serial number).
        organisation: organisation of the leaf.
        ocsp_address: where its certificates say that OCSP is spoken, but for those of OCPP; empty: nowhere.
    """
    tree = _TREES_20[kind]
    responder = f"{ocsp_address}{tree.branch}" if ocsp_address and not _is_ocpp(kind) else ""
    key_kind = _key_kind(kind, profile)
    literal = edition is Edition.ED2022 and key_kind is not KeyKind.P256
    issuers = tuple(_authority(tree, depth, kind, profile, responder, literal=literal) for depth in range(3))
    common_name = name or _DEFAULT_NAMES[kind]
    owner = organisation or tree.organisation
    leaf = CertificateRecipe(
        key=f"{kind}:{common_name}:{owner}",
        key_kind=key_kind,
        subject=_leaf_subject(kind, tree, profile, edition, common_name, owner),
        uses=_leaf_uses(kind, profile),
        extended_uses=_leaf_extended_uses(kind, profile),
        valid_from=-DAY,
        valid_until=60 * DAY,
        critical_pointers=literal,
        short_identifier=_short(kind, profile),
        ocsp=responder,
        agreement=kind is ChainKind.PROVISIONING and profile is Profile.ED448,
    )
    return ChainRecipe(kind=kind, issuers=issuers, leaf=leaf)


def _authority(
    tree: Tree, depth: int, kind: ChainKind, profile: Profile, responder: str, *, literal: bool
) -> CertificateRecipe:
    """The root (depth 0) or a sub-CA; each lives within its issuer's validity [V2G20-1004]."""
    iso2 = profile is Profile.ISO2
    title = tree.root.removesuffix("-root").upper() + " Root" if depth == 0 else f"{tree.title} Sub-CA{depth}"
    domain = tree.root_domain if depth == 0 else tree.sub_domain
    if depth and iso2 and kind is ChainKind.SECC:
        domain = "V2G"
    return CertificateRecipe(
        key=tree.root if depth == 0 else f"{tree.branch}-sub{depth}",
        key_kind=_key_kind(kind, profile),
        subject=Subject(common_name=f"{TEST_ONLY} {title}", organisation="V2X Harness", country="DE", domain=domain),
        authority=True,
        path_length=(None, 1, 0)[depth],
        uses=_AUTHORITY_USES,
        valid_from=(-120, -110, -100)[depth] * DAY,
        valid_until=(5 * 365, 2 * 365, 365)[depth] * DAY,
        critical_pointers=literal,
        short_identifier=_short(kind, profile),
        ocsp=responder if depth else "",
    )


def _leaf_subject(kind: ChainKind, tree: Tree, profile: Profile, edition: Edition, name: str, owner: str) -> Subject:
    if _is_ocpp(kind):
        return Subject(common_name=name, organisation=owner)
    if kind is ChainKind.CONTRACT:
        return Subject(common_name=name, organisation=owner)
    if profile is Profile.ISO2:
        return Subject(common_name=name, organisation=owner, country="DE", domain=_ISO2_DOMAINS.get(kind, tree.domain))
    if kind is ChainKind.VEHICLE:
        # [V2G20-2598] wants common name and organisation alone; AMD 1 adds the domain component.
        domain = tree.domain if edition is Edition.AMD1 else ""
        return Subject(common_name=name, organisation=owner, domain=domain)
    country = "DE" if kind is ChainKind.SECC else ""
    return Subject(common_name=name, organisation=owner, country=country, domain=tree.domain)


def _leaf_uses(kind: ChainKind, profile: Profile) -> tuple[KeyUse, ...]:
    agreement = () if profile is Profile.ED448 else (KeyUse.KEY_AGREEMENT,)
    match kind:
        case ChainKind.SECC:
            return (KeyUse.DIGITAL_SIGNATURE, *agreement)
        case ChainKind.PROVISIONING:
            return (KeyUse.DIGITAL_SIGNATURE, KeyUse.KEY_AGREEMENT)
        case ChainKind.CONTRACT:
            more = (KeyUse.KEY_ENCIPHERMENT, KeyUse.KEY_AGREEMENT) if profile is Profile.ISO2 else ()
            return (KeyUse.DIGITAL_SIGNATURE, KeyUse.NON_REPUDIATION, *more)
        case _:
            return (KeyUse.DIGITAL_SIGNATURE,)


def _leaf_extended_uses(kind: ChainKind, profile: Profile) -> tuple[ExtendedUse, ...]:
    match kind:
        case ChainKind.SECC:
            return () if profile is Profile.ISO2 else (ExtendedUse.SERVER,)
        case ChainKind.CSMS:
            return (ExtendedUse.SERVER,)
        case ChainKind.VEHICLE | ChainKind.STATION:
            return (ExtendedUse.CLIENT,)
        case _:
            return ()


def _is_ocpp(kind: ChainKind) -> bool:
    return kind in {ChainKind.CSMS, ChainKind.STATION}


def _key_kind(kind: ChainKind, profile: Profile) -> KeyKind:
    return KeyKind.P256 if _is_ocpp(kind) else profile.key_kind


def _short(kind: ChainKind, profile: Profile) -> bool:
    return not _is_ocpp(kind) and profile is not Profile.ISO2
