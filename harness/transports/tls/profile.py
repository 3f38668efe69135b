"""What an endpoint allows in a handshake: versions, suites, groups, signature schemes, as values."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from harness.pki.recipe import ChainKind, Edition, Profile


class TlsVersion(StrEnum):
    """Versions that a profile may span."""

    TLS11 = "TLSv1.1"
    """Allowed by no standard at hand: what an outdated peer speaks."""
    TLS12 = "TLSv1.2"
    TLS13 = "TLSv1.3"


class TlsProfile(Struct, frozen=True, kw_only=True):
    """One endpoint's terms; an empty tuple leaves the choice to OpenSSL."""

    name: str
    lowest: TlsVersion = TlsVersion.TLS13
    highest: TlsVersion = TlsVersion.TLS13
    suites13: tuple[str, ...] = ()
    """TLS 1.3 suites by their RFC 8446 names, in order of preference."""
    suites12: tuple[str, ...] = ()
    """Suites up to TLS 1.2 by their OpenSSL names."""
    groups: tuple[str, ...] = ()
    signature_schemes: tuple[str, ...] = ()
    asks_status: bool = False
    """A client asks for stapled OCSP responses [V2G20-2372]."""
    asks_status_v2: bool = False
    """A client of TLS 1.2 asks for a response for each certificate (RFC 6961) [V2G2-871]; OpenSSL could ask, and
    could not take the answer, so that it takes the adversary engine."""
    names_roots: bool = False
    """A client of TLS 1.2 lists its roots in trusted_ca_keys [V2G2-651], by the SHA-1 of each."""
    spares_tls12: bool = False
    """A server asks clients that offer no TLS 1.3 for no certificate, for in ISO 15118-2 they have none."""
    server_kind: ChainKind = ChainKind.SECC
    """What the server's chain is; a strict client lints it as such."""
    client_kind: ChainKind = ChainKind.VEHICLE
    chain_profile: Profile | None = None
    """Rules that a strict check has on top of OpenSSL's; None for OpenSSL's alone."""
    edition: Edition = Edition.AMD1
    """With the 2022 edition critical key identifiers are taken, which OpenSSL by itself refuses."""
    tolerates: frozenset[str] = frozenset()
    """Codes of objections that a strict check passes over all the same: what makes a device lax in one respect."""

    def peer_kind(self, *, server: bool) -> ChainKind:
        """What the other side's chain is, seen from a server or from a client."""
        return self.client_kind if server else self.server_kind


STRICT_20 = TlsProfile(
    name="strict-20",
    suites13=("TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"),
    groups=("secp521r1", "x448"),
    signature_schemes=("ecdsa_secp521r1_sha512", "ed448"),
    asks_status=True,
    chain_profile=Profile.STRICT_20,
)
"""ISO 15118-20, Tables 6 to 8: TLS 1.3 alone [V2G20-1856, V2G20-1634, V2G20-1667]."""

LENIENT_20 = TlsProfile(name="lenient-20", lowest=TlsVersion.TLS12)
"""What today's peers need: TLS 1.2 or 1.3, any suite, group and curve that OpenSSL takes."""

LENIENT_12 = TlsProfile(name="lenient-12", lowest=TlsVersion.TLS12, highest=TlsVersion.TLS12)
"""TLS 1.2 alone, for ISO 15118-2 and for tests of what a -20 peer does with it."""

BOTH = TlsProfile(name="both", lowest=TlsVersion.TLS12, spares_tls12=True)
"""A station of ISO 15118-20 and ISO 15118-2: certificates of both sides over TLS 1.3, its own alone over TLS 1.2."""

STRICT_2 = TlsProfile(
    name="strict-2",
    lowest=TlsVersion.TLS12,
    highest=TlsVersion.TLS12,
    suites12=("ECDHE-ECDSA-AES128-SHA256",),
    groups=("secp256r1",),
    signature_schemes=("ecdsa_secp256r1_sha256",),
    asks_status=True,
    names_roots=True,
    chain_profile=Profile.ISO2,
)
"""ISO 15118-2, Table 7, as far as OpenSSL still has it: TLS 1.2 with secp256r1 [V2G2-067, V2G2-602]."""

OCPP = TlsProfile(
    name="ocpp",
    lowest=TlsVersion.TLS12,
    suites12=(
        "ECDHE-ECDSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-RSA-AES128-GCM-SHA256",
        "ECDHE-RSA-AES256-GCM-SHA384",
    ),
    server_kind=ChainKind.CSMS,
    client_kind=ChainKind.STATION,
    chain_profile=Profile.ISO2,
)
"""Security profiles 2 and 3 of OCPP 2.0.1 (A00): TLS 1.2 or newer; the profile 3 is this one with client roots."""
