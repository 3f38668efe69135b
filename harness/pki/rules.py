"""Which rules a chain of a given kind has to keep: the certificate profiles, put together from the tables."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from harness.pki.objection import Severity
from harness.pki.recipe import ChainKind, Edition, ExtendedUse, KeyKind, KeyUse, Profile
from harness.pki.rules_tables import EXTENDED, ISO2_DOMAINS, LEAVES_20, OCPP, Named


class Pointer(StrEnum):
    """Where a certificate has to say that its revocation can be asked."""

    NONE = "none"
    ANY = "any"
    """An OCSP responder or a list."""
    OCSP = "ocsp"


class ChainRules(Struct, frozen=True, kw_only=True):
    """What the linter holds against a chain."""

    kind: ChainKind
    edition: Edition = Edition.AMD1
    key_kinds: tuple[KeyKind, ...] = ()
    """Keys allowed; empty for any of at least 112 bits of security."""
    key_cites: tuple[str, ...] = ()
    most_certificates: int = 10
    """Without the root."""
    depth_cites: tuple[str, ...] = ()
    most_bytes: int = 0
    """Of one certificate in DER; 0 for no limit."""
    size_cites: tuple[str, ...] = ()
    extended_use: ExtendedUse | None = None
    extended_use_due: bool = False
    """The leaf must have ExtendedKeyUsage; otherwise it must only fit where it has one."""
    extended_use_forbidden: bool = False
    """The leaf must not have ExtendedKeyUsage."""
    extended_use_in_ca: Severity | None = None
    """What it is worth that a CA has ExtendedKeyUsage; None for nothing."""
    needed_uses: tuple[KeyUse, ...] = (KeyUse.DIGITAL_SIGNATURE,)
    wished_uses: tuple[KeyUse, ...] = ()
    """Whose absence is told as a notice."""
    needed_cites: tuple[str, ...] = ()
    forbidden_uses: tuple[KeyUse, ...] = (KeyUse.CERT_SIGN, KeyUse.CRL_SIGN)
    domain: str = ""
    """Domain component of the leaf, or its end in ISO 15118-20; empty for no rule."""
    domain_cites: tuple[str, ...] = ()
    named: Named = Named.FREELY
    """What the leaf's common name is."""
    vehicle_subject: bool = False
    """The subject has the EVCCID and the maker, and nothing else [V2G20-2598]."""
    pointer: Pointer = Pointer.NONE
    pointer_cites: tuple[str, ...] = ()
    """Who asks for it in the leaf; where nobody does, its absence is a notice."""
    pointer_cites_in_ca: tuple[str, ...] = ()
    path_lengths: tuple[int, ...] = ()
    """Of the CAs above the leaf, the lowest first; empty for no rule."""
    constraints_due: bool = False
    """Each certificate has BasicConstraints and KeyUsage, both critical; else only the constraints of a CA are due."""
    iso20: bool = False
    """Rules of ISO 15118-20, Annex B, that have no number of their own here."""


def rules_for(kind: ChainKind, profile: Profile = Profile.STRICT_20, edition: Edition = Edition.AMD1) -> ChainRules:
    """The rules for chains of a kind; OCPP chains have the same under every profile."""
    if kind in OCPP:
        return ChainRules(kind=kind, most_certificates=3, extended_use=EXTENDED[kind])
    if profile is Profile.ISO2:
        return _iso2(kind, edition)
    return _iso20(kind, edition)


def _iso2(kind: ChainKind, edition: Edition) -> ChainRules:
    agreeing = kind is ChainKind.PROVISIONING
    return ChainRules(
        kind=kind,
        edition=edition,
        key_kinds=(KeyKind.P256,),
        key_cites=("V2G2-006", "V2G2-007"),
        most_certificates=3,
        depth_cites=("V2G2-009",),
        most_bytes=800,
        size_cites=("V2G2-010",),
        extended_use=EXTENDED.get(kind),
        needed_uses=(KeyUse.DIGITAL_SIGNATURE, *((KeyUse.KEY_AGREEMENT,) if agreeing else ())),
        needed_cites=("V2G2-822",) if agreeing else (),
        domain=ISO2_DOMAINS.get(kind, ""),
        domain_cites=("V2G2-925",),
        path_lengths=(0, 1),
        constraints_due=True,
    )


def _iso20(kind: ChainKind, edition: Edition) -> ChainRules:
    amended = edition is Edition.AMD1
    leaf = LEAVES_20[kind]
    vehicle = kind is ChainKind.VEHICLE
    return ChainRules(
        kind=kind,
        edition=edition,
        key_kinds=(KeyKind.P521, KeyKind.ED448),
        key_cites=("V2G20-2674", "V2G20-2319"),
        most_certificates=3,
        depth_cites=("V2G20-1003",),
        most_bytes=1600,
        size_cites=("V2G20-1234",),
        extended_use=EXTENDED.get(kind),
        extended_use_forbidden=leaf.extended_use_forbidden,
        extended_use_due=kind is ChainKind.SECC or (vehicle and amended),
        extended_use_in_ca=Severity.ERROR if amended else Severity.NOTICE,
        needed_uses=leaf.needed_uses,
        wished_uses=leaf.wished_uses,
        needed_cites=leaf.needed_cites,
        forbidden_uses=leaf.forbidden_uses,
        domain="" if vehicle and not amended else leaf.domain,
        domain_cites=("V2G20-3073",),
        named=leaf.named,
        vehicle_subject=vehicle,
        pointer=Pointer.OCSP if kind in {ChainKind.SECC, ChainKind.CPS} else Pointer.ANY,
        pointer_cites=leaf.pointer_cites,
        pointer_cites_in_ca=leaf.pointer_cites_in_ca,
        path_lengths=(0, 1),
        constraints_due=True,
        iso20=True,
    )
