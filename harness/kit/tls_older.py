"""ISO 15118-2 over TLS 1.2: what the parties show, trust and offer there."""

from __future__ import annotations

from typing import Any, TypeVar

from harness.endpoints.ev.ev import ISO2, Ev
from harness.endpoints.station.station import Station
from harness.pki.build import Pki
from harness.transports.tls.profile import STRICT_2

PartyOfTls = TypeVar("PartyOfTls", Ev, Station)


def older_ev(ev: Ev, good: Ev, pki: Pki) -> Ev:
    """The EV without a certificate in TLS; where it differs from the good one on purpose, it stays as it is."""
    terms = {"credentials": None, "trust": pki.earlier.v2g_roots, "tls": True, "protocols": (ISO2,)}
    return _unless_bent(ev, good, {**terms, "tls_profile": STRICT_2})


def older_station(station: Station, good: Station, pki: Pki) -> Station:
    """The station that alone shows a certificate; where it differs from the good one on purpose, it stays as it is."""
    chain = pki.earlier.secc_chain()
    terms = {"credentials": chain, "staples": pki.earlier.staples(chain), "trust": (), "asks_certificate": False}
    return _unless_bent(station, good, {**terms, "tls_profile": STRICT_2})


def _unless_bent(party: PartyOfTls, good: PartyOfTls, terms: dict[str, Any]) -> PartyOfTls:
    kept = {name: value for name, value in terms.items() if getattr(party, name) == getattr(good, name)}
    return party.having(**kept)
