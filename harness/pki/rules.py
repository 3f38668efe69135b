"""Which rules a chain of a given kind has to keep: the certificate profiles as data."""

from __future__ import annotations

from msgspec import Struct

from harness.pki.recipe import ChainKind, Edition, ExtendedUse, KeyKind, KeyUse, Profile


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
    needed_uses: tuple[KeyUse, ...] = (KeyUse.DIGITAL_SIGNATURE,)
    needed_cites: tuple[str, ...] = ()
    forbidden_uses: tuple[KeyUse, ...] = (KeyUse.CERT_SIGN, KeyUse.CRL_SIGN)
    domain: str = ""
    """Suffix of the leaf's domain component; empty for no rule."""
    domain_cites: tuple[str, ...] = ()
    iso20: bool = False
    """Rules of ISO 15118-20, Annex B, that have no number of their own here."""


_EXTENDED = {
    ChainKind.SECC: ExtendedUse.SERVER,
    ChainKind.CSMS: ExtendedUse.SERVER,
    ChainKind.VEHICLE: ExtendedUse.CLIENT,
    ChainKind.STATION: ExtendedUse.CLIENT,
}


def rules_for(kind: ChainKind, profile: Profile = Profile.STRICT_20, edition: Edition = Edition.AMD1) -> ChainRules:
    """The rules for chains of a kind; OCPP chains have the same under every profile."""
    use = _EXTENDED.get(kind)
    agreeing = kind is ChainKind.PROVISIONING
    needed = (KeyUse.DIGITAL_SIGNATURE, *((KeyUse.KEY_AGREEMENT,) if agreeing else ()))
    if kind in {ChainKind.CSMS, ChainKind.STATION}:
        return ChainRules(kind=kind, most_certificates=3, extended_use=use)
    if profile is Profile.ISO2:
        return ChainRules(
            kind=kind,
            edition=edition,
            key_kinds=(KeyKind.P256,),
            key_cites=("V2G2-006", "V2G2-007"),
            most_certificates=3,
            depth_cites=("V2G2-009",),
            most_bytes=800,
            size_cites=("V2G2-010",),
            extended_use=use,
            needed_uses=needed,
            needed_cites=("V2G2-822",) if agreeing else (),
            domain={ChainKind.SECC: "CPO", ChainKind.CPS: "CPS", ChainKind.PROVISIONING: "OEM"}.get(kind, ""),
            domain_cites=("V2G2-925",),
        )
    amended = edition is Edition.AMD1
    vehicle = kind is ChainKind.VEHICLE
    more = (KeyUse.DATA_ENCIPHERMENT,) if vehicle else ()
    return ChainRules(
        kind=kind,
        edition=edition,
        key_kinds=(KeyKind.P521, KeyKind.ED448),
        key_cites=("V2G20-2674", "V2G20-2319"),
        most_certificates=3,
        depth_cites=("V2G20-1003",),
        most_bytes=1600,
        size_cites=("V2G20-1234",),
        extended_use=use,
        extended_use_forbidden=kind is ChainKind.CONTRACT,
        needed_uses=needed,
        needed_cites=("V2G20-822",) if agreeing else (),
        extended_use_due=kind is ChainKind.SECC or (vehicle and amended),
        forbidden_uses=(KeyUse.CERT_SIGN, KeyUse.CRL_SIGN, *more),
        domain={
            ChainKind.SECC: "CSO",
            ChainKind.VEHICLE: "EV" if amended else "",
            ChainKind.CPS: "CPS",
            ChainKind.PROVISIONING: "OEM",
        }.get(kind, ""),
        domain_cites=("V2G20-3073",),
        iso20=True,
    )
