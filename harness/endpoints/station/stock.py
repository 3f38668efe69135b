"""What a station has of certificates at first, and what of it counts once its backend has changed some."""

from __future__ import annotations

from msgspec.structs import replace

from harness.endpoints.ocpp_certificates import loaded
from harness.endpoints.station.certificate_store import CSMS_ROOT, MO_ROOT, V2G_ROOT, CertificateStore
from harness.endpoints.station.certificate_terms import SECC, STATION
from harness.endpoints.station.iso2.provider import Provider
from harness.endpoints.station.station import Station
from harness.pki.credentials import Credentials
from harness.pki.path import issued_by
from harness.security.keys import read_certificate
from harness.security.objection import Objection


def store_of(station: Station) -> CertificateStore:
    """The certificates that a station was made with.

    Of the roots that it trusts over vehicles, those count as V2G roots that its own chain ends at: the others are of
    manufacturers, whom OCPP 2.0.1 has no word for.
    """
    provider, link = station.provider, station.security
    earlier = provider.earlier.contract_roots if provider.earlier is not None else ()
    shown = {SECC: station.credentials, STATION: link.credentials}
    return CertificateStore(
        station.settings.certificates,
        roots={
            V2G_ROOT: _above(station.credentials, station.trust),
            MO_ROOT: tuple(dict.fromkeys((*provider.contract_roots, *earlier))),
            CSMS_ROOT: link.roots or (),
        },
        chains={use: own for use, own in shown.items() if own is not None},
    )


def shown_to_evs(station: Station, store: CertificateStore) -> Credentials | None:
    """The chain towards EVs: the one that the backend signed last, if it did."""
    return store.chains[SECC] if SECC in store.renewed else station.credentials


def stapled(station: Station, store: CertificateStore) -> tuple[bytes, ...]:
    """OCSP responses for that chain, leaf first, an empty one where there is none."""
    if SECC not in store.renewed:
        return station.staples
    return tuple(store.staples.get(certificate, b"") for certificate in store.chains[SECC].chain)


def provider_of(station: Station, store: CertificateStore) -> Provider:
    """What is known of contracts, with the roots that are installed now; none of one's own where the backend judges."""
    known = station.provider
    earlier = known.earlier
    if earlier is not None:
        earlier = replace(earlier, contract_roots=store.trusted(MO_ROOT, earlier.contract_roots))
    return replace(known, contract_roots=store.trusted(MO_ROOT, known.contract_roots), earlier=earlier)


def _above(own: Credentials | None, trusted: tuple[bytes, ...]) -> tuple[bytes, ...]:
    if own is None or not own.chain or isinstance(read_certificate(own.chain[-1]), Objection):
        return ()
    top = loaded(own.chain[-1])
    readable = (root for root in trusted if not isinstance(read_certificate(root), Objection))
    return tuple(root for root in readable if issued_by(top, loaded(root)))
