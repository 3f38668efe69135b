"""What the leaves of each kind have to look like, as tables."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from harness.pki.recipe import ChainKind, ExtendedUse, KeyUse


class Named(StrEnum):
    """What a common name is."""

    FREELY = "freely"
    SECC_ID = "SECC id"
    EVCCID = "EVCCID"
    PCID = "PCID"
    EMAID = "EMAID"


_NO_AUTHORITY = (KeyUse.CERT_SIGN, KeyUse.CRL_SIGN)


class LeafRules(Struct, frozen=True, kw_only=True):
    """One row: a leaf of ISO 15118-20."""

    named: Named = Named.FREELY
    domain: str = ""
    """How the domain component ends [V2G20-3073]."""
    needed_uses: tuple[KeyUse, ...] = (KeyUse.DIGITAL_SIGNATURE,)
    wished_uses: tuple[KeyUse, ...] = ()
    needed_cites: tuple[str, ...] = ()
    forbidden_uses: tuple[KeyUse, ...] = _NO_AUTHORITY
    extended_use_forbidden: bool = False
    pointer_cites: tuple[str, ...] = ()
    """Who asks for a pointer to revocation; nobody that could be cited does for stations, which a private
    environment may run without it."""
    pointer_cites_in_ca: tuple[str, ...] = ()


LEAVES_20 = {
    ChainKind.SECC: LeafRules(named=Named.SECC_ID, domain="CSO"),
    ChainKind.VEHICLE: LeafRules(
        named=Named.EVCCID,
        domain="EV",
        forbidden_uses=(*_NO_AUTHORITY, KeyUse.DATA_ENCIPHERMENT),
        pointer_cites=("V2G20-2600",),
        pointer_cites_in_ca=("V2G20-2599",),
    ),
    ChainKind.PROVISIONING: LeafRules(
        named=Named.PCID,
        domain="OEM",
        needed_uses=(KeyUse.DIGITAL_SIGNATURE, KeyUse.KEY_AGREEMENT),
        needed_cites=("V2G20-822",),
        pointer_cites=("V2G20-2593",),
    ),
    ChainKind.CONTRACT: LeafRules(
        named=Named.EMAID,
        wished_uses=(KeyUse.NON_REPUDIATION,),
        extended_use_forbidden=True,
        pointer_cites=("V2G20-2590",),
        pointer_cites_in_ca=("V2G20-2591",),
    ),
    ChainKind.CPS: LeafRules(domain="CPS"),
}

EXTENDED = {
    ChainKind.SECC: ExtendedUse.SERVER,
    ChainKind.CSMS: ExtendedUse.SERVER,
    ChainKind.VEHICLE: ExtendedUse.CLIENT,
    ChainKind.STATION: ExtendedUse.CLIENT,
}
"""What the key of a leaf is meant for, where it says."""

ISO2_DOMAINS = {ChainKind.SECC: "CPO", ChainKind.CPS: "CPS", ChainKind.PROVISIONING: "OEM"}
"""Fixed values [V2G2-925]."""

OCPP = frozenset({ChainKind.CSMS, ChainKind.STATION})
