"""Words for cases about who is let in over OCPP: families of flaws, suites that will not do, bytes that are no TLS."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from harness.endpoints.ocpp_flaws import ocpp_flaws
from harness.endpoints.ocpp_security import ECDSA_SUITES, OCPP_TLS, RSA_SUITES
from harness.endpoints.station.ocpp.half import BackendHalf
from harness.endpoints.station.ocpp.network import NetworkProfiles
from harness.endpoints.station.station import Station
from harness.kit.bench import Bench
from harness.kit.ocpp_security import backend_host, operator
from harness.pki.credentials import Credentials
from harness.pki.flaws import Flaw
from harness.pki.recipe import ChainKind
from harness.pki.variants import ChainVariant
from harness.transports.tls.profile import TlsProfile, TlsVersion

__all__ = [
    "ECDSA_SUITES",
    "JUNK",
    "OCPP_TLS",
    "OUTDATED",
    "RSA_SUITES",
    "SPOKEN_BY_RSA",
    "WEAK_SUITES",
    "agreeing_to_slots",
    "csms_chain",
    "keeping_password",
    "ocpp_flaws",
    "only",
    "station_chain",
]

OUTDATED = replace(
    OCPP_TLS,
    lowest=TlsVersion.TLS11,
    highest=TlsVersion.TLS11,
    suites12=("ECDHE-ECDSA-AES128-SHA", "ECDHE-RSA-AES128-SHA", "AES128-SHA"),
)
"""TLS 1.1 alone, with suites that it has."""

WEAK_SUITES = {
    "cbc_sha1": ("ECDHE-ECDSA-AES128-SHA", "ECDHE-RSA-AES128-SHA", "AES128-SHA"),
    "cbc_sha256": ("ECDHE-ECDSA-AES128-SHA256", "ECDHE-RSA-AES128-SHA256", "AES128-SHA256"),
    "no_encryption": ("ECDHE-ECDSA-NULL-SHA", "ECDHE-RSA-NULL-SHA", "NULL-SHA256"),
}
"""Suites of TLS 1.2 that A00 does not list, with keys of either kind, by what is wrong with them."""

SPOKEN_BY_RSA = ("EXPIRED", "UNKNOWN_ROOT", "MISSING_SUB_CA", "TAMPERED_SIGNATURE")
"""Flaws that are tried with RSA keys as well."""

JUNK = {
    "zeros": bytes(512),
    "http": b"GET /ocpp HTTP/1.1\r\nHost: nobody\r\n\r\n",
    "huge_record": b"\x16\x03\x01\xff\xff" + bytes(range(256)) * 4,
    "broken_hello": b"\x16\x03\x01\x00\x08\x01\x00\x00\x04\x03\x03\x00\x00",
    "alert_first": b"\x15\x03\x03\x00\x02\x02\x28",
}
"""What is not the beginning of a conversation in TLS."""


def station_chain(
    bench: Bench, flaw: Flaw | None = None, *, rsa: bool = False, serial: str = "", organisation: str = ""
) -> Credentials:
    """What our station shows its backend: as it should be, but for what is said here."""
    return bench.pki.chain(
        ChainKind.STATION,
        name=serial or bench.station.settings.serial,
        organisation=organisation or operator(bench.device),
        flaw=flaw,
        variant=ChainVariant.RSA if rsa else ChainVariant.USUAL,
    )


def csms_chain(bench: Bench, flaw: Flaw | None = None, *, rsa: bool = False, host: str = "") -> Credentials:
    """What our backend shows a station: as it should be, but for what is said here."""
    variant = ChainVariant.RSA if rsa else ChainVariant.USUAL
    return bench.pki.chain(ChainKind.CSMS, name=host or backend_host(bench.device), flaw=flaw, variant=variant)


def keeping_password(station: Station) -> Station:
    """The station, which takes no other password than it came with."""
    return station.having(half=_KeepsItsPassword)


def agreeing_to_slots(station: Station) -> Station:
    """The station, which says yes to every network profile and every order of its slots, and stays where it is."""
    return station.having(half=_AgreesToSlots)


class _AnySlot(NetworkProfiles):
    """Says yes, and changes nothing."""

    def store(self, slot: int, data: dict[str, Any]) -> bool:
        """Agree."""
        return True

    def order(self, text: str) -> None:
        """Agree."""


class _AgreesToSlots(BackendHalf):
    """Stays with the backend that it has."""

    profiles_of_network = _AnySlot


class _OldPassword(NetworkProfiles):
    """Finds fault with every new password."""

    def set_password(self, text: str) -> None:
        """Take none.

        Raises:
            ValueError: always.
        """
        raise ValueError("no other password")


class _KeepsItsPassword(BackendHalf):
    """Goes by the password that it came with."""

    profiles_of_network = _OldPassword


def only(*suites: str) -> TlsProfile:
    """TLS 1.2 alone, with these suites alone."""
    return replace(OCPP_TLS, lowest=TlsVersion.TLS12, highest=TlsVersion.TLS12, suites12=suites)
