"""Stations and EVs with one fault each in what they make of revocation, or in what they staple."""

from __future__ import annotations

from msgspec.structs import replace

from harness.core.case import Role
from harness.endpoints.mutants.mutant import Mutant
from harness.endpoints.mutants.tls import ev, station
from harness.endpoints.station.station import Station
from harness.transports.tls.adversary import Adversary, HandshakeMessage
from harness.transports.tls.profile import STRICT_20, TlsProfile
from harness.transports.tls.setup import Revocation


def _tolerant(*codes: str) -> TlsProfile:
    return replace(STRICT_20, tolerates=frozenset(codes))


def _stapling_less(good: Station) -> Station:
    return good.having(staples=good.staples[:1])


def _stapling_out_of_order(good: Station) -> Station:
    """Each response stands at another certificate's place, and one is lost."""
    return good.having(staples=(good.staples[0], b"", *good.staples[1:2]))


_STATIONS = (
    station("staples-nothing", "staples no OCSP response", ("046",), staples=()),
    Mutant(
        id="station-staples-to-its-leaf",
        role=Role.STATION,
        title="staples an OCSP response to its leaf alone",
        caught_by=("TLS-STN-046",),
        make=_stapling_less,
    ),
    Mutant(
        id="station-loses-a-staple",
        role=Role.STATION,
        title="leaves out the OCSP response of one authority",
        caught_by=("TLS-STN-046",),
        make=_stapling_out_of_order,
    ),
    station("staples-noise", "staples what is no OCSP response", ("046",), tls_adversary=Adversary(wrong_status=True)),
    station(
        "staples-unasked",
        "staples OCSP responses for who asked for none",
        ("047",),
        tls_adversary=Adversary(unasked_status=True),
    ),
    station("trusts-no-vehicle", "refuses vehicles whatever their status is", ("048",), trust=()),
    station("minds-no-status", "never asks for a vehicle's status", ("049", "050"), revocation=Revocation.NONE),
    station(
        "minds-leaves-alone",
        "asks for the status of a vehicle's leaf alone",
        ("049[lower_ca]", "049[upper_ca]"),
        revocation=Revocation.LEAF,
    ),
    station(
        "takes-no-answer",
        "takes a vehicle whose status cannot be had",
        ("050[no_answer]",),
        tls_profile=_tolerant("status.missing"),
    ),
    station(
        "takes-unknown-for-good",
        "takes a vehicle that the responder does not know",
        ("050[unknown]",),
        tls_profile=_tolerant("status.unknown"),
    ),
)

_EVS = (
    ev("trusts-no-station", "refuses stations whatever their status is", ("029", "030"), trust=()),
    ev(
        "minds-no-status",
        "does not look at OCSP responses",
        ("031", "032", "033", "034", "035", "037", "038[other_certificate]", "038[unsigned_error]"),
        revocation=Revocation.NONE,
    ),
    ev(
        "reads-no-staples",
        "does not even read OCSP responses",
        ("031", "033", "038"),
        revocation=Revocation.NONE,
        tls_adversary=Adversary(),
    ),
    ev(
        "minds-leaves-alone",
        "looks at the OCSP response of the leaf alone",
        ("031[lower_ca]", "031[upper_ca]", "032[lower_ca]", "032[upper_ca]", "034"),
        revocation=Revocation.LEAF,
    ),
    ev("takes-the-revoked", "takes a chain that was revoked", ("031",), tls_profile=_tolerant("status.revoked")),
    ev(
        "takes-unknown-for-good",
        "takes a chain that the responder does not know",
        ("032",),
        tls_profile=_tolerant("status.unknown"),
    ),
    ev(
        "needs-no-status",
        "takes a chain whose status it could not learn",
        ("033", "034", "038[other_certificate]", "038[unsigned_error]"),
        tls_profile=_tolerant("status.missing", "status.error", "status.unreadable"),
    ),
    ev(
        "has-no-clock",
        "takes OCSP responses of any time",
        ("035",),
        tls_profile=_tolerant("status.stale", "status.not_yet"),
    ),
    ev(
        "stalls-over-status",
        "never comes to the end of a handshake with OCSP responses",
        ("036",),
        tls_adversary=Adversary(sulks=True, silent_at=HandshakeMessage.CERTIFICATE),
    ),
    ev(
        "believes-anybody",
        "takes OCSP responses whoever signed them",
        ("037",),
        tls_profile=_tolerant("status.signer", "status.signature"),
    ),
)

MUTANTS: tuple[Mutant, ...] = (*_STATIONS, *_EVS)
