"""A profile's names as the numbers that go over the wire, with what an empty list stands for."""

from __future__ import annotations

from msgspec import Struct

from harness.core.errors import UserError
from harness.transports.tls.adversary import Adversary
from harness.transports.tls.profile import TlsProfile, TlsVersion

TLS12, TLS13 = 0x0303, 0x0304
_VERSIONS = {TlsVersion.TLS13: TLS13, TlsVersion.TLS12: TLS12}
RENEGOTIATION_SIGN = 0x00FF
"""TLS_EMPTY_RENEGOTIATION_INFO_SCSV, which clients of TLS 1.2 add to their suites."""

SUITES = {
    "TLS_AES_256_GCM_SHA384": 0x1302,
    "TLS_CHACHA20_POLY1305_SHA256": 0x1303,
    "TLS_AES_128_GCM_SHA256": 0x1301,
    "ECDHE-ECDSA-AES256-GCM-SHA384": 0xC02C,
    "ECDHE-RSA-AES256-GCM-SHA384": 0xC030,
    "ECDHE-ECDSA-CHACHA20-POLY1305": 0xCCA9,
    "ECDHE-RSA-CHACHA20-POLY1305": 0xCCA8,
    "ECDHE-ECDSA-AES128-GCM-SHA256": 0xC02B,
    "ECDHE-RSA-AES128-GCM-SHA256": 0xC02F,
    "ECDHE-ECDSA-AES256-SHA384": 0xC024,
    "ECDHE-RSA-AES256-SHA384": 0xC028,
    "ECDHE-ECDSA-AES128-SHA256": 0xC023,
    "ECDHE-RSA-AES128-SHA256": 0xC027,
    "ECDHE-ECDSA-AES256-SHA": 0xC00A,
    "ECDHE-RSA-AES256-SHA": 0xC014,
    "ECDHE-ECDSA-AES128-SHA": 0xC009,
    "ECDHE-RSA-AES128-SHA": 0xC013,
}
"""Suites by OpenSSL's names, in its order of preference."""

_STATIC = {"AES128-GCM-SHA256": 0x009C, "AES256-GCM-SHA384": 0x009D}
"""Suites of OCPP without an agreement of keys: offered where a profile names them, and never by themselves."""

GROUPS = {
    "x25519": 0x001D,
    "secp256r1": 0x0017,
    "x448": 0x001E,
    "secp384r1": 0x0018,
    "secp521r1": 0x0019,
}
_OTHER_NAMES = {"p-256": "secp256r1", "prime256v1": "secp256r1", "p-384": "secp384r1", "p-521": "secp521r1"}

SCHEMES = {
    "ecdsa_secp256r1_sha256": 0x0403,
    "ecdsa_secp384r1_sha384": 0x0503,
    "ecdsa_secp521r1_sha512": 0x0603,
    "ed25519": 0x0807,
    "ed448": 0x0808,
    "rsa_pss_rsae_sha256": 0x0804,
    "rsa_pss_rsae_sha384": 0x0805,
    "rsa_pss_rsae_sha512": 0x0806,
    "rsa_pkcs1_sha256": 0x0401,
    "rsa_pkcs1_sha384": 0x0501,
    "rsa_pkcs1_sha512": 0x0601,
}
_SUITES13 = tuple(name for name in SUITES if name.startswith("TLS_"))
_SUITES12 = tuple(name for name in SUITES if not name.startswith("TLS_"))

SUITE_NAMES = {number: name for name, number in SUITES.items()}
GROUP_NAMES = {number: name for name, number in GROUPS.items()}


class Terms(Struct, frozen=True, kw_only=True):
    """What our side offers or allows, by the numbers of the IANA registry and in order of preference."""

    versions: tuple[int, ...]
    suites: tuple[int, ...]
    groups: tuple[int, ...]
    schemes: tuple[int, ...]


def terms_of(profile: TlsProfile, adversary: Adversary) -> Terms:
    """The terms of a profile.

    Raises:
        UserError: it names something that the adversary engine does not have.
    """
    if profile.lowest not in _VERSIONS:
        raise UserError(
            f"the adversary engine has no {profile.lowest}",
            where=f"TLS profile {profile.name}",
            do=f"begin with {TlsVersion.TLS12}; versions of a ClientHello may be any (Adversary.versions)",
        )
    lowest, highest = _VERSIONS[profile.lowest], _VERSIONS[profile.highest]
    versions = [number for number in _VERSIONS.values() if lowest <= number <= highest]
    suites: list[int] = []
    if TLS13 in versions:
        suites += _numbers(profile, "suite", profile.suites13 or _SUITES13)
    if TLS12 in versions:
        suites += _numbers(profile, "suite", profile.suites12 or _SUITES12)
    groups = _numbers(profile, "group", profile.groups) or list(GROUPS.values())
    if adversary.groups is not None:
        groups = [group for group in adversary.groups if group in GROUP_NAMES]
    return Terms(
        versions=tuple(versions),
        suites=tuple(suites),
        groups=tuple(groups),
        schemes=tuple(_numbers(profile, "scheme", profile.signature_schemes) or SCHEMES.values()),
    )


def _numbers(profile: TlsProfile, what: str, names: tuple[str, ...]) -> list[int]:
    table = {"suite": SUITES | _STATIC, "group": GROUPS, "scheme": SCHEMES}[what]
    return [_number(profile, what, name, table) for name in names]


def _number(profile: TlsProfile, what: str, name: str, table: dict[str, int]) -> int:
    plain = name if what == "suite" else name.lower()
    found = table.get(_OTHER_NAMES.get(plain, plain))
    if found is None:
        raise UserError(
            f"the adversary engine has no {what} {name}",
            where=f"TLS profile {profile.name}",
            do=f"name some of {', '.join(table)}",
        )
    return found
