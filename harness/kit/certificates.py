"""What cases about certificates over OCPP ask, and how they bend a station."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct, structs

from harness.endpoints.csms.known import Known
from harness.endpoints.ocpp_certificates import (
    hashes_of,
    loaded,
    write_pem,
)
from harness.endpoints.station.certificate_store import ROOTS, V2G_CHAIN
from harness.endpoints.station.certificate_terms import SECC as SECC
from harness.endpoints.station.certificate_terms import STATION as STATION
from harness.endpoints.station.ocpp.half import BackendHalf
from harness.endpoints.station.station import Station
from harness.kit.certificate_reading import root_hashes
from harness.kit.until import Until, seen
from harness.messages.ocpp import (
    DeleteCertificate,
    GetInstalledCertificateIds,
    InstallCertificate,
    OcppMessage,
    SetVariables,
    TriggerMessage,
)
from harness.pki.build import Pki
from harness.pki.credentials import Credentials
from harness.pki.recipe import ChainKind
from harness.trace.entry import Link, TlsSeen


class Operator(Struct, frozen=True, kw_only=True):
    """A mobility operator: its root (DER), and a contract of it."""

    root: bytes
    contract: Credentials


Ask = Callable[[Known], OcppMessage | None]

USES = ROOTS
"""What roots are installed for."""
V2G_CHAINS = V2G_CHAIN
TRIGGERS = {STATION: "SignChargingStationCertificate", SECC: "SignV2GCertificate"}
MOST_TO_DELETE = 8
"""Roots of one use that a case deletes to see the listing empty."""


# What a backend asks.


def trigger(use: str) -> OcppMessage:
    """Have a certificate renewed."""
    return TriggerMessage(requestedMessage=TRIGGERS[use])


def install(use: str, root: bytes) -> OcppMessage:
    """Install a root (DER)."""
    return InstallCertificate(certificateType=use, certificate=write_pem([root]))


def listing(*uses: str) -> OcppMessage:
    """List what is installed for these uses; for none named, everything."""
    return GetInstalledCertificateIds(certificateType=list(uses)) if uses else GetInstalledCertificateIds()


def waiting(wait: int, *, repeats: int) -> OcppMessage:
    """How long to wait for a signed certificate (s), and how often to ask for it again."""
    values = {"CertSigningWaitMinimum": wait, "CertSigningRepeatTimes": repeats}
    data = [
        {"component": {"name": "SecurityCtrlr"}, "variable": {"name": name}, "attributeValue": str(value)}
        for name, value in values.items()
    ]
    return SetVariables(setVariableData=data)


def deletion(root: bytes, algorithm: str = "SHA256") -> OcppMessage:
    """Delete a root (DER)."""
    return DeleteCertificate(certificateHashData=root_hashes(root, algorithm))


def deletion_of_own(known: Known) -> OcppMessage | None:
    """Delete the certificate that was signed for the station last; None where none was."""
    if not known.issued:
        return None
    leaf, above = known.issued[-1][:2]
    return DeleteCertificate(certificateHashData=hashes_of(loaded(leaf), loaded(above)))


# What to send.


def deletion_of_leaf(chain: tuple[bytes, ...]) -> OcppMessage:
    """The same by the hashes of the first certificate of a chain (DER, leaf first)."""
    return DeleteCertificate(certificateHashData=hashes_of(loaded(chain[0]), loaded(chain[1])))


def deletion_of_listed(use: str, place: int) -> Ask:
    """Delete what the station listed for a use at this place, from 0; nothing to ask where it listed less."""

    def ask(known: Known) -> OcppMessage | None:
        found = [one["certificateHashData"] for one in known.installed if one["certificateType"] == use]
        return DeleteCertificate(certificateHashData=found[place]) if place < len(found) else None

    return ask


def stranger_root(pki: Pki, kind: ChainKind = ChainKind.CONTRACT) -> bytes:
    """A good root that no chain of the run ends at."""
    return pki.decoy_root(kind)


def another_root(pki: Pki) -> bytes:
    """Another good root that no chain of the run ends at."""
    return pki.decoy_root(ChainKind.CSMS)


def stranger_operator(pki: Pki) -> Operator:
    """A mobility operator whom nobody in the run has heard of."""
    other = Pki.generate(pki.at, profile=pki.profile, edition=pki.edition)
    return Operator(root=other.mo_roots[0], contract=other.contract_chain())


# What a station of ours does.


def reconnected() -> Callable[[], Until]:
    """Until the station has come to the backend over TLS a second time."""
    return seen(TlsSeen, event="handshake", link=Link.OCPP, times=2)


def renewing(station: Station, use: str) -> Station:
    """The station, which has one of its certificates renewed as soon as it is accepted."""
    return station.set(certificates=structs.replace(station.settings.certificates, renews_at_boot=(use,)))


def asking_status(station: Station) -> Station:
    """The station, which asks for the status of its chain towards EVs as soon as it is accepted."""
    return station.set(certificates=structs.replace(station.settings.certificates, asks_status_at_boot=True))


def refusing_certificates(station: Station) -> Station:
    """The station, which finds fault with every certificate that is signed for it."""
    return station.having(half=_Refusing)


class _Refusing(BackendHalf):
    """Has forgotten what it asked for by the time the certificate comes."""

    def digest(self, at: float) -> None:
        """Forget, then listen."""
        for use in TRIGGERS:
            self.certificates.signing.forget(use)
        super().digest(at)


# What was heard.
