"""How a backend secures its links: what it shows, whom it trusts, and what it reads off a station's certificate."""

from __future__ import annotations

from typing import Literal

from cryptography import x509
from cryptography.x509.oid import NameOID
from msgspec import Struct

from harness.endpoints.ocpp_security import OCPP_TLS, SecurityProfile
from harness.pki.credentials import Credentials
from harness.pki.lint import parse_certificate
from harness.transports.tls.adversary import Adversary
from harness.transports.tls.profile import TlsProfile


class CsmsSecurity(Struct, frozen=True, kw_only=True):
    """One backend's security profile and what goes with it."""

    profile: SecurityProfile = SecurityProfile.NONE
    chains: tuple[Credentials, ...] | None = None
    """What it shows: the first whose key the station's hello can do with. None: those of the run."""
    roots: tuple[bytes, ...] | None = None
    """DER roots that a station's chain may end at. None: those of the run."""
    owner: str | None = None
    """Organisation that a station's certificate must name (A00.FR.404); empty: any. None: that of the run."""
    serials: dict[str, str] = {}
    """Serial number by station id: what its certificate must be named (A00.FR.405); for others the id itself."""
    checks_serial: bool = True
    password: str | None = None
    """In profiles 1 and 2, what it asks for instead of the backend's password; None: that one."""
    checks_password: bool = True
    checks_user: bool = True
    """In profiles 1 and 2, take a password for that of the station alone which it belongs to (A00.FR.203)."""
    refuses_with: int = 401
    """HTTP status for those whose credentials are wrong (A00.FR.207)."""
    takes_plain: bool = False
    """Where TLS is due, serve those who come without as well."""
    checks_boot: bool = True
    """In profile 3, hang up where the serial number told at boot is another one (B01.FR.11, B01.FR.12)."""
    tls_profile: TlsProfile = OCPP_TLS
    check: Literal["strict", "accept"] = "strict"
    """Whether a bad station chain, or none, is refused; `accept` takes anything."""
    asks_certificate: bool = True
    """In profile 3, ask for one."""
    adversary: Adversary | None = None
    """How it misbehaves in TLS; None: in no way."""
    opening: bytes = b""
    """Sent as soon as a station has connected, and then the connection is closed."""
    silent: bool = False
    """Says nothing to a station that has connected."""
    status: int = 0
    """Every upgrade is refused with this HTTP status; 0: none is."""
    survives_refusal: bool = True
    """Go on taking connections after a TLS handshake came to nothing."""
    earlier: tuple[CsmsSecurity, ...] = ()
    """What it is for the first connections instead, one for each."""

    def at(self, number: int) -> CsmsSecurity:
        """What it is for the connection with this number, from 0."""
        return self.earlier[number] if number < len(self.earlier) else self

    def objection(self, certificate: bytes, station_id: str) -> str:
        """Why a station with this certificate is not the one that it says it is; empty: it is."""
        names = names_of(certificate)
        if self.owner and names.organisation != self.owner:
            return f"its certificate is that of {names.organisation or 'nobody'}, not of {self.owner}"
        wanted = self.serials.get(station_id, station_id)
        if self.checks_serial and names.common_name != wanted:
            return f"its certificate is that of {names.common_name or 'nobody'}, not of {wanted}"
        return ""


class Names(Struct, frozen=True, kw_only=True):
    """What a certificate calls its subject; empty where it does not, or cannot be read."""

    common_name: str = ""
    organisation: str = ""


def names_of(certificate: bytes) -> Names:
    """The names in a certificate; with several of a kind, none, for nobody can say which counts."""
    parsed = parse_certificate(certificate, 0)
    if not isinstance(parsed, x509.Certificate):
        return Names()
    common = [str(one.value) for one in parsed.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    organisation = [str(one.value) for one in parsed.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)]
    return Names(
        common_name=common[0] if len(common) == 1 else "",
        organisation=organisation[0] if len(organisation) == 1 else "",
    )
